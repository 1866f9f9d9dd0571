/** The query builder: a form, the cell that it makes, and what the kernel says of that. Knows no rules of the language. */

import type { Graph } from '../inventory';
import type { Mistake } from '../kernels';
import { html } from '../report/elements';
import { QueryForm } from './form';

const DELAY_MS = 400;

/** What the builder needs of the notebook: the kernel's word (null where it does not answer), and a place to write. */
export interface Surroundings {
  check(cell: string): Promise<readonly Mistake[] | null>;
  insert(cell: string): void;
}

export class QueryBuilder {
  readonly node = html('div', { class: 'kumo-magic-builder' });
  private readonly form = new QueryForm(() => this.preview());
  private readonly text = html('pre', { tabindex: 0, 'aria-label': 'The cell that is written' });
  private readonly words = html('p', { role: 'status' });
  private readonly button = html('button', { type: 'button', class: 'kumo-magic-button' }, 'Write the cell');
  private timer = 0;
  private isUnchecked = false;

  constructor(private readonly around: Surroundings) {
    this.node.append(this.form.node, this.text, this.words, this.button);
    this.button.addEventListener('click', () => {
      const draft = this.form.read();
      if ('cell' in draft) {
        this.around.insert(draft.cell);
      }
    });
  }

  show(graphs: readonly Graph[]): void {
    this.form.show(graphs);
  }

  /** The kernel answers again: asks what it could not say while it was busy. */
  resume(): void {
    if (this.isUnchecked) {
      this.preview();
    }
  }

  private preview(): void {
    const draft = this.form.read();
    const cell = 'cell' in draft ? draft.cell : '';
    this.text.hidden = cell === '';
    this.text.textContent = cell;
    this.button.disabled = cell === '';
    window.clearTimeout(this.timer);
    this.isUnchecked = false;
    this.words.textContent = 'problem' in draft ? draft.problem : '';
    if (cell !== '') {
      this.timer = window.setTimeout(() => void this.check(cell), DELAY_MS);
    }
  }

  private async check(cell: string): Promise<void> {
    const mistakes = await this.around.check(cell);
    if (this.text.textContent === cell) {
      this.isUnchecked = mistakes === null;
      this.words.textContent = wordsFor(mistakes);
    }
  }
}

function wordsFor(mistakes: readonly Mistake[] | null): string {
  if (mistakes === null) {
    return 'The kernel is busy: it checks the cell after.';
  }
  return mistakes.length === 0
    ? 'Checked by the kernel: it can run.'
    : mistakes.map(({ message }) => message).join(' ');
}
