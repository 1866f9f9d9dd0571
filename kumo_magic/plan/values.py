"""A comparison's value and its operand's type → the typed constant, or what does not fit."""

from __future__ import annotations

import datetime
import decimal
import numbers
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from kumo_magic.errors import QueryError, QueryTypeError
from kumo_magic.graph.moment import NoMomentError, read_moment
from kumo_magic.plan.bound import BoundScalar, BoundValue, Kind
from kumo_magic.plan.column_type import ColumnType
from kumo_magic.query.predictive_query import Comparison, Constant, ConstantList, Operator, Parameter, Scalar, Value
from kumo_magic.span import Span

_ORDERING = (Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.BETWEEN)
_LISTS = (Operator.IN, Operator.NOT_IN)
_MEMBERSHIP = (Operator.CONTAINS, Operator.NOT_CONTAINS)
_TEXT = (*_MEMBERSHIP, Operator.STARTS_WITH, Operator.ENDS_WITH, Operator.LIKE, Operator.NOT_LIKE)
_BEYOND_64_BITS = 2**63
_NULL = (Operator.IS_NULL, Operator.IS_NOT_NULL)


class _UnfitError(Exception):
    """A value that no constant can be made of; the message says why, ``hint`` what to write."""

    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class _Item:
    value: Scalar
    span: Span


def typed_value(
    comparison: Comparison,
    operand: ColumnType,
    name: str,
    *,
    params: Mapping[str, object],
    source: str,
    is_selection: bool = False,
) -> tuple[BoundValue, list[QueryError]]:
    """The value as a constant of the operand's type, and every reason why it is none.

    Args:
        comparison: The comparison as it was written.
        operand: The type of its left side.
        name: What to call the left side in messages.
        params: Values of the parameters.
        source: The query's text.
        is_selection: The comparison stands after FOR, whose operators are the clause stage's to judge.
    """

    def error(problem: str, span: Span, hint: str = "") -> QueryError:
        return QueryTypeError(problem, span=span, source=source, hint=hint)

    operator, span = comparison.operator, comparison.operator_span
    if operator in _NULL:
        return None, []
    assert comparison.value is not None
    try:
        items = _items(comparison.value, params)
    except _UnfitError as unfit:
        return None, [error(str(unfit), comparison.value.span, unfit.hint)]
    is_list = isinstance(items, tuple)
    flat = items if isinstance(items, tuple) else (items,)
    if any(item.value is None for item in flat):
        return None, [error(f"'{operator}' does not go with NULL.", span, "Write IS NULL or IS NOT NULL.")]
    misfit = _operator_misfit(operator, operand, name)
    if misfit:
        return None, [error(*misfit[:1], span, misfit[1])]
    if operator in _LISTS and not is_list and not is_selection:
        shown = comparison.value.span.text(source) or repr(flat[0].value)
        return None, [error(f"{operator} needs a list.", span, f"Write = {shown}, or {operator} ({shown}).")]
    if is_list and operator not in (*_LISTS, Operator.BETWEEN) and not is_selection:
        hint = _list_hint(operator, comparison.value.span.text(source))
        return None, [error(f"'{operator}' takes one value, not a list.", comparison.value.span, hint)]
    if operator in (Operator.LIKE, Operator.NOT_LIKE) and not re.search("[%_]", str(flat[0].value)):
        pattern, sign = str(flat[0].value), "=" if operator == Operator.LIKE else "!="
        hint = f"Write {sign} {pattern!r}, or add a %."
        if "*" in pattern:
            hint = f"% stands for any text: write {operator} {pattern.replace('*', '%')!r}."
        return None, [error(f"The pattern {pattern!r} has neither % nor _.", span, hint)]
    typed: list[BoundScalar] = []
    errors: list[QueryError] = []
    for item in flat:
        try:
            typed.append(_typed(item.value, operand))
        except _UnfitError as unfit:
            errors.append(error(f"{name} {unfit}", item.span, unfit.hint))
    if errors:
        return None, errors
    if operator == Operator.BETWEEN and _is_upside_down(comparison.value, typed):
        low, high = (item.span.text(source) or repr(item.value) for item in flat)
        hint = f"Write BETWEEN {high} AND {low}."
        problem = "No value lies between these ends: the lower one comes first."
        return None, [error(problem, comparison.value.span, hint)]
    return (tuple(typed) if is_list else typed[0]), []


def _is_upside_down(value: Value, ends: Sequence[BoundScalar]) -> bool:
    """Whether constants, written as such, stand in the wrong order. Those of parameters may be so by chance."""
    if not isinstance(value, ConstantList) or not all(isinstance(item, Constant) for item in value.items):
        return False
    match ends:
        case [(int() | float()) as low, (int() | float()) as high]:
            return low > high
        case [datetime.datetime() as low, datetime.datetime() as high]:
            return low > high
        case _:  # of two kinds, where the operand has none
            return False


def _operator_misfit(operator: Operator, operand: ColumnType, name: str) -> tuple[str, str] | None:
    """What is wrong and what to do, where the operator never fits such an operand."""
    if operand.kind == Kind.SET:
        if operator in _MEMBERSHIP:
            return None
        return f"{name} is a set, which '{operator}' does not compare.", "Ask for a member with CONTAINS."
    if operator in _ORDERING and operand.scalar in ("text", "truth value"):
        what = "truth values" if operand.scalar == "truth value" else "text"
        return f"'{operator}' compares numbers and timestamps, and {name} has {what}.", "Use =, != or IN."
    if operator in _TEXT and operand.scalar not in ("text", None):
        return f"'{operator}' searches text, and {name} has {operand.scalar}s.", "Use =, <, > or IN."
    return None


def _items(value: Value, params: Mapping[str, object]) -> _Item | tuple[_Item, ...]:
    match value:
        case Constant():
            return _Item(value.value, value.span)
        case Parameter():
            return _bound_parameter(params[value.name], value)
        case ConstantList():
            items = [_items(item, params) for item in value.items]
            if not all(isinstance(item, _Item) for item in items):
                raise _UnfitError("A list cannot stand inside a list.")
            return tuple(cast("list[_Item]", items))


def _bound_parameter(value: object, parameter: Parameter) -> _Item | tuple[_Item, ...]:
    if isinstance(value, (list, tuple, set, frozenset, pd.Series, pd.Index, np.ndarray)):
        members = sorted(value, key=repr) if isinstance(value, (set, frozenset)) else list(value)
        if not members:
            raise _UnfitError(f"The list :{parameter.name} is empty.")
        return tuple(_Item(_scalar(member, parameter), parameter.span) for member in members)
    return _Item(_scalar(value, parameter), parameter.span)


def _scalar(value: object, parameter: Parameter) -> Scalar:
    match value:
        case None:
            return None
        case bool() | np.bool_():
            return bool(value)
        case str():
            return str(value)
        case np.datetime64() if not np.isnat(value):
            return value.astype("datetime64[us]").item()
        case datetime.datetime() | datetime.date() | np.datetime64():
            moment = pd.Timestamp(value)
            return None if moment is pd.NaT else moment.to_pydatetime(warn=False)
        case numbers.Integral():
            return int(value)
        case numbers.Real():
            return None if value != value else float(value)
        case decimal.Decimal():
            if not value.is_finite():
                raise _UnfitError(f":{parameter.name} holds {value}, which is no number.")
            return int(value) if value == value.to_integral_value() else float(value)
        case uuid.UUID() | bytes():
            return str(value)
        case _ if value is pd.NA or value is pd.NaT:
            return None
        case _:
            raise _UnfitError(
                f":{parameter.name} holds a {type(value).__name__}. Use a number, text, date, truth value or list."
            )


def _typed(value: Scalar, operand: ColumnType) -> BoundScalar:
    """The constant as the operand's type; a quoted ISO date becomes a moment where moments are compared."""
    match operand.scalar, value:
        case "truth value" | None, bool():
            return value
        case "number", bool():
            raise _UnfitError(f"has numbers, and {str(value).lower()} is a truth value.", _instead(value, operand))
        case "number" | None, int() | float():
            return value
        case "text" | None, str():
            return value
        case "text", int() if abs(value) >= _BEYOND_64_BITS:
            return str(value)  # columns of such numbers are text
        case "timestamp" | None, datetime.date():
            return _moment(value, operand)
        case "timestamp", str():
            return _moment_of_text(value, operand)
        case _:
            problem = f"has {operand.scalar}s, and {_shown(value)} is {_what(value)}.".replace("texts", "text")
            raise _UnfitError(problem, _instead(value, operand))


def _moment_of_text(text: str, operand: ColumnType) -> datetime.datetime:
    """A quoted date, by the rules of every date that a user gives."""
    try:
        found = read_moment(text)
    except NoMomentError as error:
        raise _UnfitError(f"has timestamps, and {text!r} {error}", error.hint) from None
    if found.has_zone and operand.time_zone is None:
        raise _UnfitError(f"has no time zone, and {text!r} has one.")
    return datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=found.time_us)


def _instead(value: Scalar, operand: ColumnType) -> str:
    """What to write for a constant of another type than the operand's."""
    match operand.scalar, value:
        case "text", bool() | int() | float() | datetime.date():
            return f"Write '{_shown(value)}' for the text."
        case "number", str() if re.fullmatch(r"\s*-?[0-9]+(\.[0-9]+)?\s*", value):
            return f"Write {value.strip()} without quotes."
        case "number", bool():
            return f"Write {int(value)} for {_shown(value)}."
        case "number", _:
            return "Write a number, such as 5 or 0.5."
        case "truth value", _:
            return "Write true or false, without quotes."
        case "timestamp", int() if 1900 <= value < 2200:
            return f"Write a whole date: {value}-01-01."
        case "timestamp", _:
            return "Write 2024-01-31, year first."
        case _:
            return ""


def _list_hint(operator: Operator, written: str) -> str:
    listed = written if written.startswith("(") else f"({written})" if written else "(...)"
    match operator:
        case Operator.EQ:
            return f"Write IN {written or '(...)'}."
        case Operator.NE:
            return f"Write NOT IN {written or '(...)'}."
        case _:
            return f"Write one of {listed}, or join two comparisons with OR."


def _moment(value: datetime.date, operand: ColumnType) -> datetime.datetime:
    """Naive, in UTC for aware columns."""
    moment = value if isinstance(value, datetime.datetime) else datetime.datetime.combine(value, datetime.time())
    if moment.tzinfo is None:
        return moment
    if operand.time_zone is None:
        raise _UnfitError(f"has no time zone, and {value} has one.")
    return moment.astimezone(datetime.UTC).replace(tzinfo=None)


def _shown(value: Scalar) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value) if isinstance(value, str) else str(value)


def _what(value: Scalar) -> str:
    match value:
        case bool():
            return "a truth value"
        case str():
            return "text"
        case int() | float():
            return "a number"
        case _:
            return "a date"
