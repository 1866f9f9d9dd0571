/** A picture with what belongs beside and below it. */

import { html } from '../../report/elements';

/** `beside` wraps below the picture where there is no room for both. */
export function figure(picture: Element, beside: HTMLElement[], below: HTMLElement[]): HTMLElement {
  const side = html('div', { class: 'kumo-figure-side' }, ...beside);
  return html('div', {}, html('div', { class: 'kumo-figure' }, picture, side), ...below);
}

export function note(words: string): HTMLElement {
  return html('p', { class: 'kumo-note' }, words);
}
