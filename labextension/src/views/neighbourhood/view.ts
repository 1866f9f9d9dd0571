/** What was known of one row: its neighbourhood, a slider through time, and each row's values. */

import { html, OWN_KEYS, svg } from '../../report/elements';
import { count } from '../../report/numbers';
import type { Host } from '../host';
import { scroller } from '../scroller';
import { table } from '../tables';
import type { NeighbourhoodAnswer, Node } from './answer';
import { rowDetails, valuesOf, whenOf } from './details';
import { isKnown, picture } from './picture';
import { sign } from './signs';

const LEGEND = { viewBox: '-8 -8 16 16', width: 16, height: 16, 'aria-hidden': 'true' };

export function neighbourhoodView(answer: NeighbourhoodAnswer, host: Host): HTMLElement {
  const holder = html('section', { class: 'kumo-neighbourhood' });
  show(holder, answer, host);
  return holder;
}

function show(holder: HTMLElement, answer: NeighbourhoodAnswer, host: Host): void {
  const last = answer.moments.length - 1;
  let moment = last;
  let looked = answer.nodes[0];
  const side = html('div', { class: 'kumo-neighbourhood-side' });
  const look = (node: Node): void => {
    looked = node;
    side.replaceChildren(rowDetails(answer, node, moment));
  };
  const { element, showUntil } = picture(answer, look);
  const words = html('span', { role: 'status', class: 'kumo-neighbourhood-moment' });
  const legend = html('ul', { class: 'kumo-neighbourhood-legend' });
  const problem = html('p', { class: 'kumo-view-problem', role: 'status', hidden: '' });
  const slider = html('input', {
    ...OWN_KEYS,
    type: 'range',
    min: 0,
    max: last,
    step: 1,
    value: last,
    'aria-label': 'As of which day'
  });
  const sample = button('Sample as of this day', () => ask(answer.moments[moment] ?? null));
  const back = button('Back to the anchor', () => ask(null));
  const ask = async (at: string | null): Promise<void> => {
    const { row, hops, fan_out } = answer;
    sample.disabled = back.disabled = true;
    const found = await host.ask({ type: 'neighbourhood', row, hops, fan_out, at });
    if (found.type === 'neighbourhood') {
      show(holder, found, host);
      holder.querySelector('input')?.focus();
      return;
    }
    sample.disabled = back.disabled = false;
    problem.replaceChildren(found.type === 'problem' ? found.words : 'The kernel gave another answer.');
    problem.hidden = false;
  };
  const listed = rowsTable(answer);
  const move = (): void => {
    moment = slider.valueAsNumber;
    const known = answer.nodes.filter(node => isKnown(node, moment)).length;
    const day = `${answer.moments[moment] ?? ''}${answer.zone === null ? '' : ` ${answer.zone}`}`;
    const all =
      known === answer.nodes.length ? count(known, 'row') : `${known} of ${count(answer.nodes.length, 'row')}`;
    words.replaceChildren(
      html('b', {}, day),
      `${moment === last ? (answer.is_earlier ? ', the day of this sample' : ', the anchor') : ''}: ${all} known`
    );
    slider.setAttribute('aria-valuetext', `${day}, ${all} known`);
    sample.disabled = moment === last;
    legend.replaceChildren(...legendOf(answer, moment));
    showUntil(moment);
    listed.showUntil(moment);
    if (looked !== undefined) {
      look(isKnown(looked, moment) ? looked : (answer.nodes[0] ?? looked));
    }
  };
  slider.addEventListener('input', move);
  move();
  const zone = answer.zone === null ? '' : ` ${answer.zone}`;
  const title = `What was known of ${answer.entity_key} ${answer.key} on ${answer.anchor}${zone}`;
  holder.setAttribute('aria-label', title);
  holder.replaceChildren(
    html('h3', {}, title),
    html(
      'div',
      { class: 'kumo-view-controls' },
      ...(last > 0 ? [slider] : []),
      words,
      ...(last > 0 ? [sample] : []),
      ...(answer.is_earlier ? [back] : [])
    ),
    problem,
    legend,
    html(
      'div',
      { class: 'kumo-neighbourhood-body' },
      html('div', { class: 'kumo-neighbourhood-holder' }, element),
      side
    ),
    ...answer.notes.map(note => html('p', { class: 'kumo-view-hint' }, note)),
    listed.element
  );
}

function button(label: string, act: () => void): HTMLButtonElement {
  const made = html('button', { type: 'button', ...OWN_KEYS }, label);
  made.addEventListener('click', act);
  return made;
}

function legendOf({ tables, nodes }: NeighbourhoodAnswer, moment: number): HTMLElement[] {
  return tables.map(({ name }, place) => {
    const own = nodes.filter(node => node.table === place);
    const known = own.filter(node => isKnown(node, moment)).length;
    return html('li', {}, svg('svg', { ...LEGEND }, sign(place, 6)), html('span', { title: name }, name), ` ${known}`);
  });
}

/** The rows known by the moment, for those who do not see the picture; made when it is opened. */
function rowsTable(answer: NeighbourhoodAnswer): { element: HTMLElement; showUntil: (moment: number) => void } {
  let moment = 0;
  const body = html('div', {});
  const details = html('details', {}, html('summary', {}, 'The rows as a table'), body);
  const show = (): void => {
    const known = answer.nodes.filter(node => isKnown(node, moment));
    const rows = known.map(node => [
      answer.tables[node.table]?.name ?? '',
      node.key,
      String(node.hop),
      whenOf(node),
      valuesOf(answer, node, moment)
        .map(([column, value]) => `${column} ${value}`)
        .join(', ')
    ]);
    const headings = ['Table', 'Row', 'Hops', 'When', 'Values'];
    body.replaceChildren(...(details.open ? [scroller('Rows', table(headings, rows, 'Rows'))] : []));
  };
  details.addEventListener('toggle', show);
  const showUntil = (now: number): void => {
    moment = now;
    show();
  };
  return { element: details, showUntil };
}
