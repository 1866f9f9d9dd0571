/** What the kernel says of a run's rows, as `kumo_magic/views/predictions.py`, `why.py` and `history.py` write it. */

/** A row: its place in the run's frame, and by what it is known again; `part` is an item, a step or a class of it. */
export type RowName = {
  place: number | null;
  key: string;
  anchor: string | null;
  part: string | null;
};

/** What is asked of the rows. `sort` is null for the frame's own order. */
export type Listing = {
  sort: string | null;
  descending: boolean;
  search: string;
  filter: { low: number | null; high: number | null; predicted: string | null };
  page: number;
};

export type PredictionsQuestion = { type: 'predictions' } | ({ type: 'predictions' } & Listing);
export type WhyQuestion = { type: 'why'; row: RowName };
export type HistoryQuestion = { type: 'history'; row: RowName };

export interface Column {
  title: string;
  kind: Cell['kind'];
  /** What sorts by it; null where nothing does. */
  sort: string | null;
}

export interface Part {
  name: string;
  value: number | null;
  is_told: boolean;
}

export type Cell =
  | { kind: 'key' | 'text'; text: string }
  | { kind: 'number' | 'probability'; value: number | null }
  | { kind: 'interval'; low: number | null; high: number | null }
  | { kind: 'steps'; values: (number | null)[] }
  | { kind: 'parts'; is_probability: boolean; parts: Part[]; more: number };

export interface Line {
  row: RowName;
  cells: Cell[];
}

export interface Histogram {
  edges: number[];
  counts: number[];
  /** Of the rows that the search and the filters keep. */
  matching: number[];
  /** Whether the last bin holds all that lies above it too. */
  is_open: boolean;
  threshold: number | null;
}

export interface PredictionsAnswer extends Listing {
  type: 'predictions';
  title: string;
  total: number;
  matching: number;
  num_pages: number;
  page_size: number;
  /** The columns that a search looks in. */
  searched: string[];
  columns: Column[];
  lines: Line[];
  classes: { name: string; lines: number }[];
  main: { name: string; is_probability: boolean };
  histogram: Histogram | null;
}

export interface Effect {
  name: string;
  /** By how much the answer is higher with it. */
  effect: number | null;
  without: number | null;
  rows: number;
  when: string | null;
}

export interface Choice {
  part: string;
  name: string;
  is_chosen: boolean;
}

export interface Curve {
  hidden: (number | null)[];
  in_order: (number | null)[];
  random: (number | null)[];
  ratio: number | null;
}

export interface WhyAnswer {
  type: 'why';
  row: RowName;
  choices: Choice[];
  words: string[];
  notes: string[];
  is_probability: boolean;
  prediction: number | null;
  baseline: number | null;
  groups: { title: string; effects: Effect[] }[];
  events: Effect[];
  /** Every row that was hidden by itself, by the name that it has in the history too. */
  rows: { name: string; effect: number | null }[];
  flip: { changes: string; names: string[] } | null;
  channels: { says: string; place: number; has_brought: boolean }[];
  curve: Curve | null;
  /** In a view of its own, which is to be read without a kernel. */
  history?: HistoryAnswer;
}

/** Times are milliseconds since 1970. */
export interface HistoryEvent {
  time: number;
  when: string;
  name: string;
  values: string[];
}

export interface Lane {
  name: string;
  table: string;
  total: number;
  columns: string[];
  events: HistoryEvent[];
}

export interface HistoryAnswer {
  type: 'history';
  row: RowName;
  anchor: number;
  anchor_words: string;
  lanes: Lane[];
  left_out: number;
  labels: { start: number; end: number; label: string }[];
  window: { start: number; end: number; words: string } | null;
}
