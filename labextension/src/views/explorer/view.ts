/** The predictions explorer: a page of rows to sort, filter and search, with what is known of a row below it. */

import { html, OWN_KEYS } from '../../report/elements';
import type { Host } from '../host';
import type { Listing, PredictionsAnswer, RowName } from './answer';
import { controlsOf } from './controls';
import { detailView } from './detail';
import { histogramPicture } from './histogram';
import { nameOf, rowTable } from './rows';

export function predictionsView(first: PredictionsAnswer, host: Host): HTMLElement {
  let answer = first;
  let asked: Listing = listingOf(first);
  let number = 0;
  let open: string | null = null;
  const details = new Map<string, HTMLElement>();

  const picture = html('div', { class: 'kumo-explorer-picture' });
  const status = html('p', { class: 'kumo-explorer-status', role: 'status' });
  const holder = html('div', { class: 'kumo-explorer-table', tabindex: 0, role: 'group', 'aria-label': 'Rows' });
  const [before, after] = [turner('‹ Earlier rows', -1), turner('Further rows ›', 1)];
  const place = html('span');

  const ask = async (changes: Partial<Listing>): Promise<void> => {
    asked = { ...asked, page: 0, ...changes };
    number += 1;
    const own = number;
    holder.setAttribute('aria-busy', 'true');
    const found = await host.ask({ type: 'predictions', ...asked });
    if (own !== number) {
      return; // another question has overtaken this one
    }
    holder.removeAttribute('aria-busy');
    if (found.type === 'predictions') {
      answer = found;
      asked = listingOf(found);
      show();
    } else {
      asked = listingOf(answer);
      controls.show(asked);
      status.replaceChildren(problem(found.type === 'problem' ? found.words : 'The kernel answered something else.'));
    }
  };
  const controls = controlsOf(first, ({ search, ...bounds }) => {
    const filter = { ...asked.filter, ...bounds };
    void ask(search === undefined ? { filter } : { filter, search });
  });
  const detail = (row: RowName): HTMLElement => {
    const name = nameOf(row);
    const known = details.get(name) ?? detailView(row, host);
    details.set(name, known);
    return known;
  };
  const showRows = (): void => {
    const focused = focusOf(holder);
    const sort = (column: string | null, descending: boolean): void => void ask({ sort: column, descending });
    holder.replaceChildren(
      answer.lines.length > 0
        ? rowTable(answer, { sort, detail }, open, name => {
            open = name;
            showRows();
          })
        : html('p', {}, answer.total === 0 ? 'Nobody is predicted: the frame has no rows.' : 'No row matches.')
    );
    focused();
  };
  const show = (): void => {
    const chart = histogramPicture(answer, (low, high) => void ask({ filter: { ...asked.filter, low, high } }));
    picture.replaceChildren(...(chart === null ? [] : [chart]));
    controls.show(asked);
    status.replaceChildren(wordsOf(answer));
    place.replaceChildren(
      `Page ${(answer.page + 1).toLocaleString('en-US')} of ${answer.num_pages.toLocaleString('en-US')}`
    );
    before.disabled = answer.page === 0;
    after.disabled = answer.page + 1 >= answer.num_pages;
    showRows();
  };
  function turner(title: string, step: number): HTMLButtonElement {
    const button = html('button', { type: 'button', ...OWN_KEYS }, title);
    button.addEventListener('click', () => void ask({ page: answer.page + step }));
    return button;
  }
  show();
  return html(
    'section',
    { class: 'kumo-explorer', 'aria-label': `Predictions: ${first.title}` },
    html('h3', {}, `Predictions: ${first.title}`),
    html('div', { class: 'kumo-explorer-head' }, picture, controls.element),
    status,
    holder,
    html('nav', { class: 'kumo-explorer-pages', 'aria-label': 'Pages' }, before, place, after),
    html(
      'p',
      { class: 'kumo-explorer-note' },
      'This page lies in the notebook. Sorting, filters, other pages and what is known of a row ask the kernel.'
    )
  );
}

function listingOf({ sort, descending, search, filter, page }: PredictionsAnswer): Listing {
  return { sort, descending, search, filter, page };
}

function wordsOf({ total, matching, page, page_size: size, lines }: PredictionsAnswer): string {
  if (lines.length === 0) {
    return '';
  }
  const [from, to] = [page * size + 1, page * size + lines.length];
  const which = `Rows ${from.toLocaleString('en-US')} to ${to.toLocaleString('en-US')} of ${matching.toLocaleString('en-US')}`;
  return matching === total ? `${which}.` : `${which} that match, ${total.toLocaleString('en-US')} in all.`;
}

function problem(words: string): HTMLElement {
  return html('span', { class: 'kumo-view-problem' }, words);
}

/** The table is drawn anew: gives the focus back to the heading or the row that had it. */
function focusOf(holder: HTMLElement): () => void {
  const selector = (element: HTMLElement): string =>
    element.closest('thead') ? 'thead button' : '.kumo-explorer-row > th > button';
  const { activeElement } = holder.ownerDocument;
  if (!(activeElement instanceof HTMLElement) || !holder.contains(activeElement)) {
    return () => undefined;
  }
  const kind = selector(activeElement);
  const place = [...holder.querySelectorAll(kind)].indexOf(activeElement);
  return () => {
    if (activeElement.isConnected) {
      activeElement.focus({ preventScroll: true });
    } else {
      holder.querySelectorAll<HTMLElement>(kind)[place]?.focus({ preventScroll: true });
    }
  };
}
