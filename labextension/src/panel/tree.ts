/** Graphs as a tree: graphs, tables, columns. One stop of the Tab key; arrows move inside, Enter writes the name. */

import type { Column, Graph, Table } from '../inventory';
import { html } from '../report/elements';

/** A line of the tree. `written` is what Enter writes; null for a graph, and for names that no query can have. */
interface Node {
  key: string;
  name: string;
  facts: string;
  written: string | null;
  children: readonly Node[];
}

export class GraphTree {
  readonly node = html('ul', { role: 'tree', 'aria-label': 'Graphs, tables and columns', class: 'kumo-magic-tree' });
  private roots: readonly Node[] = [];
  private readonly open = new Set<string>();
  private current = '';

  constructor(private readonly write: (name: string) => void) {
    this.node.addEventListener('keydown', event => this.onKey(event));
    this.node.addEventListener('click', event => this.onClick(event));
    this.node.addEventListener('focusin', event => {
      const key = keyOfElement(event.target);
      if (key !== null && key !== this.current) {
        this.moveTo(key);
      }
    });
  }

  /** Where the Tab key leads. */
  get firstStop(): HTMLElement | null {
    return this.element(this.current);
  }

  show(graphs: readonly Graph[]): void {
    const [first] = graphs;
    if (this.roots.length === 0 && first !== undefined) {
      this.open.add(graphNode(first).key);
    }
    this.roots = graphs.map(graphNode);
    this.draw();
  }

  private draw(): void {
    const hadFocus = this.node.contains(document.activeElement);
    const visible = this.visible();
    if (!visible.some(node => node.key === this.current)) {
      this.current = visible[0]?.key ?? '';
    }
    this.node.replaceChildren(...this.roots.map(node => this.item(node, 1)));
    if (hadFocus) {
      this.focus();
    }
  }

  private item(node: Node, level: number): HTMLElement {
    const { key, name, facts, children } = node;
    const item = html('li', {
      role: 'treeitem',
      'aria-level': level,
      'aria-label': `${name}, ${facts}`,
      tabindex: key === this.current ? 0 : -1,
      'data-key': key
    });
    const twisty = html('span', { class: 'kumo-magic-twisty', 'aria-hidden': 'true' });
    const label = html('bdi', { class: 'kumo-magic-name', title: name }, name);
    item.append(
      html(
        'div',
        { class: 'kumo-magic-row' },
        twisty,
        label,
        html('bdi', { class: 'kumo-magic-facts-of', title: facts }, facts)
      )
    );
    if (children.length > 0) {
      const isOpen = this.open.has(key);
      item.setAttribute('aria-expanded', String(isOpen));
      if (isOpen) {
        item.append(html('ul', { role: 'group' }, ...children.map(child => this.item(child, level + 1))));
      }
    }
    return item;
  }

  /** The lines that are in sight, from top to bottom. */
  private visible(nodes: readonly Node[] = this.roots): Node[] {
    return nodes.flatMap(node => [node, ...(this.open.has(node.key) ? this.visible(node.children) : [])]);
  }

  private onKey(event: KeyboardEvent): void {
    const visible = this.visible();
    const place = visible.findIndex(({ key }) => key === this.current);
    const node = visible[place];
    if (node === undefined || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const isOpen = this.open.has(node.key) && node.children.length > 0;
    switch (event.key) {
      case 'ArrowDown':
        this.moveTo(visible[place + 1]?.key);
        break;
      case 'ArrowUp':
        this.moveTo(visible[place - 1]?.key);
        break;
      case 'Home':
        this.moveTo(visible[0]?.key);
        break;
      case 'End':
        this.moveTo(visible.at(-1)?.key);
        break;
      case 'ArrowRight':
        if (isOpen) {
          this.moveTo(node.children[0]?.key);
        } else {
          this.toggle(node);
        }
        break;
      case 'ArrowLeft':
        if (isOpen) {
          this.toggle(node);
        } else {
          this.moveTo(visible.find(other => other.children.includes(node))?.key);
        }
        break;
      case 'Enter':
      case ' ':
        this.choose(node);
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private onClick(event: MouseEvent): void {
    const key = keyOfElement(event.target);
    const node = this.visible().find(other => other.key === key);
    if (node === undefined) {
      return;
    }
    this.moveTo(node.key);
    if (event.target instanceof Element && event.target.classList.contains('kumo-magic-twisty')) {
      this.toggle(node);
    } else {
      this.choose(node);
    }
  }

  private choose(node: Node): void {
    if (node.written === null) {
      this.toggle(node);
    } else {
      this.write(node.written);
    }
  }

  private toggle(node: Node): void {
    if (node.children.length === 0) {
      return;
    }
    if (!this.open.delete(node.key)) {
      this.open.add(node.key);
    }
    this.draw();
  }

  private moveTo(key: string | undefined): void {
    if (key === undefined) {
      return;
    }
    this.element(this.current)?.setAttribute('tabindex', '-1');
    this.current = key;
    this.focus();
  }

  private focus(): void {
    const element = this.element(this.current);
    element?.setAttribute('tabindex', '0');
    element?.focus();
  }

  private element(key: string): HTMLElement | null {
    const items = this.node.querySelectorAll<HTMLElement>('[role=treeitem]');
    return [...items].find(item => item.dataset['key'] === key) ?? null;
  }
}

function graphNode(graph: Graph): Node {
  const { name, tables } = graph;
  const key = JSON.stringify([name]);
  const facts = tables.length === 1 ? 'graph of 1 table' : `graph of ${tables.length} tables`;
  return { key, name, facts, written: null, children: tables.map(table => tableNode(table, name)) };
}

function tableNode(table: Table, graph: string): Node {
  const { name, num_rows, key, time, written, columns, num_columns } = table;
  const facts = [
    num_rows === 1 ? '1 row' : `${num_rows.toLocaleString('en')} rows`,
    key === null ? 'no key' : `key ${key}`,
    ...(time === null ? [] : [`time ${time}`]),
    ...(columns.length < num_columns ? [`its first ${columns.length} of ${num_columns} columns`] : [])
  ].join(' · ');
  const path = [graph, name];
  return { key: JSON.stringify(path), name, facts, written, children: columns.map(each => columnNode(each, path)) };
}

function columnNode({ name, stype, parent, written }: Column, path: readonly string[]): Node {
  const facts = parent === null ? stype : `${stype} → ${parent}`;
  return { key: JSON.stringify([...path, name]), name, facts, written, children: [] };
}

function keyOfElement(target: EventTarget | null): string | null {
  const item = target instanceof Element ? target.closest<HTMLElement>('[role=treeitem]') : null;
  return item?.dataset['key'] ?? null;
}
