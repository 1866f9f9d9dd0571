/** A view in an output of JupyterLab's or Notebook 7's. Safe: what it draws is text and numbers. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';

import { html } from '../report/elements';
import { MIME_TYPE, readView } from './answers';
import { draw } from './draw';
import { hostOf } from './messages';

export class ViewRenderer extends Widget implements IRenderMime.IRenderer {
  constructor() {
    super();
    this.addClass('jp-RenderedHTMLCommon');
    this.addClass('kumo-view');
  }

  /** Data that are not ours, or that cannot be drawn, leave the words that go with them. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const view = readView(model.data[MIME_TYPE]);
    try {
      this.node.replaceChildren(view === null ? wordsOf(model) : draw(view.answer, hostOf(this.node, view.of)));
    } catch (error) {
      console.warn('kumo-magic cannot draw this view', error); // a renderer that throws shows nothing but its error
      this.node.replaceChildren(wordsOf(model));
    }
  }
}

function wordsOf(model: IRenderMime.IMimeModel): HTMLElement {
  const words = model.data['text/plain'];
  const text = Array.isArray(words) ? words.join('') : String(words ?? 'This view is empty.');
  return html('pre', {}, text);
}
