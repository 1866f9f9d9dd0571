/** The plugin that gives every code cell's editor the colours of our magics, and their mistakes marks. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';

import { inQueryCells } from './cells';
import { Kernels } from './kernels';
import { lineMagics } from './lines';

export const queries: JupyterFrontEndPlugin<void> = {
  id: 'kumo-magic:queries',
  description: 'Colours of our cells and lines; marks under mistakes in %%predict cells.',
  autoStart: true,
  requires: [IEditorExtensionRegistry],
  activate: (app: JupyterFrontEnd, editors: IEditorExtensionRegistry): void => {
    const kernels = new Kernels(app);
    editors.addExtension({
      name: 'kumo-magic:queries',
      factory: ({ model }) =>
        EditorExtensionRegistry.createImmutableExtension([inQueryCells(model, kernels), lineMagics(model)])
    });
  }
};
