"""Bound conditions and the rows of their columns → values that no row has, with the nearest ones. Computes no label."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.graph import Graph
from kumo_magic.plan.bound import (
    BoundAggregation,
    BoundAnd,
    BoundColumn,
    BoundComparison,
    BoundNot,
    BoundOr,
    BoundScalar,
    BoundTarget,
)
from kumo_magic.plan.column_values import FEWEST_ROWS, counted_values, present_values
from kumo_magic.query.predictive_query import Function, Operator
from kumo_magic.spelling import letters, nearest_texts

_ONE_OF_ITS_VALUES = (Function.FIRST, Function.LAST, Function.MIN, Function.MAX)
_MEMBERS = (Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN)
_NEGATIVE = (Operator.NE, Operator.NOT_IN, Operator.NOT_CONTAINS, Operator.NOT_LIKE)
_ORDERING: dict[Operator, Callable[[Any, Any], Any]] = {
    Operator.LT: lambda values, least: values < least,
    Operator.LE: lambda values, least: values <= least,
    Operator.GT: lambda values, most: values > most,
    Operator.GE: lambda values, most: values >= most,
    Operator.BETWEEN: lambda values, ends: (values >= ends[0]) & (values <= ends[1]),
}
_MOST_SHOWN = 5
_MOST_NAMED = 3
_MOST_FOLDED = 50_000
"""Texts whose other spellings are looked at."""


def unmatched(node: BoundTarget | None, graph: Graph) -> list[Finding]:
    """What a condition asks for that no row has, conditions inside aggregations included.

    It is hollow where the condition cannot come true. Where it leaves nothing out, or another part of an OR asks the
    same of the same column, it is worth a remark.
    """
    match node:
        case BoundOr():
            of_parts = [unmatched(part, graph) for part in node.conditions]
            others = {_column_named(part) for part, found in zip(node.conditions, of_parts, strict=True) if not found}
            return [
                replace(finding, severity=Severity.REMARK) if finding.about in others else finding
                for found in of_parts
                for finding in found
            ]
        case BoundAnd():
            return [finding for part in node.conditions for finding in unmatched(part, graph)]
        case BoundNot():
            return [replace(finding, severity=Severity.REMARK) for finding in unmatched(node.condition, graph)]
        case BoundComparison():
            inside = unmatched(node.operand.where, graph) if isinstance(node.operand, BoundAggregation) else []
            found = _of_comparison(node, graph)
            return inside if found is None else [*inside, found]
        case BoundAggregation():
            return unmatched(node.where, graph)
        case _:
            return []


def _column_named(node: BoundTarget) -> str:
    """The column that a comparison asks about; nothing for other conditions."""
    column = _compared_column(node.operand) if isinstance(node, BoundComparison) else None
    return "" if column is None else f"{column.table}.{column.name}"


def _compared_column(operand: BoundColumn | BoundAggregation) -> BoundColumn | None:
    """The column whose values are compared, as they are or one of them."""
    match operand:
        case BoundColumn():
            return operand
        case BoundAggregation() if operand.function in (*_ONE_OF_ITS_VALUES, Function.AVG, Function.LIST_DISTINCT):
            return operand.column
        case _:
            return None


def _of_comparison(node: BoundComparison, graph: Graph) -> Finding | None:
    column = _compared_column(node.operand)
    if column is None or graph[column.table].num_rows < FEWEST_ROWS:
        return None
    values = present_values(graph, column.table, column.name)
    asked = _Asked(graph=graph, column=column, node=node, values=values)
    is_average = isinstance(node.operand, BoundAggregation) and node.operand.function == Function.AVG
    match node.operator:
        case Operator.IS_NULL | Operator.IS_NOT_NULL:
            return asked.about_missing() if isinstance(node.operand, BoundColumn) else None
        case operator if operator in _ORDERING:
            return asked.about_order(is_average=is_average)
        case operator if operator in _MEMBERS or asked.are_sets:
            return None if is_average else asked.about_members()
        case _:
            return asked.about_pattern()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A comparison with the values of a column."""

    graph: Graph
    column: BoundColumn
    node: BoundComparison
    values: pd.Series

    @property
    def name(self) -> str:
        return f"{self.column.table}.{self.column.name}"

    @property
    def counts(self) -> pd.Series:
        return counted_values(self.graph, self.column.table, self.column.name)

    @property
    def are_sets(self) -> bool:
        """Whether it is asked for a member: of a column of lists, or of the list of a column."""
        is_list = isinstance(self.node.operand, BoundAggregation) and self.node.operand.function == "LIST_DISTINCT"
        return is_list or (not self.values.empty and pd.api.types.is_list_like(self.values.iloc[0]))

    def about_missing(self) -> Finding | None:
        num_there, num_rows = len(self.values), self.graph[self.column.table].num_rows
        if self.node.operator == Operator.IS_NULL and num_there == num_rows:
            return self._finding(
                f"{self.name} is missing in no row of {self.column.table}, and IS NULL asks for these."
            )
        if self.node.operator == Operator.IS_NOT_NULL and not num_there:
            return self._finding(f"{self.name} is missing in every row of {self.column.table}.")
        return None

    def about_order(self, *, is_average: bool) -> Finding | None:
        """Bounds that no value lies inside of."""
        values, bounds = self.values, self.node.value
        if values.empty:
            return self._finding(f"{self.name} has no value.")
        low, high = values.min(), values.max()
        bounds = tuple(map(_comparable, bounds)) if isinstance(bounds, tuple) else _comparable(bounds)
        if _ORDERING[self.node.operator](values, bounds).any():
            return None
        is_inside = isinstance(bounds, tuple) and bounds[0] <= high and bounds[1] >= low
        if is_average and is_inside:
            return None  # a mean may lie where no value does
        words = f"No row of {self.column.table} has {self.column.name} {self._written()}"
        return self._finding(f"{words}: it goes from {_shown(low)} to {_shown(high)}.")

    def about_members(self) -> Finding | None:
        """Values that no row has."""
        wanted = self.node.value if isinstance(self.node.value, tuple) else (self.node.value,)
        there = self._those_there(wanted)
        missing = [value for value in dict.fromkeys(wanted) if value not in there]
        if not missing:
            return None
        near = {value: self._near(value) for value in missing[:_MOST_NAMED]}
        sentences, corrections = [], []
        for value in near:
            sentences.append(f"{self._no_row_has(value)}{self._instead(near[value])}")
            corrections += [_shown(near[value][0])] if near[value] else []
        if len(missing) > _MOST_NAMED:
            sentences.append(f"{len(missing) - _MOST_NAMED:,} more of the list are in no row either.")
        is_near = any(one in wanted for ones in near.values() for one in ones)
        severity = Severity.HOLLOW if not there or corrections else Severity.GUESS
        if is_near or (self.node.operator in _NEGATIVE and not corrections):
            severity = Severity.REMARK  # every spelling is asked for, or nothing was there to be left out
        return self._finding(" ".join(sentences), self._correction(corrections), severity)

    def about_pattern(self) -> Finding | None:
        """A text that no value holds, begins or ends with, or a pattern that none has."""
        pattern = str(self.node.value)
        texts = pd.Series(self.counts.index.astype(str), dtype="str")
        if _matches(self.node.operator, texts, pattern).any():
            return None
        folded = pd.Series(list(map(_folded, texts.head(_MOST_FOLDED))), dtype="str")
        near = texts.head(_MOST_FOLDED)[_matches(self.node.operator, folded, _folded(pattern)).to_numpy()]
        near = near.head(_MOST_NAMED).tolist()
        says = f"No row of {self.column.table} has {self.column.name} {self._written()}{self._instead(near)}"
        next_step = "Case, accents and blanks count: write it as the values are written." if near else ""
        is_idle = self.node.operator in _NEGATIVE and not near
        return self._finding(says, next_step, Severity.REMARK if is_idle else Severity.HOLLOW)

    def _those_there(self, wanted: Sequence[BoundScalar | None]) -> set[BoundScalar | None]:
        """The wanted values that some row has."""
        values = pd.Series(self.counts.index) if self.are_sets else self.values
        found = set(values[values.isin([_comparable(value) for value in wanted])].unique().tolist())
        return {value for value in wanted if _comparable(value) in found}

    def _near(self, value: BoundScalar | None) -> list[Any]:
        """The values that were probably meant: of texts by their letters."""
        if not isinstance(value, str):
            return []
        return nearest_texts(value, [one for one in self.counts.index[:_MOST_FOLDED] if isinstance(one, str)])

    def _no_row_has(self, value: BoundScalar | None) -> str:
        sign = "holding" if self.are_sets else "="
        asked = f"No row of {self.column.table} has {self.column.name} {sign} {_shown(value)}"
        return f"{asked}, so {self.node.operator} leaves none out" if self.node.operator in _NEGATIVE else asked

    def _instead(self, near: Sequence[Any]) -> str:
        """What there is instead: the nearest values, a few, or from where to where they go."""
        if near:
            return f"; did you mean {_listed(near, self.counts, ' or ')}?"
        counts = self.counts
        if counts.empty:
            return ": it has no value."
        if len(counts) <= _MOST_SHOWN:
            return f"; its values are {_listed(counts.index, counts)}."
        if not isinstance(counts.index[0], str) and _is_ordered(counts.index):
            return f": it goes from {_shown(counts.index.min())} to {_shown(counts.index.max())}{self._around()}."
        return f"; it has {len(counts):,} values, most often {_listed(counts.index[:_MOST_NAMED], counts)}."

    def _around(self) -> str:
        """The neighbours of a number that lies between others."""
        value, values = self.node.value, self.counts.index
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return ""
        below, above = values[values < value], values[values > value]
        if not len(below) or not len(above):
            return ""
        return f", next to it {_shown(below.max())} and {_shown(above.min())}"

    def _correction(self, corrections: Sequence[str]) -> str:
        if not corrections:
            return "" if self.node.operator in _NEGATIVE else "Write a value that is there, or leave the condition out."
        if self.node.operator in (Operator.IN, Operator.NOT_IN):
            return f"Write {self.name} {self.node.operator} (..., {', '.join(corrections)})."
        return f"Write {self.name} {self.node.operator} {corrections[0]}."

    def _written(self) -> str:
        value = self.node.value
        if isinstance(value, tuple):
            return f"{self.node.operator} {' AND '.join(map(_shown, value))}"
        return f"{self.node.operator} {_shown(value)}"

    def _finding(self, says: str, next_step: str = "", severity: Severity = Severity.HOLLOW) -> Finding:
        return Finding(about=self.name, says=says, next_step=next_step, severity=severity)


def _matches(operator: Operator, texts: pd.Series, pattern: str) -> pd.Series:
    """Which texts the pattern fits, whatever the comparison makes of that."""
    match operator:
        case Operator.STARTS_WITH:
            return texts.str.startswith(pattern)
        case Operator.ENDS_WITH:
            return texts.str.endswith(pattern)
        case Operator.LIKE | Operator.NOT_LIKE:
            parts = ({"%": ".*", "_": "."}.get(sign, re.escape(sign)) for sign in pattern)
            return texts.str.fullmatch(f"(?s:{''.join(parts)})")
        case _:
            return texts.str.contains(pattern, regex=False)


def _folded(text: str) -> str:
    """A text or pattern without case and accents; its signs stay."""
    return "".join(letters(sign) if sign.isalpha() else sign for sign in text.strip())


def _comparable(value: object) -> Any:
    return pd.Timestamp(value) if isinstance(value, datetime.datetime) else value


def _is_ordered(values: pd.Index) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype) or pd.api.types.is_datetime64_any_dtype(values.dtype)


def _listed(values: Iterable[Any], counts: pd.Series, between: str = ", ") -> str:
    return between.join(f"{_shown(value)} ({_rows(int(counts[value]))})" for value in values)


def _rows(num_rows: int) -> str:
    return f"{num_rows:,} row{'' if num_rows == 1 else 's'}"


def _shown(value: object) -> str:
    """A value as a query has it."""
    match value:
        case bool() | np.bool_():
            return str(bool(value)).lower()
        case str():
            return repr(value)
        case datetime.datetime():
            return f"{value:%Y-%m-%d}" if value.time() == datetime.time() else f"{value:%Y-%m-%d %H:%M:%S}"
        case float() | np.floating():
            return f"{value:,.10g}".replace(",", "")
        case _:
            return str(value)
