/** Which session is behind a notebook that the page shows. Read by shape, which Lab and Notebook 7 share. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Kernel } from '@jupyterlab/services';

export interface SessionShape {
  session: { kernel: Kernel.IKernelConnection | null } | null;
  kernelChanged: { connect(slot: () => void): boolean };
  statusChanged: { connect(slot: () => void): boolean; disconnect(slot: () => void): boolean };
}

export interface ContentShape {
  node?: HTMLElement;
  widgets?: readonly { model?: unknown }[];
}

/** The session of the notebook whose content is meant; null where the page shows none. */
export function sessionOf(app: JupyterFrontEnd, isMeant: (content: ContentShape) => boolean): SessionShape | null {
  for (const widget of app.shell.widgets('main')) {
    const { content, sessionContext } = widget as unknown as Partial<NotebookShape>;
    if (content !== undefined && isMeant(content)) {
      return sessionContext ?? null;
    }
  }
  return null;
}

/** The session of the notebook that the node is a part of. */
export function sessionAround(app: JupyterFrontEnd, node: Node): SessionShape | null {
  return sessionOf(app, content => content.node?.contains(node) ?? false);
}

interface NotebookShape {
  content: ContentShape;
  sessionContext: SessionShape;
}
