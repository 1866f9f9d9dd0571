/** Keeps a panel at the notebook that has the focus: asks its kernel after each cell, and looks whether it is busy. */

import type { JupyterFrontEnd } from '@jupyterlab/application';

import type { Known } from '../known';
import { currentNotebook, type Notebook } from '../notebooks';
import type { Talk } from '../talk';

/** Shorter busy times, such as those of our own questions, are not worth a word. */
const BUSY_MS = 700;

export class Follower {
  private notebook: Notebook | null = null;
  private timer = 0;
  private numQuestions = 0;

  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly talk: Talk,
    private readonly show: (known: Known | null) => void
  ) {
    talk.kernels.onNews(() => void this.ask());
    app.shell.currentChanged?.connect(() => this.turn());
    void app.restored.then(() => this.turn());
  }

  /** To the notebook that has the focus now. */
  private turn(): void {
    const notebook = currentNotebook(this.app);
    if (notebook === this.notebook && notebook !== null) {
      return;
    }
    if (this.notebook !== null && !this.notebook.isDisposed) {
      this.notebook.sessionContext.statusChanged.disconnect(this.look);
    }
    this.notebook = notebook;
    notebook?.sessionContext.statusChanged.connect(this.look);
    this.show(notebook === null ? null : this.talk.known.of(notebook.sessionContext));
    void this.ask();
  }

  /** What is known without asking, once that has held for a while. */
  private readonly look = (): void => {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (this.notebook !== null && !this.notebook.isDisposed) {
        this.show(this.talk.known.of(this.notebook.sessionContext));
      }
    }, BUSY_MS);
  };

  private async ask(): Promise<void> {
    const { notebook } = this;
    const number = ++this.numQuestions;
    if (notebook === null || notebook.isDisposed) {
      return;
    }
    const known = await this.talk.known.ask(notebook.sessionContext);
    if (number === this.numQuestions && notebook === this.notebook) {
      this.show(known);
    }
  }
}
