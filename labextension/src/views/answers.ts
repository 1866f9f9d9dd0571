/** What the kernel says of a run or a graph, as `kumo_magic/views/` writes it: one shape for each question. */

import type { NeighbourhoodAnswer, NeighbourhoodQuestion } from './neighbourhood/answer';
import type { GraphAnswer, TableAnswer } from './schema/answer';
import type { ScoresAnswer } from './scores/answer';
import type {
  HistoryAnswer,
  HistoryQuestion,
  PredictionsAnswer,
  PredictionsQuestion,
  WhyAnswer,
  WhyQuestion
} from './explorer/answer';

export const MIME_TYPE = 'application/vnd.kumo-magic.view+json';
export const VERSION = 1;

/** A view in an output: whom later questions are for, and the answer to its own. */
export interface ViewData {
  version: number;
  /** What the kernel calls the run or the graph; another kernel does not know it. */
  of: string;
  answer: Answer;
}

export interface Problem {
  type: 'problem';
  words: string;
}

export type Answer =
  | Problem
  | ScoresAnswer
  | PredictionsAnswer
  | WhyAnswer
  | HistoryAnswer
  | GraphAnswer
  | TableAnswer
  | NeighbourhoodAnswer;

/** What a view asks of the run or the graph it shows. */
export type ViewQuestion =
  | { type: 'scores' }
  | PredictionsQuestion
  | WhyQuestion
  | HistoryQuestion
  | { type: 'graph' }
  | { type: 'table'; table: string }
  | NeighbourhoodQuestion;

/** The view of an output, or null for another version and for what is no view of ours. */
export function readView(value: unknown): ViewData | null {
  const view = value as Partial<ViewData> | null | undefined;
  const isOurs = view?.version === VERSION && typeof view.of === 'string' && typeof view.answer?.type === 'string';
  return isOurs ? (view as ViewData) : null;
}
