/** A cell with magics of ours → its runs of characters, with what each is and where it stands. Knows no colours. */

import { StringStream, syntaxTree } from '@codemirror/language';
import type { EditorView } from '@codemirror/view';

import { type Kind, type Place, readRun, startOf } from './language';
import { isMagicDocument, isQueryDocument, placeOfLineMagic } from './magics';
import type { Magic } from './vocabulary';

const TAB_SIZE = 4;

export interface Run {
  /** Null for what is no word of ours. */
  kind: Kind | null;
  part: Place['part'];
  text: string;
  start: number;
  end: number;
}

/** One magic of ours, with its runs in their order. */
export interface Reading {
  magic: Magic;
  runs: readonly Run[];
}

/** The magic of the whole cell, or those of its lines. */
export function readingsOf(view: EditorView): Reading[] {
  const { doc } = view.state;
  if (isQueryDocument(doc)) {
    const place = startOf();
    const runs: Run[] = [];
    for (let number = 1; number <= doc.lines; number++) {
      const line = doc.line(number);
      if (place.part !== 'start' || line.text.trim() !== '') {
        runs.push(...runsOf(line.text, line.from, place));
      }
    }
    return [{ magic: place.magic, runs }];
  }
  const readings: Reading[] = [];
  for (let number = 1; number <= doc.lines && !isMagicDocument(doc); number++) {
    const line = doc.line(number);
    const start = placeOfLineMagic(line.text);
    if (start >= 0 && !isInText(view, line.from + start)) {
      const place = startOf();
      const runs = runsOf(line.text.slice(start), line.from + start, place);
      readings.push({ magic: place.magic, runs });
    }
  }
  return readings;
}

/** Whether the place lies inside a string or a comment of Python. */
export function isInText(view: EditorView, position: number): boolean {
  const { name } = syntaxTree(view.state).resolveInner(position, 1);
  return name.includes('String') || name === 'Comment';
}

/** The runs of a line that begins at `offset`; moves the place on. */
export function runsOf(text: string, offset: number, place: Place): Run[] {
  const stream = new StringStream(text, TAB_SIZE, TAB_SIZE);
  const runs: Run[] = [];
  while (!stream.eol()) {
    stream.start = stream.pos;
    const kind = readRun(stream, place);
    const [start, end] = [offset + stream.start, offset + stream.pos];
    runs.push({ kind, part: place.part, text: text.slice(stream.start, stream.pos), start, end });
  }
  return runs;
}
