/** The language of whole cells: in force while a cell begins with one of our cell magics, and else absent. */

import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import type { CodeEditor } from '@jupyterlab/codeeditor';

import { language } from './language';
import { isPythonCell, isQueryCell, isQueryDocument } from './magics';

const OURS: Extension = Prec.highest(language);
const NOTHING: Extension = [];

/** The extension of one editor. Its compartment is empty in every cell that is not ours. */
export function inQueryCells(model: CodeEditor.IModel): Extension {
  const compartment = new Compartment();
  const isOurs = isPythonCell(model) && isQueryCell(model.sharedModel.getSource());
  const follow = EditorState.transactionExtender.of(transaction => {
    const wanted = isPythonCell(model) && isQueryDocument(transaction.newDoc) ? OURS : NOTHING;
    return compartment.get(transaction.startState) === wanted ? null : { effects: compartment.reconfigure(wanted) };
  });
  return [compartment.of(isOurs ? OURS : NOTHING), follow];
}
