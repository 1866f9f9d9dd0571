"""A plan → plain English. Words only; decides nothing."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from kumo_magic.plan.amounts import amount
from kumo_magic.plan.bound import (
    BoundAggregation,
    BoundAnd,
    BoundColumn,
    BoundComparison,
    BoundCondition,
    BoundNot,
    BoundOr,
    BoundWindow,
)
from kumo_magic.plan.nouns import noun, plural, pronoun
from kumo_magic.plan.offset import Offset
from kumo_magic.plan.task_type import TaskType
from kumo_magic.query.predictive_query import Function, Operator

if TYPE_CHECKING:
    from kumo_magic.plan.plan import PredictionPlan

_VERB = {
    Operator.EQ: "is",
    Operator.NE: "is not",
    Operator.LT: "is less than",
    Operator.LE: "is at most",
    Operator.GT: "is more than",
    Operator.GE: "is at least",
    Operator.IN: "is one of",
    Operator.NOT_IN: "is none of",
    Operator.IS_NULL: "is missing",
    Operator.IS_NOT_NULL: "is known",
    Operator.CONTAINS: "contains",
    Operator.NOT_CONTAINS: "does not contain",
    Operator.STARTS_WITH: "starts with",
    Operator.ENDS_WITH: "ends with",
    Operator.LIKE: "looks like",
    Operator.NOT_LIKE: "does not look like",
    Operator.BETWEEN: "is between",
}
_FUNCTION = {
    Function.SUM: "the sum of",
    Function.AVG: "the average of",
    Function.MIN: "the least",
    Function.MAX: "the greatest",
    Function.COUNT_DISTINCT: "the number of different",
    Function.FIRST: "the first",
    Function.LAST: "the last",
    Function.LIST_DISTINCT: "the different",
}
_WHY = {
    TaskType.BINARY: "a binary classification: the answer is true or false",
    TaskType.MULTICLASS: "a multiclass classification: the answer is one category of several",
    TaskType.REGRESSION: "a regression: the answer is a number",
    TaskType.FORECASTING: "a forecast: the answer is one number for each of several windows in a row",
    TaskType.LINK_PREDICTION: "a link prediction: the answer is a list of rows of another table, ranked",
    TaskType.STATIC_LINK_PREDICTION: "a link prediction without time: the answer is a list of rows, ranked",
    TaskType.MULTILABEL_RANKING: "a multilabel ranking: the answer is a list of categories, ranked",
    TaskType.MULTILABEL_CLASSIFICATION: "a multilabel classification: the answer says which classes are there",
}


def describe(plan: PredictionPlan) -> str:
    """What is predicted, for whom, and what kind of task that makes."""
    asked = _target(plan)
    if plan.forecast_steps > 1:
        asked += f", and so on for {plan.forecast_steps} windows in a row"
    sentences = [f"For {_whom(plan)}: {asked}?"]
    if plan.assuming is not None:
        sentences.append(f"This assumes that {_condition(plan.assuming)}.")
    sentences.append(f"It is {_why(plan)}.")
    return "\n".join(sentences)


def _why(plan: PredictionPlan) -> str:
    why = _WHY[plan.task_type]
    return f"{why}, the best {plan.k}" if plan.k is not None else why


def _whom(plan: PredictionPlan) -> str:
    one = noun(plan.entity_table)
    each = f"every row of {plan.entity_table}" if one is None else f"every {one}"
    learned = f"{each}{_kept(plan.where)}"
    if plan.selection is None:
        return learned
    chosen = f"{plan.entity_key} {_value(plan.selection.value)}"
    if isinstance(plan.selection.value, tuple):
        who = f"the {plan.entity_table} with {chosen}"
    else:
        who = f"the {one or f'row of {plan.entity_table}'} with {chosen}"
    return who if plan.where is None else f"{who} (learned from {learned})"


def _kept(where: BoundCondition | None) -> str:
    """What WHERE asks: `with an order in the last 90 days and where users.age is more than 30`."""
    if where is None:
        return ""
    parts = where.conditions if isinstance(where, BoundAnd) else (where,)
    amounts = [words for part in parts if (words := amount(part, _rest)) is not None]
    others = [_part(part) if len(parts) > 1 else _condition(part) for part in parts if amount(part, _rest) is None]
    said = [f" with {' and '.join(amounts)}"] if amounts else []
    said += [f" where {' and '.join(others)}"] if others else []
    return ",".join(said)


def _target(plan: PredictionPlan) -> str:
    """What is asked, as a question without its question mark."""
    target, one = plan.target, noun(plan.entity_table)
    who = "they" if one is None else pronoun(one)
    if one is not None and plan.is_temporal and (words := amount(target, _rest)) is not None:
        return f"will {who} have {words}"
    match target:
        case BoundColumn() if plan.task_type == TaskType.BINARY and plan.positive_class is not None:
            return f"is {_column(target)} {_value(plan.positive_class)}"
        case BoundColumn() if plan.task_type == TaskType.BINARY:
            return f"is {_column(target)} true"
        case BoundColumn():
            return f"what is {_column(target)}"
        case BoundAggregation() if plan.item_table is not None:
            return f"which {plan.item_table} will be in {_whose(plan)}{plan.target_tables[0]}{_rest(target)}"
        case BoundAggregation(function=Function.EXISTS):
            return f"will there be {_rows(target)}"
        case BoundAggregation(function=Function.COUNT) if one is not None and _is_of_rows(target):
            return f"how many {plural(target.column.table)} will {who} have{_rest(target)}"
        case BoundAggregation() if plan.positive_class is not None:
            return f"will {_aggregation(target)} be {_value(plan.positive_class)}"
        case BoundAggregation():
            return f"what will be {_aggregation(target)}"
        case BoundNot(condition=BoundAggregation() as exists):
            return f"will there be no {_rows(exists).removeprefix('a ')}"
        case BoundComparison():
            return _comparison(target)
        case _:
            return f"will it be true that {_condition(target)}"


def _whose(plan: PredictionPlan) -> str:
    """Their or its, before a table that can be had."""
    one = noun(plan.entity_table)
    if one is None or noun(plan.target_tables[0]) is None:
        return ""
    return "their " if pronoun(one) == "they" else "its "


def _comparison(target: BoundComparison) -> str:
    word, _, rest = _VERB[target.operator].partition(" ")
    auxiliary = "will" if isinstance(target.operand, BoundAggregation) else "is"
    if word != "is" or target.operator == Operator.BETWEEN:
        return f"will it be true that {_condition(target)}"
    phrase = f"be {rest}".rstrip() if auxiliary == "will" else rest
    words = f"{auxiliary} {_operand(target.operand)} {phrase}".rstrip()
    return f"{words} {_value(target.value)}" if target.value is not None else words


def _is_of_rows(node: BoundAggregation) -> bool:
    """Whether it counts rows of a table whose name is a plain plural."""
    return node.column.name == "*" and noun(node.column.table) is not None


def _rest(node: BoundAggregation) -> str:
    """Which of the rows, and when."""
    return f"{_filter(node)}{_window(node.window)}"


def _condition(condition: BoundCondition) -> str:
    match condition:
        case BoundAggregation():
            return f"there is {_rows(condition)}"
        case BoundNot():
            return f"not ({_condition(condition.condition)})"
        case BoundAnd():
            return " and ".join(_part(part) for part in condition.conditions)
        case BoundOr():
            return " or ".join(_part(part) for part in condition.conditions)
        case BoundComparison():
            words = f"{_operand(condition.operand)} {_VERB[condition.operator]}"
            if condition.operator == Operator.BETWEEN and isinstance(condition.value, tuple):
                return f"{words} {' and '.join(_value(bound) for bound in condition.value)}"
            return f"{words} {_value(condition.value)}" if condition.value is not None else words


def _part(condition: BoundCondition) -> str:
    return f"({_condition(condition)})" if isinstance(condition, (BoundAnd, BoundOr)) else _condition(condition)


def _operand(operand: BoundColumn | BoundAggregation) -> str:
    return _column(operand) if isinstance(operand, BoundColumn) else _aggregation(operand)


def _column(column: BoundColumn) -> str:
    return f"{column.table}.{column.name}"


def _aggregation(node: BoundAggregation) -> str:
    if node.function == Function.EXISTS:
        return f"whether there is {_rows(node)}"
    if node.function == Function.COUNT:
        what = node.column.table if node.column.name == "*" else f"{_column(node.column)} values"
        return f"the number of {what}{_filter(node)}{_window(node.window)}"
    return f"{_FUNCTION[node.function]} {_column(node.column)}{_filter(node)}{_window(node.window)}"


def _rows(node: BoundAggregation) -> str:
    what = f"a row of {node.column.table}" if node.column.name == "*" else f"a value of {_column(node.column)}"
    return f"{what}{_filter(node)}{_window(node.window)}"


def _filter(node: BoundAggregation) -> str:
    return "" if node.where is None else f" (where {_condition(node.where)})"


def _window(window: BoundWindow | None) -> str:
    match window:
        case None:
            return ""
        case BoundWindow(start=None, end=Offset(count=0)):
            return " so far"
        case BoundWindow(start=None):
            return f" up to {_moment(window.end)}"
        case BoundWindow(start=Offset(count=0)):
            return f" in the next {_length(window.end)}"
        case BoundWindow(start=Offset() as start, end=Offset(count=0)):
            return f" in the last {_length(start)}"
        case BoundWindow(start=Offset() as start):
            return f" from {_moment(start)} to {_moment(window.end)}"
        case _:
            raise AssertionError(window)


def _length(offset: Offset) -> str:
    return offset.words.removeprefix("1 ") if abs(offset.count) == 1 else offset.words


def _moment(offset: Offset) -> str:
    if not offset.count:
        return "the anchor time"
    return f"{offset.words} {'before' if offset.count < 0 else 'after'} the anchor time"


def _value(value: object) -> str:
    match value:
        case tuple():
            return f"({', '.join(_value(item) for item in value)})"
        case bool():
            return str(value).lower()
        case str():
            return repr(value)
        case datetime.datetime():
            return f"{value:%Y-%m-%d}" if value.time() == datetime.time() else f"{value:%Y-%m-%d %H:%M:%S}"
        case _:
            return str(value)
