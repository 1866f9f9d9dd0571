/** The facts of one table: keys, times, links in both directions, and every column with its distribution. */

import { html, OWN_KEYS } from '../../report/elements';
import { count, number, share } from '../../report/numbers';
import type { Host } from '../host';
import { scroller } from '../scroller';
import { table } from '../tables';
import type { ColumnFacts, GraphAnswer, LinkFacts, SchemaTable } from './answer';
import { shapeOf } from './shape';

/** The panel; `close` hears that it is no longer wanted. */
export function tablePanel(graph: GraphAnswer, shown: SchemaTable, host: Host, close: () => void): HTMLElement {
  const closing = html(
    'button',
    { type: 'button', 'aria-label': `Close the facts of ${shown.name}`, ...OWN_KEYS },
    '×'
  );
  closing.addEventListener('click', close);
  const links = html('div', {});
  const columns = html('div', {});
  const own = graph.links.filter(link => link.table === shown.name || link.parent === shown.name);
  const fill = (found: ColumnFacts[] | null, health: LinkFacts[]): void => {
    links.replaceChildren(...(own.length === 0 ? [] : [linksTable(shown, health)]));
    columns.replaceChildren(columnsTable(graph, shown, found));
  };
  fill(shown.found, own);
  const waiting = html('p', { class: 'kumo-view-hint', role: 'status' });
  if (shown.found === null || own.some(link => link.health === null)) {
    waiting.append('Asking the kernel for the rest…');
    void host.ask({ type: 'table', table: shown.name }).then(answer => {
      if (answer.type === 'table') {
        waiting.remove();
        fill(answer.columns, answer.links);
      } else {
        waiting.replaceChildren(answer.type === 'problem' ? answer.words : 'The kernel gave another answer.');
        waiting.className = 'kumo-view-problem';
      }
    });
  }
  return html(
    'section',
    { class: 'kumo-schema-panel', 'aria-label': `Table ${shown.name}` },
    html(
      'header',
      {},
      html('h4', { title: shown.name }, shown.name),
      html('span', { role: 'status' }, [count(shown.rows, 'row'), shown.role].filter(part => part !== null).join(', ')),
      closing
    ),
    facts(shown),
    waiting,
    links,
    columns
  );
}

function facts(shown: SchemaTable): HTMLElement {
  const span = shown.first === null ? '' : `, from ${shown.first} to ${shown.last ?? shown.first}`;
  const rows: [string, string | null, string][] = [
    ['Primary key', shown.primary_key, shown.reasons['primary key'] ?? ''],
    ['Time', shown.time_column, shown.reasons['time column'] ?? '']
  ];
  if (shown.end_time_column !== null) {
    rows.push(['End time', shown.end_time_column, shown.reasons['end time column'] ?? '']);
  }
  return html(
    'dl',
    { class: 'kumo-view-facts' },
    ...rows.flatMap(([title, name, reason]) => [
      html('dt', {}, title),
      html(
        'dd',
        {},
        name === null ? 'none' : html('b', {}, name),
        title === 'Time' ? span : '',
        reason === '' ? '' : html('span', { class: 'kumo-view-hint' }, ` ${why(reason)}`)
      )
    ])
  );
}

/** The reason without the name before it, which stands there already. */
function why(reason: string): string {
  return `(${reason.slice(reason.indexOf(': ') + 2)})`;
}

function linksTable(shown: SchemaTable, links: LinkFacts[]): HTMLElement {
  const rows = links.map(({ table: child, column, parent, health }) => {
    const name = child === shown.name ? `${column} → ${parent}` : `${child}.${column} → here`;
    if (health === null) {
      return [name, '…', '…', '…'];
    }
    const lost = health.unmatched_rows > 0 ? ` (${count(health.unmatched_rows, 'row')} do not)` : '';
    const without = health.missing ? `; ${share(health.missing, 1)} have none` : '';
    return [
      name,
      `${percent(health.matched)} of ${child} find their ${parent}${lost}${without}`,
      `${percent(health.with_children)} of ${parent} have ${child}`,
      health.median === null || health.often === null || health.most === null
        ? '–'
        : `median ${number(health.median)}, 95% at most ${number(health.often)}, most ${health.most.toLocaleString('en-US')}`
    ];
  });
  return scroller(
    `Links of ${shown.name}`,
    table(['Link', 'Rows that find their parent', 'Parents with rows', 'Rows per parent'], rows, 'Links')
  );
}

function percent(value: number | null): string {
  return value === null ? '–' : share(value, 1);
}

function columnsTable(graph: GraphAnswer, shown: SchemaTable, found: ColumnFacts[] | null): HTMLElement {
  const stypes = shown.stypes.split(' ');
  const rows = shown.columns.map((name, place) => {
    const facts = found?.[place];
    const link = graph.links.find(({ table: child, column }) => child === shown.name && column === name);
    const meaning = link === undefined ? (stypes[place] ?? '') : `key → ${link.parent}`;
    const dtype = facts === undefined ? '' : html('div', { class: 'kumo-view-hint' }, facts.dtype);
    return [
      html('span', { class: 'kumo-schema-column-name', title: name }, name === '' ? '(empty)' : name),
      html('div', { title: meaning }, meaning, dtype),
      facts === undefined ? '…' : percent(facts.missing),
      facts === undefined ? '…' : shapeOf(facts.shape),
      html('span', { class: 'kumo-view-hint' }, facts?.reason ?? '…')
    ];
  });
  const read = Math.max(0, ...(found ?? []).map(({ sample }) => sample));
  const isSample = found !== null && read < shown.rows;
  return html(
    'div',
    {},
    scroller(
      `Columns of ${shown.name}`,
      table(['Column', 'Type', 'Missing', 'Distribution', 'Why this type'], rows, 'Columns')
    ),
    isSample
      ? html(
          'p',
          { class: 'kumo-view-hint' },
          `Distributions and missing values of ${count(read, 'row')}, evenly over all.`
        )
      : ''
  );
}
