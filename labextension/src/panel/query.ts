/** Choices → the text of a query. Offers only what the kernel would bind; knows no form. Imports types alone, so that
 * a test can run it as it is. */

import type { Column, Graph, Path, Table } from '../inventory';

export type Aim = 'happens' | 'rows' | 'different' | 'sum' | 'mean' | 'least' | 'most' | 'last' | 'next' | 'value';

/** What may be predicted, in plain words. */
export const AIMS: Readonly<Record<Aim, string>> = {
  happens: 'whether something happens',
  rows: 'how many there will be',
  different: 'how many different values of a column',
  sum: 'the sum of a column',
  mean: 'the mean of a column',
  least: 'the smallest value of a column',
  most: 'the largest value of a column',
  last: 'the last value of a column',
  next: 'which ones come next, best first',
  value: 'the value of a column of its own'
};

const FUNCTIONS: Readonly<Record<Exclude<Aim, 'value'>, string>> = {
  happens: 'COUNT',
  rows: 'COUNT',
  different: 'COUNT_DISTINCT',
  sum: 'SUM',
  mean: 'AVG',
  least: 'MIN',
  most: 'MAX',
  last: 'LAST',
  next: 'LIST_DISTINCT'
};

export const UNITS = ['days', 'weeks', 'months', 'quarters', 'years', 'hours', 'minutes', 'seconds'] as const;
export type Unit = (typeof UNITS)[number];

/** From `start` to `end` units after now, or before it where they are negative. */
export interface Window {
  start: number;
  end: number;
  unit: Unit;
}

export interface Operator {
  written: string;
  words: string;
  /** What stands on its right. */
  takes: 'number' | 'choice' | 'text' | 'nothing';
}

/** A comparison; `value` is written as the language has it, and empty where the operator takes nothing. */
export interface Comparison {
  operator: Operator;
  value: string;
}

export interface Choice {
  entity: Table;
  aim: Aim;
  /** To the rows of the window; null for a value without one. */
  path: Path | null;
  column: Column | null;
  top: number;
  window: Window;
  /** Makes a yes-or-no question of a value. */
  comparison: Comparison | null;
  /** Only those that had rows there in that window of the past. */
  active: { path: Path; window: Window } | null;
  condition: { column: Column; comparison: Comparison } | null;
}

const EQUAL = { written: '=', words: 'is' } as const;
const UNEQUAL = { written: '!=', words: 'is not' } as const;
const NULLS: readonly Operator[] = [
  { written: 'IS NOT NULL', words: 'is known', takes: 'nothing' },
  { written: 'IS NULL', words: 'is missing', takes: 'nothing' }
];
const OF_NUMBERS: readonly Operator[] = [
  { written: '>', words: 'is more than', takes: 'number' },
  { written: '>=', words: 'is at least', takes: 'number' },
  { written: '<', words: 'is less than', takes: 'number' },
  { written: '<=', words: 'is at most', takes: 'number' },
  { ...EQUAL, takes: 'number' },
  { ...UNEQUAL, takes: 'number' }
];
const OF_CHOICES: readonly Operator[] = [
  { ...EQUAL, takes: 'choice' },
  { ...UNEQUAL, takes: 'choice' }
];
const OF_TEXT: readonly Operator[] = [
  { written: 'CONTAINS', words: 'contains', takes: 'text' },
  { written: 'STARTS WITH', words: 'starts with', takes: 'text' },
  { ...EQUAL, takes: 'text' },
  { ...UNEQUAL, takes: 'text' }
];
const HAPPENS: readonly Operator[] = [
  { written: '> 0', words: 'happens at least once', takes: 'nothing' },
  { written: '= 0', words: 'does not happen', takes: 'nothing' }
];

/** The tables that a question can be about. */
export function entitiesOf(graph: Graph): Table[] {
  return graph.tables.filter(table => keyOf(table) !== null);
}

/** What can be asked about such an entity. */
export function aimsOf(graph: Graph, entity: Table): Aim[] {
  const aims = Object.keys(AIMS) as Aim[];
  return aims.filter(aim =>
    aim === 'value' ? columnsOf(graph, entity, aim, null).length > 0 : pathsOf(graph, entity, aim).length > 0
  );
}

/** The ways to tables that such a question can be asked of. */
export function pathsOf(graph: Graph, entity: Table, aim: Aim): Path[] {
  if (aim === 'value') {
    return [];
  }
  const all = graph.paths.filter(path => path.entity === entity.name);
  return needsColumn(aim) ? all.filter(path => columnsOf(graph, entity, aim, path).length > 0) : all;
}

export function needsColumn(aim: Aim): boolean {
  return aim !== 'happens' && aim !== 'rows';
}

/** The columns that such a question can be asked of. */
export function columnsOf(graph: Graph, entity: Table, aim: Aim, path: Path | null): Column[] {
  const table = path === null ? entity : graph.tables.find(({ name }) => name === path.table);
  return (table?.columns ?? []).filter(
    column => column.written !== null && column.stype !== 'ignored' && suits(aim, column, entity, path)
  );
}

function suits(aim: Aim, column: Column, entity: Table, path: Path | null): boolean {
  const { kind, parent } = column;
  const isClass = kind === 'category' || kind === 'truth value';
  switch (aim) {
    case 'happens':
    case 'rows':
      return false;
    case 'different':
      return kind !== 'set';
    case 'sum':
    case 'mean':
    case 'least':
    case 'most':
      return kind === 'number';
    case 'last':
      return kind === 'number' || isClass;
    case 'next': {
      const isItem = parent !== null && parent !== entity.name && !path?.via.includes(column.written ?? '');
      return isItem || isClass || kind === 'set';
    }
    case 'value':
      return kind === 'number' || isClass || kind === 'set';
  }
}

/** Whether the answer is a list of at most k. */
export function isList(aim: Aim, column: Column | null): boolean {
  return aim === 'next' || (aim === 'value' && column?.kind === 'set');
}

/** What makes a yes-or-no question of the answer. */
export function comparisonsOf(aim: Aim, column: Column | null): readonly Operator[] {
  if (aim === 'happens') {
    return HAPPENS;
  }
  if (isList(aim, column)) {
    return [];
  }
  const isOfClass = (aim === 'last' || aim === 'value') && column !== null && column.kind !== 'number';
  return isOfClass ? (column.values.length > 0 ? OF_CHOICES : []) : OF_NUMBERS;
}

/** The columns of the entity's own that a condition can be about. */
export function conditionColumnsOf(entity: Table, aim: Aim, target: Column | null): Column[] {
  return entity.columns.filter(column => {
    const isTarget = aim === 'value' && column.name === target?.name;
    return column.written !== null && column.kind !== 'key' && column.stype !== 'ignored' && !isTarget;
  });
}

/** What a condition can say of a column. */
export function operatorsOf(column: Column): readonly Operator[] {
  switch (column.kind) {
    case 'number':
      return [...OF_NUMBERS, ...NULLS];
    case 'category':
    case 'truth value':
      return column.values.length > 0 ? [...OF_CHOICES, ...NULLS] : NULLS;
    case 'text':
      return [...OF_TEXT, ...NULLS];
    case 'timestamp':
    case 'set':
    case 'key':
      return NULLS;
  }
}

/** The query of the choices, a line per clause. */
export function queryOf(choice: Choice): string {
  const { entity, active, condition } = choice;
  const conditions = [
    ...(active === null ? [] : [`${call('COUNT', `${active.path.written}.*`, active.path, active.window)} > 0`]),
    ...(condition === null ? [] : [`${condition.column.written ?? ''} ${sideOf(condition.comparison)}`])
  ];
  return [
    `PREDICT ${targetOf(choice)}`,
    `FOR EACH ${keyOf(entity) ?? ''}`,
    ...(conditions.length === 0 ? [] : [`WHERE ${conditions.join(' AND ')}`])
  ].join('\n');
}

function targetOf({ aim, path, column, top, window, comparison }: Choice): string {
  const what = column?.written ?? `${path?.written ?? ''}.*`;
  const value =
    aim === 'value' || path === null ? what : call(FUNCTIONS[aim as keyof typeof FUNCTIONS], what, path, window);
  if (isList(aim, column)) {
    return `${value} RANK TOP ${top}`;
  }
  return comparison === null ? value : `${value} ${sideOf(comparison)}`;
}

function call(name: string, what: string, path: Path, { start, end, unit }: Window): string {
  const via = path.via.length === 0 ? '' : ` VIA ${path.via.join(', ')}`;
  return `${name}(${what}${via}, ${start}, ${end}, ${unit})`;
}

function sideOf({ operator, value }: Comparison): string {
  return operator.takes === 'nothing' ? operator.written : `${operator.written} ${value}`;
}

/** The key of a table as a query spells it; null where it has none, or none that can be spelled. */
export function keyOf(table: Table): string | null {
  return table.columns.find(column => column.name === table.key)?.written ?? null;
}
