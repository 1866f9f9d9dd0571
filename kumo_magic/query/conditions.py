"""Operands, operators, values and connectives → conditions. Knows the order of precedence, no clauses.

Each public function is a parse action: ``(text, offset, matches)``. Where parentheses stood is kept beside a condition
until the condition is whole, because the spans of what surrounds it include them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kumo_magic.query.marks import Matches, Spelled, Word
from kumo_magic.query.predictive_query import Aggregation, And, Column, Comparison, Condition, Function, Not, Or, Value
from kumo_magic.span import Span


@dataclass(frozen=True, slots=True)
class Bare:
    """An operand without a comparison: a target may be one, a condition may not. ``end``: where it ought to go on."""

    operand: Aggregation | Column
    end: int

    @property
    def span(self) -> Span:
        """The operand's characters."""
        return self.operand.span


@dataclass(frozen=True, slots=True)
class Group:
    """A condition with the parentheses around it."""

    condition: Condition
    span: Span


class IncompleteError(Exception):
    """An operand stands where only a condition may; ``offset`` is where its comparison ought to be."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


def bare(text: str, offset: int, _matches: Matches) -> int:
    """Where an operand without a comparison ends, blanks skipped."""
    return len(text) - len(text[offset:].lstrip())


def compare(_text: str, _offset: int, matches: Matches) -> Comparison | Aggregation | Bare:
    """Operand, operator and value; EXISTS needs no operator."""
    operand, second, *rest = matches
    if isinstance(second, Spelled):
        return comparison(operand, second, rest)
    if isinstance(operand, Aggregation) and operand.function == Function.EXISTS:
        return operand
    return Bare(operand, second)


def group(_text: str, _offset: int, matches: Matches) -> Group:
    """The condition and where its parentheses are."""
    opened, condition, closed = matches
    return Group(_whole(condition), opened.span.to(closed.span))


def combine(_text: str, _offset: int, matches: Matches) -> Condition | Group | Bare:
    """Terms, NOT, AND and OR in a row → the tree of them: NOT binds tighter than AND, AND tighter than OR."""
    if len(matches) == 1:
        return matches[0]
    alternatives: list[list[Condition | Group]] = [[]]
    negations: list[Word] = []
    for match in matches:
        if isinstance(match, Word):
            if match.text == "NOT":
                negations.append(match)
            elif match.text == "OR":
                alternatives.append([])
            continue
        alternatives[-1].append(_negated(match, negations) if negations else _checked(match))
        negations = []
    return _joined(Or, [_joined(And, terms) for terms in alternatives])


def target(_text: str, _offset: int, matches: Matches) -> Condition | Aggregation | Column:
    """The target: a condition, or one operand alone."""
    return matches[0].operand if isinstance(matches[0], Bare) else _whole(matches[0])


def whole_condition(_text: str, _offset: int, matches: Matches) -> Condition:
    """The condition after WHERE or ASSUMING."""
    return _whole(matches[0])


def comparison(operand: Aggregation | Column, spelled: Spelled, values: Sequence[Value]) -> Comparison:
    """The comparison of an operand; no value where the operator takes none."""
    last = values[0].span if values else spelled.span
    return Comparison(
        operand=operand,
        operator=spelled.operator,
        value=values[0] if values else None,
        span=operand.span.to(last),
        operator_span=spelled.span,
    )


def _negated(match: Condition | Group | Bare, negations: Sequence[Word]) -> Not:
    end, node = match.span, _whole(match)
    for negation in reversed(negations):
        node = Not(condition=node, span=negation.span.to(end))
    assert isinstance(node, Not)
    return node


def _joined(kind: type[And] | type[Or], terms: Sequence[Condition | Group]) -> Condition | Group:
    """One node over the terms, those of its own kind taken apart; the term itself where there is one."""
    if len(terms) == 1:
        return terms[0]
    flat: list[Condition] = []
    for term in terms:
        node = _whole(term)
        flat.extend(node.conditions if isinstance(node, kind) else [node])
    return kind(conditions=tuple(flat), span=terms[0].span.to(terms[-1].span))


def _checked(match: Condition | Group | Bare) -> Condition | Group:
    if isinstance(match, Bare):
        raise IncompleteError(match.end)
    return match


def _whole(match: Condition | Group | Bare) -> Condition:
    checked = _checked(match)
    return checked.condition if isinstance(checked, Group) else checked
