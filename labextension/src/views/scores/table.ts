/** Numbers behind a picture, as a table that opens on a click. */

import { html, OWN_KEYS } from '../../report/elements';
import { likeEachOther } from '../../report/numbers';

export type Cell = string | number | null | Node;

/** A table; the first cell of a row is its heading, numbers stand flush right. */
export function table(columns: string[], rows: Cell[][]): HTMLTableElement {
  const isNumber = columns.map((_, place) => rows.some(row => typeof row[place] === 'number'));
  const written = columns.map((_, place) =>
    likeEachOther(rows.flatMap(row => (typeof row[place] === 'number' ? [row[place]] : [])))
  );
  const look = (place: number): string => (isNumber[place] ? 'kumo-number' : 'kumo-name');
  const head = columns.map((title, place) => html('th', { scope: 'col', class: look(place) }, title));
  const body = rows.map(row => {
    const cells = row.map((cell, place) => {
      const attributes = { class: look(place) };
      return place === 0
        ? html('th', { scope: 'row', ...attributes }, content(cell, written[place]))
        : html('td', attributes, content(cell, written[place]));
    });
    return html('tr', {}, ...cells);
  });
  return html('table', { class: 'kumo-table' }, html('thead', {}, html('tr', {}, ...head)), html('tbody', {}, ...body));
}

/** The table behind a heading to press; it scrolls inside. */
export function numbersBehind(columns: string[], rows: Cell[][], title = 'Numbers'): HTMLElement {
  const body = html('div', { class: 'kumo-scroll', tabindex: 0, role: 'group', 'aria-label': title, ...OWN_KEYS });
  body.append(table(columns, rows));
  return html('details', { class: 'kumo-details' }, html('summary', { ...OWN_KEYS }, title), body);
}

function content(cell: Cell, written: ((value: number) => string) | undefined): Node | string {
  if (typeof cell === 'number') {
    return written?.(cell) ?? String(cell);
  }
  if (typeof cell === 'string') {
    return html('span', { class: 'kumo-cut', title: cell }, cell);
  }
  return cell ?? '–';
}
