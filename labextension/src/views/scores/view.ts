/** How good a run is on rows it did not learn from: the sentence, the scores, and a picture to choose. */

import { html } from '../../report/elements';
import { type Order, scoreTable } from '../../report/scores';
import type { ScoresAnswer } from './answer';
import { pictures } from './pictures';
import { caption, rowSelect } from './rows';
import { type Tabs, tabs } from './tabs';

export function scoresView(answer: ScoresAnswer): HTMLElement {
  const id = `kumo-scores-${Math.random().toString(36).slice(2)}`;
  return html(
    'section',
    { class: 'kumo-scores', 'aria-label': 'Scores' },
    html('h3', {}, answer.title),
    sortable(answer),
    pictured(answer, id)
  );
}

function sortable(answer: ScoresAnswer): HTMLElement {
  const holder = html('div', { class: 'kumo-magic-scores' });
  const show = (order: Order | null): void => {
    holder.replaceChildren(scoreTable(answer, order, show));
    if (order !== null) {
      holder.querySelectorAll('button')[order.column]?.focus();
    }
  };
  show(null);
  return holder;
}

function pictured(answer: ScoresAnswer, id: string): HTMLElement {
  let chosen = 0;
  const choose = (place: number): void => {
    chosen = place;
    drawn.refresh();
    drawn.element.querySelector('select')?.focus();
  };
  const drawn: Tabs = tabs(
    'Pictures of the held-out rows',
    pictures(answer, id).map(picture => ({
      title: picture.title,
      draw: () => {
        const group = answer.groups[picture.isOfRows ? chosen : 0];
        if (group === undefined) {
          return html('div');
        }
        const select = picture.isOfRows ? rowSelect(answer.groups, chosen, choose) : null;
        return html('div', {}, ...(select === null ? [] : [select]), caption(answer, group), picture.draw(group));
      }
    }))
  );
  return drawn.element;
}
