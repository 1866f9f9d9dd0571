/** A picture of an entity's past: time goes to the right, a lane per table, the anchor a line, nothing after it. */

import { svg } from '../../report/elements';
import type { HistoryAnswer, HistoryEvent } from './answer';

const [TOP, LANE, FOOT, RIGHT] = [34, 34, 22, 12];
const BAND = 16;
const SIGN_WIDTH = 6.6;
const DAY_MS = 86_400_000;

export interface Timeline {
  element: SVGElement;
  /** Rings the event. */
  mark: (event: HistoryEvent) => void;
}

/** The picture, so many pixels wide; `chosen` hears over which event the pointer is. */
export function timelinePicture(
  history: HistoryAnswer,
  effects: ReadonlyMap<string, number>,
  width: number,
  chosen: (event: HistoryEvent) => void
): Timeline {
  const { lanes, labels, window, anchor } = history;
  const left = Math.min(130, width / 4);
  const times = lanes.flatMap(lane => lane.events.map(event => event.time));
  const first = Math.min(anchor, ...times);
  const last = Math.max(anchor, window?.end ?? anchor);
  const x = (time: number): number => left + ((width - left - RIGHT) * (time - first)) / (last - first || 1);
  const foot = TOP + LANE * lanes.length;
  const parts: SVGElement[] = [];
  labels.forEach(({ start, end, label }, place) => {
    const [from, to] = [Math.max(x(start), left), Math.max(x(end), left)];
    if (to > from) {
      parts.push(band(from, to - from, foot, label, place % 2 === 0 ? 'kumo-history-even' : 'kumo-history-odd'));
    }
  });
  if (window !== null) {
    const [from, to] = [x(window.start), x(window.end)];
    const size = { x: from, y: TOP - BAND, width: Math.max(1, to - from), height: foot - TOP + BAND };
    parts.push(svg('rect', { ...size, class: 'kumo-history-asked' }, svg('title', {}, `Predicted: ${window.words}`)));
  }
  const ring = svg('circle', { r: 9, class: 'kumo-history-ring', visibility: 'hidden' });
  const places = new Map<HistoryEvent, [number, number]>();
  const strongest =
    Math.max(...lanes.flatMap(lane => lane.events.map(event => Math.abs(effects.get(event.name) ?? 0)))) || 1;
  lanes.forEach((lane, number) => {
    const y = TOP + LANE * number + LANE / 2;
    parts.push(
      svg('line', { x1: left, x2: x(anchor), y1: y, y2: y, class: 'kumo-explorer-axis' }),
      svg('text', { x: 0, y: y + 4 }, svg('title', {}, lane.name), shortened(lane.name, left - 8))
    );
    for (const event of lane.events) {
      const at: [number, number] = [x(event.time), y];
      places.set(event, at);
      const sign = signOf(at, effects.get(event.name), strongest, effects.size > 0);
      sign.addEventListener('pointerenter', () => chosen(event));
      parts.push(sign);
    }
  });
  const numTicks = Math.max(2, Math.min(5, Math.floor((x(anchor) - left) / 110)));
  for (let tick = 0; tick < numTicks; tick += 1) {
    const time = first + ((anchor - first) * tick) / numTicks;
    if (anchor > first) {
      parts.push(svg('text', { x: x(time), y: foot + 16 }, dateOf(time, anchor - first)));
    }
  }
  const at = x(anchor);
  parts.push(
    svg('line', { x1: at, x2: at, y1: 14, y2: foot, class: 'kumo-history-anchor' }),
    svg(
      'text',
      { x: Math.min(at, width - RIGHT), y: 11, 'text-anchor': at > width / 2 ? 'end' : 'start' },
      `anchor ${history.anchor_words}`
    ),
    ring
  );
  const height = foot + FOOT;
  const words = `Timeline of ${times.length.toLocaleString('en-US')} events up to ${history.anchor_words}; the table below holds them.`;
  const element = svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': words },
    ...parts
  );
  const mark = (event: HistoryEvent): void => {
    const [cx, cy] = places.get(event) ?? [0, 0];
    ring.setAttribute('cx', String(cx));
    ring.setAttribute('cy', String(cy));
    ring.setAttribute('visibility', 'visible');
  };
  return { element, mark };
}

/** A past window over all lanes, what came true in it above, as far as there is room. */
function band(x: number, width: number, foot: number, label: string, className: string): SVGElement {
  return svg(
    'g',
    {},
    svg('title', {}, `Came true: ${label}`),
    svg('rect', { x, y: TOP - BAND, width, height: foot - TOP + BAND, class: className }),
    ...(width > 24
      ? [svg('text', { x: x + width / 2, y: TOP - 4, 'text-anchor': 'middle' }, shortened(label, width - 4))]
      : [])
  );
}

/** A dot; where effects are known a triangle, up or down, the larger the stronger. */
function signOf(
  [x, y]: [number, number],
  effect: number | undefined,
  strongest: number,
  hasEffects: boolean
): SVGElement {
  if (effect === undefined || effect === 0) {
    return svg('circle', { cx: x, cy: y, r: hasEffects ? 2.5 : 4, class: 'kumo-history-dot' });
  }
  const size = 3 + 5 * Math.sqrt(Math.abs(effect) / strongest);
  const tip = effect > 0 ? -size : size;
  return svg('path', {
    d: `M${(x - size).toFixed(1)},${(y - tip / 2).toFixed(1)} h${(2 * size).toFixed(1)} L${x.toFixed(1)},${(y + tip).toFixed(1)} Z`,
    class: effect > 0 ? 'kumo-history-raises' : 'kumo-history-lowers'
  });
}

function dateOf(time: number, span: number): string {
  const written = new Date(time).toISOString();
  return span > 3 * DAY_MS ? written.slice(0, 10) : written.slice(5, 16).replace('T', ' ');
}

function shortened(words: string, room: number): string {
  const most = Math.max(1, Math.floor(room / SIGN_WIDTH));
  return words.length > most ? `${words.slice(0, Math.max(1, most - 1))}…` : words;
}
