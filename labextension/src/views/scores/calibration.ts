/** Bins of predicted probabilities → what came true of each, with how many rows are in it. */

import { svg } from '../../report/elements';
import { number } from '../../report/numbers';
import type { Bins, ScoresAnswer } from './answer';
import { chart, type Mark } from './chart';
import { figure, note } from './figure';
import { legend } from './legend';
import { lookOf } from './looks';
import { numbersBehind } from './table';

const [WIDTH, HEIGHT] = [200, 56];

export function calibrationPicture(answer: ScoresAnswer, all: Bins[], seen: string): HTMLElement {
  const lines = all.map((bins): Mark => ({
    type: 'line',
    look: lookOf(answer, bins.learner),
    places: bins.predicted.map((predicted, place) => [predicted, bins.observed[place] ?? 0]),
    hasDots: true
  }));
  const words = all
    .map(bins => `${bins.learner}: predicted and observed differ by ${differ(bins)} on average`)
    .join('; ');
  const picture = chart(
    { title: 'mean predicted probability', low: 0, high: 1 },
    { title: 'share that came true', low: 0, high: 1 },
    [{ type: 'reference', from: [0, 0], to: [1, 1] }, ...lines.reverse()],
    `Calibration. ${words}.`
  );
  const entries = all.map(bins => ({
    learner: bins.learner,
    look: lookOf(answer, bins.learner),
    words: `off by ${differ(bins)} on average (ECE)`
  }));
  const [model] = all;
  const rows = all.flatMap(bins =>
    bins.rows.map((count, place) => [bins.learner, count, bins.predicted[place] ?? null, bins.observed[place] ?? null])
  );
  return figure(
    picture,
    [
      legend(entries),
      note('Dotted: what is predicted comes true as often as it says.'),
      note(seen),
      ...(model === undefined ? [] : [note(`Rows per bin of the ${model.learner}:`), counts(model)])
    ],
    [numbersBehind(['learner', 'rows', 'mean probability', 'share that came true'], rows)]
  );
}

/** A bar per bin. */
function counts(bins: Bins): HTMLElement {
  const most = Math.max(1, ...bins.rows);
  const width = WIDTH / Math.max(1, bins.rows.length);
  const bars = bins.rows.map((rows, place) => {
    const height = ((HEIGHT - 16) * rows) / most;
    return svg(
      'g',
      {},
      svg('rect', { x: place * width + 1, y: HEIGHT - height, width: width - 2, height, class: 'kumo-bar' }),
      svg('title', {}, `${rows.toLocaleString('en-US')} rows at ${number(bins.predicted[place] ?? 0)}`)
    );
  });
  const said = `${number(Math.min(...bins.rows))} to ${number(most)} rows in each of ${bins.rows.length} bins`;
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': said },
    svg('text', { x: 0, y: 11 }, said),
    ...bars
  );
  const holder = document.createElement('div');
  holder.append(picture);
  return holder;
}

function differ(bins: Bins): string {
  return bins.error === null ? '–' : number(bins.error);
}
