/** A cell of the explorer's table: what the kernel says as value, drawn as people read it. */

import { html, svg } from '../../report/elements';
import type { Cell, Part } from './answer';
import { nameShown } from './names';
import { answered, percent, plain } from './numbers';

const [WIDTH, HEIGHT] = [90, 20];

export function cellContent(cell: Cell): Node {
  switch (cell.kind) {
    case 'key':
    case 'text':
      return html('span', { class: 'kumo-explorer-cut', title: cell.text }, nameShown(cell.text));
    case 'number':
      return document.createTextNode(plain(cell.value));
    case 'probability':
      return probability(cell.value);
    case 'interval':
      return document.createTextNode(`${plain(cell.low)} to ${plain(cell.high)}`);
    case 'steps':
      return sparkline(cell.values);
    case 'parts':
      return parts(cell.parts, cell.more, cell.is_probability);
  }
}

export function isNumeric(kind: Cell['kind']): boolean {
  return kind === 'number' || kind === 'interval' || kind === 'probability';
}

function probability(value: number | null): HTMLElement {
  const bar = html('span', { class: 'kumo-explorer-bar', 'aria-hidden': 'true' }, html('span'));
  const filled = bar.firstElementChild;
  if (filled instanceof HTMLElement) {
    filled.style.width = `${100 * Math.min(1, Math.max(0, value ?? 0))}%`;
  }
  return html('span', { class: 'kumo-explorer-probability' }, bar, percent(value));
}

/** One step after the other; the words hold the numbers. */
function sparkline(values: (number | null)[]): Element {
  const known = values.filter(value => value !== null);
  const words = `Steps: ${values.map(plain).join(', ')}`;
  const [low, high] = [Math.min(0, ...known), Math.max(0, ...known)];
  const x = (step: number): number => 4 + ((WIDTH - 8) * step) / Math.max(1, values.length - 1);
  const y = (value: number): number => HEIGHT - 3 - ((HEIGHT - 6) * (value - low)) / (high - low || 1);
  const points = values.flatMap((value, step) =>
    value === null ? [] : [`${x(step).toFixed(1)},${y(value).toFixed(1)}`]
  );
  const [end = '0,0'] = points.slice(-1);
  const [cx = '0', cy = '0'] = end.split(',');
  return html(
    'span',
    { class: 'kumo-explorer-steps', title: words },
    svg(
      'svg',
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': words },
      svg('polyline', { points: points.join(' '), class: 'kumo-explorer-line' }),
      svg('circle', { cx, cy, r: 2.5, class: 'kumo-explorer-dot' })
    ),
    `${plain(values[0] ?? null)} → ${plain(values.at(-1) ?? null)}`
  );
}

function parts(listed: Part[], more: number, isProbability: boolean): HTMLElement {
  const items = listed.map(({ name, value, is_told: isTold }) =>
    html(
      'li',
      { title: `${name}: ${answered(value, isProbability)}` },
      html(isTold ? 'b' : 'span', { class: 'kumo-explorer-cut' }, nameShown(name)),
      ` ${answered(value, isProbability)}`
    )
  );
  if (more > 0) {
    items.push(html('li', {}, `and ${more.toLocaleString('en-US')} more`));
  }
  return html('ol', { class: 'kumo-explorer-parts' }, ...items);
}
