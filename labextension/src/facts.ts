/** What the kernel knows of a table, a column or a word, shown where the pointer rests. */

import type { Extension } from '@codemirror/state';
import { EditorView, hoverTooltip } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';

import type { Kernels } from './kernels';
import { html } from './report/elements';

const looks = EditorView.theme({
  '.kumo-magic-facts': {
    maxWidth: '520px',
    padding: '4px 8px',
    color: 'var(--jp-ui-font-color1)',
    fontFamily: 'var(--jp-ui-font-family)',
    fontSize: 'var(--jp-ui-font-size1)'
  },
  '.kumo-magic-facts > :first-child': { fontWeight: 600 }
});

/** The extension of one cell of ours. */
export function facts(model: CodeEditor.IModel, kernels: Kernels): Extension {
  const shown = hoverTooltip(async (view, place) => {
    const found = await kernels.ask({ type: 'hover', cell: view.state.doc.toString(), place }, model);
    if (found === null || found.end > view.state.doc.length) {
      return null;
    }
    const lines = found.lines.map(line => html('div', {}, line));
    return {
      pos: found.start,
      end: found.end,
      create: () => ({ dom: html('div', { class: 'kumo-magic-facts' }, ...lines) })
    };
  });
  return [shown, looks];
}
