"""Syntax tree → its operands with the place each stands in. No tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kumo_magic.query.predictive_query import (
    Aggregation,
    And,
    Column,
    Comparison,
    Condition,
    Constant,
    ConstantList,
    Not,
    Or,
    Parameter,
    PredictiveQuery,
    Target,
    Value,
)


class Clause(StrEnum):
    """Where in the query an operand stands."""

    TARGET = "PREDICT"
    SELECTION = "FOR"
    WHERE = "WHERE"
    ASSUMING = "ASSUMING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An operand, the comparison it is part of, and the aggregation whose filter it stands in."""

    node: Aggregation | Column
    clause: Clause
    comparison: Comparison | None = None
    inside: Aggregation | None = None
    is_condition: bool = False  # an EXISTS by itself, or part of a comparison


def places(query: PredictiveQuery) -> Iterator[Place]:
    """Every operand of the query, in the order of its clauses, outer aggregations before what they hold."""
    yield from _places(query.target, Clause.TARGET, None)
    if query.selection is not None:
        yield from _places(query.selection, Clause.SELECTION, None)
    if query.where is not None:
        yield from _places(query.where, Clause.WHERE, None)
    if query.assuming is not None:
        yield from _places(query.assuming, Clause.ASSUMING, None)


def leaves(node: Target) -> Iterator[Comparison | Aggregation | Column]:
    """The comparisons, EXISTS and bare operands of a condition or target."""
    match node:
        case Not():
            yield from leaves(node.condition)
        case And() | Or():
            for condition in node.conditions:
                yield from leaves(condition)
        case _:
            yield node


def parameters(value: Value | None) -> Iterator[Parameter]:
    """The parameters of a value."""
    match value:
        case Parameter():
            yield value
        case ConstantList():
            for item in value.items:
                yield from parameters(item)
        case Constant() | None:
            return


def is_condition(node: Target) -> bool:
    """Whether the node is true or false."""
    match node:
        case Column():
            return False
        case Aggregation():
            return node.function == "EXISTS"
        case _:
            return True


def names_only(where: Condition, table: str) -> bool:
    """Whether a condition names columns of one table and nothing else."""
    named = [leaf.operand if isinstance(leaf, Comparison) else leaf for leaf in leaves(where)]
    return all(isinstance(operand, Column) and operand.table == table for operand in named)


def _places(node: Target | Condition, clause: Clause, inside: Aggregation | None) -> Iterator[Place]:
    for leaf in leaves(node):
        match leaf:
            case Comparison():
                operand = leaf.operand
                yield Place(node=operand, clause=clause, comparison=leaf, inside=inside, is_condition=True)
            case _:
                operand = leaf
                yield Place(node=operand, clause=clause, inside=inside, is_condition=is_condition(leaf))
        if isinstance(operand, Aggregation) and operand.where is not None:
            yield from _places(operand.where, clause, operand)
