"""The bound tree: what a query asks, with every name, type, window and path settled. No rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from kumo_magic.graph.link import Link
from kumo_magic.plan.offset import Offset
from kumo_magic.query.predictive_query import Function, Operator
from kumo_magic.span import Span


class Kind(StrEnum):
    """What values an operand has. Keys and categories also know whether they are text, numbers or truth values."""

    NUMBER = "number"
    CATEGORY = "category"
    BOOLEAN = "truth value"
    TEXT = "text"
    TIMESTAMP = "timestamp"
    KEY = "key"
    SET = "set"
    ROW = "row"  # the `*` of COUNT and EXISTS


BoundScalar = int | float | str | bool | datetime.datetime
BoundValue = BoundScalar | tuple[BoundScalar, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundColumn:
    """A column of a row, or of the parent that ``link`` leads to; name is ``*`` for whole rows."""

    table: str
    name: str
    kind: Kind
    link: Link | None = None
    span: Span = field(default_factory=lambda: Span(0, 0), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundWindow:
    """``(anchor + start, anchor + end]``; a start of None has no beginning."""

    start: Offset | None
    end: Offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Foreign keys from the entity table down to an event table, and from there up to the aggregated table.

    ``down[0].parent`` is the entity table; each next link's parent is the table before. ``up`` is empty when the event
    table itself is aggregated.
    """

    down: tuple[Link, ...]
    up: tuple[Link, ...] = ()

    @property
    def entity_table(self) -> str:
        """Whose rows the path starts from."""
        return self.down[0].parent

    @property
    def event_table(self) -> str:
        """The lowest table: its rows are what happened, its time column tells when."""
        return self.down[-1].table

    @property
    def table(self) -> str:
        """The aggregated table."""
        return self.up[-1].parent if self.up else self.event_table

    @property
    def to_entity(self) -> tuple[Link, ...]:
        """The links from the event table up to the entity table, the event table's own first."""
        return self.down[::-1]

    def __str__(self) -> str:
        return ", ".join(f"{link.table}.{link.column}" for link in (*self.down, *self.up))


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundAggregation:
    """A function over the rows that a path leads to, inside a window where there is one."""

    function: Function
    column: BoundColumn
    kind: Kind  # of the result
    path: Path
    where: BoundCondition | None = None
    window: BoundWindow | None = None
    span: Span = field(default_factory=lambda: Span(0, 0), compare=False)


BoundOperand = BoundColumn | BoundAggregation


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundComparison:
    """``operand operator value``: text, number, truth value, naive UTC datetime, or a tuple of one of these."""

    operand: BoundOperand
    operator: Operator
    value: BoundValue = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundNot:
    """True where the condition is not."""

    condition: BoundCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundAnd:
    """True where all of the conditions are."""

    conditions: tuple[BoundCondition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundOr:
    """True where one of the conditions is."""

    conditions: tuple[BoundCondition, ...]


BoundCondition = BoundComparison | BoundNot | BoundAnd | BoundOr | BoundAggregation
"""An aggregation in a condition's place is an EXISTS."""

BoundTarget = BoundCondition | BoundColumn


def operands(node: BoundTarget) -> Iterator[BoundOperand]:
    """The operands of a condition in the order they were written; nested ones stay inside their aggregation."""
    match node:
        case BoundComparison():
            yield node.operand
        case BoundNot():
            yield from operands(node.condition)
        case BoundAnd() | BoundOr():
            for condition in node.conditions:
                yield from operands(condition)
        case _:
            yield node


def aggregations(node: BoundTarget | None) -> Iterator[BoundAggregation]:
    """Every aggregation, those inside the filters of others too."""
    if node is None:
        return
    for operand in operands(node):
        if isinstance(operand, BoundAggregation):
            yield operand
            yield from aggregations(operand.where)


def named_columns(node: BoundTarget) -> set[tuple[str, str]]:
    """(table, column) of every column that a target names, those inside aggregations and their filters too."""
    named: set[tuple[str, str]] = set()
    for operand in operands(node):
        column = operand.column if isinstance(operand, BoundAggregation) else operand
        named.add((column.table, column.name))
        if isinstance(operand, BoundAggregation) and operand.where is not None:
            named |= named_columns(operand.where)
    return named
