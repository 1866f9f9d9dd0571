/** Questions to the kernel behind an editor, on a comm of our own. Knows no editors and no words of the language. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { Kernel, KernelMessage } from '@jupyterlab/services';

import type { Inventory } from './inventory';
import { type SessionShape, sessionAround, sessionOf } from './sessions';
import type { Answer as ViewAnswer, ViewQuestion } from './views/answers';

const TARGET = 'kumo_magic.ask';
const PATIENCE_MS = 5000;
/** An answer that is computed: an explanation takes seconds. */
const LONG_PATIENCE_MS = 60_000;

export interface Mistake {
  start: number;
  end: number;
  message: string;
  /** What to write in its place. */
  fix: string | null;
}

/** What is known of the characters from `start` to `end`. */
export interface Facts {
  start: number;
  end: number;
  lines: string[];
}

export type Question =
  | { type: 'check'; cell: string }
  | { type: 'hover'; cell: string; place: number }
  | { type: 'view'; of: string; question: ViewQuestion }
  | { type: 'inventory' };

/** What `kumo_magic/magic/questions.py` says to each type of question. */
interface Answers {
  check: Mistake[];
  hover: Facts | null;
  inventory: Inventory;
  view: ViewAnswer;
}

/** Why a kernel does not answer, or that it would. */
export type Readiness = 'none' | 'starting' | 'busy' | 'unloaded' | 'ready';

type Answer = Answers[Question['type']];

/** Asks kernels, one comm for each; tells when answers may have become others: a cell has run, a kernel has come. */
export class Kernels {
  private readonly lines = new WeakMap<Kernel.IKernelConnection, Line>();
  private readonly sessions = new WeakSet<SessionShape>();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly app: JupyterFrontEnd) {}

  /** The answer of the cell's kernel; null while it is busy, is not there, or has not loaded kumo-magic. */
  async ask<Q extends Question>(question: Q, model: CodeEditor.IModel): Promise<Answers[Q['type']] | null> {
    const session = this.sessionOf(model);
    return session === null ? null : this.askIn(session, question);
  }

  /** The same of the notebook that the node is a part of. */
  async askFor<Q extends Question>(node: Node, question: Q): Promise<Answers[Q['type']] | null> {
    const session = sessionAround(this.app, node);
    return session === null ? null : this.askIn(session, question);
  }

  /** The answer of the session's kernel; null as above. */
  async askIn<Q extends Question>(session: SessionShape, question: Q): Promise<Answers[Q['type']] | null> {
    if (!this.sessions.has(session)) {
      this.sessions.add(session);
      session.kernelChanged.connect(this.tell);
    }
    const kernel = session.session?.kernel ?? null;
    if (kernel === null) {
      return null;
    }
    return (await this.lineTo(kernel).ask(question)) as Answers[Q['type']] | null;
  }

  /** Whether the session's kernel would answer now. */
  readinessOf(session: SessionShape): Readiness {
    const kernel = session.session?.kernel ?? null;
    return kernel === null ? 'none' : this.lineTo(kernel).readiness;
  }

  /** Whether the session's kernel runs a cell, as far as was heard. */
  runsCell(session: SessionShape): boolean {
    const kernel = session.session?.kernel ?? null;
    return kernel !== null && this.lineTo(kernel).isRunning;
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

  /** The session of the notebook whose cell has this model. */
  sessionOf(model: CodeEditor.IModel): SessionShape | null {
    return sessionOf(this.app, content => content.widgets?.some(cell => cell.model === model) ?? false);
  }
}

/** The comm to one kernel, opened when first needed and again when it was closed. */
class Line {
  private comm: Kernel.IComm | null = null;
  /** The kernel closed the comm: it has not loaded kumo-magic, until it runs another cell. */
  private isRefused = false;
  /** A cell runs. Questions make the kernel busy too, and it may answer them idle while a cell runs. */
  isRunning = false;
  private number = 0;
  private readonly waiting = new Map<number, (answer: Answer | null) => void>();

  constructor(
    private readonly kernel: Kernel.IKernelConnection,
    tell: () => void
  ) {
    const news = (): void => {
      this.isRefused = false;
      tell();
    };
    kernel.iopubMessage.connect((_, message) => {
      const state = stateOfRun(message);
      this.isRunning = state === null ? this.isRunning : state === 'busy';
      if (state === 'idle') {
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
        this.isRunning = false;
      }
    });
  }

  get readiness(): Readiness {
    const { status } = this.kernel;
    if (status !== 'idle' && status !== 'busy') {
      return status === 'dead' ? 'none' : 'starting';
    }
    if (this.isRefused && !this.isRunning) {
      return 'unloaded';
    }
    return this.isRunning || status === 'busy' ? 'busy' : 'ready';
  }

  async ask(question: Question): Promise<Answer | null> {
    const comm = (await this.becomesIdle()) ? this.open() : null;
    if (comm === null) {
      return null;
    }
    const number = ++this.number;
    return new Promise(resolve => {
      const patience = question.type === 'view' ? LONG_PATIENCE_MS : PATIENCE_MS;
      const timer = setTimeout(() => this.settle(number, null), patience);
      this.waiting.set(number, answer => {
        clearTimeout(timer);
        resolve(answer);
      });
      comm.send({ number, ...question });
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
        const { number, answer } = content.data as unknown as { number: number; answer: Answer };
        this.settle(number, answer);
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

  private settle(number: number, answer: Answer | null): void {
    this.waiting.get(number)?.(answer);
    this.waiting.delete(number);
  }
}

/** Of a message about the state of a cell that runs: that state. Our own questions make the kernel busy and idle too. */
function stateOfRun(message: KernelMessage.IIOPubMessage): string | null {
  const isOfRun =
    message.header.msg_type === 'status' &&
    'msg_type' in message.parent_header &&
    message.parent_header.msg_type === 'execute_request';
  return isOfRun ? ((message.content as { execution_state?: string }).execution_state ?? null) : null;
}
