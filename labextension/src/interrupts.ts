/** A Stop that the busy kernel did not hear becomes an interrupt of that kernel. Knows no widget but its event. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { sessionAround } from './sessions';

/** What `kumo_magic/report/static/live.js` dispatches two seconds after a click without an answer. */
const UNHEARD = 'kumo-magic:stop-unheard';

export const interrupts: JupyterFrontEndPlugin<void> = {
  id: 'kumo-magic:interrupts',
  description: 'Interrupts a kernel that is too busy to hear the Stop button of a run.',
  autoStart: true,
  activate: (app: JupyterFrontEnd): void => {
    document.addEventListener(UNHEARD, event => {
      if (!(event.target instanceof Node)) {
        return;
      }
      // Not gated on the kernel's status: with subshells it reads idle while a cell runs.
      const kernel = sessionAround(app, event.target)?.session?.kernel ?? null;
      if (kernel !== null) {
        event.preventDefault();
        void kernel.interrupt();
      }
    });
  }
};
