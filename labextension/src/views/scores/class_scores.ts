/** Sets of classes: how well each class is told, beside how common it is and the best baseline. */

import { html } from '../../report/elements';
import type { ScoresAnswer, Sets } from './answer';
import { note } from './figure';
import { legend } from './legend';
import { rowsOfDots } from './rows_of_dots';

export function classScores(answer: ScoresAnswer, sets: Sets, numRows: number): HTMLElement {
  const rows = sets.classes.map(one => ({
    name: one.name,
    numRows: Math.round(one.base_rate * numRows),
    value: one.precision,
    low: null,
    high: null,
    other: one.baseline,
    further: [one.base_rate, one.predicted]
  }));
  const left = sets.num_classes - rows.length;
  return html(
    'div',
    {},
    legend(
      [
        { learner: answer.model, look: 0, words: 'average precision (more is better)' },
        { learner: answer.baseline, look: 1, words: 'the best baseline' }
      ],
      true
    ),
    rowsOfDots(
      [{ title: 'Classes, the commonest first; rows are those that have it', rows }],
      { value: 'average precision', other: answer.baseline, further: ['base rate', 'predicted'], aim: null },
      'Scores by class'
    ),
    note('The base rate is the average precision of a guess.'),
    ...(left > 0 ? [note(`The ${rows.length} commonest of ${sets.num_classes} classes.`)] : [])
  );
}
