/** A word and the words there are → the one that was probably meant. */

/** Null where none is close: a third of the letters may be wrong. */
export function nearest(word: string, words: Iterable<string>): string | null {
  let [best, least] = ['', Math.max(1, Math.floor(word.length / 3)) + 1];
  for (const other of words) {
    if (Math.abs(other.length - word.length) < least) {
      const edits = distance(word.toLowerCase(), other.toLowerCase());
      [best, least] = edits < least ? [other, edits] : [best, least];
    }
  }
  return best === '' ? null : best;
}

/** How many letters have to be put in, left out or changed, or swapped with the next. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const changed = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swapped = isSwapped ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(changed, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[other.length] ?? 0;
}
