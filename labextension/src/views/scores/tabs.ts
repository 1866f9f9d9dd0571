/** A row of tabs over one panel, as WAI-ARIA has them: arrows, Home and End move, and the panel follows. */

import { html, OWN_KEYS } from '../../report/elements';

export interface Tab {
  title: string;
  draw: () => HTMLElement;
}

export interface Tabs {
  element: HTMLElement;
  /** Draws the open tab anew. */
  refresh: () => void;
}

/** The first tab is open. `label` says what the tabs choose. */
export function tabs(label: string, all: Tab[]): Tabs {
  const id = `kumo-tab-${Math.random().toString(36).slice(2)}`;
  const panel = html('div', { class: 'kumo-tab-panel', role: 'tabpanel', id: `${id}-panel`, ...OWN_KEYS });
  const buttons = all.map(({ title }, place) =>
    html('button', { type: 'button', role: 'tab', id: `${id}-${place}`, 'aria-controls': panel.id, ...OWN_KEYS }, title)
  );
  let open = 0;
  const refresh = (): void => {
    buttons.forEach((button, place) => {
      button.setAttribute('aria-selected', String(place === open));
      button.tabIndex = place === open ? 0 : -1;
    });
    panel.setAttribute('aria-labelledby', `${id}-${open}`);
    const shown = all[open];
    panel.replaceChildren(...(shown === undefined ? [] : [shown.draw()]));
  };
  const show = (place: number): void => {
    open = (place + all.length) % all.length;
    refresh();
    buttons[open]?.focus();
  };
  const list = html('div', { class: 'kumo-tabs', role: 'tablist', 'aria-label': label, ...OWN_KEYS }, ...buttons);
  buttons.forEach((button, place) => button.addEventListener('click', () => show(place)));
  list.addEventListener('keydown', event => {
    const place = placeAfter(event.key, open, all.length);
    if (place !== null) {
      event.preventDefault();
      show(place);
    }
  });
  refresh();
  return { element: html('div', {}, list, panel), refresh };
}

function placeAfter(key: string, open: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return open + 1;
    case 'ArrowLeft':
      return open - 1;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
