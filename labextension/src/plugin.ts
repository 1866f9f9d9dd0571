/** The plugin that gives every code cell's editor the colours of our magics. */

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';

import { lineMagics } from './lines';
import { inQueryCells } from './cells';

export const queryColours: JupyterFrontEndPlugin<void> = {
  id: 'kumo-magic:colours',
  description: 'Colours of %%predict and %%graph cells, and of %predict, %graph and %runs lines.',
  autoStart: true,
  requires: [IEditorExtensionRegistry],
  activate: (_app: JupyterFrontEnd, editors: IEditorExtensionRegistry): void => {
    editors.addExtension({
      name: 'kumo-magic:colours',
      factory: ({ model }) => EditorExtensionRegistry.createImmutableExtension([inQueryCells(model), lineMagics(model)])
    });
  }
};
