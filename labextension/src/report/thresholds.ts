/** A slider over thresholds: what each would have found on the held-out rows. */

import type { Cuts } from './data';
import { html, OWN_KEYS, svg } from './elements';
import { count, number, share } from './numbers';

const SIZE = 150;
const EDGE = 16;

/** The section; `moved` hears the place the slider is put to. */
export function thresholdSection(cuts: Cuts, place: number, moved: (place: number) => void): HTMLElement {
  const slider = html('input', {
    ...OWN_KEYS,
    type: 'range',
    min: 0,
    max: cuts.thresholds.length - 1,
    step: 1,
    value: place,
    'aria-label': 'Probability from which a prediction is true'
  });
  const words = html('div', { class: 'kumo-record-words', 'aria-live': 'polite' });
  const table = html('table');
  const dot = svg('circle', { r: 4, class: 'kumo-record-dot' });
  const show = (): void => {
    const now = slider.valueAsNumber;
    const [first, ...rest] = wordsOf(cuts, now);
    words.replaceChildren(html('b', {}, first ?? ''), ...rest.map(each => html('div', {}, each)));
    slider.setAttribute('aria-valuetext', first ?? '');
    table.replaceChildren(...confusion(cuts, now));
    const [x, y] = pointOf(cuts, now);
    dot.setAttribute('cx', String(x));
    dot.setAttribute('cy', String(y));
  };
  slider.addEventListener('input', () => {
    moved(slider.valueAsNumber);
    show();
  });
  show();
  const side = html('div', {}, slider, words, table);
  return html('section', { class: 'kumo-record-cuts', 'aria-label': 'Threshold' }, side, picture(cuts, dot));
}

/** What the threshold would have meant: its value first. */
function wordsOf(cuts: Cuts, place: number): string[] {
  const { predicted, hits } = at(cuts, place);
  const threshold = number(cuts.thresholds[place] ?? 0);
  const chosen = place === cuts.chosen ? ', the one of this run' : '';
  const rows = `${cuts.split === 'val' ? 'validation' : cuts.split} row`;
  return [
    `True from a probability of ${threshold} on${chosen}`,
    `${count(predicted, rows)} of ${cuts.num_rows.toLocaleString('en-US')} predicted true.`,
    `Of them right (precision): ${share(hits, predicted)}. Found of all true ones (recall): ${share(hits, cuts.num_true)}.`,
    place === cuts.chosen ? elsewhere(cuts, predicted) : `To predict with it: --threshold ${threshold}`
  ].filter(each => each !== '');
}

/** Why the note beside the scores may count otherwise. */
function elsewhere({ num_decided }: Cuts, predicted: number): string {
  return num_decided === predicted
    ? ''
    : `The scored model had its threshold from the validation rows: it predicted ${num_decided.toLocaleString('en-US')} true.`;
}

/** Predicted against what happened. */
function confusion(cuts: Cuts, place: number): Node[] {
  const { predicted, hits } = at(cuts, place);
  const missed = cuts.num_true - hits;
  const rows: [string, number, number][] = [
    ['predicted true', hits, predicted - hits],
    ['predicted false', missed, cuts.num_rows - predicted - missed]
  ];
  const head = ['', 'was true', 'was false'].map(title =>
    html('th', { scope: 'col', class: 'kumo-record-number' }, title)
  );
  return [
    html('thead', {}, html('tr', {}, ...head)),
    html(
      'tbody',
      {},
      ...rows.map(([title, ...cells]) =>
        html(
          'tr',
          {},
          html('th', { scope: 'row', class: 'kumo-record-name' }, title),
          ...cells.map(cell => html('td', { class: 'kumo-record-number' }, cell.toLocaleString('en-US')))
        )
      )
    )
  ];
}

/** Precision over recall, with a dot where the slider is. */
function picture(cuts: Cuts, dot: SVGElement): SVGElement {
  const path = cuts.thresholds.map((_, place) => pointOf(cuts, place).join(',')).join(' ');
  const end = SIZE - EDGE;
  return svg(
    'svg',
    {
      viewBox: `0 0 ${SIZE} ${SIZE}`,
      width: SIZE,
      height: SIZE,
      role: 'img',
      'aria-label': 'Precision over recall, by threshold'
    },
    svg('polyline', { points: `${EDGE},0 ${EDGE},${end} ${SIZE},${end}`, class: 'kumo-record-axis' }),
    svg('polyline', { points: path, class: 'kumo-record-line' }),
    svg('text', { x: SIZE, y: SIZE - 3, 'text-anchor': 'end' }, 'recall →'),
    svg('text', { x: 11, y: 0, transform: 'rotate(-90 11 0)', 'text-anchor': 'end' }, 'precision →'),
    dot
  );
}

function pointOf(cuts: Cuts, place: number): [number, number] {
  const { predicted, hits } = at(cuts, place);
  const [recall, precision] = [hits / Math.max(cuts.num_true, 1), predicted === 0 ? 1 : hits / predicted];
  const room = SIZE - EDGE - 8;
  return [EDGE + room * recall, SIZE - EDGE - room * precision];
}

function at(cuts: Cuts, place: number): { predicted: number; hits: number } {
  return { predicted: cuts.num_predicted[place] ?? 0, hits: cuts.num_hits[place] ?? 0 };
}
