/** What the kernel says of a run's scores, as `kumo_magic/views/scores/` writes it. It suffices without a kernel. */

import type { Learner, Metric } from '../../report/data';

type Known = number | null;

/** Rows in bins of about equal size, by predicted probability. */
export interface Bins {
  learner: string;
  rows: number[];
  predicted: number[];
  observed: number[];
  error: Known;
}

/** From no row to every row: how many a threshold takes, and how many of them rightly. */
export interface CutCurve {
  learner: string;
  num_predicted: number[];
  num_hits: number[];
  auroc: Known;
  precision: Known;
}

export interface Truths {
  task: 'truths';
  num_true: number;
  /** The model's first. */
  curves: CutCurve[];
  /** Of the model's cuts but the first, which takes no row. */
  thresholds: number[];
  /** The model's, then the best baseline's. */
  bins: Bins[];
}

export interface Classes {
  task: 'classes';
  classes: string[];
  /** Counts: a row per class that happened, a column per predicted one. */
  matrices: { learner: string; counts: number[][] }[];
  bins: Bins[];
}

export interface ClassScore {
  name: string;
  base_rate: number;
  precision: Known;
  baseline: Known;
  predicted: number;
}

export interface Sets {
  task: 'sets';
  classes: ClassScore[];
  num_classes: number;
  bins: Bins[];
}

export interface Numbers {
  task: 'numbers';
  points: { prediction: number[]; baseline: number[]; label: number[] };
  /** Means of rows in bins of about equal size, by the model's prediction. */
  sizes: {
    rows: number[];
    prediction: number[];
    label: number[];
    error: number[];
    baseline: number[];
    bias: number[];
    covered: number[];
  };
}

export interface Lists {
  task: 'lists';
  ks: number[];
  curves: { metric: string; learner: string; values: Known[] }[];
}

export type Drawn = Truths | Classes | Sets | Numbers | Lists;

/** All rows, an anchor time's or a segment's. */
export interface Group {
  kind: 'all' | 'anchor' | 'segment';
  column: string;
  name: string;
  num_rows: number;
  score: Known;
  low: Known;
  high: Known;
  baseline: Known;
  facts: { name: string; value: Known }[];
  drawn: Drawn;
}

/** Of a ranking: what the mean over rows hides. */
export interface Parts {
  repeats_among_labels: Known;
  metrics: string[];
  learners: { learner: string; values: Known[]; repeats: Known }[];
}

export interface ScoresAnswer {
  type: 'scores';
  task: Drawn['task'];
  title: string;
  metric: string;
  model: string;
  baseline: string;
  metrics: Metric[];
  learners: Learner[];
  split: string;
  regime: string;
  /** Where the run's own predictions turn true; null for other questions, its value null for a capacity. */
  threshold: { value: Known; words: string } | null;
  num_anchors: number;
  parts: Parts | null;
  /** All rows first. */
  groups: Group[];
}
