/** Numbers: what happened over what was predicted, residuals, and errors by the size of the prediction. */

import { html, OWN_KEYS } from '../../report/elements';
import { number } from '../../report/numbers';
import type { Numbers, ScoresAnswer } from './answer';
import { type Axis, axisAround, axisOfNames, chart, type Mark, type Place } from './chart';
import { figure, note } from './figure';
import { legend, tickedLegend } from './legend';
import { numbersBehind } from './table';

const MOST_TICKS = 6;

/** What a reader has chosen; it stays when other rows are shown. */
export interface NumbersChoice {
  isLogarithmic: boolean;
}

export function predictedPicture(
  answer: ScoresAnswer,
  drawn: Numbers,
  numRows: number,
  shown: Set<string>,
  choice: NumbersChoice
): HTMLElement {
  const { prediction, baseline, label } = drawn.points;
  const canBeLogarithmic = [...prediction, ...baseline, ...label].every(value => value >= 0);
  return scatter(answer, drawn, numRows, shown, canBeLogarithmic ? choice : null, {
    y: label,
    yOfBaseline: label,
    title: 'label',
    reference: 'Dotted: it comes as predicted.',
    isDiagonal: true
  });
}

export function residualsPicture(
  answer: ScoresAnswer,
  drawn: Numbers,
  numRows: number,
  shown: Set<string>
): HTMLElement {
  const { prediction, baseline, label } = drawn.points;
  const minus = (from: number[]): number[] => label.map((value, place) => value - (from[place] ?? 0));
  return scatter(answer, drawn, numRows, shown, null, {
    y: minus(prediction),
    yOfBaseline: minus(baseline),
    title: 'label − prediction',
    reference: 'Dotted: no error. Above it the prediction was too low.',
    isDiagonal: false
  });
}

export function sizesPicture(answer: ScoresAnswer, { sizes }: Numbers): HTMLElement {
  const line = (look: number, values: number[]): Mark => ({
    type: 'line',
    look,
    places: values.map((value, place): Place => [place, value]),
    hasDots: true
  });
  const picture = chart(
    axisOfNames('mean prediction of the bin', sizes.prediction.map(number), MOST_TICKS),
    { ...axisAround('mean absolute error', [0, ...sizes.error, ...sizes.baseline]), low: 0 },
    [line(1, sizes.baseline), line(0, sizes.error)],
    `Mean absolute error in ${sizes.rows.length} bins of about equal size, by the prediction of the ${answer.model}`
  );
  const rows = sizes.rows.map((count, place) => [
    count,
    ...[sizes.prediction, sizes.label, sizes.error, sizes.baseline, sizes.bias, sizes.covered].map(
      values => values[place] ?? null
    )
  ]);
  return figure(
    picture,
    [
      legend([
        { learner: answer.model, look: 0, words: '' },
        { learner: answer.baseline, look: 1, words: 'on the same rows' }
      ]),
      note(`Rows in bins of about equal size, by what the ${answer.model} predicted.`)
    ],
    [
      numbersBehind(
        ['rows', 'mean prediction', 'mean label', 'MAE', `MAE of ${answer.baseline}`, 'label − prediction', 'coverage'],
        rows
      )
    ]
  );
}

interface Shape {
  y: number[];
  yOfBaseline: number[];
  title: string;
  reference: string;
  isDiagonal: boolean;
}

function scatter(
  answer: ScoresAnswer,
  { points }: Numbers,
  numRows: number,
  shown: Set<string>,
  choice: NumbersChoice | null,
  shape: Shape
): HTMLElement {
  const holder = html('div');
  const series = [
    { learner: answer.baseline, look: 1, x: points.baseline, y: shape.yOfBaseline },
    { learner: answer.model, look: 0, x: points.prediction, y: shape.y }
  ];
  const draw = (): void => {
    const scaled = choice?.isLogarithmic ? Math.log1p : (value: number): number => value;
    const seen = series.filter(each => shown.has(each.learner));
    const [xs, ys] = [seen.flatMap(each => each.x).map(scaled), seen.flatMap(each => each.y).map(scaled)];
    let [x, y] = [axisAround('prediction', xs), axisAround(shape.title, shape.isDiagonal ? ys : [0, ...ys])];
    if (choice?.isLogarithmic) {
      [x, y] = [logarithmic(x), logarithmic(y)];
    }
    const low = Math.max(x.low, y.low);
    const high = Math.min(x.high, y.high);
    const reference: Mark = shape.isDiagonal
      ? { type: 'reference', from: [low, low], to: [high, high] }
      : { type: 'reference', from: [x.low, 0], to: [x.high, 0] };
    const dots = seen.map((each): Mark => ({
      type: 'dots',
      look: each.look,
      places: each.x.map((value, place): Place => [scaled(value), scaled(each.y[place] ?? 0)])
    }));
    const hasReference = !shape.isDiagonal || low < high;
    holder.replaceChildren(
      chart(
        x,
        y,
        [...(hasReference ? [reference] : []), ...dots],
        `${shape.title} over prediction of ${points.label.length} rows: ${seen.map(each => each.learner).join(' and ')}`
      )
    );
  };
  draw();
  const entries = series.map(({ learner, look }) => ({ learner, look, words: '' })).reverse();
  const beside: HTMLElement[] = [tickedLegend(entries, shown, draw, true)];
  if (choice !== null) {
    const box = html('input', { type: 'checkbox', ...OWN_KEYS });
    box.checked = choice.isLogarithmic;
    box.addEventListener('change', () => {
      choice.isLogarithmic = box.checked;
      draw();
    });
    beside.push(html('label', { class: 'kumo-way' }, box, 'logarithmic axes'));
  }
  beside.push(note(shape.reference));
  const count = points.label.length;
  if (count < numRows) {
    beside.push(note(`${count.toLocaleString('en-US')} of ${numRows.toLocaleString('en-US')} rows, drawn at random.`));
  }
  const rows = points.label.map((label, place) => [
    label,
    points.prediction[place] ?? null,
    points.baseline[place] ?? null
  ]);
  return figure(holder, beside, [numbersBehind(['label', answer.model, answer.baseline], rows)]);
}

/** The same axis with round numbers where log(1 + value) is drawn. */
function logarithmic(axis: Axis): Axis {
  const most = Math.expm1(axis.high);
  const ticks = [0, 1];
  while ((ticks.at(-1) ?? Infinity) * 10 <= most && ticks.length < 8) {
    ticks.push((ticks.at(-1) ?? 1) * 10);
  }
  const shown = ticks.filter(value => Math.log1p(value) >= axis.low && value <= most);
  return { ...axis, ticks: shown.map(value => ({ at: Math.log1p(value), words: number(value) })) };
}
