/** What the kernel says of a graph, as `kumo_magic/views/schema.py` writes it. Places are in pixels. */

export interface GraphAnswer {
  type: 'graph';
  name: string;
  width: number;
  height: number;
  /** Whom a query is about, as `users.user_id`; null where the graph is shown by itself. */
  query: string | null;
  tables: SchemaTable[];
  links: SchemaLink[];
  notes: string[];
}

/** Facts of one table that the answer about the graph did not hold. */
export interface TableAnswer {
  type: 'table';
  table: string;
  columns: ColumnFacts[];
  links: LinkFacts[];
}

export interface SchemaTable {
  name: string;
  rows: number;
  x: number;
  y: number;
  width: number;
  height: number;
  /** The number of its colour; null for tables that nothing points at. */
  hue: number | null;
  role: 'entity' | 'target' | 'entity and target' | 'items' | 'path' | null;
  /** The name and the number of rows as they fit into the box. */
  title: string;
  count: string;
  shown: ShownColumn[];
  /** How many columns the box does not show. */
  more: number;
  primary_key: string | null;
  time_column: string | null;
  end_time_column: string | null;
  first: string | null;
  last: string | null;
  reasons: Record<string, string>;
  columns: string[];
  /** One per column, with blanks between. */
  stypes: string;
  /** One per column; null where the kernel must be asked. */
  found: ColumnFacts[] | null;
}

export interface ShownColumn {
  text: string;
  kind: string;
  mark: 'key' | 'link' | 'time' | '';
  hue: number | null;
}

export interface ColumnFacts {
  dtype: string;
  reason: string;
  /** How many rows were read. */
  sample: number;
  missing: number | null;
  shape: Shape | null;
}

export type Shape =
  | { form: 'bins'; counts: string; least: string; median: string; greatest: string }
  | { form: 'top'; distinct: number; top: [string, number][] }
  | { form: 'lengths'; median: number; greatest: number; examples: string[] }
  | { form: 'examples'; examples: string[] };

export interface LinkFacts {
  table: string;
  column: string;
  parent: string;
  /** Null where the kernel must be asked. */
  health: LinkHealth | null;
}

export interface SchemaLink extends LinkFacts {
  reason: string;
  /** Corners "x,y" with blanks between, from the foreign key to the key. */
  points: string;
  hue: number;
  is_on_path: boolean;
}

export interface LinkHealth {
  /** Of the rows with a foreign key the share that finds a parent. */
  matched: number | null;
  unmatched_rows: number;
  /** Of all rows the share without a foreign key. */
  missing: number | null;
  /** Of the parents the share with a child. */
  with_children: number | null;
  median: number | null;
  often: number | null;
  most: number | null;
}
