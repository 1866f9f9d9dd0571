/** One row in words: what it is, how old, its values as far as they were known. */

import { html } from '../../report/elements';
import { count } from '../../report/numbers';
import type { NeighbourhoodAnswer, Node } from './answer';

const UNKNOWN = 'not yet known';

export function rowDetails(answer: NeighbourhoodAnswer, node: Node, moment: number): HTMLElement {
  const name = answer.tables[node.table]?.name ?? '';
  const values = valuesOf(answer, node, moment).flatMap(([column, value]) => [
    html('dt', { title: column }, column),
    html('dd', { title: value, ...(value === UNKNOWN && { class: 'kumo-view-hint' }) }, value)
  ]);
  const more =
    node.left_out === 0
      ? []
      : [`${count(node.left_out, 'more row')} pointing at it ${node.left_out === 1 ? 'is' : 'are'} left out.`];
  return html(
    'div',
    {},
    html('h4', { title: node.key }, `${name} ${node.key}`),
    html('p', {}, whenOf(node)),
    html('dl', { class: 'kumo-view-facts' }, ...values),
    ...more.map(words => html('p', { class: 'kumo-view-hint' }, words))
  );
}

/** Column and value; a value that came later than the moment is not told. */
export function valuesOf(answer: NeighbourhoodAnswer, node: Node, moment: number): [string, string][] {
  const columns = answer.tables[node.table]?.columns ?? [];
  return columns.map((column, place) => {
    const value = node.values[place] ?? '';
    return [column, value === '' || (node.late[place] ?? 0) > moment ? UNKNOWN : value];
  });
}

export function whenOf(node: Node): string {
  if (node.age === null || node.time === null) {
    return node.hop === 0 ? 'The row that is asked about.' : 'Has no time of its own.';
  }
  return `${node.age} (${node.time})`;
}
