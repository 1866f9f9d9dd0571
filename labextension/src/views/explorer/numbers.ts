/** Numbers of predictions as people read them. */

import { number } from '../../report/numbers';

const MISSING = '–';
/** Larger numbers would be lines of digits. */
const LONGEST = 1e15;

export function plain(value: number | null): string {
  if (value === null) {
    return MISSING;
  }
  return Math.abs(value) < LONGEST ? number(value) : value.toExponential(2);
}

export function percent(value: number | null): string {
  if (value === null) {
    return MISSING;
  }
  const shown = (100 * value).toFixed(1);
  if (value > 0 && shown === '0.0') {
    return '<0.1%';
  }
  return value < 1 && shown === '100.0' ? '>99.9%' : `${shown}%`;
}

export function answered(value: number | null, isProbability: boolean): string {
  return isProbability ? percent(value) : plain(value);
}

/** An effect with its sign, of probabilities in points. */
export function signed(effect: number | null, isProbability: boolean): string {
  if (effect === null) {
    return MISSING;
  }
  const size = Math.abs(effect);
  const shown = isProbability ? (100 * size).toFixed(1) : plain(size);
  return Number(shown.replaceAll(',', '')) === 0 ? '0' : `${effect < 0 ? '−' : '+'}${shown}`;
}
