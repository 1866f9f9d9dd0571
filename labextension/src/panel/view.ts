/** The panel: the state in words, graphs, the query builder, runs. Draws what it is told; asks nobody. */

import { Widget } from '@lumino/widgets';

import type { Inventory } from '../inventory';
import type { Known } from '../known';
import { html } from '../report/elements';
import { QueryBuilder, type Surroundings } from './builder';
import { RunList } from './runs';
import { section } from './section';
import { stateOf } from './states';
import { GraphTree } from './tree';

/** What the panel does to the notebook. */
export interface Notepad extends Surroundings {
  /** Writes a name at the cursor; what to say where that cannot be. */
  write(name: string): string | null;
}

export class PanelView extends Widget {
  private readonly words = html('p', { role: 'status', class: 'kumo-magic-state' });
  private readonly help = html('div');
  private readonly graphs = section('Graphs', true);
  private readonly builder = section('Ask a question', false);
  private readonly runs = section('Runs', true);
  private readonly tree: GraphTree;
  private readonly form: QueryBuilder;
  private readonly list: RunList;
  private drawn = '';

  constructor(private readonly notepad: Notepad) {
    super();
    this.id = 'kumo-magic-panel';
    this.addClass('kumo-magic-panel');
    this.title.caption = 'Graphs and runs (kumo-magic)';
    this.title.iconClass = 'kumo-magic-icon';
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Graphs and runs');
    this.tree = new GraphTree(name => this.say(notepad.write(name)));
    this.form = new QueryBuilder(notepad);
    this.list = new RunList(cell => notepad.insert(cell));
    this.graphs.body.append(this.tree.node);
    this.builder.body.append(this.form.node);
    this.runs.body.append(this.list.node);
    this.node.append(this.words, this.help, ...[this.graphs, this.builder, this.runs].map(({ node }) => node));
    this.tell(null);
  }

  /** What is known of the notebook that has the focus; null where there is none. */
  tell(known: Known | null): void {
    const state = stateOf(known);
    this.say(state?.words ?? null);
    this.offer(state?.cell ?? null);
    const inventory = known?.inventory ?? null;
    const hasGraphs = inventory !== null && inventory.graphs.length > 0;
    this.graphs.node.hidden = !hasGraphs;
    this.builder.node.hidden = !hasGraphs;
    this.runs.node.hidden = inventory === null || (!hasGraphs && inventory.runs.length === 0);
    if (inventory !== null) {
      this.draw(inventory);
    }
    if (known?.readiness === 'ready') {
      this.form.resume();
    }
  }

  protected override onActivateRequest(): void {
    this.node.tabIndex = -1;
    const first = this.graphs.node.hidden ? this.help.querySelector('button') : this.tree.firstStop;
    (first ?? this.node).focus();
  }

  /** Anew only where something has changed, so that neither the focus nor a choice is lost. */
  private draw(inventory: Inventory): void {
    const drawn = JSON.stringify(inventory);
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.tree.show(inventory.graphs);
      this.form.show(inventory.graphs);
      this.list.show(inventory.runs);
    }
  }

  private say(words: string | null): void {
    this.words.textContent = words ?? '';
    this.words.hidden = words === null;
  }

  private offer(cell: string | null): void {
    if (cell === null) {
      return this.help.replaceChildren();
    }
    if (this.help.querySelector('pre')?.textContent === cell) {
      return;
    }
    const button = html('button', { type: 'button', class: 'kumo-magic-button' }, 'Insert it as a cell');
    button.addEventListener('click', () => this.notepad.insert(cell));
    this.help.replaceChildren(html('pre', { tabindex: 0, 'aria-label': 'Line to run' }, cell), button);
  }
}
