"""The syntax tree of a predictive query. Every node knows its span; spans never count in comparisons.

Nodes hold what the user wrote, in canonical spelling. No tables, no types.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from enum import StrEnum

from kumo_magic.span import Span


def _span() -> Span:
    return Span(0, 0)


class Unit(StrEnum):
    """Units of a window. Seconds to weeks are fixed lengths; months and longer are calendar offsets."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    QUARTERS = "quarters"
    YEARS = "years"


class Function(StrEnum):
    """Aggregations."""

    SUM = "SUM"
    AVG = "AVG"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"
    COUNT_DISTINCT = "COUNT_DISTINCT"
    EXISTS = "EXISTS"
    FIRST = "FIRST"
    LAST = "LAST"
    LIST_DISTINCT = "LIST_DISTINCT"


class Operator(StrEnum):
    """Comparison operators in canonical spelling."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "IN"
    NOT_IN = "NOT IN"
    IS_NULL = "IS NULL"
    IS_NOT_NULL = "IS NOT NULL"
    CONTAINS = "CONTAINS"
    NOT_CONTAINS = "NOT CONTAINS"
    STARTS_WITH = "STARTS WITH"
    ENDS_WITH = "ENDS WITH"
    LIKE = "LIKE"
    NOT_LIKE = "NOT LIKE"
    BETWEEN = "BETWEEN"


Scalar = int | float | str | bool | datetime.date | datetime.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``table.name``; name is ``*`` for whole rows.

    Of a key of several columns ``parts`` has them, and name is what the graph calls them together: ``(a, b)``.
    """

    table: str
    name: str
    parts: tuple[str, ...] = ()
    span: Span = field(default_factory=_span, compare=False)
    table_span: Span = field(default_factory=_span, compare=False)
    name_span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A literal. An unquoted date is a date or a datetime; a quoted one is text like any other."""

    value: Scalar
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantList:
    """``(a, b, ...)``; also both ends of BETWEEN."""

    items: tuple[Constant | Parameter, ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """``:name``, bound to a Python value when the query meets its graph."""

    name: str
    span: Span = field(default_factory=_span, compare=False)


Value = Constant | ConstantList | Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """``(anchor + start, anchor + end]`` in units; a start of None is -INF."""

    start: int | None
    end: int
    unit: Unit
    span: Span = field(default_factory=_span, compare=False)
    start_span: Span = field(default_factory=_span, compare=False)
    end_span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """``FUNCTION(column [VIA ...] [WHERE ...] [, start, end, unit])``. EXISTS stands as a condition by itself."""

    function: Function
    column: Column
    via: tuple[Column, ...] = ()
    where: Condition | None = None
    window: Window | None = None
    span: Span = field(default_factory=_span, compare=False)
    function_span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``operand operator value``; value is None for IS [NOT] NULL."""

    operand: Aggregation | Column
    operator: Operator
    value: Value | None = None
    span: Span = field(default_factory=_span, compare=False)
    operator_span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """NOT condition."""

    condition: Condition
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """Two or more conditions, all of them."""

    conditions: tuple[Condition, ...]
    span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """Two or more conditions, any of them."""

    conditions: tuple[Condition, ...]
    span: Span = field(default_factory=_span, compare=False)


Condition = Comparison | Not | And | Or | Aggregation
"""An Aggregation in a condition's place is an EXISTS."""

Target = Condition | Aggregation | Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """``FORECAST n TIMEFRAMES``."""

    steps: int
    span: Span = field(default_factory=_span, compare=False)
    steps_span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rank:
    """``RANK [TOP k]``; None means that no k was written."""

    k: int | None = None
    span: Span = field(default_factory=_span, compare=False)
    k_span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classify:
    """``CLASSIFY [TOP k]``; None means that no k was written."""

    k: int | None = None
    span: Span = field(default_factory=_span, compare=False)
    k_span: Span = field(default_factory=_span, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictiveQuery:
    """One parsed query. ``str(query)`` is its canonical text; ``text`` what the user typed.

    ``entity`` is the key after FOR or FOR EACH; ``each`` tells which. ``selection`` is the comparison after FOR.
    """

    target: Target
    entity: Column
    each: bool = True
    output: Forecast | Rank | Classify | None = None
    selection: Comparison | None = None
    where: Condition | None = None
    assuming: Condition | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)
    text: str = field(default="", compare=False)

    def __str__(self) -> str:
        from kumo_magic.query.formatter import format_query  # the formatter reads these nodes

        return format_query(self)
