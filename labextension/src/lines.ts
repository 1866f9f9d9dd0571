/** Colours of `%predict`, `%graph` and `%runs` lines inside Python cells; the other lines stay as they are. */

import { highlightingFor, syntaxTree } from '@codemirror/language';
import { type Extension, Prec, type Range } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import type { CodeEditor } from '@jupyterlab/codeeditor';

import { COLOURS, startOf } from './language';
import { isMagicDocument, isPythonCell, placeOfLineMagic } from './magics';
import { isInText, runsOf } from './readings';

const PLAIN = 'kumo-magic-plain';

/** What Python makes of such a line does not hold: its errors and operators lose their colours. */
const plain = EditorView.baseTheme({
  [`.${PLAIN}`]: { color: 'var(--jp-content-font-color1)', fontWeight: 'normal', fontStyle: 'normal' }
});

/** The extension of one editor. */
export function lineMagics(model: CodeEditor.IModel): Extension {
  const colours = ViewPlugin.define(
    view => ({
      decorations: decorationsOf(view, model),
      update(update: ViewUpdate): void {
        const isParsed = syntaxTree(update.startState) !== syntaxTree(update.state);
        if (update.docChanged || update.viewportChanged || isParsed) {
          this.decorations = decorationsOf(update.view, model);
        }
      }
    }),
    { decorations: value => value.decorations }
  );
  // The highest precedence is the innermost span, whose colour is seen.
  return [Prec.highest(colours), plain];
}

function decorationsOf(view: EditorView, model: CodeEditor.IModel): DecorationSet {
  const { state } = view;
  if (!isPythonCell(model) || isMagicDocument(state.doc)) {
    return Decoration.none;
  }
  const marks: Range<Decoration>[] = [];
  for (const { from, to } of view.visibleRanges) {
    for (let line = state.doc.lineAt(from); ; line = state.doc.line(line.number + 1)) {
      const place = placeOfLineMagic(line.text);
      if (place >= 0 && !isInText(view, line.from + place)) {
        marks.push(...marksOf(view, line.text.slice(place), line.from + place));
      }
      if (line.to >= to || line.number === state.doc.lines) {
        break;
      }
    }
  }
  return Decoration.set(marks);
}

/** A mark for every run of characters, from `offset` on. */
function marksOf(view: EditorView, text: string, offset: number): Range<Decoration>[] {
  return runsOf(text, offset, startOf()).map(({ kind, start, end }) => {
    const colour = kind === null ? null : highlightingFor(view.state, [COLOURS[kind]]);
    return Decoration.mark({ class: colour ?? PLAIN }).range(start, end);
  });
}
