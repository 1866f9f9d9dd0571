/** The cuts of a curve, and what each is worth at a price. Draws nothing. */

import type { CutCurve } from './answer';

/** What a false alarm and a miss cost, and what a hit brings. */
export interface Prices {
  alarm: number;
  miss: number;
  gain: number;
}

export interface Counts {
  predicted: number;
  hits: number;
  alarms: number;
  misses: number;
  rest: number;
}

export function countsAt(curve: CutCurve, place: number): Counts {
  const [predicted, hits] = [curve.num_predicted[place] ?? 0, curve.num_hits[place] ?? 0];
  const [rows, numTrue] = [curve.num_predicted.at(-1) ?? 0, curve.num_hits.at(-1) ?? 0];
  const alarms = predicted - hits;
  return { predicted, hits, alarms, misses: numTrue - hits, rest: rows - numTrue - alarms };
}

/** What the mistakes of a cut cost, less what its hits bring. */
export function costAt(curve: CutCurve, place: number, { alarm, miss, gain }: Prices): number {
  const { hits, alarms, misses } = countsAt(curve, place);
  return alarm * alarms + miss * misses - gain * hits;
}

/** The cut that costs least; of equals the one that takes the fewest rows. */
export function cheapest(curve: CutCurve, prices: Prices): number {
  return curve.num_predicted.reduce(
    (best, _, place) => (costAt(curve, place, prices) < costAt(curve, best, prices) ? place : best),
    0
  );
}

/** The cut that takes about that many rows. */
export function taking(curve: CutCurve, rows: number): number {
  const off = (place: number): number => Math.abs((curve.num_predicted[place] ?? 0) - rows);
  return curve.num_predicted.reduce((best, _, place) => (off(place) < off(best) ? place : best), 0);
}
