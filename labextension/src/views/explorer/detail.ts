/** What is known of a row: why the model answers so, what had happened by then, and what it is linked to. */

import { html, OWN_KEYS } from '../../report/elements';
import type { Answer } from '../answers';
import { draw } from '../draw';
import type { Host } from '../host';
import type { HistoryAnswer, RowName, WhyAnswer } from './answer';
import { historyView } from './history';
import { whyView } from './why';

interface Tab {
  title: string;
  /** Fills the panel; called when the tab is first chosen. */
  fill: (panel: HTMLElement) => void;
}

let numDetails = 0;

/** The row's tabs; what is known already is not asked for. */
export function detailView(
  row: RowName,
  host: Host,
  known: { why?: WhyAnswer; history?: HistoryAnswer } = {}
): HTMLElement {
  let effects = new Map<string, number>();
  let isProbability = true;
  let history: HistoryAnswer | null = known.history ?? null;
  const pastPanel = html('div');
  const whys = new Map<string | null, WhyAnswer>();

  const showPast = (): void => {
    if (history !== null) {
      pastPanel.replaceChildren(historyView(history, effects, isProbability));
    }
  };
  const learnEffects = (why: WhyAnswer): void => {
    effects = new Map(why.rows.flatMap(({ name, effect }) => (effect === null ? [] : [[name, effect]])));
    isProbability = why.is_probability;
    showPast();
  };
  const fillWhy = (panel: HTMLElement): void => {
    let asked: string | null = row.part;
    const show = (why: WhyAnswer): void => {
      whys.set(asked, why).set(why.row.part, why);
      panel.replaceChildren(whyView(why, part => void ask(part)));
      learnEffects(why);
    };
    const ask = async (part: string | null): Promise<void> => {
      asked = part;
      const before = whys.get(part);
      if (before !== undefined) {
        show(before);
        panel.querySelector<HTMLElement>('[aria-pressed="true"], select')?.focus();
        return;
      }
      panel.replaceChildren(waiting('Asking the model again without each part…'));
      const found = await host.ask({ type: 'why', row: { ...row, part } });
      if (asked !== part) {
        return;
      }
      if (found.type === 'why') {
        show(found);
      } else {
        panel.replaceChildren(draw(found, host));
      }
    };
    if (known.why === undefined) {
      void ask(row.part);
    } else {
      show(known.why);
    }
  };
  const fillPast = async (panel: HTMLElement): Promise<void> => {
    panel.replaceChildren(pastPanel);
    if (history === null) {
      pastPanel.replaceChildren(waiting('Reading what had happened…'));
      const found = await host.ask({ type: 'history', row });
      if (found.type !== 'history') {
        pastPanel.replaceChildren(draw(found, host));
        return;
      }
      history = found;
    }
    showPast();
  };
  const fillAround = async (panel: HTMLElement): Promise<void> => {
    panel.replaceChildren(waiting('Sampling the rows around it…'));
    const found: Answer = await host.ask({ type: 'neighbourhood', row });
    panel.replaceChildren(draw(found, host));
  };
  return tabbed(`Row of ${row.key}`, [
    { title: 'Why', fill: fillWhy },
    { title: 'History', fill: panel => void fillPast(panel) },
    { title: 'Neighbourhood', fill: panel => void fillAround(panel) }
  ]);
}

/** The view of one row's explanation. */
export function whyOfRow(why: WhyAnswer, host: Host): HTMLElement {
  const detail = detailView(why.row, host, why.history === undefined ? { why } : { why, history: why.history });
  return html('section', { class: 'kumo-explorer', 'aria-label': why.words[0] ?? 'Why' }, detail);
}

function waiting(words: string): HTMLElement {
  return html('p', { class: 'kumo-explorer-waiting', role: 'status' }, words);
}

/** Tabs of which one is shown; the arrow keys go from one to the next. */
function tabbed(label: string, tabs: Tab[]): HTMLElement {
  numDetails += 1;
  const filled = new Set<Tab>();
  const parts = tabs.map((tab, place) => {
    const name = `kumo-detail-${numDetails}-${place}`;
    const button = html(
      'button',
      { type: 'button', role: 'tab', id: `${name}-tab`, 'aria-controls': name, ...OWN_KEYS },
      tab.title
    );
    const panel = html('div', {
      role: 'tabpanel',
      id: name,
      'aria-labelledby': `${name}-tab`,
      'aria-live': 'polite',
      class: 'kumo-detail-panel'
    });
    return { tab, button, panel };
  });
  const choose = (chosen: number, isFocused: boolean): void => {
    parts.forEach(({ tab, button, panel }, place) => {
      const isChosen = place === chosen;
      button.setAttribute('aria-selected', String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
      panel.hidden = !isChosen;
      if (isChosen && !filled.has(tab)) {
        filled.add(tab);
        tab.fill(panel);
      }
      if (isChosen && isFocused) {
        button.focus();
      }
    });
  };
  parts.forEach(({ button }, place) => {
    button.addEventListener('click', () => choose(place, false));
    button.addEventListener('keydown', event => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (step !== 0) {
        event.preventDefault();
        choose((place + step + parts.length) % parts.length, true);
      }
    });
  });
  const list = html(
    'div',
    { role: 'tablist', 'aria-label': label, class: 'kumo-detail-tabs' },
    ...parts.map(({ button }) => button)
  );
  choose(0, false);
  return html('div', { class: 'kumo-detail' }, list, ...parts.map(({ panel }) => panel));
}
