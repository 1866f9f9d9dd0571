/** What an editor of ours has beyond others, in force while its text needs it: the language of whole cells; checks of
 * what is typed, and facts on hover, also where lines of ours stand in a Python cell. */

import { Compartment, EditorState, type Extension, Prec, Text } from '@codemirror/state';
import type { CodeEditor } from '@jupyterlab/codeeditor';

import { checks } from './checks';
import { facts } from './facts';
import { language } from './language';
import { hasLineMagic, isPythonCell, isQueryDocument } from './magics';
import type { Talk } from './talk';

const NOTHING: Extension = [];

/** The extension of one editor. Its compartment is empty in every cell that has nothing of ours. */
export function inOurCells(model: CodeEditor.IModel, talk: Talk): Extension {
  const compartment = new Compartment();
  const watched: Extension = [checks(model, talk), facts(model, talk.kernels)];
  const whole: Extension = [Prec.highest(language), watched];
  const wantedFor = (document: Text): Extension => {
    if (!isPythonCell(model)) {
      return NOTHING;
    }
    return isQueryDocument(document) ? whole : hasLineMagic(document) ? watched : NOTHING;
  };
  const follow = EditorState.transactionExtender.of(transaction => {
    const wanted = wantedFor(transaction.newDoc);
    return compartment.get(transaction.startState) === wanted ? null : { effects: compartment.reconfigure(wanted) };
  });
  return [compartment.of(wantedFor(Text.of(model.sharedModel.getSource().split('\n')))), follow];
}
