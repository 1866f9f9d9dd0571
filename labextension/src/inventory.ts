/** What `kumo_magic/magic/inventory.py` says of a kernel: its graphs and its runs. Types alone. */

export interface Value {
  shown: string;
  written: string;
}

export interface Column {
  name: string;
  /** `table.column` as a query spells it; null where no query can. */
  written: string | null;
  stype: string;
  kind: 'number' | 'category' | 'truth value' | 'text' | 'timestamp' | 'key' | 'set';
  /** The table that it points at. */
  parent: string | null;
  /** Of a category, the most frequent ones first. */
  values: readonly Value[];
}

export interface Table {
  name: string;
  written: string | null;
  num_rows: number;
  key: string | null;
  time: string | null;
  num_columns: number;
  columns: readonly Column[];
}

export interface Link {
  table: string;
  column: string;
  parent: string;
}

/** A way from an entity to rows of a table that have a time; `via` where a query has to name it. */
export interface Path {
  entity: string;
  table: string;
  /** The table as a query spells it. */
  written: string;
  via: readonly string[];
  words: string;
}

export interface Graph {
  name: string;
  /** As the line of a magic spells it; null where none can. */
  written: string | null;
  tables: readonly Table[];
  links: readonly Link[];
  paths: readonly Path[];
}

export interface Run {
  number: number;
  graph: string;
  written: string | null;
  query: string;
  metric: string;
  score: string;
  baseline: string;
  baseline_score: string;
  time: string;
}

export interface Inventory {
  graphs: readonly Graph[];
  runs: readonly Run[];
  /** The line that makes a graph of the notebook's frames. */
  first_graph: string;
}
