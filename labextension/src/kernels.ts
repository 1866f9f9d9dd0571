/** Questions to the kernel behind an editor, on a comm of our own. Knows no editors and no words of the language. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { Kernel, KernelMessage } from '@jupyterlab/services';

const TARGET = 'kumo_magic.check';
const PATIENCE_MS = 5000;

export interface Mistake {
  start: number;
  end: number;
  message: string;
  /** What to write in its place. */
  fix: string | null;
}

/** Asks kernels, one comm for each; tells when answers may have become others: a cell has run, a kernel has come. */
export class Kernels {
  private readonly lines = new WeakMap<Kernel.IKernelConnection, Line>();
  private readonly sessions = new WeakSet<SessionShape>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly app: JupyterFrontEnd) {}

  /** The mistakes of a cell; null while its kernel is busy, is not there, or has not loaded kumo-magic. */
  async mistakesIn(cell: string, model: CodeEditor.IModel): Promise<Mistake[] | null> {
    const session = this.sessionOf(model);
    if (session === null) {
      return null;
    }
    if (!this.sessions.has(session)) {
      this.sessions.add(session);
      session.kernelChanged.connect(this.tell);
    }
    const kernel = session.session?.kernel ?? null;
    return kernel === null ? null : this.lineTo(kernel).ask(cell);
  }

  /** Calls `listener` whenever a cell is worth another question, until the returned function is called. */
  onNews(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private lineTo(kernel: Kernel.IKernelConnection): Line {
    let line = this.lines.get(kernel);
    if (line === undefined) {
      line = new Line(kernel, this.tell);
      this.lines.set(kernel, line);
    }
    return line;
  }

  private readonly tell = (): void => this.listeners.forEach(listener => listener());

  /** The session of the notebook whose cell has this model. Read by shape, which Lab and Notebook 7 share. */
  private sessionOf(model: CodeEditor.IModel): SessionShape | null {
    for (const widget of this.app.shell.widgets('main')) {
      const { content, sessionContext } = widget as unknown as Partial<NotebookShape>;
      if (content?.widgets?.some(cell => cell.model === model)) {
        return sessionContext ?? null;
      }
    }
    return null;
  }
}

interface NotebookShape {
  content: { widgets?: readonly { model?: unknown }[] };
  sessionContext: SessionShape;
}

interface SessionShape {
  session: { kernel: Kernel.IKernelConnection | null } | null;
  kernelChanged: { connect(slot: () => void): boolean };
}

/** The comm to one kernel, opened when first needed and again when it was closed. */
class Line {
  private comm: Kernel.IComm | null = null;
  /** The kernel closed the comm: it has not loaded kumo-magic, until it runs another cell. */
  private isRefused = false;
  private number = 0;
  private readonly waiting = new Map<number, (mistakes: Mistake[] | null) => void>();

  constructor(
    private readonly kernel: Kernel.IKernelConnection,
    tell: () => void
  ) {
    const news = (): void => {
      this.isRefused = false;
      tell();
    };
    kernel.iopubMessage.connect((_, message) => {
      if (isEndOfRun(message)) {
        news();
      }
    });
    let isFresh = kernel.status !== 'idle' && kernel.status !== 'busy';
    kernel.statusChanged.connect((_, status) => {
      if (status === 'idle' && isFresh) {
        isFresh = false;
        news();
      } else if (status !== 'idle' && status !== 'busy') {
        isFresh = true; // it starts, again perhaps
      }
    });
  }

  async ask(cell: string): Promise<Mistake[] | null> {
    const comm = (await this.becomesIdle()) ? this.open() : null;
    if (comm === null) {
      return null;
    }
    const number = ++this.number;
    return new Promise(resolve => {
      const timer = setTimeout(() => this.settle(number, null), PATIENCE_MS);
      this.waiting.set(number, mistakes => {
        clearTimeout(timer);
        resolve(mistakes);
      });
      comm.send({ number, cell });
    });
  }

  /** A completion takes a moment; a run takes longer, and its end is news. */
  private becomesIdle(): Promise<boolean> {
    if (this.kernel.status === 'idle') {
      return Promise.resolve(true);
    }
    return new Promise(resolve => {
      const end = (isIdle: boolean): void => {
        clearTimeout(timer);
        this.kernel.statusChanged.disconnect(hear);
        resolve(isIdle);
      };
      const hear = (_: unknown, status: Kernel.Status): void => {
        if (status === 'idle') {
          end(true);
        }
      };
      const timer = setTimeout(() => end(false), PATIENCE_MS);
      this.kernel.statusChanged.connect(hear);
    });
  }

  private open(): Kernel.IComm | null {
    if (this.comm === null || this.comm.isDisposed) {
      if (this.isRefused || !this.kernel.handleComms) {
        return null;
      }
      const comm = this.kernel.createComm(TARGET);
      comm.onMsg = ({ content }) => {
        const { number, mistakes } = content.data as unknown as { number: number; mistakes: Mistake[] };
        this.settle(number, mistakes);
      };
      comm.onClose = () => {
        this.comm = null;
        this.isRefused = true;
        [...this.waiting.keys()].forEach(number => this.settle(number, null));
      };
      comm.open();
      this.comm = comm;
    }
    return this.comm;
  }

  private settle(number: number, mistakes: Mistake[] | null): void {
    this.waiting.get(number)?.(mistakes);
    this.waiting.delete(number);
  }
}

/** Whether a cell has run to its end; our own questions make the kernel busy and idle too. */
function isEndOfRun(message: KernelMessage.IIOPubMessage): boolean {
  return (
    message.header.msg_type === 'status' &&
    (message.content as { execution_state?: string }).execution_state === 'idle' &&
    'msg_type' in message.parent_header &&
    message.parent_header.msg_type === 'execute_request'
  );
}
