/** Which cells and lines are ours. Knows how IPython finds magics, nothing of editors. */

import type { Text } from '@codemirror/state';
import type { CodeEditor } from '@jupyterlab/codeeditor';

/** Mime types of a Python cell; the last is what a cell has until its kernel is known. */
const PYTHON = new Set(['text/x-ipython', 'text/x-python', 'text/plain']);
const CELL_MAGIC = /^%%(?:predict|graph)(?![\w?])/;
const LINE_MAGIC = /^\s*(?:[\w\s,.[\]'"]+=\s*)?(?=%(?:predict|graph|runs)(?!\w))/;

/** Whether the editor's text is code that IPython reads: the code cells of a notebook or a console, no file. */
export function isPythonCell(model: CodeEditor.IModel): boolean {
  return 'type' in model && model.type === 'code' && PYTHON.has(model.mimeType);
}

/** Whether the whole cell belongs to one of our cell magics. */
export function isQueryDocument(document: Text): boolean {
  return CELL_MAGIC.test(firstLine(document.iterLines()));
}

/** Whether the whole cell belongs to some cell magic, so that none of its lines is Python. */
export function isMagicDocument(document: Text): boolean {
  return firstLine(document.iterLines()).startsWith('%%');
}

/** Whether a line of a Python cell may be one of ours. */
export function hasLineMagic(document: Text): boolean {
  if (isMagicDocument(document)) {
    return false;
  }
  for (const line of document.iterLines()) {
    if (line.includes('%') && placeOfLineMagic(line) >= 0) {
      return true;
    }
  }
  return false;
}

/** Where in the line our line magic begins; -1 where there is none. */
export function placeOfLineMagic(line: string): number {
  return LINE_MAGIC.exec(line)?.[0].length ?? -1;
}

/** The first line with something in it: IPython drops empty ones before it. */
function firstLine(lines: Iterable<string>): string {
  for (const line of lines) {
    if (line.trim() !== '') {
      return line;
    }
  }
  return '';
}
