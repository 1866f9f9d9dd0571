/** The record as HTML that JupyterLab's sanitizer lets through, with live parts in place of those that we can draw. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { Widget } from '@lumino/widgets';

import { curvePicture } from './curve';
import { MIME_TYPE, readData, type ReportData } from './data';
import { html } from './elements';
import { openers } from './openers';
import { type Order, scoreTable } from './scores';
import { hostOf } from '../views/messages';
import { thresholdSection } from './thresholds';

export class RecordView extends Widget implements IRenderMime.IRenderer {
  private order: Order | null = null;
  private cut: number | null = null;

  constructor(private readonly sanitizer: IRenderMime.ISanitizer) {
    super();
    this.addClass('jp-RenderedHTMLCommon');
    this.addClass('kumo-record');
  }

  /** A later record of the same output keeps the order; data that is not ours leaves the plain record. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const written = textOf(model.data['text/html']);
    if (written === null) {
      this.node.replaceChildren(html('pre', {}, textOf(model.data['text/plain']) ?? 'This record is empty.'));
      return;
    }
    this.node.innerHTML = this.sanitizer.sanitize(written);
    this.openToKeys();
    const data = readData(model.data[MIME_TYPE]);
    if (data !== null) {
      this.drawScores(data);
      this.drawCurve(data);
      this.node.querySelector('.kumo-magic-views')?.replaceChildren(openers(hostOf(this.node, data.of)));
    }
  }

  /** What may be wider than the page scrolls; the arrow keys must reach it. */
  private openToKeys(): void {
    for (const body of this.node.querySelectorAll<HTMLElement>('details > div')) {
      body.tabIndex = 0;
      body.setAttribute('role', 'group');
      body.setAttribute('aria-label', body.parentElement?.querySelector('summary')?.textContent ?? '');
    }
  }

  private drawScores(data: ReportData): void {
    const place = this.node.querySelector('.kumo-magic-scores');
    if (place === null) {
      return;
    }
    const holder = html('div');
    const draw = (): void => {
      holder.replaceChildren(
        scoreTable(data, this.order, order => {
          this.order = order;
          draw();
          holder.querySelectorAll('button')[order.column]?.focus();
        })
      );
    };
    draw();
    place.replaceChildren(holder);
    if (data.cuts !== null) {
      const { cuts } = data;
      const start = Math.min(this.cut ?? cuts.chosen ?? 0, cuts.thresholds.length - 1);
      place.parentElement?.append(thresholdSection(cuts, start, cut => (this.cut = cut)));
    }
  }

  private drawCurve({ curve }: ReportData): void {
    const place = this.node.querySelector('.kumo-magic-curve');
    const words = place?.querySelector('img')?.alt ?? 'Learning curve';
    if (curve !== null) {
      place?.replaceChildren(curvePicture(curve, words));
    }
  }
}

/** The text of a bundle's entry, which a notebook file may keep as a list of lines. */
function textOf(value: unknown): string | null {
  if (Array.isArray(value)) {
    return value.join('');
  }
  return typeof value === 'string' ? value : null;
}
