/** The score table, sorted by the column whose heading is pressed. */

import type { Learner, Metric } from './data';
import { html, OWN_KEYS } from './elements';

export interface Scores {
  metrics: Metric[];
  learners: Learner[];
}

/** Which column, and whether its best score, or its first name, comes last. */
export interface Order {
  column: number;
  isReversed: boolean;
}

const NAMES = 2;

/** The table in that order, or as the kernel wrote it; `choose` hears which order is asked for. */
export function scoreTable(data: Scores, order: Order | null, choose: (order: Order) => void): HTMLTableElement {
  const head = [
    ...['learner', 'kind'].map((title, column) => heading(title, column, false, order, choose)),
    ...data.metrics.map(({ name, higher_is_better: isHigher }, place) =>
      heading(`${name} ${isHigher ? '↑' : '↓'}`, NAMES + place, isHigher, order, choose)
    )
  ];
  const body = sorted(data, order).map(row);
  return html('table', {}, html('thead', {}, html('tr', {}, ...head)), html('tbody', {}, ...body));
}

/** A heading to press. `isHighFirst` tells in which direction its best comes first. */
function heading(
  title: string,
  column: number,
  isHighFirst: boolean,
  order: Order | null,
  choose: (order: Order) => void
): HTMLElement {
  const isChosen = order?.column === column;
  const button = html(
    'button',
    { type: 'button', ...OWN_KEYS },
    title,
    html('span', { 'aria-hidden': 'true' }, mark(isChosen, order))
  );
  button.addEventListener('click', () => choose({ column, isReversed: isChosen && order?.isReversed === false }));
  const cell = html('th', { scope: 'col', class: column < NAMES ? 'kumo-record-name' : 'kumo-record-number' }, button);
  if (isChosen) {
    cell.setAttribute('aria-sort', isHighFirst === order?.isReversed ? 'ascending' : 'descending');
  }
  return cell;
}

function mark(isChosen: boolean, order: Order | null): string {
  return isChosen ? (order?.isReversed ? ' ▴' : ' ▾') : '';
}

function row(learner: Learner): HTMLElement {
  const isModel = learner.kind === 'model';
  const cells = learner.shown.map((shown, place) =>
    html('td', { class: 'kumo-record-number' }, learner.is_best[place] ? html('b', {}, shown) : shown)
  );
  return html(
    'tr',
    {},
    html('th', { scope: 'row', class: 'kumo-record-name' }, isModel ? html('b', {}, learner.learner) : learner.learner),
    html('td', { class: 'kumo-record-name' }, learner.kind),
    ...cells
  );
}

/** Unknown scores come last in either direction. */
function sorted({ metrics, learners }: Scores, order: Order | null): Learner[] {
  if (order === null) {
    return learners;
  }
  const sign = order.isReversed ? -1 : 1;
  if (order.column < NAMES) {
    const name = order.column === 0 ? 'learner' : 'kind';
    return learners.toSorted((left, right) => sign * left[name].localeCompare(right[name]));
  }
  const place = order.column - NAMES;
  const best = metrics[place]?.higher_is_better ? -sign : sign;
  return learners.toSorted((left, right) => {
    const a = left.values[place] ?? null;
    const b = right.values[place] ?? null;
    return a === null || b === null ? Number(a === null) - Number(b === null) : best * (a - b);
  });
}
