/** Who has which look in every picture of a view. */

import type { Look } from './chart';
import type { ScoresAnswer } from './answer';

const NUM_LOOKS = 6;

/** The model is 0, the best baseline 1, the others follow in the order of the table. */
export function lookOf(answer: ScoresAnswer, learner: string): Look {
  if (learner === answer.model) {
    return 0;
  }
  if (learner === answer.baseline) {
    return 1;
  }
  const others = answer.learners
    .map(each => each.learner)
    .filter(each => each !== answer.model && each !== answer.baseline);
  return 2 + (Math.max(0, others.indexOf(learner)) % (NUM_LOOKS - 2));
}
