/** What a panel shows of a notebook → words for it, and the cell that would help. */

import type { Known } from '../known';

export interface State {
  words: string;
  /** What to run. */
  cell: string | null;
}

/** Null where there is nothing to say. */
export function stateOf(known: Known | null): State | null {
  if (known === null) {
    return { words: 'No notebook has the focus. Open one to see its graphs and runs.', cell: null };
  }
  const { readiness, inventory } = known;
  switch (readiness) {
    case 'none':
      return { words: 'This notebook has no kernel. Start one to see its graphs and runs.', cell: null };
    case 'starting':
      return { words: 'The kernel starts.', cell: null };
    case 'unloaded':
      return { words: 'kumo-magic is not loaded in this kernel. Run this line:', cell: '%load_ext kumo_magic' };
    case 'busy':
      return inventory === null
        ? { words: 'The kernel is busy. Graphs and runs are shown once it answers.', cell: null }
        : { words: 'The kernel is busy: this is what was known before.', cell: null };
    case 'ready':
      return inventory?.graphs.length === 0
        ? { words: 'There is no graph yet. This line makes one:', cell: inventory.first_graph }
        : null;
  }
}
