/** Truth values → ROC, and precision over recall, with a line for every learner that is ticked. */

import { html } from '../../report/elements';
import { number } from '../../report/numbers';
import type { CutCurve, ScoresAnswer, Truths } from './answer';
import { type Axis, chart, type Mark, type Place } from './chart';
import { figure, note } from './figure';
import { tickedLegend } from './legend';
import { lookOf } from './looks';
import { numbersBehind } from './table';

interface Kind {
  x: Axis;
  y: Axis;
  score: 'auroc' | 'precision';
  scoreName: string;
  places: (curve: CutCurve, truths: Truths, numRows: number) => Place[];
  reference: (rate: number) => Mark;
  referenceWords: (rate: number) => string;
  isStepped: boolean;
}

const ROC: Kind = {
  x: { title: 'false positive rate', low: 0, high: 1 },
  y: { title: 'true positive rate', low: 0, high: 1 },
  score: 'auroc',
  scoreName: 'AUROC',
  places: ({ num_predicted, num_hits }, { num_true }, numRows) =>
    num_predicted.map((predicted, place) => {
      const hits = num_hits[place] ?? 0;
      return [(predicted - hits) / (numRows - num_true), hits / num_true];
    }),
  reference: () => ({ type: 'reference', from: [0, 0], to: [1, 1] }),
  referenceWords: () => 'Dotted: a guess.',
  isStepped: false
};

const PRECISION: Kind = {
  x: { title: 'recall', low: 0, high: 1 },
  y: { title: 'precision', low: 0, high: 1 },
  score: 'precision',
  scoreName: 'average precision',
  places: ({ num_predicted, num_hits }, { num_true }) =>
    num_predicted.flatMap((predicted, place): Place[] => {
      const hits = num_hits[place] ?? 0;
      return predicted === 0 ? [] : [[hits / num_true, hits / predicted]];
    }),
  reference: rate => ({ type: 'reference', from: [0, rate], to: [1, rate] }),
  referenceWords: rate => `Dotted: the base rate, ${number(rate)}, the precision of a guess.`,
  isStepped: false
};

export function rocPicture(answer: ScoresAnswer, truths: Truths, numRows: number, shown: Set<string>): HTMLElement {
  return curvePicture(ROC, answer, truths, numRows, shown);
}

export function precisionPicture(
  answer: ScoresAnswer,
  truths: Truths,
  numRows: number,
  shown: Set<string>
): HTMLElement {
  return curvePicture(PRECISION, answer, truths, numRows, shown);
}

function curvePicture(
  kind: Kind,
  answer: ScoresAnswer,
  truths: Truths,
  numRows: number,
  shown: Set<string>
): HTMLElement {
  if (truths.num_true === 0 || truths.num_true === numRows) {
    return note(
      `All of these rows are ${truths.num_true === 0 ? 'false' : 'true'}: it takes both kinds to compare them.`
    );
  }
  const rate = truths.num_true / numRows;
  const holder = html('div');
  const said = (curve: CutCurve): string => `${kind.scoreName} ${numberOr(curve[kind.score])}`;
  const draw = (): void => {
    const seen = truths.curves.filter(curve => shown.has(curve.learner)).reverse(); // the model lies on top
    const lines = seen.map((curve): Mark => ({
      type: 'line',
      look: lookOf(answer, curve.learner),
      places: kind.places(curve, truths, numRows),
      isStepped: kind.isStepped
    }));
    const words = seen.map(curve => `${curve.learner}, ${said(curve)}`).reverse();
    holder.replaceChildren(
      chart(
        kind.x,
        kind.y,
        [kind.reference(rate), ...lines],
        `${kind.y.title} over ${kind.x.title}: ${words.join('; ')}`
      )
    );
  };
  draw();
  const entries = truths.curves.map(curve => ({
    learner: curve.learner,
    look: lookOf(answer, curve.learner),
    words: said(curve)
  }));
  const model = truths.curves.find(curve => curve.learner === answer.model);
  const rows = model === undefined ? [] : kind.places(model, truths, numRows).map(([x, y]): [number, number] => [x, y]);
  return figure(
    holder,
    [tickedLegend(entries, shown, draw), note(kind.referenceWords(rate))],
    [numbersBehind([kind.x.title, kind.y.title], rows, `Numbers of the ${answer.model}`)]
  );
}

function numberOr(value: number | null): string {
  return value === null ? 'unknown' : number(value);
}
