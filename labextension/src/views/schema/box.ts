/** A table → its box, drawn from its own corner. */

import { OWN_KEYS, svg } from '../../report/elements';
import { count } from '../../report/numbers';
import type { SchemaTable, ShownColumn } from './answer';
import { hueOf, ROLE_COLOURS } from './hues';

const [HEADING, ROW, INSET, INDENT] = [34, 21, 10, 25];

/** A button: whoever adds it says what it does. */
export function boxShape(table: SchemaTable): SVGGElement {
  const { width, height } = table;
  const hue = table.hue === null ? null : hueOf(table.hue);
  const heading = `M0 ${HEADING}v${8 - HEADING}q0-8 8-8h${width - 16}q8 0 8 8v${HEADING - 8}z`;
  const role = table.role === null ? '' : `, ${table.role} of the query`;
  const box = svg(
    'g',
    {
      class: 'kumo-schema-box',
      role: 'button',
      tabindex: 0,
      'aria-pressed': 'false',
      'aria-label': `${table.name}, ${count(table.rows, 'row')}${role}`,
      ...OWN_KEYS
    },
    svg('title', {}, table.name),
    svg('rect', { width, height, rx: 8, class: 'kumo-schema-paper' }),
    svg('path', { d: heading, class: 'kumo-schema-heading', ...(hue && { style: `fill:${hue}` }) }),
    svg('rect', { width, height, rx: 8, class: 'kumo-schema-frame', ...(hue && { style: `stroke:${hue}` }) }),
    text(table.title, INSET, HEADING / 2 + 4.5, 'kumo-schema-name'),
    text(table.count, width - INSET, HEADING / 2 + 4, 'kumo-schema-small', 'end'),
    ...table.shown.flatMap((column, place) => row(column, HEADING + ROW * (place + 0.5), width))
  );
  if (table.more > 0) {
    const y = HEADING + ROW * (table.shown.length + 0.5);
    box.append(text(`+ ${table.more} more`, INDENT, y + 4, 'kumo-schema-small'));
  }
  if (table.role !== null) {
    box.append(...roleShape(table.role, width, height));
  }
  return box;
}

function row(column: ShownColumn, y: number, width: number): SVGElement[] {
  const parts: SVGElement[] = [text(column.text, INDENT, y + 4, 'kumo-schema-column')];
  if (column.kind !== '') {
    parts.push(text(column.kind, width - INSET, y + 4, 'kumo-schema-small', 'end'));
  }
  if (column.mark !== '') {
    const stroke = column.hue === null ? 'var(--jp-ui-font-color2, gray)' : hueOf(column.hue);
    parts.push(
      svg('path', {
        d: MARKS[column.mark],
        transform: `translate(14 ${y})`,
        class: 'kumo-schema-mark',
        style: `stroke:${stroke}`
      })
    );
  }
  return parts;
}

/** A key, an arrow and a clock. */
const MARKS: Record<Exclude<ShownColumn['mark'], ''>, string> = {
  key: 'M-5.2 0a2.6 2.6 0 1 0 5.2 0a2.6 2.6 0 1 0 -5.2 0M0 0h5.4v2.6m-2.2-2.6v2',
  link: 'M-4.5 0h8.4m-3.2-3.2l3.2 3.2l-3.2 3.2',
  time: 'M-4.6 0a4.6 4.6 0 1 0 9.2 0a4.6 4.6 0 1 0 -9.2 0M0 -2.6v2.6l1.9 1.2'
};

/** A frame, and the word on the upper edge. */
function roleShape(role: NonNullable<SchemaTable['role']>, width: number, height: number): SVGElement[] {
  const colour = ROLE_COLOURS[role];
  const wide = 6.4 * role.length + 14;
  return [
    svg('rect', { width, height, rx: 8, fill: 'none', stroke: colour, 'stroke-width': 2.5 }),
    svg('rect', { x: width - wide - 8, y: -8, width: wide, height: 16, rx: 8, fill: colour }),
    svg('text', { x: width - wide / 2 - 8, y: 4, 'text-anchor': 'middle', class: 'kumo-schema-role' }, role)
  ];
}

function text(words: string, x: number, y: number, kind: string, anchor = 'start'): SVGElement {
  return svg('text', { x, y, class: kind, 'text-anchor': anchor }, words);
}
