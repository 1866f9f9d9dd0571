"""A parsed query and its graph → a PredictionPlan, or every mistake of the first stage that finds one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from kumo_magic.errors import QueryError, raise_together
from kumo_magic.finding import worst_first
from kumo_magic.graph.event_time import dated_links, time_words
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.plan.bound import (
    BoundAggregation,
    BoundAnd,
    BoundColumn,
    BoundComparison,
    BoundCondition,
    BoundNot,
    BoundOr,
    BoundTarget,
    BoundValue,
    BoundWindow,
    Kind,
    aggregations,
)
from kumo_magic.plan.clauses import clause_errors
from kumo_magic.plan.column_type import column_type, operand_type
from kumo_magic.plan.joins import aggregation_path, column_link, join_errors
from kumo_magic.plan.listed import too_long
from kumo_magic.plan.named_row import named_row
from kumo_magic.plan.names import name_errors
from kumo_magic.plan.offset import Offset
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.question import Question, name_of
from kumo_magic.plan.task_type import TaskType, task_type_of
from kumo_magic.plan.two_values import two_other_numbers, two_values
from kumo_magic.plan.typing_rules import type_errors
from kumo_magic.plan.unmatched import unmatched
from kumo_magic.plan.values import typed_value
from kumo_magic.plan.walk import Clause, Place, names_only
from kumo_magic.plan.windows import LONGEST_DAYS, time_errors
from kumo_magic.query.predictive_query import (
    Aggregation,
    And,
    Classify,
    Column,
    Comparison,
    Condition,
    Constant,
    ConstantList,
    Forecast,
    Function,
    Not,
    Or,
    PredictiveQuery,
    Target,
    Window,
)

STAGES: tuple[Callable[[Question], list[QueryError]], ...] = (
    name_errors,
    type_errors,
    clause_errors,
    time_errors,
    join_errors,
)
DEFAULT_K = 10


def bind(query: PredictiveQuery, graph: Graph, params: Mapping[str, object] | None = None) -> PredictionPlan:
    """The query's plan on the graph.

    Args:
        query: A parsed query.
        graph: The tables it is asked of.
        params: Values of the ``:name`` parameters.

    Raises:
        QueryError: The first of the mistakes of one stage; ``.errors`` has them all.
    """
    question = Question(query=query, graph=graph, params=params or {})
    for stage in STAGES:
        raise_together(stage(question))
    return _Binding(question).plan()


@dataclass
class _Binding:
    """One pass over a query without mistakes, collecting notes on the way."""

    question: Question
    notes: list[str] = field(default_factory=list)

    def plan(self) -> PredictionPlan:
        query, graph = self.question.query, self.question.graph
        target = self._target(query.target)
        where = self._condition(query.where, Clause.WHERE)
        assuming = self._condition(query.assuming, Clause.ASSUMING)
        selection = self._condition(query.selection, Clause.SELECTION)
        assert selection is None or isinstance(selection, BoundComparison)
        values = None if isinstance(query.output, Forecast) else two_values(graph, target)
        task_type = task_type_of(target, query.output, has_two_values=values is not None)
        findings = [
            *(finding for condition in (target, where, assuming) for finding in unmatched(condition, graph)),
            *([] if isinstance(query.output, Forecast) else two_other_numbers(graph, target)),
        ]
        item_link = self._item_link(target)
        plan = PredictionPlan(
            query=query,
            graph=graph,
            task_type=task_type,
            entity_table=query.entity.table,
            entity_key=query.entity.name,
            target=target,
            where=where,
            assuming=assuming,
            selection=selection,
            forecast_steps=query.output.steps if isinstance(query.output, Forecast) else 1,
            k=self._k(target, task_type),
            item_table=item_link.parent if item_link else None,
            item_link=item_link,
            positive_class=None if values is None else values[1],
            findings=worst_first(findings),
            params=self.question.params,
        )
        self._note_positive_class(plan)
        self._note_mixed_units(plan)
        self._note_inherited_times(plan)
        return replace(plan, notes=tuple(dict.fromkeys((*query.notes, *self.notes, *map(str, plan.findings)))))

    def _target(self, node: Target) -> BoundTarget:
        place = Place(node=node, clause=Clause.TARGET) if isinstance(node, (Aggregation, Column)) else None
        match node:
            case Column():
                assert place is not None
                return self._column(node, self.question.entity_table, place)
            case Aggregation():
                return self._aggregation(node, self.question.entity_table, Clause.TARGET)
            case _:
                bound = self._condition(node, Clause.TARGET)
                assert bound is not None
                return bound

    def _condition(
        self, node: Condition | None, clause: Clause, inside: Aggregation | None = None
    ) -> BoundCondition | None:
        if node is None:
            return None
        return self._bound_condition(node, clause, inside)

    def _bound_condition(self, node: Condition, clause: Clause, inside: Aggregation | None) -> BoundCondition:
        match node:
            case Not():
                return BoundNot(condition=self._bound_condition(node.condition, clause, inside))
            case And():
                return BoundAnd(
                    conditions=tuple(self._bound_condition(part, clause, inside) for part in node.conditions)
                )
            case Or():
                return BoundOr(
                    conditions=tuple(self._bound_condition(part, clause, inside) for part in node.conditions)
                )
            case Aggregation():
                return self._aggregation(node, self._base(inside), clause)
            case Comparison():
                return self._comparison(node, clause, inside)

    def _base(self, inside: Aggregation | None) -> str:
        return inside.column.table if inside is not None else self.question.entity_table

    def _comparison(self, node: Comparison, clause: Clause, inside: Aggregation | None) -> BoundComparison:
        question = self.question
        if clause == Clause.SELECTION and question.query.entity.parts:
            return self._named_row(node)
        value, errors = typed_value(
            node,
            operand_type(question.graph, node.operand),
            name_of(node.operand),
            params=question.params,
            source=question.source,
        )
        assert not errors
        if _has_quoted_date(node, value):
            self.notes.append("A date in quotes is not portable to Kumo: write it without them.")
        if isinstance(node.operand, Column):
            place = Place(node=node.operand, clause=clause, comparison=node, inside=inside)
            return BoundComparison(
                operand=self._column(node.operand, self._base(inside), place), operator=node.operator, value=value
            )
        operand = self._aggregation(node.operand, self._base(inside), clause)
        if operand.function == Function.LIST_DISTINCT and operand.column.kind == Kind.TEXT:
            self.notes.append(f"{name_of(node.operand)} lists text: it can be asked about, not predicted.")
        return BoundComparison(operand=operand, operator=node.operator, value=value)

    def _named_row(self, node: Comparison) -> BoundComparison:
        entity, question = self.question.query.entity, self.question
        key, errors = named_row(node, question.graph, params=question.params, source=question.source)
        assert not errors
        operand = BoundColumn(table=entity.table, name=entity.name, kind=Kind.KEY, span=entity.span)
        return BoundComparison(operand=operand, operator=node.operator, value=key)

    def _column(self, node: Column, base: str, place: Place) -> BoundColumn:
        graph = self.question.graph
        return BoundColumn(
            table=node.table,
            name=node.name,
            kind=column_type(graph, node).kind,
            link=column_link(node, base, graph, place),
            span=node.span,
        )

    def _aggregation(self, node: Aggregation, base: str, clause: Clause) -> BoundAggregation:
        graph = self.question.graph
        path = aggregation_path(node, base, graph)
        if len(path.down) + len(path.up) > 1 and not node.via:
            self.notes.append(
                f"'{node.column.table}' is reached by the only path there is, {path}; Kumo takes direct links only."
            )
        if node.where is not None and base == self.question.entity_table and names_only(node.where, base):
            self.notes.append(
                f"The filter inside {name_of(node)} only names {base}: it says the same for all rows of one entity. "
                "In WHERE it would leave these entities out."
            )
        return BoundAggregation(
            function=node.function,
            column=BoundColumn(
                table=node.column.table,
                name=node.column.name,
                kind=column_type(graph, node.column).kind,
                span=node.column.span,
            ),
            kind=operand_type(graph, node).kind,
            path=path,
            where=self._condition(node.where, clause, node),
            window=_window(node.window) if node.window else None,
            span=node.span,
        )

    def _item_link(self, target: BoundTarget) -> Link | None:
        if not isinstance(target, BoundAggregation) or target.function != Function.LIST_DISTINCT:
            return None
        links = self.question.graph.links_from(target.column.table)
        return next((link for link in links if link.column == target.column.name), None)

    def _k(self, target: BoundTarget, task_type: TaskType) -> int | None:
        output = self.question.query.output
        is_set = isinstance(target, (BoundColumn, BoundAggregation)) and target.kind == Kind.SET
        if not is_set:
            return None
        if isinstance(output, Classify):
            return self._noted(output.k, "CLASSIFY")
        if output is not None and not isinstance(output, Forecast) and output.k is not None:
            return self._noted(output.k, "RANK")
        assert task_type != TaskType.MULTILABEL_CLASSIFICATION
        self.notes.append(f"No k is written, so this is RANK TOP {DEFAULT_K}; Kumo needs it written.")
        return self._noted(DEFAULT_K, "RANK")

    def _noted(self, k: int | None, word: str) -> int | None:
        """k, with a note where it asks for more than there are; more rows may come, so it stays what was asked."""
        target = self.question.query.target
        assert isinstance(target, (Aggregation, Column))
        column = target.column if isinstance(target, Aggregation) else target
        note = None if k is None else too_long(self.question.graph, column.table, column.name, k, f"{word} TOP {k:,}")
        self.notes.extend([] if note is None else [note])
        return k

    def _note_positive_class(self, plan: PredictionPlan) -> None:
        if plan.positive_class is None or not isinstance(plan.target, (BoundColumn, BoundAggregation)):
            return
        column = plan.target if isinstance(plan.target, BoundColumn) else plan.target.column
        name = f"{column.table}.{column.name}"
        note = f"{name} has two values: true stands for {plan.positive_class!r}."
        self.notes.append(f"{note} --stype {name}=numerical predicts a number." if plan.positive_class == 1 else note)

    def _note_mixed_units(self, plan: PredictionPlan) -> None:
        bounds = [bound for window in plan.windows for bound in (window.start, window.end) if bound and bound.count]
        if len({bound.is_calendar for bound in bounds}) > 1:
            self.notes.append(
                "The target mixes calendar and fixed units: where lengths meet, a month counts as 30 days."
            )

    def _note_inherited_times(self, plan: PredictionPlan) -> None:
        """Which tables have their time from the rows that they point at."""
        conditions = (plan.target, plan.where, plan.assuming)
        counted = [node for one in conditions for node in aggregations(one) if node.window is not None]
        for table in dict.fromkeys(node.path.event_table for node in counted):
            if dated_links(plan.graph, table):
                words = time_words(plan.graph, table)
                latest = ", the latest of them" if " and " in words else ""
                self.notes.append(f"'{table}' has no time column: its rows have the time of {words}{latest}.")


def _has_quoted_date(node: Comparison, value: BoundValue) -> bool:
    written = node.value.items if isinstance(node.value, ConstantList) else (node.value,)
    bound = value if isinstance(value, tuple) else (value,)
    return any(
        isinstance(one, Constant) and isinstance(one.value, str) and isinstance(other, datetime.datetime)
        for one, other in zip(written, bound, strict=False)
    )


def _window(window: Window) -> BoundWindow:
    start = None if window.start is None else Offset(window.start, window.unit)
    if start is not None and start.approx_days < -LONGEST_DAYS:
        start = None
    return BoundWindow(start=start, end=Offset(window.end, window.unit))
