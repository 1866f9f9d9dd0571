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
