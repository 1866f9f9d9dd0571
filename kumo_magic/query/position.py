"""A place in a query and what may come next there, in the words of the grammar. Facts only; no tables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kumo_magic.query.predictive_query import Function, Operator


class Wanted(StrEnum):
    """What may come next beside plain words; which names these are, the tables say."""

    OPERAND = "an aggregation, or a column by itself"
    CALL_COLUMN = "the column of an aggregation"
    FOREIGN_KEY = "a foreign key"
    KEY = "a primary key"
    OPERATOR = "an operator that fits the operand"
    VALUE = "a constant"
    LABEL_END = "what may follow a target that is no condition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """An aggregation, or a column where there is no function."""

    table: str
    name: str
    function: Function | None = None
    has_window: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place in a query and what may come next there.

    ``words`` are keywords, signs and units. ``begun`` is the part of an operator that is written: ``IS``, ``NOT``.
    ``inside`` are the tables of the aggregations around, innermost last. ``is_temporal`` is None while the target
    does not tell.
    """

    words: tuple[str, ...] = ()
    wanted: frozenset[Wanted] = frozenset()
    clause: str = ""
    inside: tuple[str, ...] = ()
    entity: str = ""
    is_temporal: bool | None = None
    function: Function | None = None
    operand: Operand | None = None
    operator: Operator | None = None
    begun: str = ""
    is_in_list: bool = False
