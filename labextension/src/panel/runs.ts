/** The runs of a kernel, the newest first: each opens to its scores and its query, which can become a cell. */

import type { Run } from '../inventory';
import { html } from '../report/elements';
import { section } from './section';

export class RunList {
  readonly node = html('div', { class: 'kumo-magic-runs' });
  private shown = new Map<string, HTMLElement>();

  constructor(private readonly insert: (cell: string) => void) {}

  show(runs: readonly Run[]): void {
    const before = this.shown;
    this.shown = new Map();
    for (const run of [...runs].reverse()) {
      const key = JSON.stringify(run); // numbers begin anew with each kernel
      this.shown.set(key, before.get(key) ?? this.run(run));
    }
    const wanted =
      this.shown.size > 0 ? [...this.shown.values()] : [html('p', {}, 'No runs yet: a %%predict cell makes one.')];
    if (wanted.some((each, place) => each !== this.node.children[place]) || wanted.length < this.node.children.length) {
      this.node.replaceChildren(...wanted);
    }
  }

  private run(run: Run): HTMLElement {
    const [first = ''] = run.query.split('\n');
    const { node, body } = section(`${run.number} · ${first}`, false, 'h3');
    node.classList.add('kumo-magic-run');
    body.append(
      facts([
        ['graph', run.graph],
        [run.metric, `${run.score}, best baseline ${run.baseline_score} (${run.baseline})`],
        ['time', run.time]
      ]),
      html('pre', { tabindex: 0, 'aria-label': `Query of run ${run.number}` }, run.query)
    );
    const { written } = run;
    if (written !== null) {
      const button = html('button', { type: 'button', class: 'kumo-magic-button' }, 'Insert the query as a cell');
      button.addEventListener('click', () => this.insert(`%%predict ${written}\n${run.query}`));
      body.append(button);
    }
    return node;
  }
}

function facts(lines: readonly (readonly [string, string])[]): HTMLElement {
  return html(
    'dl',
    {},
    ...lines.flatMap(([name, value]) => [html('dt', {}, name), html('dd', {}, html('bdi', {}, value))])
  );
}
