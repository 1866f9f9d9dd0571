/** Names of series with their looks; those that can be left out have a box to tick. */

import { html, OWN_KEYS } from '../../report/elements';
import { type Look, swatch } from './chart';

export interface Entry {
  learner: string;
  look: Look;
  /** Its score, in words. */
  words: string;
}

/** A tick for each; `changed` hears after `shown` has been changed. */
export function tickedLegend(entries: Entry[], shown: Set<string>, changed: () => void, areDots = false): HTMLElement {
  const rows = entries.map(({ learner, look, words }) => {
    const box = html('input', { type: 'checkbox', ...OWN_KEYS });
    box.checked = shown.has(learner);
    box.addEventListener('change', () => {
      if (box.checked) {
        shown.add(learner);
      } else {
        shown.delete(learner);
      }
      changed();
    });
    return html('label', { class: 'kumo-legend-row' }, box, swatch(look, areDots), name(learner), muted(words));
  });
  return html('fieldset', { class: 'kumo-legend' }, html('legend', {}, 'Shown'), ...rows);
}

/** What the looks mean, with nothing to choose. */
export function legend(entries: Entry[], areDots = false): HTMLElement {
  const rows = entries.map(({ learner, look, words }) =>
    html('div', { class: 'kumo-legend-row' }, swatch(look, areDots), name(learner), muted(words))
  );
  return html('div', { class: 'kumo-legend' }, ...rows);
}

function name(learner: string): HTMLElement {
  return html('span', { class: 'kumo-cut', title: learner }, learner);
}

function muted(words: string): HTMLElement {
  return html('span', { class: 'kumo-muted' }, words);
}
