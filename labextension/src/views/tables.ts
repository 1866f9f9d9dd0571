/** A table of a view: headings and rows. The first cell of a row is its heading. */

import { html } from '../report/elements';

export function table(headings: string[], rows: (Node | string)[][], caption: string): HTMLTableElement {
  const head = headings.map(heading => html('th', { scope: 'col' }, heading));
  const body = rows.map(([first, ...rest]) =>
    html('tr', {}, html('th', { scope: 'row' }, first ?? ''), ...rest.map(cell => html('td', {}, cell)))
  );
  return html(
    'table',
    { class: 'kumo-view-table', 'aria-label': caption },
    html('thead', {}, html('tr', {}, ...head)),
    html('tbody', {}, ...body)
  );
}
