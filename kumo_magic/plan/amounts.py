"""Conditions on how many rows there are → how many, in a word. No names, no sentences."""

from __future__ import annotations

from collections.abc import Callable

from kumo_magic.plan.bound import BoundAggregation, BoundComparison, BoundNot, BoundTarget
from kumo_magic.plan.nouns import noun, plural, with_article
from kumo_magic.query.predictive_query import Function, Operator

_HOW_MANY = {
    Operator.EQ: "exactly",
    Operator.LT: "fewer than",
    Operator.LE: "at most",
    Operator.GT: "more than",
    Operator.GE: "at least",
}
_ANY = {(Operator.GT, 0), (Operator.GE, 1), (Operator.NE, 0)}
_NONE = {(Operator.EQ, 0), (Operator.LE, 0), (Operator.LT, 1)}

Rest = Callable[[BoundAggregation], str]
"""The filter and the window of an aggregation, in words."""


def amount(condition: BoundTarget, rest: Rest) -> str | None:
    """``an invoice in the last 90 days``, ``no invoice ...``, ``at least 3 invoices ...``.

    None for any other condition, and where the table's name is no plain plural.
    """
    match condition:
        case BoundAggregation(function=Function.EXISTS) as rows:
            return _said(rows, with_article, rest)
        case BoundNot(condition=BoundAggregation(function=Function.EXISTS) as rows):
            return _said(rows, _no, rest)
        case BoundComparison(operand=BoundAggregation(function=Function.EXISTS) as rows, operator=Operator.EQ):
            return _said(rows, with_article if condition.value is True else _no, rest)
        case BoundComparison(operand=BoundAggregation(function=Function.COUNT) as rows):
            asked = (condition.operator, condition.value)
            if asked in _ANY:
                return _said(rows, with_article, rest)
            if asked in _NONE:
                return _said(rows, _no, rest)
            several = condition.operator in _HOW_MANY and isinstance(condition.value, int)
            if not several or noun(rows.column.table) is None or rows.column.name != "*":
                return None
            number = f"{_HOW_MANY[condition.operator]} {condition.value:,}"
            things = noun(rows.column.table) if condition.value == 1 else plural(rows.column.table)
            return f"{number} {things}{rest(rows)}"
        case _:
            return None


def _said(rows: BoundAggregation, how: Callable[[str], str], rest: Rest) -> str | None:
    one = noun(rows.column.table) if rows.column.name == "*" else None
    return None if one is None else f"{how(one)}{rest(rows)}"


def _no(one: str) -> str:
    return f"no {one}"
