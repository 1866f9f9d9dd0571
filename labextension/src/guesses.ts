/** What can be said of a cell without its kernel: unknown options and words, and names that the graph had not when the
 * kernel last answered. Fewer mistakes than the kernel finds, and none that it would not. */

import type { Graph, Inventory, Table } from './inventory';
import type { Mistake } from './kernels';
import { nearest } from './nearest';
import type { Reading, Run } from './readings';
import { OPTIONS, WORDS } from './vocabulary';

const WORD = /^[A-Za-z_][A-Za-z0-9_]*$/;
const LONGEST_WORD = 100;

/** The mistakes of one magic. */
export function guessesOf({ magic, runs }: Reading, inventory: Inventory | null): Mistake[] {
  const graph = inventory === null ? null : graphOf(runs, inventory.graphs);
  return runs.flatMap((run, place) => {
    if (run.part === 'arguments') {
      return run.kind === null && run.text.startsWith('--') ? [unknownOption(run, OPTIONS[magic])] : [];
    }
    if (run.kind === 'table') {
      return graph === null ? [] : unknownNames(run, runs[place + 2], graph);
    }
    return run.kind === null && WORD.test(run.text) ? unknownWord(run) : [];
  });
}

/** The graph that the line names, or the only one. */
function graphOf(runs: readonly Run[], graphs: readonly Graph[]): Graph | null {
  const named = graphs.find(graph => runs.some(run => run.part === 'arguments' && run.text === graph.written));
  const [first] = graphs;
  const hasName = runs.some(({ kind, part, text }) => part === 'arguments' && kind === null && WORD.test(text));
  return named ?? (graphs.length === 1 && !hasName ? (first ?? null) : null);
}

function unknownOption(run: Run, options: ReadonlySet<string>): Mistake {
  const meant = nearest(run.text, options);
  return mistake(run, `There is no option ${run.text}.`, meant);
}

function unknownNames(table: Run, column: Run | undefined, graph: Graph): Mistake[] {
  const found = graph.tables.find(({ name }) => name === bare(table.text));
  if (found === undefined) {
    const meant = spelled(nearest(bare(table.text), namesOf(graph.tables)), graph.tables);
    return [mistake(table, `The graph has no table '${bare(table.text)}'.`, meant)];
  }
  return column?.kind === 'column' ? unknownColumn(column, found) : [];
}

function unknownColumn(run: Run, table: Table): Mistake[] {
  const isCut = table.columns.length < table.num_columns;
  const name = bare(run.text);
  if (name === '*' || isCut || table.columns.some(column => column.name === name)) {
    return [];
  }
  const meant = table.columns.find(column => column.name === nearest(name, namesOf(table.columns)));
  const fix = meant?.written?.slice((table.written ?? '').length + 1) ?? null;
  return [mistake(run, `'${table.name}' has no column '${name}'.`, fix)];
}

/** Only what looks like a word of the language: what else may stand there is the grammar's to say. */
function unknownWord(run: Run): Mistake[] {
  const meant = nearest(run.text.toUpperCase(), WORDS.keys());
  if (meant === null) {
    return [];
  }
  const fix = WORDS.get(meant) === 'unit' ? meant.toLowerCase() : meant;
  return [mistake(run, `'${run.text}' is no word of the language.`, fix)];
}

function mistake({ start, end }: Run, problem: string, fix: string | null): Mistake {
  const proposal = fix === null ? '' : ` Did you mean ${fix}?`;
  return { start, end, message: `${problem}${proposal} (The kernel is busy: by what was known before.)`, fix };
}

function spelled(name: string | null, tables: readonly Table[]): string | null {
  return tables.find(table => table.name === name)?.written ?? null;
}

function namesOf(named: readonly { name: string }[]): string[] {
  return named.map(({ name }) => name).filter(name => name.length <= LONGEST_WORD);
}

function bare(written: string): string {
  return written.startsWith('`') ? written.slice(1, -1) : written;
}
