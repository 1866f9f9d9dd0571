/** A Stop that the busy kernel did not hear becomes an interrupt of that kernel. Knows no widget but its event. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { Kernel } from '@jupyterlab/services';

/** What `kumo_magic/report/static/live.js` dispatches two seconds after a click without an answer. */
const UNHEARD = 'kumo-magic:stop-unheard';

export const interrupts: JupyterFrontEndPlugin<void> = {
  id: 'kumo-magic:interrupts',
  description: 'Interrupts a kernel that is too busy to hear the Stop button of a run.',
  autoStart: true,
  activate: (app: JupyterFrontEnd): void => {
    document.addEventListener(UNHEARD, event => {
      // Not gated on the kernel's status: with subshells it reads idle while a cell runs.
      const kernel = kernelAround(event.target, app);
      if (kernel !== null) {
        event.preventDefault();
        void kernel.interrupt();
      }
    });
  }
};

/** The kernel of the notebook that shows the element; null where none does. */
function kernelAround(target: EventTarget | null, app: JupyterFrontEnd): Kernel.IKernelConnection | null {
  if (!(target instanceof Node)) {
    return null;
  }
  for (const widget of app.shell.widgets('main')) {
    if (widget.node.contains(target)) {
      return (widget as unknown as Partial<PanelShape>).sessionContext?.session?.kernel ?? null;
    }
  }
  return null;
}

/** Read by shape, which notebooks and consoles of Lab and Notebook 7 share. */
interface PanelShape {
  sessionContext: { session: { kernel: Kernel.IKernelConnection | null } | null };
}
