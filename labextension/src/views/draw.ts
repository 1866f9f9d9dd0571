/** An answer → its picture, whatever it is about. */

import { html } from '../report/elements';
import type { Answer } from './answers';
import type { Host } from './host';
import { scoresView } from './scores/view';

export function draw(answer: Answer, host: Host): HTMLElement {
  void host;
  switch (answer.type) {
    case 'problem':
      return html('p', { class: 'kumo-view-problem', role: 'status' }, answer.words);
    case 'scores':
      return scoresView(answer);
  }
}
