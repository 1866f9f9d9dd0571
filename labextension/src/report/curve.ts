/** The learning curve in the theme's own colours: the validation score with its rivals' levels, and the loss. */

import type { Curve, Level, Point } from './data';
import { svg } from './elements';
import { number } from './numbers';

const WIDTH = 370;
const HEIGHT = 220;
const [LEFT, RIGHT, TOP, BOTTOM] = [58, 18, 54, 26];

/** Two panels; `words` say the same to those who cannot see it. */
export function curvePicture(curve: Curve, words: string): SVGElement {
  const levels = [curve.baseline, curve.learner].filter(level => level !== null);
  const arrow = curve.higher_is_better ? '↑' : '↓';
  return svg(
    'svg',
    {
      viewBox: `0 0 ${2 * WIDTH} ${HEIGHT}`,
      width: 2 * WIDTH,
      height: HEIGHT,
      role: 'img',
      'aria-label': words,
      class: 'kumo-record-curve'
    },
    panel(0, `${curve.metric} on validation rows ${arrow}`, curve.scores, curve.starts, levels),
    panel(WIDTH, 'training loss', curve.losses, curve.starts, [])
  );
}

function panel(left: number, title: string, points: Point[], starts: number[], levels: Level[]): SVGElement {
  const parts: SVGElement[] = [svg('text', { x: LEFT, y: 20, 'font-weight': 600 }, title)];
  const values = [...points.map(([, value]) => value), ...levels.map(([, score]) => score)];
  const [low, high] = padded(Math.min(...values), Math.max(...values));
  const last = Math.max(1, ...points.map(([step]) => step));
  const [x0, x1, y0, y1] = [LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, TOP];
  const x = (step: number): number => x0 + ((x1 - x0) * step) / last;
  const y = (value: number): number => y0 + ((y1 - y0) * (value - low)) / (high - low);
  if (values.length > 0) {
    for (const part of [0.1, 0.5, 0.9]) {
      const tick = low + (high - low) * part;
      parts.push(
        svg('line', { x1: x0, y1: y(tick), x2: x1, y2: y(tick), class: 'kumo-record-grid' }),
        svg('text', { x: x0 - 6, y: y(tick) + 4, 'text-anchor': 'end' }, number(tick))
      );
    }
    parts.push(svg('text', { x: x1, y: y0 + 18, 'text-anchor': 'end' }, `step ${last.toLocaleString('en-US')}`));
  }
  for (const part of ofEachNetwork(points, starts)) {
    const path = part.map(([step, value]) => `${x(step).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    parts.push(svg('polyline', { points: path, class: 'kumo-record-line' }));
    const [only] = part;
    if (part.length === 1 && only !== undefined) {
      parts.push(svg('circle', { cx: x(only[0]), cy: y(only[1]), r: 3, class: 'kumo-record-dot' }));
    }
  }
  levels.forEach(([name, score], place) => {
    const kind = place === 0 ? 'kumo-record-level' : 'kumo-record-level kumo-record-other';
    parts.push(
      svg('line', { x1: x0, y1: y(score), x2: x1, y2: y(score), class: kind }),
      svg(
        'text',
        { x: x1, y: 34 + 13 * place, 'text-anchor': 'end' },
        `${place === 0 ? '– –' : '· ·'} ${name} ${number(score)}`
      )
    );
  });
  return svg('g', { transform: `translate(${left} 0)` }, ...parts);
}

/** A line for each network; steps count on from one to the next. */
function ofEachNetwork(points: Point[], starts: number[]): Point[][] {
  return starts
    .map((start, place) => points.filter(([step]) => step > start && step <= (starts[place + 1] ?? Infinity)))
    .filter(part => part.length > 0);
}

/** The range with a little air, never empty. */
function padded(low: number, high: number): [number, number] {
  const air = 0.12 * (high - low) || 0.05 * Math.abs(high) || 0.05;
  return [low - air, high + air];
}
