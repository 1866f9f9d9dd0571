/** A graph: its tables and links as a drawing, the facts of the chosen table, and the same as a table. */

import { html } from '../../report/elements';
import { count } from '../../report/numbers';
import type { Host } from '../host';
import { scroller } from '../scroller';
import { table } from '../tables';
import type { GraphAnswer, SchemaTable } from './answer';
import { schemaCanvas } from './canvas';
import { tablePanel } from './panel';

const MOST_NOTES = 3;

export function schemaView(graph: GraphAnswer, host: Host): HTMLElement {
  const side = html('div', {});
  let shown: SchemaTable | null = null;
  const choose = (chosen: SchemaTable): SchemaTable | null => {
    shown = chosen === shown ? null : chosen;
    side.replaceChildren(...(shown === null ? [] : [tablePanel(graph, shown, host, () => close(chosen))]));
    return shown;
  };
  const { element, release } = schemaCanvas(graph, choose);
  const close = (closed: SchemaTable): void => {
    shown = null;
    side.replaceChildren();
    release(closed);
  };
  return html(
    'section',
    { class: 'kumo-schema-view', 'aria-label': `Graph ${graph.name}` },
    html('h3', {}, titleOf(graph)),
    element,
    side,
    ...notesOf(graph.notes),
    asTable(graph)
  );
}

function titleOf({ name, tables, links, query }: GraphAnswer): string {
  const words = `Graph ${name}: ${count(tables.length, 'table')}, ${count(links.length, 'link')}`;
  return query === null ? words : `${words}, and what is predicted for ${query}`;
}

/** What was read how, and what could be read otherwise: the first ones in sight, they matter most. */
function notesOf(notes: string[]): HTMLElement[] {
  const listed = (some: string[]) =>
    html('ul', { class: 'kumo-view-notes' }, ...some.map(note => html('li', {}, note)));
  const more = notes.slice(MOST_NOTES);
  return [
    ...(notes.length === 0 ? [] : [listed(notes.slice(0, MOST_NOTES))]),
    ...(more.length === 0
      ? []
      : [html('details', {}, html('summary', {}, count(more.length, 'more note')), listed(more))])
  ];
}

/** The same for those who do not see the drawing. */
function asTable(graph: GraphAnswer): HTMLElement {
  const ofTables = graph.tables.map(each => [
    each.name,
    each.rows.toLocaleString('en-US'),
    each.primary_key ?? 'none',
    each.time_column ?? 'none',
    each.role ?? '',
    each.columns.join(', ')
  ]);
  const ofLinks = graph.links.map(link => [
    `${link.table}.${link.column}`,
    link.parent,
    link.is_on_path ? 'yes' : '',
    link.reason
  ]);
  const isOfQuery = graph.query !== null;
  const without = (place: number) => (row: string[]) => (isOfQuery ? row : row.filter((_, each) => each !== place));
  return html(
    'details',
    {},
    html('summary', {}, 'Tables and links as a table'),
    scroller(
      'Tables',
      table(
        without(4)(['Table', 'Rows', 'Primary key', 'Time', 'In the query', 'Columns']),
        ofTables.map(without(4)),
        'Tables'
      )
    ),
    ofLinks.length === 0
      ? html('p', {}, 'No links.')
      : scroller(
          'Links',
          table(without(2)(['Foreign key', 'Points at', 'In the query', 'Why']), ofLinks.map(without(2)), 'Links')
        )
  );
}
