/** Lines and dots over two axes, in the theme's own colours. Places only: what they mean is the caller's. */

import { svg } from '../../report/elements';
import { number } from '../../report/numbers';

const WIDTH = 460;
const HEIGHT = 320;
const [LEFT, RIGHT, TOP, BOTTOM] = [62, 14, 14, 44];

export type Place = readonly [number, number];

/** Which look: the model is 0, the best baseline 1, others from 2 on. */
export type Look = number;

export type Mark =
  | { type: 'line'; look: Look; places: Place[]; hasDots?: boolean; isStepped?: boolean }
  | { type: 'dots'; look: Look; places: Place[] }
  | { type: 'reference'; from: Place; to: Place }
  | { type: 'band'; look: Look; places: { x: number; low: number; high: number }[] }
  | { type: 'pick'; at: Place };

export interface Axis {
  title: string;
  low: number;
  high: number;
  /** Where to write what; round numbers where it is left out. */
  ticks?: { at: number; words: string }[];
}

/** The chart; `words` say the same to those who cannot see it. */
export function chart(x: Axis, y: Axis, marks: Mark[], words: string): SVGElement {
  const across = (value: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * (value - x.low)) / (x.high - x.low || 1);
  const up = (value: number): number =>
    HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * (value - y.low)) / (y.high - y.low || 1);
  const at = ([one, other]: Place): string => `${across(one).toFixed(1)},${up(other).toFixed(1)}`;
  const floor = HEIGHT - BOTTOM;
  const parts: SVGElement[] = [];
  for (const tick of ticksOf(y)) {
    const height = up(tick.at);
    parts.push(
      svg('line', { x1: LEFT, y1: height, x2: WIDTH - RIGHT, y2: height, class: 'kumo-chart-grid' }),
      svg('text', { x: LEFT - 6, y: height + 4, 'text-anchor': 'end' }, tick.words)
    );
  }
  for (const tick of ticksOf(x)) {
    const place = across(tick.at);
    parts.push(
      svg('line', { x1: place, y1: floor, x2: place, y2: floor + 4, class: 'kumo-chart-axis' }),
      svg('text', { x: place, y: floor + 17, 'text-anchor': 'middle' }, tick.words)
    );
  }
  parts.push(
    svg('line', { x1: LEFT, y1: floor, x2: WIDTH - RIGHT, y2: floor, class: 'kumo-chart-axis' }),
    svg('text', { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 6, 'text-anchor': 'middle' }, x.title),
    svg(
      'text',
      { x: 0, y: 0, transform: `translate(13 ${(TOP + floor) / 2}) rotate(-90)`, 'text-anchor': 'middle' },
      y.title
    )
  );
  for (const mark of marks) {
    parts.push(...drawn(mark, at));
  }
  return svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      width: WIDTH,
      height: HEIGHT,
      role: 'img',
      'aria-label': words,
      class: 'kumo-chart'
    },
    ...parts
  );
}

/** A short line, or a dot, in the look of a series: the key of a legend. */
export function swatch(look: Look, isDot = false): SVGElement {
  const inner = isDot
    ? dot(look, '14,6')
    : svg('polyline', { points: '2,6 26,6', class: `kumo-series kumo-series-${look}` });
  return svg(
    'svg',
    { viewBox: '0 0 28 12', width: 28, height: 12, 'aria-hidden': 'true', class: 'kumo-swatch' },
    inner
  );
}

/** An axis around values, with a little air. */
export function axisAround(title: string, values: number[]): Axis {
  const known = values.filter(Number.isFinite);
  const low = known.reduce((least, value) => Math.min(least, value), Infinity);
  const high = known.reduce((most, value) => Math.max(most, value), -Infinity);
  if (low > high) {
    return { title, low: 0, high: 1 };
  }
  const air = 0.06 * (high - low) || 0.05 * Math.abs(high) || 0.05;
  return { title, low: low >= 0 && low < 0.25 * (high - low) ? 0 : low - air, high: high + air };
}

/** The words of places 0, 1, 2 …, as many as there is room for, the last always. */
export function axisOfNames(title: string, names: string[], most: number): Axis {
  const every = Math.max(1, Math.ceil(names.length / most));
  const ticks = names.map((words, at) => ({ at, words })).filter(({ at }) => (names.length - 1 - at) % every === 0);
  return { title, low: -0.4, high: names.length - 0.6, ticks };
}

function drawn(mark: Mark, at: (place: Place) => string): SVGElement[] {
  switch (mark.type) {
    case 'line': {
      const places = mark.isStepped ? stepped(mark.places) : mark.places;
      const line = svg('polyline', { points: places.map(at).join(' '), class: `kumo-series kumo-series-${mark.look}` });
      return [line, ...(mark.hasDots ? mark.places.map(place => dot(mark.look, at(place))) : [])];
    }
    case 'dots':
      return mark.places.map(place => dot(mark.look, at(place)));
    case 'reference':
      return [svg('polyline', { points: `${at(mark.from)} ${at(mark.to)}`, class: 'kumo-chart-reference' })];
    case 'band': {
      const above = mark.places.map(({ x, high }) => at([x, high]));
      const below = mark.places.map(({ x, low }) => at([x, low])).reverse();
      return [svg('polygon', { points: [...above, ...below].join(' '), class: `kumo-band kumo-band-${mark.look}` })];
    }
    case 'pick': {
      const [x, y] = at(mark.at).split(',');
      return [svg('circle', { cx: x ?? 0, cy: y ?? 0, r: 5, class: 'kumo-chart-pick' })];
    }
  }
}

/** Round for the model, a diamond for everyone else: told apart without colours. */
function dot(look: Look, at: string): SVGElement {
  const [x, y] = at.split(',').map(Number);
  const [cx, cy] = [x ?? 0, y ?? 0];
  return look === 0
    ? svg('circle', { cx, cy, r: 3, class: 'kumo-dot kumo-dot-0' })
    : svg('path', { d: `M${cx} ${cy - 4}l4 4l-4 4l-4-4z`, class: `kumo-dot kumo-dot-${look}` });
}

/** The value holds until the next place. */
function stepped(places: Place[]): Place[] {
  return places.flatMap(([x, y], place): Place[] => {
    const before = places[place - 1];
    return before === undefined
      ? [[x, y]]
      : [
          [x, before[1]],
          [x, y]
        ];
  });
}

function ticksOf({ low, high, ticks }: Axis): { at: number; words: string }[] {
  if (ticks !== undefined) {
    return ticks;
  }
  const span = high - low;
  const magnitude = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map(factor => factor * magnitude).find(size => span / size <= 6) ?? span;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor((high - first * step) / step + 1e-9) + 1;
  return Array.from({ length: Math.min(Math.max(count, 0), 12) }, (_, place) => {
    const at = (first + place) * step;
    return { at, words: short(Math.abs(at) < step / 1e6 ? 0 : at) };
  });
}

/** At most six signs: 12,345,678 is 12.3M. */
function short(value: number): string {
  for (const [size, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k']
  ] as const) {
    if (Math.abs(value) >= size) {
      return `${Number((value / (letter === 'k' ? 1e3 : size)).toPrecision(3))}${letter}`;
    }
  }
  return number(value);
}
