/** The language of whole cells, checks of what is typed, and facts on hover: in force while a cell begins with one of our cell magics, and else absent. */

import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state';
import type { CodeEditor } from '@jupyterlab/codeeditor';

import { checks } from './checks';
import { facts } from './facts';
import type { Kernels } from './kernels';
import { language } from './language';
import { isPythonCell, isQueryCell, isQueryDocument } from './magics';

const NOTHING: Extension = [];

/** The extension of one editor. Its compartment is empty in every cell that is not ours. */
export function inQueryCells(model: CodeEditor.IModel, kernels: Kernels): Extension {
  const compartment = new Compartment();
  const ours: Extension = [Prec.highest(language), checks(model, kernels), facts(model, kernels)];
  const isOurs = isPythonCell(model) && isQueryCell(model.sharedModel.getSource());
  const follow = EditorState.transactionExtender.of(transaction => {
    const wanted = isPythonCell(model) && isQueryDocument(transaction.newDoc) ? ours : NOTHING;
    return compartment.get(transaction.startState) === wanted ? null : { effects: compartment.reconfigure(wanted) };
  });
  return [compartment.of(isOurs ? ours : NOTHING), follow];
}
