/** A heading that opens and closes what is below it. */

import { html } from '../report/elements';

let numSections = 0;

export interface Section {
  node: HTMLElement;
  body: HTMLElement;
}

export function section(title: string, isOpen: boolean, level: 'h2' | 'h3' = 'h2'): Section {
  const id = `kumo-magic-section-${++numSections}`;
  const button = html('button', { type: 'button', 'aria-expanded': String(isOpen), 'aria-controls': id }, title);
  const body = html('div', { id, class: 'kumo-magic-section-body' });
  body.hidden = !isOpen;
  button.addEventListener('click', () => {
    body.hidden = !body.hidden;
    button.setAttribute('aria-expanded', String(!body.hidden));
  });
  return { node: html('section', {}, html(level, {}, button), body), body };
}
