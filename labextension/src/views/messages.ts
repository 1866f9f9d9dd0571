/** Questions that a picture in an output lets bubble up as DOM events, to whoever knows the output's kernel. */

import type { Answer, ViewQuestion } from './answers';
import type { Host } from './host';

export const ASKED = 'kumo-magic:asked';

/** What the event carries: whom the question is for, and where the answer goes. */
export interface Asked {
  of: string;
  question: ViewQuestion;
  answer: (answer: Promise<Answer>) => void;
}

const UNHEARD: Answer = { type: 'problem', words: 'This needs a kernel, and this page shows none.' };

/** A host whose questions come from the element. Whoever hears them calls `preventDefault` and answers. */
export function hostOf(element: HTMLElement, of: string): Host {
  return {
    ask: question =>
      new Promise(resolve => {
        const detail: Asked = { of, question, answer: resolve };
        const event = new CustomEvent(ASKED, { bubbles: true, cancelable: true, detail });
        if (element.dispatchEvent(event)) {
          resolve(UNHEARD);
        }
      })
  };
}
