/** What narrows the rows: words to search for, a range of the main answer, a predicted class. */

import { html, OWN_KEYS } from '../../report/elements';
import type { Listing, PredictionsAnswer } from './answer';
import { nameShown } from './names';

const PAUSE_MS = 250;

export interface Controls {
  element: HTMLElement;
  /** Shows what is asked for by now. */
  show: (asked: Listing) => void;
}

/** The controls; `ask` hears what changed. */
export function controlsOf(
  { searched, main, classes }: PredictionsAnswer,
  ask: (changes: Partial<Listing['filter']> & { search?: string }) => void
): Controls {
  const scale = main.is_probability ? 100 : 1;
  const search = html('input', { type: 'search', maxlength: 200, placeholder: searched.join(', '), ...OWN_KEYS });
  const [low, high] = [bound('least'), bound('most')];
  const select = html('select', { ...OWN_KEYS }, html('option', { value: '' }, 'any'));
  select.append(
    ...classes.map(({ name, lines }) =>
      html('option', { value: `=${name}` }, `${cut(nameShown(name))} (${lines.toLocaleString('en-US')})`)
    )
  );
  const clear = html('button', { type: 'button', ...OWN_KEYS }, 'Show all');

  let timer: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask({ search: search.value }), PAUSE_MS);
  });
  low.addEventListener('change', () => ask({ low: valueOf(low, scale) }));
  high.addEventListener('change', () => ask({ high: valueOf(high, scale) }));
  select.addEventListener('change', () => ask({ predicted: select.value === '' ? null : select.value.slice(1) }));
  clear.addEventListener('click', () => ask({ search: '', low: null, high: null, predicted: null }));

  const unit = main.is_probability ? ' in %' : '';
  const element = html(
    'div',
    { class: 'kumo-explorer-controls', role: 'group', 'aria-label': 'Which rows' },
    html('label', {}, 'Search', search),
    html(
      'fieldset',
      {},
      html('legend', {}, `${main.name}${unit}`),
      html('label', {}, 'from', low),
      html('label', {}, 'to', high)
    ),
    ...(classes.length > 0 ? [html('label', {}, 'Predicted', select)] : []),
    clear
  );
  return {
    element,
    show: ({ search: words, filter }) => {
      if (search !== search.ownerDocument.activeElement) {
        search.value = words;
      }
      low.value = shown(filter.low, scale);
      high.value = shown(filter.high, scale);
      select.value = filter.predicted === null ? '' : `=${filter.predicted}`;
      clear.disabled = words === '' && filter.low === null && filter.high === null && filter.predicted === null;
    }
  };
}

function bound(placeholder: string): HTMLInputElement {
  return html('input', { type: 'number', step: 'any', placeholder, ...OWN_KEYS });
}

function valueOf(input: HTMLInputElement, scale: number): number | null {
  return Number.isFinite(input.valueAsNumber) ? input.valueAsNumber / scale : null;
}

function shown(value: number | null, scale: number): string {
  return value === null ? '' : String(Number((value * scale).toPrecision(6)));
}

function cut(name: string): string {
  return name.length > 40 ? `${name.slice(0, 39)}…` : name;
}
