/** The table of a page: headings that sort, a line per entity, and below an open line what is known of it. */

import { html, OWN_KEYS } from '../../report/elements';
import type { Column, Line, PredictionsAnswer, RowName } from './answer';
import { cellContent, isNumeric } from './cells';

export interface Rows {
  /** Which order a heading asks for. */
  sort: (column: string | null, descending: boolean) => void;
  /** What stands below an open row, made once. */
  detail: (row: RowName) => HTMLElement;
}

/** A row's name as text, to compare. */
export function nameOf(row: RowName): string {
  return JSON.stringify([row.place, row.key, row.anchor]);
}

/** The table; `open` is the name of the row that is open, and `opened` hears of another. */
export function rowTable(
  answer: PredictionsAnswer,
  rows: Rows,
  open: string | null,
  opened: (name: string | null) => void
): HTMLTableElement {
  const head = html('tr', {}, ...answer.columns.map(column => heading(answer, column, rows)));
  const body = html('tbody', {}, ...answer.lines.flatMap(line => lineOf(answer, line, rows, open, opened)));
  body.addEventListener('keydown', event => moveFocus(body, event));
  return html('table', {}, html('thead', {}, head), body);
}

/** Pressed once the greatest come first, twice the least, a third time the frame's own order is back. */
function heading(answer: PredictionsAnswer, column: Column, rows: Rows): HTMLElement {
  const { sort, title } = column;
  const className = isNumeric(column.kind) ? 'kumo-explorer-number' : 'kumo-explorer-name';
  if (sort === null) {
    return html('th', { scope: 'col', class: className }, title);
  }
  const isChosen = answer.sort === sort;
  const mark = isChosen ? (answer.descending ? '\u00a0▾' : '\u00a0▴') : '';
  const button = html('button', { type: 'button', 'data-sort': sort, ...OWN_KEYS }, title);
  button.append(html('span', { 'aria-hidden': 'true' }, mark));
  button.addEventListener('click', () => {
    const isDone = isChosen && !answer.descending;
    rows.sort(isDone ? null : sort, !isChosen);
  });
  const cell = html('th', { scope: 'col', class: className }, button);
  if (isChosen) {
    cell.setAttribute('aria-sort', answer.descending ? 'descending' : 'ascending');
  }
  return cell;
}

function lineOf(
  answer: PredictionsAnswer,
  line: Line,
  rows: Rows,
  open: string | null,
  opened: (name: string | null) => void
): HTMLElement[] {
  const name = nameOf(line.row);
  const isOpen = name === open;
  const cells = line.cells.map((cell, place) => {
    const content = cellContent(cell);
    if (place > 0) {
      return html('td', { class: isNumeric(cell.kind) ? 'kumo-explorer-number' : 'kumo-explorer-name' }, content);
    }
    const mark = html('span', { 'aria-hidden': 'true', class: 'kumo-explorer-mark' }, isOpen ? '▾' : '▸');
    const button = html('button', { type: 'button', 'aria-expanded': String(isOpen), ...OWN_KEYS }, mark, content);
    return html('th', { scope: 'row', class: 'kumo-explorer-name' }, button);
  });
  const row = html('tr', { class: isOpen ? 'kumo-explorer-row kumo-explorer-open' : 'kumo-explorer-row' }, ...cells);
  row.addEventListener('click', () => opened(isOpen ? null : name));
  if (!isOpen) {
    return [row];
  }
  const below = html('td', { colspan: answer.columns.length }, rows.detail(line.row));
  return [row, html('tr', { class: 'kumo-explorer-below' }, below)];
}

/** The arrow keys go from row to row. */
function moveFocus(body: HTMLElement, event: KeyboardEvent): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  const buttons = [...body.querySelectorAll<HTMLElement>(':scope > .kumo-explorer-row > th > button')];
  const place = buttons.findIndex(button => button === event.target);
  if (step !== 0 && place >= 0) {
    event.preventDefault();
    buttons[place + step]?.focus();
  }
}
