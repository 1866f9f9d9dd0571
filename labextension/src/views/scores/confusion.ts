/** Truth values at a threshold: chosen by hand, by how many rows can be treated, or by what mistakes cost. */

import { html, OWN_KEYS } from '../../report/elements';
import { count, number, share } from '../../report/numbers';
import type { CutCurve, ScoresAnswer, Truths } from './answer';
import { axisAround, chart, type Mark, type Place } from './chart';
import { cheapest, costAt, countsAt, type Prices, taking } from './cuts';
import { figure, note } from './figure';
import { legend } from './legend';
import { lookOf } from './looks';
import { numbersBehind, table } from './table';

type By = 'threshold' | 'rows' | 'cost';

/** What a reader has chosen; it stays when other rows are shown. */
export interface Choice {
  by: By;
  threshold: number;
  rows: number;
  prices: Prices;
}

const WAYS: readonly (readonly [By, string])[] = [
  ['threshold', 'a threshold'],
  ['rows', 'how many rows to treat'],
  ['cost', 'what mistakes cost']
];

export function firstChoice(answer: ScoresAnswer): Choice {
  return {
    by: 'threshold',
    threshold: answer.threshold?.value ?? 0.5,
    rows: Math.max(1, Math.round((answer.groups[0]?.num_rows ?? 10) / 10)),
    prices: { alarm: 1, miss: 5, gain: 0 }
  };
}

export function confusionPicture(
  answer: ScoresAnswer,
  truths: Truths,
  numRows: number,
  choice: Choice,
  id: string
): HTMLElement {
  const curve = truths.curves.find(each => each.learner === answer.model);
  const rival = truths.curves.find(each => each.learner === answer.baseline);
  if (curve === undefined) {
    return note('The cuts of these rows are not in this notebook.');
  }
  const controls = html('div', { class: 'kumo-controls' });
  const words = html('div', { class: 'kumo-words', 'aria-live': 'polite' });
  const tables = html('div', { class: 'kumo-four' });
  const holder = html('div');
  const draw = (): void => {
    const place = placeOf(choice, curve, truths.thresholds);
    const [first, ...rest] = wordsOf(answer, truths, curve, place, choice);
    words.replaceChildren(html('b', {}, first ?? ''), ...rest.map(each => html('div', {}, each)));
    const rivals =
      rival === undefined ? [] : [{ curve: rival, place: taking(rival, countsAt(curve, place).predicted) }];
    tables.replaceChildren(...[{ curve, place }, ...rivals].map(each => four(each.curve, each.place)));
    holder.replaceChildren(worth(answer, [curve, ...(rival === undefined ? [] : [rival])], place, choice));
  };
  const offer = (): void => controls.replaceChildren(...inputs(choice, curve, truths.thresholds, numRows, draw));
  const ways = WAYS.map(([by, title]) => {
    const button = html('input', { type: 'radio', name: `${id}-by`, ...OWN_KEYS });
    button.checked = choice.by === by;
    button.addEventListener('change', () => {
      choice.by = by;
      offer();
      draw();
    });
    return html('label', { class: 'kumo-way' }, button, title);
  });
  offer();
  draw();
  const rows = curve.num_predicted.map((predicted, place) => {
    const { hits, alarms, misses } = countsAt(curve, place);
    return [place === 0 ? 'nobody' : number(truths.thresholds[place - 1] ?? 0), predicted, hits, alarms, misses];
  });
  const entries = [curve, ...(rival === undefined ? [] : [rival])].map(({ learner }) => ({
    learner,
    look: lookOf(answer, learner),
    words: ''
  }));
  return html(
    'div',
    {},
    html('fieldset', { class: 'kumo-ways' }, html('legend', {}, 'Choose by'), ...ways),
    controls,
    words,
    figure(
      holder,
      [legend(entries), tables],
      [numbersBehind(['from a probability of', 'predicted true', 'hits', 'false alarms', 'misses'], rows)]
    )
  );
}

function placeOf(choice: Choice, curve: CutCurve, thresholds: number[]): number {
  switch (choice.by) {
    case 'threshold':
      return thresholds.filter(threshold => threshold >= choice.threshold).length;
    case 'rows':
      return taking(curve, choice.rows);
    case 'cost':
      return cheapest(curve, choice.prices);
  }
}

/** What the way of choosing asks for. */
function inputs(
  choice: Choice,
  curve: CutCurve,
  thresholds: number[],
  numRows: number,
  changed: () => void
): HTMLElement[] {
  switch (choice.by) {
    case 'threshold': {
      const last = curve.num_predicted.length - 1;
      const slider = html('input', { type: 'range', min: 0, max: last, step: 1, ...OWN_KEYS });
      slider.value = String(last - placeOf(choice, curve, thresholds)); // to the right the threshold rises
      const said = (): void => slider.setAttribute('aria-valuetext', number(choice.threshold));
      slider.addEventListener('input', () => {
        const place = last - slider.valueAsNumber;
        choice.threshold = place === 0 ? 1.001 : (thresholds[place - 1] ?? 0);
        said();
        changed();
      });
      said();
      return [html('label', { class: 'kumo-field kumo-wide' }, 'Probability from which a prediction is true', slider)];
    }
    case 'rows':
      return [
        field('Treat', choice.rows, 0, numRows, value => {
          choice.rows = value;
          changed();
        }),
        html('span', {}, `of ${count(numRows, 'row')}, the most probable ones`)
      ];
    case 'cost':
      return [
        ...(
          [
            ['alarm', 'A false alarm costs'],
            ['miss', 'A miss costs'],
            ['gain', 'A hit brings']
          ] as const
        ).map(([name, title]) =>
          field(title, choice.prices[name], 0, null, value => {
            choice.prices = { ...choice.prices, [name]: value };
            changed();
          })
        )
      ];
  }
}

function field(
  title: string,
  value: number,
  least: number,
  most: number | null,
  changed: (value: number) => void
): HTMLElement {
  const limits: Record<string, number> = most === null ? { min: least } : { min: least, max: most };
  const box = html('input', { type: 'number', step: 'any', value, ...limits, ...OWN_KEYS });
  box.addEventListener('input', () => {
    const typed = box.valueAsNumber;
    const isFine = Number.isFinite(typed) && typed >= least;
    box.setAttribute('aria-invalid', String(!isFine));
    if (isFine) {
      changed(typed);
    }
  });
  return html('label', { class: 'kumo-field' }, title, box);
}

/** What the cut would have meant: where it is, first. */
function wordsOf(answer: ScoresAnswer, truths: Truths, curve: CutCurve, place: number, choice: Choice): string[] {
  const { predicted, hits, rest, alarms } = countsAt(curve, place);
  const rows = predicted + rest + (truths.num_true - hits);
  const threshold = truths.thresholds[place - 1];
  const from =
    threshold === undefined ? 'Nobody is predicted true' : `True from a probability of ${number(threshold)} on`;
  const found = [
    `${count(predicted, `${answer.split} row`)} of ${rows.toLocaleString('en-US')} predicted true. ` +
      `Of them right (precision): ${share(hits, predicted)}. Found of all true ones (recall): ${share(hits, truths.num_true)}. ` +
      `False alarms among the false ones: ${share(alarms, alarms + rest)}.`
  ];
  if (choice.by === 'cost') {
    const cost = costAt(curve, place, choice.prices);
    const [none, all] = [0, curve.num_predicted.length - 1].map(end => costAt(curve, end, choice.prices) - cost);
    const { alarm, miss, gain } = choice.prices;
    found.unshift(
      `${cost < 0 ? `It brings ${number(-cost)}` : `It costs ${number(cost)}`} on these rows, the least of all thresholds: ` +
        `${number(none ?? 0)} less than treating nobody, ${number(all ?? 0)} less than treating everybody. ` +
        'It was chosen on these very rows: on others expect a little less.'
    );
    if (miss + gain + alarm > 0 && alarm > 0 && miss + gain > 0) {
      found.push(`To predict with it: --threshold cost:${plain(miss + gain)}:${plain(alarm)}`);
    }
  } else if (choice.by === 'threshold') {
    found.push(
      choice.threshold === answer.threshold?.value
        ? `The threshold of this run: ${answer.threshold.words}.`
        : threshold === undefined
          ? ''
          : `To predict with it: --threshold ${plain(threshold)}`
    );
    if (answer.threshold !== null && answer.threshold.value === null) {
      found.push(`This run predicts true: ${answer.threshold.words}.`);
    }
  }
  return [from, ...found.filter(each => each !== '')];
}

/** As a command line reads it. */
function plain(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Predicted against what happened. */
function four(curve: CutCurve, place: number): HTMLElement {
  const { predicted, hits, alarms, misses, rest } = countsAt(curve, place);
  const shown = table(
    ['', 'was true', 'was false'],
    [
      ['predicted true', hits, alarms],
      ['predicted false', misses, rest]
    ]
  );
  const caption = html('caption', {}, `${curve.learner}, ${count(predicted, 'row')}`);
  shown.prepend(caption);
  return shown;
}

/** Over the rows that are treated: what the mistakes cost, or how many of the true ones are found. */
function worth(answer: ScoresAnswer, curves: CutCurve[], place: number, choice: Choice): SVGElement {
  const numTrue = Math.max(1, curves[0]?.num_hits.at(-1) ?? 1);
  const value = (curve: CutCurve, at: number): number =>
    choice.by === 'cost' ? costAt(curve, at, choice.prices) : countsAt(curve, at).hits / numTrue;
  const placed = (curve: CutCurve): Place[] =>
    curve.num_predicted.map((predicted, at): Place => [predicted, value(curve, at)]);
  const lines = curves.map((curve): Mark => ({
    type: 'line',
    look: lookOf(answer, curve.learner),
    places: placed(curve)
  }));
  const [model] = curves;
  const numRows = model?.num_predicted.at(-1) ?? 1;
  const picks: Mark[] =
    model === undefined ? [] : [{ type: 'pick', at: [model.num_predicted[place] ?? 0, value(model, place)] }];
  const title = choice.by === 'cost' ? 'cost on these rows' : 'found of all true ones (recall)';
  const y =
    choice.by === 'cost'
      ? axisAround(
          title,
          curves.flatMap(curve => placed(curve).map(([, cost]) => cost))
        )
      : { title, low: 0, high: 1 };
  const guess: Mark[] = choice.by === 'cost' ? [] : [{ type: 'reference', from: [0, 0], to: [numRows, 1] }];
  return chart(
    { title: 'rows predicted true', low: 0, high: numRows },
    y,
    [...guess, ...lines.reverse(), ...picks],
    `${title}, over how many rows are predicted true`
  );
}
