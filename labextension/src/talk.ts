/** The one way to talk to kernels, which all of our plugins share. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Token } from '@lumino/coreutils';

import { Kernels } from './kernels';
import { KnownInventories } from './known';

/** Questions to kernels, and what they said last. */
export interface Talk {
  kernels: Kernels;
  known: KnownInventories;
}

export const ITalk = new Token<Talk>('kumo-magic:ITalk', 'Questions to kernels that have loaded kumo-magic.');

export const talk: JupyterFrontEndPlugin<Talk> = {
  id: 'kumo-magic:talk',
  description: 'Asks kernels about cells, graphs and runs.',
  autoStart: true,
  provides: ITalk,
  activate: (app: JupyterFrontEnd): Talk => {
    const kernels = new Kernels(app);
    return { kernels, known: new KnownInventories(kernels) };
  }
};
