/** Marks under mistakes as one types, with the kernel's own words and, where it knows one, a fix. While the kernel is
 * busy, marks under what is wrong by what it said last. */

import { type Diagnostic, linter, nextDiagnostic } from '@codemirror/lint';
import { type Extension, StateEffect } from '@codemirror/state';
import { EditorView, keymap, ViewPlugin } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';

import { busyLine, setBusy } from './busy';
import { guessesOf } from './guesses';
import type { Mistake } from './kernels';
import { readingsOf } from './readings';
import type { Talk } from './talk';

const DELAY_MS = 500;
const again = StateEffect.define();

/** Follows the theme: the tooltip is CodeMirror's, its colours are not. */
const looks = EditorView.theme({
  '.cm-tooltip.cm-tooltip-lint': { border: '1px solid var(--jp-border-color1)' },
  '.cm-diagnostic': {
    maxWidth: '520px',
    color: 'var(--jp-ui-font-color1)',
    backgroundColor: 'var(--jp-layout-color1)',
    fontFamily: 'var(--jp-ui-font-family)',
    fontSize: 'var(--jp-ui-font-size1)'
  },
  '.cm-diagnosticAction': {
    color: 'var(--jp-ui-inverse-font-color1)',
    backgroundColor: 'var(--jp-brand-color1)'
  }
});

/** The extension of one cell of ours. */
export function checks(model: CodeEditor.IModel, { kernels, known }: Talk): Extension {
  const source = async (view: EditorView): Promise<Diagnostic[]> => {
    const text = view.state.doc.toString();
    const session = kernels.sessionOf(model);
    const found =
      session === null || kernels.runsCell(session)
        ? null
        : await kernels.askIn(session, { type: 'check', cell: text });
    const last = session === null || found !== null ? null : known.of(session);
    const isBusy = last?.readiness === 'busy' || last?.readiness === 'ready'; // it had time to answer
    setBusy(view, isBusy && view.hasFocus);
    const guesses = isBusy ? readingsOf(view).flatMap(reading => guessesOf(reading, last.inventory)) : [];
    return [
      ...(found ?? []).map(mistake => diagnosticOf(mistake, text.length, 'error')),
      ...guesses.map(mistake => diagnosticOf(mistake, text.length, 'warning'))
    ];
  };
  const needsRefresh = (update: { transactions: readonly { effects: readonly StateEffect<unknown>[] }[] }): boolean =>
    update.transactions.some(transaction => transaction.effects.some(effect => effect.is(again)));
  const follow = ViewPlugin.define(view => ({
    destroy: kernels.onNews(() => view.dispatch({ effects: again.of(null) }))
  }));
  return [
    linter(source, { delay: DELAY_MS, needsRefresh }),
    follow,
    busyLine,
    keymap.of([{ key: 'F8', run: nextDiagnostic }]),
    looks
  ];
}

function diagnosticOf(
  { start, end, message, fix }: Mistake,
  length: number,
  severity: Diagnostic['severity']
): Diagnostic {
  const [from, to] = [Math.min(start, length), Math.min(end, length)];
  const actions =
    fix === null
      ? []
      : [
          {
            name: `Write ${fix}`,
            apply: (view: EditorView, from: number, to: number): void =>
              view.dispatch({ changes: { from, to, insert: fix }, selection: { anchor: from + fix.length } })
          }
        ];
  return { from, to, severity, message, actions };
}
