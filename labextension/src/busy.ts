/** A line at the foot of a cell that is typed in while its kernel is busy. */

import { type Extension, StateEffect, StateField } from '@codemirror/state';
import { EditorView, type Panel, showPanel } from '@codemirror/view';

import { html } from './report/elements';

const shown = StateEffect.define<boolean>();

const field = StateField.define<boolean>({
  create: () => false,
  update: (value, transaction) =>
    transaction.effects.reduce((now, effect) => (effect.is(shown) ? effect.value : now), value),
  provide: self => showPanel.from(self, isShown => (isShown ? panel : null))
});

const looks = EditorView.theme({
  '.cm-panels': { backgroundColor: 'transparent', color: 'var(--jp-ui-font-color1)' },
  '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--jp-border-color2)' },
  '.kumo-magic-busy': {
    padding: '2px 8px',
    fontFamily: 'var(--jp-ui-font-family)',
    fontSize: 'var(--jp-ui-font-size1)'
  }
});

export const busyLine: Extension = [field, looks];

/** Shows the line, or takes it away. */
export function setBusy(view: EditorView, isBusy: boolean): void {
  if (view.state.field(field, false) === !isBusy) {
    view.dispatch({ effects: shown.of(isBusy) });
  }
}

function panel(): Panel {
  return { dom: html('div', { class: 'kumo-magic-busy', role: 'status' }, 'Kernel busy: checks resume after.') };
}
