/** An entity's past up to the anchor: a lane of events per table, the windows it was labelled by, and a table of it. */

import { html, OWN_KEYS } from '../../report/elements';
import type { HistoryAnswer, HistoryEvent, Lane } from './answer';
import { signed } from './numbers';
import { type Timeline, timelinePicture } from './timeline';

const NARROW = 240;

/** The past; `effects` are those of single rows, by name, where the answer has been explained. */
export function historyView(
  history: HistoryAnswer,
  effects: ReadonlyMap<string, number>,
  isProbability: boolean
): HTMLElement {
  const events = history.lanes
    .flatMap(lane => lane.events.map(event => ({ lane, event })))
    .toSorted((left, right) => left.event.time - right.event.time);
  if (events.length === 0) {
    return html('p', {}, `Nothing is known to have happened by ${history.anchor_words}.`);
  }
  const holder = html('div', { class: 'kumo-history-picture' });
  const told = html('p', { class: 'kumo-history-told', 'aria-live': 'polite' });
  const slider = html('input', {
    type: 'range',
    min: 0,
    max: events.length - 1,
    step: 1,
    value: events.length - 1,
    ...OWN_KEYS
  });
  let timeline: Timeline | null = null;
  const show = (place: number): void => {
    const chosen = events[place];
    if (chosen !== undefined) {
      const words = wordsOf(chosen.lane, chosen.event, effects, isProbability);
      slider.value = String(place);
      slider.setAttribute('aria-valuetext', `${chosen.event.name}, ${chosen.event.when}`);
      told.replaceChildren(html('b', {}, chosen.event.name), ` ${words}`);
      timeline?.mark(chosen.event);
    }
  };
  slider.addEventListener('input', () => show(slider.valueAsNumber));
  const chosen = (event: HistoryEvent): void => show(events.findIndex(each => each.event === event));
  const redraw = (width: number): void => {
    timeline = timelinePicture(history, effects, Math.max(NARROW, width), chosen);
    holder.replaceChildren(timeline.element);
    show(slider.valueAsNumber);
  };
  let drawn = 0;
  new ResizeObserver(() => {
    if (holder.clientWidth > 0 && holder.clientWidth !== drawn) {
      drawn = holder.clientWidth;
      redraw(drawn);
    }
  }).observe(holder);
  redraw(NARROW);
  return html(
    'div',
    {},
    html('p', {}, sentence(history, events.length)),
    holder,
    html('p', { class: 'kumo-explorer-note' }, legend(history, effects)),
    html('label', { class: 'kumo-history-slider' }, 'Event', slider),
    told,
    html(
      'details',
      {},
      html('summary', { ...OWN_KEYS }, 'As tables'),
      ...history.lanes.map(lane => laneTable(lane, effects, isProbability)),
      ...(history.labels.length > 0 ? [labelTable(history)] : [])
    )
  );
}

function sentence({ lanes, left_out: leftOut, anchor_words: anchor, window }: HistoryAnswer, drawn: number): string {
  const counts = lanes.map(({ name, total }) => `${total.toLocaleString('en-US')} ${name}`).join(', ');
  const cut = leftOut > 0 ? ` Drawn are the newest ${drawn.toLocaleString('en-US')}.` : '';
  const asked = window === null ? '' : ` Predicted is ${window.words}.`;
  return `Known by ${anchor}: ${counts}.${cut}${asked}`;
}

function legend({ labels, window }: HistoryAnswer, effects: ReadonlyMap<string, number>): string {
  const said = [
    effects.size > 0
      ? 'Triangles: the larger, the more the row moves the answer; blue and up raises it, ochre and down lowers it.'
      : 'A dot per row; once the answer is explained, its effect.'
  ];
  if (labels.length > 0) {
    said.push('Shaded above: past windows with what came true.');
  }
  if (window !== null) {
    said.push('Dashed: the window that is predicted, after the anchor.');
  }
  return said.join(' ');
}

function wordsOf(
  lane: Lane,
  event: HistoryEvent,
  effects: ReadonlyMap<string, number>,
  isProbability: boolean
): string {
  const values = lane.columns.map((column, place) => `${column} ${event.values[place] ?? '–'}`);
  const effect = effects.get(event.name);
  const moved =
    effect === undefined ? [] : [`effect ${signed(effect, isProbability)}${isProbability ? ' points' : ''}`];
  return [event.when, ...values, ...moved].join(' · ');
}

function laneTable(lane: Lane, effects: ReadonlyMap<string, number>, isProbability: boolean): HTMLElement {
  const hasEffects = lane.events.some(event => effects.has(event.name));
  const titles = ['Row', 'Time', ...lane.columns, ...(hasEffects ? ['Effect'] : [])];
  const head = titles.map(title => html('th', { scope: 'col', class: 'kumo-explorer-name' }, title));
  const rows = lane.events.toReversed().map(event => {
    const effect = effects.get(event.name);
    const cells = [event.when, ...event.values, ...(hasEffects ? [signed(effect ?? null, isProbability)] : [])];
    return html(
      'tr',
      {},
      html('th', { scope: 'row', class: 'kumo-explorer-name' }, cut(event.name)),
      ...cells.map(cell => html('td', { class: 'kumo-explorer-name' }, cut(cell)))
    );
  });
  const table = html('table', {}, html('thead', {}, html('tr', {}, ...head)), html('tbody', {}, ...rows));
  return html(
    'div',
    { class: 'kumo-history-table', tabindex: 0, role: 'group', 'aria-label': lane.name },
    html('h4', {}, lane.name),
    table
  );
}

function labelTable({ labels }: HistoryAnswer): HTMLElement {
  const head = ['From', 'To', 'Came true'].map(title =>
    html('th', { scope: 'col', class: 'kumo-explorer-name' }, title)
  );
  const rows = labels
    .toReversed()
    .map(({ start, end, label }) =>
      html(
        'tr',
        {},
        ...[dayOf(start), dayOf(end), label].map(words => html('td', { class: 'kumo-explorer-name' }, cut(words)))
      )
    );
  const table = html('table', {}, html('thead', {}, html('tr', {}, ...head)), html('tbody', {}, ...rows));
  return html(
    'div',
    { class: 'kumo-history-table', tabindex: 0, role: 'group', 'aria-label': 'Past windows' },
    html('h4', {}, 'Past windows'),
    table
  );
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ').replace(' 00:00', '');
}

function cut(words: string): HTMLElement {
  return html('span', { class: 'kumo-explorer-cut', title: words }, words);
}
