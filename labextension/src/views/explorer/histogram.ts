/** How the main answers lie, the threshold among them; a stretch of it can be marked with the pointer. */

import { html, svg } from '../../report/elements';
import type { Histogram, PredictionsAnswer } from './answer';
import { answered } from './numbers';

const [WIDTH, HEIGHT] = [600, 80];

/** The picture; `chosen` hears the bounds of a stretch that was marked, null for an end that is open. */
export function histogramPicture(
  { histogram, main, total, matching }: PredictionsAnswer,
  chosen: (low: number | null, high: number | null) => void
): HTMLElement | null {
  if (histogram === null) {
    return null;
  }
  const { edges, counts, threshold } = histogram;
  const [low, high] = [edges[0] ?? 0, edges.at(-1) ?? 1];
  const most = Math.max(1, ...counts);
  const x = (value: number): number => (WIDTH * (value - low)) / (high - low || 1);
  const y = (count: number): number => HEIGHT * (1 - count / most);
  const bar = (count: number, place: number, className: string): SVGElement =>
    svg('rect', {
      x: x(edges[place] ?? 0) + 0.5,
      y: y(count),
      width: Math.max(1, WIDTH / counts.length - 1),
      height: HEIGHT - y(count),
      class: className
    });
  const shown = (value: number): string => answered(value, main.is_probability);
  const end = `${shown(high)}${histogram.is_open ? ' and more' : ''}`;
  const words =
    `Histogram of ${main.name} over ${total.toLocaleString('en-US')} rows, from ${shown(low)} to ${end}` +
    (matching < total ? `; ${matching.toLocaleString('en-US')} of them match` : '') +
    (threshold === null ? '.' : `; true from ${shown(threshold)} on.`);
  const marked = svg('rect', { y: 0, height: HEIGHT, width: 0, class: 'kumo-explorer-marked' });
  const picture = svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': words,
      class: 'kumo-explorer-histogram'
    },
    ...counts.map((count, place) => bar(count, place, 'kumo-explorer-all')),
    ...histogram.matching.map((count, place) => bar(count, place, 'kumo-explorer-matching')),
    marked
  );
  const above = html('div', { class: 'kumo-explorer-above' });
  if (threshold !== null && threshold >= low && threshold <= high) {
    const at = x(threshold);
    picture.append(svg('line', { x1: at, x2: at, y1: 0, y2: HEIGHT, class: 'kumo-explorer-threshold' }));
    const label = html('span', {}, `true from ${shown(threshold)}`);
    const share = at / WIDTH;
    label.style.left = `${100 * share}%`;
    label.style.transform = `translateX(-${100 * share}%)`; // stays inside at either end
    above.append(label);
  }
  markable(picture, marked, histogram, chosen);
  const below = html('div', { class: 'kumo-explorer-ends' }, html('span', {}, shown(low)), html('span', {}, end));
  return html('div', {}, above, picture, below);
}

/** A drag from bin to bin chooses them; a click chooses one. */
function markable(
  picture: SVGSVGElement,
  marked: SVGElement,
  { edges, counts, is_open: isOpen }: Histogram,
  chosen: (low: number | null, high: number | null) => void
): void {
  let from: number | null = null;
  const binAt = (event: PointerEvent): number => {
    const { left, width } = picture.getBoundingClientRect();
    const share = (event.clientX - left) / Math.max(1, width);
    return Math.min(counts.length - 1, Math.max(0, Math.floor(share * counts.length)));
  };
  const mark = (first: number, last: number): void => {
    marked.setAttribute('x', String((WIDTH * Math.min(first, last)) / counts.length));
    marked.setAttribute('width', String((WIDTH * (Math.abs(last - first) + 1)) / counts.length));
  };
  picture.addEventListener('pointerdown', event => {
    from = binAt(event);
    picture.setPointerCapture(event.pointerId);
    mark(from, from);
  });
  picture.addEventListener('pointermove', event => {
    if (from !== null) {
      mark(from, binAt(event));
    }
  });
  picture.addEventListener('pointercancel', () => {
    from = null;
    marked.setAttribute('width', '0');
  });
  picture.addEventListener('pointerup', event => {
    if (from === null) {
      return;
    }
    const [first, last] = [Math.min(from, binAt(event)), Math.max(from, binAt(event))];
    from = null;
    chosen(
      first === 0 ? null : (edges[first] ?? null),
      isOpen && last === counts.length - 1 ? null : (edges[last + 1] ?? null)
    );
  });
}
