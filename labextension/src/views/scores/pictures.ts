/** A run's task → the pictures to choose from, in their order. */

import { html } from '../../report/elements';
import type { Group, ScoresAnswer } from './answer';
import { type AtKChoice, atKPicture, partsPicture } from './at_k';
import { calibrationPicture } from './calibration';
import { classScores } from './class_scores';
import { type Choice, confusionPicture, firstChoice } from './confusion';
import { precisionPicture, rocPicture } from './curves';
import { type MatrixChoice, matrixPicture } from './matrix';
import { type NumbersChoice, predictedPicture, residualsPicture, sizesPicture } from './numbers';
import { overTimePicture } from './over_time';
import { coveragePicture, segmentsPicture } from './segments';

export interface PictureOfRows {
  title: string;
  /** Whether it shows the rows that are chosen; else it shows all groups at once. */
  isOfRows: boolean;
  draw: (group: Group) => HTMLElement;
}

interface Choices {
  shown: Set<string>;
  cut: Choice;
  matrix: MatrixChoice;
  numbers: NumbersChoice;
  atK: AtKChoice;
}

export function pictures(answer: ScoresAnswer, id: string): PictureOfRows[] {
  const choices: Choices = {
    shown: new Set([answer.model, answer.baseline]),
    cut: firstChoice(answer),
    matrix: { areShares: false },
    numbers: { isLogarithmic: false },
    atK: { metric: answer.metric.replace(/@.*/, '') }
  };
  const groups = answer.groups.slice(1);
  const all = [...ofTask(answer, choices, id)];
  if (groups.some(group => group.kind === 'anchor')) {
    all.push({ title: 'Over time', isOfRows: false, draw: () => overTimePicture(answer) });
  }
  if (groups.some(group => group.kind === 'segment')) {
    all.push({ title: 'Segments', isOfRows: false, draw: () => segmentsPicture(answer) });
  }
  return all;
}

function ofTask(answer: ScoresAnswer, choices: Choices, id: string): PictureOfRows[] {
  const { shown } = choices;
  switch (answer.task) {
    case 'truths':
      return [
        of('ROC', 'truths', (drawn, group) => rocPicture(answer, drawn, group.num_rows, shown)),
        of('Precision and recall', 'truths', (drawn, group) => precisionPicture(answer, drawn, group.num_rows, shown)),
        of('Calibration', 'truths', drawn => calibrationPicture(answer, drawn.bins, seen(answer))),
        of('Confusion', 'truths', (drawn, group) => confusionPicture(answer, drawn, group.num_rows, choices.cut, id))
      ];
    case 'classes':
      return [
        of('Confusion', 'classes', drawn => matrixPicture(drawn, choices.matrix)),
        of('Calibration', 'classes', drawn => calibrationPicture(answer, drawn.bins, seen(answer)))
      ];
    case 'sets':
      return [
        of('Classes', 'sets', (drawn, group) => classScores(answer, drawn, group.num_rows)),
        of('Calibration', 'sets', drawn => calibrationPicture(answer, drawn.bins, seen(answer)))
      ];
    case 'numbers':
      return [
        of('Predicted and actual', 'numbers', (drawn, group) =>
          predictedPicture(answer, drawn, group.num_rows, shown, choices.numbers)
        ),
        of('Residuals', 'numbers', (drawn, group) => residualsPicture(answer, drawn, group.num_rows, shown)),
        of('Error by size', 'numbers', drawn => sizesPicture(answer, drawn)),
        { title: 'Coverage', isOfRows: false, draw: () => coveragePicture(answer) }
      ];
    case 'lists':
      return [
        of('At k', 'lists', drawn => atKPicture(answer, drawn, shown, choices.atK)),
        ...(answer.parts === null ? [] : [partsOf(answer.parts)])
      ];
  }
}

function partsOf(parts: NonNullable<ScoresAnswer['parts']>): PictureOfRows {
  return { title: 'Repeats and new items', isOfRows: false, draw: () => partsPicture(parts) };
}

/** A picture of rows of that task; rows of another have none. */
function of<T extends ScoresAnswer['task']>(
  title: string,
  task: T,
  draw: (drawn: Extract<Group['drawn'], { task: T }>, group: Group) => HTMLElement
): PictureOfRows {
  const is = (drawn: Group['drawn']): drawn is Extract<Group['drawn'], { task: T }> => drawn.task === task;
  return { title, isOfRows: true, draw: group => (is(group.drawn) ? draw(group.drawn, group) : html('div')) };
}

/** Whether the rows were calibrated on. */
function seen({ split }: ScoresAnswer): string {
  return split === 'validation'
    ? 'Calibrated on these very rows: others will do less well.'
    : 'Calibrated on the validation rows, measured on these, which were not seen.';
}
