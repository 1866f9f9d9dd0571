/** The plugin that gives every code cell's editor the colours of our magics, and their mistakes marks. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';

import { inOurCells } from './cells';
import { lineMagics } from './lines';
import { ITalk, type Talk } from './talk';

export const queries: JupyterFrontEndPlugin<void> = {
  id: 'kumo-magic:queries',
  description: 'Colours of our cells and lines; marks under mistakes in them.',
  autoStart: true,
  requires: [IEditorExtensionRegistry, ITalk],
  activate: (_: JupyterFrontEnd, editors: IEditorExtensionRegistry, talk: Talk): void => {
    editors.addExtension({
      name: 'kumo-magic:queries',
      factory: ({ model }) =>
        EditorExtensionRegistry.createImmutableExtension([inOurCells(model, talk), lineMagics(model)])
    });
  }
};
