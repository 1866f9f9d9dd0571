/** Whoever shows a view: a renderer of JupyterLab's, or a widget in any front end. Both can ask the kernel. */

import type { Answer, ViewQuestion } from './answers';

export interface Host {
  /** The kernel's answer; a problem in words where there is none. */
  ask(question: ViewQuestion): Promise<Answer>;
}
