/** A part of a view that scrolls by itself where it is too wide, by keys too. */

import { html, OWN_KEYS } from '../report/elements';

export function scroller(label: string, ...children: (Node | string)[]): HTMLDivElement {
  return html(
    'div',
    { class: 'kumo-view-scroller', role: 'region', 'aria-label': label, tabindex: 0, ...OWN_KEYS },
    ...children
  );
}
