"""A query and its tokens → one note for each thing that Kumo's grammar 1.0 refuses or no longer likes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kumo_magic.query.literals import quotes_are_doubled
from kumo_magic.query.predictive_query import (
    Aggregation,
    And,
    Comparison,
    Condition,
    Constant,
    ConstantList,
    Function,
    Not,
    Operator,
    Or,
    Parameter,
    PredictiveQuery,
    Unit,
)
from kumo_magic.query.tokens import Scan, Token, TokenKind
from kumo_magic.query.vocabulary import RESERVED, SINGULAR_UNITS

_IN_PAIRS = {("FOR", "EACH"), ("IS", "NOT"), ("STARTS", "WITH"), ("ENDS", "WITH"), ("NOT", "LIKE"), ("NOT", "CONTAINS")}


def portability_notes(query: PredictiveQuery, scan: Scan) -> tuple[str, ...]:
    """The notes, each once, in the order in which their causes stand in the text."""
    found = sorted([*_from_tokens(scan), *_from_query(query)])
    return tuple(dict.fromkeys(note for _, note in found))


def _from_tokens(scan: Scan) -> Iterator[tuple[int, str]]:
    """Notes on spelling, with the offset of their cause."""
    if (comment := scan.first_sql_comment) is not None:
        yield comment, "Comments with -- are not portable to Kumo: write #."
    if (mixed := next(filter(_is_mixed, scan.tokens), None)) is not None:
        yield mixed.span.start, f"Keywords in mixed case, such as {mixed.text}, are not portable to Kumo."
    for token in scan.tokens:
        if (note := _spelling(token)) is not None:
            yield token.span.start, note
    for first, second in pairwise(scan.tokens):
        pair = (first.word, second.word)
        if pair == ("IS", "IN"):
            yield first.span.start, "IS IN is an old spelling of IN."
        elif pair in _IN_PAIRS and scan.text[first.span.end : second.span.start] != " ":
            yield first.span.start, f"Anything but one blank inside {' '.join(pair)} is not portable to Kumo."


def _spelling(token: Token) -> str | None:
    if token.kind == TokenKind.STRING and quotes_are_doubled(token.text):
        return "A doubled quote inside a string is not portable to Kumo: write a backslash before the quote."
    if token.word.lower() in SINGULAR_UNITS:
        return f"The singular unit {token.text} is not portable to Kumo: write {SINGULAR_UNITS[token.word.lower()]}."
    return None


def _is_mixed(token: Token) -> bool:
    """Whether a word of the language is neither in upper nor in lower case; Kumo knows True and False."""
    if token.word in ("TRUE", "FALSE") and token.text == token.word.capitalize():
        return False
    return token.word in RESERVED and token.text not in (token.word, token.word.lower())


def _from_query(query: PredictiveQuery) -> Iterator[tuple[int, str]]:
    """Notes on constructs, with the offset of their cause."""
    if query.entity.parts:
        yield query.entity.span.start, "A key of several columns is not portable to Kumo, which knows one."
    for condition in (query.target, query.selection, query.where, query.assuming):
        if isinstance(condition, Comparison | Aggregation | Not | And | Or):
            yield from _from_condition(condition)


def _from_condition(condition: Condition) -> Iterator[tuple[int, str]]:
    match condition:
        case Not():
            yield from _from_condition(condition.condition)
        case And() | Or():
            for part in condition.conditions:
                yield from _from_condition(part)
        case Aggregation():
            yield from _from_aggregation(condition)
        case Comparison():
            if isinstance(condition.operand, Aggregation):
                yield from _from_aggregation(condition.operand)
            yield from _from_comparison(condition)


def _from_aggregation(node: Aggregation) -> Iterator[tuple[int, str]]:
    if node.function == Function.EXISTS:
        yield node.span.start, "EXISTS(...) is not portable to Kumo: write COUNT(...) > 0."
    if node.via:
        yield node.via[0].span.start, "VIA is not portable to Kumo."
    if node.where is not None:
        yield from _from_condition(node.where)
    if node.window is not None and node.window.unit in (Unit.QUARTERS, Unit.YEARS):
        months = 3 if node.window.unit == Unit.QUARTERS else 12
        yield (
            node.window.span.start,
            f"The unit {node.window.unit} is not portable to Kumo: write {months} months for each.",
        )


def _from_comparison(node: Comparison) -> Iterator[tuple[int, str]]:
    start, value = node.operator_span.start, node.value
    items = value.items if isinstance(value, ConstantList) else (value,)
    for item in items:
        if isinstance(item, Parameter):
            yield item.span.start, "Parameters such as :name are not portable to Kumo: write the constant."
    match node.operator:
        case Operator.NOT_IN:
            yield start, "NOT IN is not portable to Kumo: write NOT ... IN (...), which is true for NULL."
        case Operator.BETWEEN:
            yield start, "BETWEEN a AND b is not portable to Kumo: write >= a AND <= b."
        case Operator.IN if len(items) == 1 and isinstance(value, ConstantList):
            yield value.span.start, "A list of one element is not portable to Kumo: write =."
        case Operator.LIKE | Operator.NOT_LIKE if isinstance(value, Constant) and isinstance(value.value, str):
            known = "%x%, x% and %x" if node.operator == Operator.LIKE else "%x%"
            if not _is_simple(value.value, node.operator):
                yield value.span.start, f"This pattern of {node.operator} is not portable to Kumo, which knows {known}."


def _is_simple(pattern: str, operator: Operator) -> bool:
    """Whether a pattern is one of Kumo's, or none at all, which the type stage refuses."""
    simple = r"[^%_]*|%[^%_]+%" if operator == Operator.NOT_LIKE else r"[^%_]*|%[^%_]+%?|[^%_]+%"
    return re.fullmatch(simple, pattern, re.DOTALL) is not None
