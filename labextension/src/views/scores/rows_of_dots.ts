/** Groups with a value each → a table whose rows have a dot for the model and one for the best baseline. */

import { html, OWN_KEYS, svg } from '../../report/elements';
import { likeEachOther } from '../../report/numbers';

const [WIDTH, HEIGHT, EDGE] = [220, 18, 8];

export interface DotRow {
  name: string;
  numRows: number;
  value: number | null;
  low: number | null;
  high: number | null;
  other: number | null;
  further: (number | null)[];
}

export interface DotSection {
  title: string;
  rows: DotRow[];
}

export interface DotColumns {
  value: string;
  other: string;
  further: string[];
  /** Where a line stands in every row. */
  aim: number | null;
}

/** A part of the table for each section; all share one scale. */
export function rowsOfDots(sections: DotSection[], columns: DotColumns, label: string): HTMLElement {
  const rows = sections.flatMap(section => section.rows);
  const values = [...rows.flatMap(({ value, low, high, other }) => [value, low, high, other]), columns.aim].filter(
    value => value !== null
  );
  const scale = { low: Math.min(...values), high: Math.max(...values) };
  const hasOther = rows.some(row => row.other !== null);
  const hasInterval = rows.some(row => row.low !== null);
  const titles = [
    '',
    'rows',
    columns.value,
    ...(hasInterval ? ['95% from', 'to'] : []),
    ...(hasOther ? [columns.other] : []),
    ...columns.further,
    ''
  ];
  const cellsOf = (row: DotRow): (number | null)[] => [
    row.numRows,
    row.value,
    ...(hasInterval ? [row.low, row.high] : []),
    ...(hasOther ? [row.other] : []),
    ...row.further
  ];
  const all = rows.map(cellsOf);
  const scored = likeEachOther(rows.flatMap(({ value, low, high, other }) => [value, low, high, other]));
  const numScored = titles.length - 2 - columns.further.length; // with the rows; the scores have one scale
  const written = titles.map((_, place) =>
    place > 0 && place < numScored ? scored : likeEachOther(all.map(cells => cells[place] ?? null))
  );
  const head = titles.map((title, place) =>
    title === ''
      ? html('td', {})
      : html('th', { scope: 'col', class: place === 0 ? 'kumo-name' : 'kumo-number' }, title)
  );
  const bodies = sections.map(section =>
    html(
      'tbody',
      {},
      html('tr', { class: 'kumo-section' }, heading(section.title, titles.length)),
      ...section.rows.map(row => {
        return html(
          'tr',
          {},
          html(
            'th',
            { scope: 'row', class: 'kumo-name' },
            html('span', { class: 'kumo-cut', title: row.name }, row.name)
          ),
          ...cellsOf(row).map((cell, place) => html('td', { class: 'kumo-number' }, written[place]?.(cell) ?? '')),
          html('td', {}, dots(row, scale, columns.aim))
        );
      })
    )
  );
  const shown = html('table', { class: 'kumo-table' }, html('thead', {}, html('tr', {}, ...head)), ...bodies);
  return html('div', { class: 'kumo-scroll', tabindex: 0, role: 'group', 'aria-label': label, ...OWN_KEYS }, shown);
}

function heading(title: string, span: number): HTMLElement {
  const cell = html('th', { scope: 'rowgroup', colspan: span, class: 'kumo-name' });
  cell.append(html('span', { class: 'kumo-cut kumo-long', title }, title));
  return cell;
}

/** The numbers stand beside it, so it says nothing to a screen reader. */
function dots(row: DotRow, scale: { low: number; high: number }, aim: number | null): SVGElement {
  const at = (value: number): number =>
    EDGE + ((WIDTH - 2 * EDGE) * (value - scale.low)) / (scale.high - scale.low || 1);
  const middle = HEIGHT / 2;
  const parts: SVGElement[] = [
    svg('line', { x1: EDGE, y1: middle, x2: WIDTH - EDGE, y2: middle, class: 'kumo-chart-grid' })
  ];
  if (aim !== null) {
    parts.push(svg('line', { x1: at(aim), y1: 0, x2: at(aim), y2: HEIGHT, class: 'kumo-chart-reference' }));
  }
  if (row.low !== null && row.high !== null) {
    parts.push(svg('line', { x1: at(row.low), y1: middle, x2: at(row.high), y2: middle, class: 'kumo-interval' }));
  }
  if (row.other !== null) {
    const x = at(row.other);
    parts.push(svg('path', { d: `M${x} ${middle - 5}l5 5l-5 5l-5-5z`, class: 'kumo-dot kumo-dot-1' }));
  }
  if (row.value !== null) {
    parts.push(svg('circle', { cx: at(row.value), cy: middle, r: 4, class: 'kumo-dot kumo-dot-0' }));
  }
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, 'aria-hidden': 'true' },
    ...parts
  );
}
