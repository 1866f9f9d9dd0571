/** An answer → its picture, whatever it is about. */

import { html } from '../report/elements';
import type { Answer } from './answers';
import type { Host } from './host';
import { neighbourhoodView } from './neighbourhood/view';
import { schemaView } from './schema/view';
import { scoresView } from './scores/view';
import { whyOfRow } from './explorer/detail';
import { historyView } from './explorer/history';
import { predictionsView } from './explorer/view';

export function draw(answer: Answer, host: Host): HTMLElement {
  switch (answer.type) {
    case 'problem':
      return html('p', { class: 'kumo-view-problem', role: 'status' }, answer.words);
    case 'scores':
      return scoresView(answer);
    case 'predictions':
      return predictionsView(answer, host);
    case 'why':
      return whyOfRow(answer, host);
    case 'history':
      return historyView(answer, new Map(), true);
    case 'graph':
      return schemaView(answer, host);
    case 'table':
      return html('p', {}, `Facts of ${answer.table}.`);
    case 'neighbourhood':
      return neighbourhoodView(answer, host);
  }
}
