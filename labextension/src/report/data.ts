/** The numbers of a record, as `kumo_magic/report/data.py` writes them; whatever else a notebook holds is refused. */

export const MIME_TYPE = 'application/vnd.kumo-magic.report+json';
const VERSION = 2;

export interface Metric {
  name: string;
  higher_is_better: boolean;
}

export interface Learner {
  learner: string;
  kind: string;
  /** A value per metric; null is unknown. */
  values: (number | null)[];
  shown: string[];
  is_best: boolean[];
}

/** Step and value. */
export type Point = [number, number];
/** Who, and the score. */
export type Level = [string, number];

export interface Curve {
  metric: string;
  higher_is_better: boolean;
  starts: number[];
  losses: Point[];
  scores: Point[];
  baseline: Level | null;
  learner: Level | null;
}

export interface Cuts {
  split: string;
  num_rows: number;
  num_true: number;
  /** How many rows the scored model predicted true. */
  num_decided: number;
  /** The place of the run's own threshold; null where a capacity decides. */
  chosen: number | null;
  thresholds: number[];
  num_predicted: number[];
  num_hits: number[];
}

export interface ReportData {
  /** What its kernel calls the run. */
  of: string;
  metrics: Metric[];
  learners: Learner[];
  curve: Curve | null;
  cuts: Cuts | null;
}

/** The data, or null for another version and for what is no data of ours: a notebook can hold anything. */
export function readData(value: unknown): ReportData | null {
  if (!isObject(value) || value.version !== VERSION) {
    return null;
  }
  const { of, metrics, learners, curve, cuts } = value;
  return isText(of) &&
    areAll(metrics, isMetric) &&
    areAll(learners, isLearnerOf(metrics.length)) &&
    isCurve(curve) &&
    isCuts(cuts)
    ? { of, metrics, learners, curve, cuts }
    : null;
}

function isMetric(value: unknown): value is Metric {
  return isObject(value) && isText(value.name) && isTruth(value.higher_is_better);
}

function isLearnerOf(numMetrics: number): (value: unknown) => value is Learner {
  return (value): value is Learner =>
    isObject(value) &&
    isText(value.learner) &&
    isText(value.kind) &&
    areAll(value.values, each => each === null || isNumber(each)) &&
    areAll(value.shown, isText) &&
    areAll(value.is_best, isTruth) &&
    [value.values, value.shown, value.is_best].every(list => list.length === numMetrics);
}

function isCurve(value: unknown): value is Curve | null {
  return (
    value === null ||
    (isObject(value) &&
      isText(value.metric) &&
      isTruth(value.higher_is_better) &&
      areAll(value.starts, isNumber) &&
      areAll(value.losses, isPoint) &&
      areAll(value.scores, isPoint) &&
      isLevel(value.baseline) &&
      isLevel(value.learner))
  );
}

function isCuts(value: unknown): value is Cuts | null {
  if (value === null) {
    return true;
  }
  if (!isObject(value)) {
    return false;
  }
  const { thresholds, num_predicted, num_hits, chosen } = value;
  return (
    isText(value.split) &&
    [value.num_rows, value.num_true, value.num_decided].every(isNumber) &&
    (chosen === null || isNumber(chosen)) &&
    areAll(thresholds, isNumber) &&
    areAll(num_predicted, isNumber) &&
    areAll(num_hits, isNumber) &&
    thresholds.length > 0 &&
    [num_predicted, num_hits].every(list => list.length === thresholds.length)
  );
}

function isPoint(value: unknown): value is Point {
  return areAll(value, isNumber) && value.length === 2;
}

function isLevel(value: unknown): value is Level | null {
  return value === null || (Array.isArray(value) && value.length === 2 && isText(value[0]) && isNumber(value[1]));
}

function areAll<T>(value: unknown, is: (each: unknown) => each is T): value is T[];
function areAll(value: unknown, is: (each: unknown) => boolean): value is unknown[];
function areAll(value: unknown, is: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isTruth(value: unknown): value is boolean {
  return typeof value === 'boolean';
}
