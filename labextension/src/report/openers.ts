/** Buttons below a record that open the run's views in place. */

import type { Answer, ViewQuestion } from '../views/answers';
import { draw } from '../views/draw';
import type { Host } from '../views/host';
import { html, OWN_KEYS } from './elements';

interface Opener {
  question: ViewQuestion;
  title: string;
}

const OPENERS: Opener[] = [
  { question: { type: 'predictions' }, title: 'Predictions' },
  { question: { type: 'scores' }, title: 'Scores' },
  { question: { type: 'graph' }, title: 'Tables' }
];
const WAITING: Answer = { type: 'problem', words: 'Asking the kernel …' };

/** One view is open at a time; its button, pressed again, closes it. */
export function openers(host: Host): HTMLElement {
  const shown = html('div', { class: 'kumo-view', 'aria-live': 'polite' });
  let isOpen: HTMLElement | null = null;
  const buttons = OPENERS.map(({ question, title }) => {
    const button = html('button', { type: 'button', 'aria-expanded': 'false', ...OWN_KEYS }, title);
    button.addEventListener('click', () => void open(button, question));
    return button;
  });
  const open = async (button: HTMLElement, question: ViewQuestion): Promise<void> => {
    isOpen = isOpen === button ? null : button;
    buttons.forEach(each => each.setAttribute('aria-expanded', String(each === isOpen)));
    shown.replaceChildren(...(isOpen === null ? [] : [draw(WAITING, host)]));
    if (isOpen === null) {
      return;
    }
    const answer = await host.ask(question);
    if (isOpen === button) {
      shown.replaceChildren(draw(answer, host));
    }
  };
  return html('section', { class: 'kumo-record-openers', 'aria-label': 'Views of this run' }, ...buttons, shown);
}
