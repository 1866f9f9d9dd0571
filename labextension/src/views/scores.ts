/** How good a run is on rows it did not learn from. */

import { html } from '../report/elements';
import { type Order, scoreTable } from '../report/scores';
import type { ScoresAnswer } from './answers';

export function scoresView(answer: ScoresAnswer): HTMLElement {
  const holder = html('div', { class: 'kumo-magic-scores' });
  const show = (order: Order | null): void => {
    holder.replaceChildren(scoreTable(answer, order, show));
  };
  show(null);
  return html('section', { 'aria-label': answer.title }, html('h3', {}, answer.title), holder);
}
