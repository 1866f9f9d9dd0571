/** A view as a widget, for front ends without our extension. Bundled into one module that the kernel sends. */

import { type Answer, readView, type ViewQuestion } from './answers';
import { draw } from './draw';

/** What anywidget hands over, as far as we use it. */
interface Model {
  get(name: 'view'): unknown;
  send(message: unknown): void;
  on(event: 'msg:custom', listener: (message: unknown) => void): void;
  off(event: 'msg:custom', listener: (message: unknown) => void): void;
}

interface Reply {
  number: number;
  answer: Answer;
}

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const waiting = new Map<number, (answer: Answer) => void>();
  let number = 0;
  const hear = (message: unknown): void => {
    const reply = message as Reply;
    waiting.get(reply.number)?.(reply.answer);
    waiting.delete(reply.number);
  };
  const ask = (question: ViewQuestion): Promise<Answer> =>
    new Promise(resolve => {
      number += 1;
      waiting.set(number, resolve);
      model.send({ number, question });
    });
  model.on('msg:custom', hear);
  el.classList.add('kumo-view');
  const view = readView(model.get('view'));
  if (view !== null) {
    el.replaceChildren(draw(view.answer, { ask }));
  }
  return () => model.off('msg:custom', hear);
}

export default { render };
