/** A graph and what a user chose → the query, or what is still to be chosen. The controls of the query builder. */

import type { Column, Graph, Path, Table } from '../inventory';
import { html } from '../report/elements';
import { Check, Entry, group, Pick } from './fields';
import { numberLiteral, textLiteral } from './literals';
import {
  type Aim,
  AIMS,
  aimsOf,
  columnsOf,
  type Comparison,
  comparisonsOf,
  conditionColumnsOf,
  entitiesOf,
  isList,
  type Operator,
  operatorsOf,
  pathsOf,
  queryOf,
  type Unit,
  UNITS,
  type Window
} from './query';

/** The cell that the choices make, or why they make none yet. */
export type Draft = { cell: string } | { problem: string };

/** A comparison's controls: the operator, and the value that it takes. */
class ComparisonFields {
  readonly operator: Pick<Operator | null>;
  readonly choice = new Pick<string>('Value');
  readonly text: Entry;

  constructor(label: string) {
    this.operator = new Pick(label);
    this.text = new Entry('Value', '');
  }

  fill(operators: readonly Operator[], column: Column | null, none: string | null): void {
    const nothing = none === null || operators.length === 0 ? [] : [['', none, null] as const];
    this.operator.fill([...nothing, ...operators.map(each => [each.written, each.words, each] as const)]);
    const takes = this.operator.chosen?.takes ?? 'nothing';
    const values = takes === 'choice' ? (column?.values ?? []) : [];
    this.choice.fill(values.map(({ written, shown }) => [written, shown, written]));
    this.text.show(takes === 'number' || takes === 'text');
  }

  /** What is compared; null for nothing, words where the value is still to be typed. */
  read(): Comparison | string | null {
    const operator = this.operator.chosen;
    if (operator === null) {
      return null;
    }
    const typed = this.text.value;
    const number = numberLiteral(typed);
    switch (operator.takes) {
      case 'nothing':
        return { operator, value: '' };
      case 'choice':
        return { operator, value: this.choice.chosen ?? '' };
      case 'text':
        return typed === '' ? 'Type the text to compare with.' : { operator, value: textLiteral(typed) };
      case 'number':
        return number === null ? 'Type the number to compare with.' : { operator, value: number };
    }
  }
}

export class QueryForm {
  readonly node = html('form');
  /** What follows from the first three choices. */
  private readonly rest = html('div');
  private readonly graph = new Pick<Graph>('Graph');
  private readonly entity = new Pick<Table>('For each row of');
  private readonly aim = new Pick<Aim>('Predict');
  private readonly path = new Pick<Path>('Of table');
  private readonly column = new Pick<Column>('Column');
  private readonly top = new Entry('How many at most', '10');
  private readonly start = new Entry('From', '0');
  private readonly end = new Entry('To', '30');
  private readonly unit = new Pick<Unit>('Unit');
  private readonly window = group('Time from now', this.start, this.end, this.unit);
  private readonly test = new ComparisonFields('Ask');
  private readonly isActive = new Check('Only those that were active before');
  private readonly activeIn = new Pick<Path>('With rows of');
  private readonly activeFor = new Entry('In the last', '90');
  private readonly activeUnit = new Pick<Unit>('Unit');
  private readonly activity = group('Active', this.activeIn, this.activeFor, this.activeUnit);
  private readonly about = new Pick<Column | null>('Only where');
  private readonly condition = new ComparisonFields('Condition');
  private readonly name = new Entry('Name of the answer', 'answer');

  constructor(private readonly changed: () => void) {
    const units = UNITS.map(unit => [unit, unit, unit] as const);
    this.unit.fill(units);
    this.activeUnit.fill(units);
    const { test, about, condition } = this;
    this.rest.append(
      ...[this.path, this.column, this.top].map(({ node }) => node),
      this.window,
      ...[test.operator, test.choice, test.text, this.isActive].map(({ node }) => node),
      this.activity,
      ...[about, condition.operator, condition.choice, condition.text, this.name].map(({ node }) => node)
    );
    this.node.append(...[this.graph, this.entity, this.aim].map(({ node }) => node), this.rest);
    this.node.setAttribute('aria-label', 'Query builder');
    this.node.addEventListener('submit', event => event.preventDefault());
    this.node.addEventListener('input', () => {
      this.follow();
      this.changed();
    });
  }

  show(graphs: readonly Graph[]): void {
    const askable = graphs.filter(graph => graph.written !== null && entitiesOf(graph).length > 0);
    this.graph.fill(askable.map(graph => [graph.name, graph.name, graph]));
    this.follow();
    this.changed();
  }

  /** What is chosen, as a cell. */
  read(): Draft {
    const graph = this.graph.chosen;
    const [entity, aim] = [this.entity.chosen, this.aim.chosen];
    if (graph === null) {
      return { problem: 'A question needs a graph with a plain name, and in it a table with a primary key.' };
    }
    if (entity === null || aim === null) {
      return { problem: 'No table with a time column is linked to this one, and it has no column to predict.' };
    }
    const [path, column] = [this.path.chosen, this.column.chosen];
    const top = this.top.whole;
    if (isList(aim, column) && (top === null || top < 1)) {
      return { problem: 'How many at most: type a whole number of at least 1.' };
    }
    const window = path === null ? AT_ONCE : windowOf(this.start, this.end, this.unit);
    if (window === null) {
      return { problem: 'Time from now: type two whole numbers, the earlier one first.' };
    }
    const comparison = this.test.read();
    if (typeof comparison === 'string') {
      return { problem: comparison };
    }
    const days = this.activeFor.whole;
    const active = path !== null && this.isActive.isChecked ? this.activeIn.chosen : null;
    if (active !== null && (days === null || days < 1)) {
      return { problem: 'Active in the last: type a whole number of at least 1.' };
    }
    const about = this.about.chosen;
    const said = about === null ? null : this.condition.read();
    if (typeof said === 'string') {
      return { problem: said };
    }
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(this.name.value)) {
      return { problem: 'Name of the answer: letters, digits and _, no digit first.' };
    }
    const past: Window = { start: -(days ?? 0), end: 0, unit: this.activeUnit.chosen ?? 'days' };
    const query = queryOf({
      entity,
      aim,
      path,
      column,
      top: top ?? 0,
      window,
      comparison,
      active: active === null ? null : { path: active, window: past },
      condition: about === null || said === null ? null : { column: about, comparison: said }
    });
    return { cell: `%%predict ${graph.written ?? ''} --as ${this.name.value}\n${query}` };
  }

  /** Each control offers what the ones above it allow. */
  private follow(): void {
    const graph = this.graph.chosen;
    this.entity.fill(graph === null ? [] : entitiesOf(graph).map(table => [table.name, table.name, table]));
    const entity = this.entity.chosen;
    this.aim.fill(graph === null || entity === null ? [] : aimsOf(graph, entity).map(aim => [aim, AIMS[aim], aim]));
    const aim = this.aim.chosen;
    this.rest.hidden = aim === null;
    if (graph === null || entity === null || aim === null) {
      return;
    }
    this.path.fill(pathsOf(graph, entity, aim).map(choiceOfPath));
    const path = this.path.chosen;
    this.column.fill(columnsOf(graph, entity, aim, path).map(choiceOfColumn));
    const column = this.column.chosen;
    this.top.show(isList(aim, column));
    this.window.hidden = path === null;
    this.test.fill(comparisonsOf(aim, column), column, aim === 'happens' ? null : 'for the value itself');
    this.isActive.show(path !== null);
    this.activity.hidden = path === null || !this.isActive.isChecked;
    this.activeIn.fill(pathsOf(graph, entity, 'rows').map(choiceOfPath));
    const others = conditionColumnsOf(entity, aim, column);
    this.about.fill(others.length === 0 ? [] : [['', 'no condition', null], ...others.map(choiceOfColumn)]);
    const about = this.about.chosen;
    this.condition.fill(about === null ? [] : operatorsOf(about), about, null);
  }
}

const AT_ONCE: Window = { start: 0, end: 0, unit: 'days' };

function windowOf(start: Entry, end: Entry, unit: Pick<Unit>): Window | null {
  const [from, to, chosen] = [start.whole, end.whole, unit.chosen];
  return from === null || to === null || chosen === null || from >= to ? null : { start: from, end: to, unit: chosen };
}

function choiceOfPath(path: Path): readonly [string, string, Path] {
  const words = path.words === '' ? path.table : `${path.table}, through ${path.words}`;
  return [JSON.stringify([path.table, path.via]), words, path];
}

function choiceOfColumn(column: Column): readonly [string, string, Column] {
  return [column.name, column.name, column];
}
