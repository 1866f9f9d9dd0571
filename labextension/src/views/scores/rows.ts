/** Which rows a picture is of: all, one anchor time's or one segment's; and their scores in a line. */

import { html, OWN_KEYS } from '../../report/elements';
import { count, number } from '../../report/numbers';
import type { Group, ScoresAnswer } from './answer';

const FEW = 30;

/** A list to choose from; null where there are all rows only. */
export function rowSelect(groups: Group[], chosen: number, choose: (place: number) => void): HTMLElement | null {
  if (groups.length < 2) {
    return null;
  }
  const select = html('select', { ...OWN_KEYS });
  let part: HTMLOptGroupElement | null = null;
  groups.forEach((group, place) => {
    const title = group.kind === 'anchor' ? 'anchor time' : group.column;
    const option = html('option', { value: place }, `${group.name} (${group.num_rows.toLocaleString('en-US')})`);
    if (group.kind === 'all') {
      select.append(option);
      return;
    }
    if (part?.label !== title) {
      part = html('optgroup', { label: title });
      select.append(part);
    }
    part.append(option);
  });
  select.value = String(chosen);
  select.addEventListener('change', () => choose(Number(select.value)));
  return html('label', { class: 'kumo-field' }, 'Rows', select);
}

export function caption(answer: ScoresAnswer, group: Group): HTMLElement {
  const { score, low, high, baseline } = group;
  const interval = low === null || high === null ? '' : ` (95%: ${number(low)} to ${number(high)})`;
  const words = [
    `${count(group.num_rows, `${answer.split} row`)}, ${answer.regime}`,
    `${answer.metric} of the ${answer.model} ${score === null ? 'unknown' : `${number(score)}${interval}`}`,
    `${answer.baseline} ${baseline === null ? 'unknown' : number(baseline)}`,
    ...(group.num_rows < FEW ? ['few rows: chance plays a part'] : [])
  ];
  return html('p', { class: 'kumo-note', 'aria-live': 'polite' }, words.join(' · '));
}
