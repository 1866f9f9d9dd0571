/** The primary metric anchor time by anchor time, with its interval and the best baseline. */

import { number } from '../../report/numbers';
import type { Group, ScoresAnswer } from './answer';
import { axisAround, axisOfNames, chart, type Mark, type Place } from './chart';
import { figure, note } from './figure';
import { legend } from './legend';
import { numbersBehind } from './table';

const MOST_TICKS = 5;

export function overTimePicture(answer: ScoresAnswer): HTMLElement {
  const anchors = answer.groups.filter(group => group.kind === 'anchor');
  const values = anchors.flatMap(({ score, low, high, baseline }) =>
    [score, low, high, baseline].filter(value => value !== null)
  );
  const facts = anchors[0]?.facts.map(fact => fact.name) ?? [];
  const marks: Mark[] = [
    {
      type: 'band',
      look: 0,
      places: anchors.flatMap(({ low, high }, x) => (low === null || high === null ? [] : [{ x, low, high }]))
    },
    { type: 'line', look: 1, places: known(anchors, 'baseline'), hasDots: true },
    { type: 'line', look: 0, places: known(anchors, 'score'), hasDots: true }
  ];
  const picture = chart(
    axisOfNames(
      'anchor time',
      anchors.map(group => group.name),
      MOST_TICKS
    ),
    axisAround(titled(answer), values),
    marks,
    `${answer.metric} at ${anchors.length} anchor times. ${anchors.map(group => `${group.name}: ${said(group.score)}`).join('; ')}`
  );
  const left = answer.num_anchors - anchors.length;
  return figure(
    picture,
    [
      legend([
        { learner: answer.model, look: 0, words: 'with its 95% interval' },
        { learner: answer.baseline, look: 1, words: 'the best baseline' }
      ]),
      ...(left > 0 ? [note(`The newest ${anchors.length} of ${answer.num_anchors} anchor times.`)] : []),
      ...(anchors.length === 1 ? [note('There is one anchor time only: nothing shows whether it drifts.')] : [])
    ],
    [
      numbersBehind(
        ['anchor time', 'rows', answer.metric, '95% from', 'to', answer.baseline, ...facts],
        anchors.map(group => [
          group.name,
          group.num_rows,
          group.score,
          group.low,
          group.high,
          group.baseline,
          ...facts.map((_, place) => group.facts[place]?.value ?? null)
        ])
      )
    ]
  );
}

/** The metric, and which way is good. */
export function titled(answer: ScoresAnswer): string {
  const metric = answer.metrics.find(each => each.name === answer.metric);
  return `${answer.metric} (${metric?.higher_is_better === false ? 'less' : 'more'} is better)`;
}

function known(groups: Group[], name: 'score' | 'baseline'): Place[] {
  return groups.flatMap((group, place): Place[] => {
    const value = group[name];
    return value === null ? [] : [[place, value]];
  });
}

function said(value: number | null): string {
  return value === null ? 'unknown' : number(value);
}
