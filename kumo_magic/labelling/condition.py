"""A bound condition and its operands as columns → one true-or-false column. NULL compares false. Knows no tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, cast

import ibis
import ibis.expr.types as ir

from kumo_magic.plan.bound import (
    BoundAggregation,
    BoundAnd,
    BoundColumn,
    BoundComparison,
    BoundCondition,
    BoundNot,
    BoundOperand,
    BoundOr,
    BoundTarget,
)
from kumo_magic.query.predictive_query import Operator

Columns = Mapping[BoundOperand, ir.Value]

# Ibis types the methods of a value by its data type, which the checker cannot see here.
_COMPARE: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.EQ: lambda x, value: x == value,
    Operator.NE: lambda x, value: x != value,
    Operator.LT: lambda x, value: x < value,
    Operator.LE: lambda x, value: x <= value,
    Operator.GT: lambda x, value: x > value,
    Operator.GE: lambda x, value: x >= value,
    Operator.IN: lambda x, values: x.isin(list(values)),
    Operator.NOT_IN: lambda x, values: x.notin(list(values)),
    Operator.CONTAINS: lambda x, value: x.contains(value),
    Operator.NOT_CONTAINS: lambda x, value: ~x.contains(value),
    Operator.STARTS_WITH: lambda x, value: x.startswith(value),
    Operator.ENDS_WITH: lambda x, value: x.endswith(value),
    Operator.LIKE: lambda x, value: x.like(value),
    Operator.NOT_LIKE: lambda x, value: ~x.like(value),
    Operator.BETWEEN: lambda x, values: x.between(*values),
    Operator.IS_NULL: lambda x, _: x.isnull(),
    Operator.IS_NOT_NULL: lambda x, _: x.notnull(),
}
_ASKS_ABOUT_NULL = (Operator.IS_NULL, Operator.IS_NOT_NULL)


def truth(node: BoundCondition, columns: Columns) -> ir.BooleanValue:
    """Whether the condition holds; never NULL."""
    match node:
        case BoundNot():
            return ~truth(node.condition, columns)
        case BoundAnd():
            return reduce(and_, (truth(part, columns) for part in node.conditions))
        case BoundOr():
            return reduce(or_, (truth(part, columns) for part in node.conditions))
        case BoundAggregation():
            return cast("ir.BooleanValue", columns[node])
        case BoundComparison():
            found = _COMPARE[node.operator](columns[node.operand], node.value)
            return cast("ir.BooleanValue", found.fill_null(False))


def is_defined(node: BoundTarget, columns: Columns) -> ir.BooleanValue:
    """Whether every operand outside IS [NOT] NULL has a value."""
    match node:
        case BoundNot():
            return is_defined(node.condition, columns)
        case BoundAnd() | BoundOr():
            return reduce(and_, (is_defined(part, columns) for part in node.conditions))
        case BoundComparison() if node.operator in _ASKS_ABOUT_NULL:
            return cast("ir.BooleanValue", ibis.literal(True))
        case BoundComparison():
            return columns[node.operand].notnull()
        case BoundAggregation() | BoundColumn():
            return columns[node].notnull()
