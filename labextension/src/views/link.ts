/** The plugin that carries the questions of pictures in a notebook to that notebook's kernel. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { ITalk, type Talk } from '../talk';
import type { Answer } from './answers';
import { ASKED, type Asked } from './messages';

const SILENT: Answer = {
  type: 'problem',
  words:
    'The kernel does not answer: it is busy, it has ended, or it has not loaded kumo_magic. Wait for it, or run the cell again.'
};

export const views: JupyterFrontEndPlugin<void> = {
  id: 'kumo-magic:views',
  description: 'Answers of the kernel for the views in a notebook.',
  autoStart: true,
  requires: [ITalk],
  activate: (_: JupyterFrontEnd, { kernels }: Talk): void => {
    document.addEventListener(ASKED, event => {
      const { detail, target } = event as CustomEvent<Asked>;
      if (!(target instanceof Node)) {
        return;
      }
      event.preventDefault();
      const { of, question } = detail;
      detail.answer(kernels.askFor(target, { type: 'view', of, question }).then(answer => answer ?? SILENT));
    });
  }
};
