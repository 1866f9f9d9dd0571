"""What the grammar has matched → nodes of the syntax tree. Knows one construct at a time; order is the grammar's.

Each function is a parse action: ``(text, offset, matches)``.
"""

from __future__ import annotations

import re

from kumo_magic.query.conditions import comparison
from kumo_magic.query.literals import INT32, read_scalar, read_whole
from kumo_magic.query.marks import Bound, Entity, LoneTop, Matches, Spelled, Via, Word
from kumo_magic.query.predictive_query import (
    Aggregation,
    Classify,
    Column,
    Condition,
    Constant,
    ConstantList,
    Forecast,
    Function,
    Parameter,
    Rank,
    Unit,
    Window,
)
from kumo_magic.query.vocabulary import OPERATOR_SPELLINGS, UNIT_SPELLINGS
from kumo_magic.span import Span

_INT64 = range(-(2**63), 2**63)


def word(_text: str, offset: int, matches: Matches) -> Word:
    """The keyword or sign with its place."""
    matched: str = matches[0]
    return Word(" ".join(matched.upper().split()), Span(offset, offset + len(matched)))


def column(_text: str, offset: int, matches: Matches) -> Column:
    """``table.name``, each part without its backticks."""
    matched: str = matches[0]
    parts = re.fullmatch(r"(`[^`]+`|\w+)\s*\.\s*(`[^`]+`|\w+|\*)", matched, re.ASCII)
    assert parts is not None
    return Column(
        table=parts[1].strip("`"),
        name=parts[2].strip("`"),
        span=Span(offset, offset + len(matched)),
        table_span=Span(offset, offset + parts.end(1)),
        name_span=Span(offset + parts.start(2), offset + len(matched)),
    )


def key(_text: str, offset: int, matches: Matches) -> Column:
    """``table.(a, b)``: the columns that are a key together."""
    matched: str = matches[0]
    parts = re.fullmatch(r"(`[^`]+`|\w+)\s*\.\s*(\(.*\))", matched, re.ASCII | re.DOTALL)
    assert parts is not None
    names = tuple(name.strip("`") for name in re.findall(r"`[^`]+`|\w+", parts[2], re.ASCII))
    return Column(
        table=parts[1].strip("`"),
        name=f"({', '.join(names)})",
        parts=names,
        span=Span(offset, offset + len(matched)),
        table_span=Span(offset, offset + parts.end(1)),
        name_span=Span(offset + parts.start(2), offset + len(matched)),
    )


def bound(_text: str, offset: int, matches: Matches) -> Bound:
    """A whole number of 32 bits, or -INF."""
    matched: str = matches[0]
    span = Span(offset, offset + len(matched))
    if matched[-1].isalpha():
        return Bound(None, span)
    return Bound(read_whole(matched, span, allowed=INT32), span)


def window(_text: str, _offset: int, matches: Matches) -> Window:
    """Both bounds and the unit; days where none was written."""
    start, end, *units = matches
    unit = UNIT_SPELLINGS[units[0].text.lower()] if units else Unit.DAYS
    return Window(
        start=start.value,
        end=end.value,
        unit=unit,
        span=start.span.to(matches[-1].span),
        start_span=start.span,
        end_span=end.span,
    )


def via(_text: str, _offset: int, matches: Matches) -> Via:
    """The foreign keys, kept together."""
    return Via(tuple(matches))


def aggregation(_text: str, _offset: int, matches: Matches) -> Aggregation:
    """The call, from its name to its closing parenthesis."""
    name, _opened, over, *rest, closed = matches
    path: tuple[Column, ...] = ()
    where: Condition | None = None
    within: Window | None = None
    for match in rest:
        if isinstance(match, Via):
            path = match.columns
        elif isinstance(match, Window):
            within = match
        else:
            where = match
    return Aggregation(
        function=Function(name.text),
        column=over,
        via=path,
        where=where,
        window=within,
        span=name.span.to(closed.span),
        function_span=name.span,
    )


def scalar(_text: str, offset: int, matches: Matches) -> Constant | Parameter:
    """One constant, or the parameter that will stand for one."""
    matched: str = matches[0]
    span = Span(offset, offset + len(matched))
    if matched[0] == ":":
        return Parameter(name=matched[1:], span=span)
    return Constant(value=read_scalar(matched, span), span=span)


def value_list(_text: str, _offset: int, matches: Matches) -> ConstantList:
    """The elements between two parentheses."""
    opened, *between, closed = matches
    items = tuple(match for match in between if match != ",")
    return ConstantList(items=items, span=opened.span.to(closed.span))


def both_ends(_text: str, _offset: int, matches: Matches) -> ConstantList:
    """The two values of BETWEEN."""
    low, high = matches
    return ConstantList(items=(low, high), span=low.span.to(high.span))


def operator(_text: str, offset: int, matches: Matches) -> Spelled:
    """The operator in canonical spelling."""
    matched: str = matches[0]
    return Spelled(OPERATOR_SPELLINGS[" ".join(matched.upper().split())], Span(offset, offset + len(matched)))


def entity(_text: str, _offset: int, matches: Matches) -> Entity:
    """FOR or FOR EACH, the key, and the comparison that selects entities."""
    opening, key, *right = matches
    selection = comparison(key, right[0], right[1:]) if right else None
    return Entity(key, opening.text == "FOR EACH", selection)


def whole(_text: str, offset: int, matches: Matches) -> Bound:
    """How many windows or ranks."""
    matched: str = matches[0]
    span = Span(offset, offset + len(matched))
    return Bound(read_whole(matched, span, allowed=_INT64), span)


def only(_text: str, _offset: int, matches: Matches) -> Forecast | Rank | Classify | LoneTop:
    """The one node itself, where pyparsing would name a list of one."""
    return matches[0]


def forecast(_text: str, _offset: int, matches: Matches) -> Forecast:
    """FORECAST n TIMEFRAMES."""
    opening, steps, closing = matches
    return Forecast(steps=steps.value, span=opening.span.to(closing.span), steps_span=steps.span)


def ranked(_text: str, _offset: int, matches: Matches) -> Rank | Classify:
    """RANK or CLASSIFY, with its TOP k where one was written."""
    opening: Word = matches[0]
    node = Rank if opening.text == "RANK" else Classify
    if len(matches) == 1:
        return node(span=opening.span)
    k: Bound = matches[2]
    return node(k=k.value, span=opening.span.to(k.span), k_span=k.span)


def lone_top(_text: str, _offset: int, matches: Matches) -> LoneTop:
    """A TOP that has lost its RANK; its span is the word's."""
    opening, k = matches
    return LoneTop(k.value, opening.span)
