/** Numbers as `kumo_magic/report/numbers.py` writes them. */

export function count(value: number, noun: string): string {
  return `${value.toLocaleString('en-US')} ${noun}${value === 1 ? '' : 's'}`;
}

export function share(part: number, whole: number): string {
  if (whole === 0) {
    return '–';
  }
  const value = part / whole;
  if (value > 0 && value < 0.01) {
    return '<1%';
  }
  return value > 0.99 && value < 1 ? '>99%' : `${(100 * value).toFixed(0)}%`;
}

/** Three significant digits. */
export function number(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 8 });
}

/** How numbers of one column are written: with as many decimals as the largest needs for three digits. */
export function likeEachOther(values: (number | null)[]): (value: number | null) => string {
  const known = values.filter(value => value !== null);
  const largest = known.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const places = known.every(Number.isInteger) ? 0 : decimals(largest);
  const shown = { minimumFractionDigits: places, maximumFractionDigits: places };
  return value => (value === null ? '–' : value.toLocaleString('en-US', shown));
}

function decimals(largest: number): number {
  if (largest === 0 || largest >= 1) {
    return largest === 0 || largest >= 100 ? 0 : largest >= 10 ? 1 : 2;
  }
  return Math.min(8, largest >= 0.1 ? 3 : 2 - Math.floor(Math.log10(largest)));
}
