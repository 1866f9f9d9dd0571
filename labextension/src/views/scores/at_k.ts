/** Rankings: a metric over the length of the list, a line for every learner that is ticked. */

import { html, OWN_KEYS } from '../../report/elements';
import { number } from '../../report/numbers';
import type { Lists, Parts, ScoresAnswer } from './answer';
import { axisAround, chart, type Mark, type Place } from './chart';
import { figure, note } from './figure';
import { tickedLegend } from './legend';
import { lookOf } from './looks';
import { numbersBehind, table } from './table';

/** What a reader has chosen; it stays when other rows are shown. */
export interface AtKChoice {
  metric: string;
}

export function atKPicture(answer: ScoresAnswer, lists: Lists, shown: Set<string>, choice: AtKChoice): HTMLElement {
  const metrics = [...new Set(lists.curves.map(curve => curve.metric))];
  if (metrics.length === 0) {
    return note(
      'Of these rows the lists were not kept. All rows, cold, warm and heavy ones, and anchor times have them.'
    );
  }
  if (!metrics.includes(choice.metric)) {
    choice.metric = metrics[0] ?? '';
  }
  const [holder, below, side] = [html('div'), html('div'), html('div')];
  const draw = (): void => {
    const curves = lists.curves.filter(curve => curve.metric === choice.metric);
    const seen = curves.filter(curve => shown.has(curve.learner)).reverse();
    const lines = seen.map((curve): Mark => ({
      type: 'line',
      look: lookOf(answer, curve.learner),
      places: curve.values.flatMap((value, place): Place[] => (value === null ? [] : [[lists.ks[place] ?? 0, value]])),
      hasDots: true
    }));
    const last = lists.ks.at(-1) ?? 1;
    const values = curves.flatMap(curve => curve.values.filter(value => value !== null));
    holder.replaceChildren(
      chart(
        { title: 'k, how many items are listed', low: Math.min(1, last - 0.5), high: last, ticks: lengths(lists.ks) },
        { ...axisAround(`${choice.metric} at k`, [0, ...values]), low: 0 },
        lines,
        `${choice.metric} at k. ${seen.map(curve => `${curve.learner}: ${said(curve.values.at(-1))} at ${last}`).join('; ')}`
      )
    );
    side.replaceChildren(
      tickedLegend(
        curves.map(curve => ({
          learner: curve.learner,
          look: lookOf(answer, curve.learner),
          words: `${said(curve.values.at(-1))} at ${last}`
        })),
        shown,
        draw
      )
    );
    below.replaceChildren(
      numbersBehind(
        ['k', ...curves.map(curve => curve.learner)],
        lists.ks.map((k, place) => [k, ...curves.map(curve => curve.values[place] ?? null)])
      )
    );
  };
  const select = html('select', { ...OWN_KEYS }, ...metrics.map(metric => html('option', { value: metric }, metric)));
  select.value = choice.metric;
  select.addEventListener('change', () => {
    choice.metric = select.value;
    draw();
  });
  draw();
  return figure(holder, [html('label', { class: 'kumo-field' }, 'Metric', select), side], [below]);
}

export function partsPicture(parts: Parts): HTMLElement {
  const share = parts.repeats_among_labels;
  return html(
    'div',
    {},
    note(
      `${share === null ? 'An unknown share' : `${(100 * share).toFixed(0)}%`} of the true items are repeats: in the entity’s own past.`
    ),
    html(
      'div',
      { class: 'kumo-scroll', tabindex: 0, role: 'group', 'aria-label': 'Repeats and new items', ...OWN_KEYS },
      table(
        ['learner', ...parts.metrics, 'repeats among the listed'],
        parts.learners.map(({ learner, values, repeats }) => [learner, ...values, repeats])
      )
    ),
    note(
      'Recall of the true items that are repeats, and of those that are new to the entity, each over the rows that have ' +
        'some. Coverage is the share of the items that existed at an anchor which any of its lists shows.'
    )
  );
}

function lengths(ks: number[]): { at: number; words: string }[] {
  const every = Math.ceil(ks.length / 8);
  return ks.filter((_, place) => (ks.length - 1 - place) % every === 0).map(at => ({ at, words: String(at) }));
}

function said(value: number | null | undefined): string {
  return value === null || value === undefined ? 'unknown' : number(value);
}
