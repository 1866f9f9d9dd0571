"""Words for a function that the language has not: what other languages call an aggregation, or do with a text."""

from __future__ import annotations

from kumo_magic.query.failure import Failure, Mistake, shown
from kumo_magic.query.formatter import format_scalar
from kumo_magic.query.nearest import nearest_word
from kumo_magic.query.predictive_query import Function
from kumo_magic.query.tokens import Token, TokenKind
from kumo_magic.query.vocabulary import NEARBY_FUNCTIONS

_OF_LETTERS = ("LOWER", "UPPER", "LCASE", "UCASE")
_OF_CHANCE = ("PROBABILITY", "PROB", "LIKELIHOOD", "CHANCE")


def unknown_function(failure: Failure) -> Mistake:
    """The word before a parenthesis is not an aggregation."""
    word = failure.token.word
    if word in _OF_LETTERS:
        return _of_letters(failure)
    if word in _OF_CHANCE and failure.previous.word == "PREDICT":
        return _of_chance(failure)
    near = NEARBY_FUNCTIONS.get(word) or nearest_word(word, Function)
    meant = f"Did you mean {near}? " if near else ""
    return Mistake(
        f"{shown(failure.token)} is not an aggregation.", f"{meant}The aggregations are {', '.join(Function)}."
    )


def _of_letters(failure: Failure) -> Mistake:
    """A text is to be compared whatever the case of its letters."""
    column, operator, constant = failure.ahead(2), failure.ahead(4), failure.ahead(5)
    name = column.text if column.kind == TokenKind.COLUMN else "table.column"
    text = "text"
    if operator.text == "=" and constant.kind == TokenKind.STRING and constant.text[1:-1].isalnum():
        text = constant.text[1:-1]
    spellings = ", ".join(map(format_scalar, dict.fromkeys((text, text.capitalize(), text.upper()))))
    hint = f"Write {name} IN ({spellings}), or LIKE with _ in the place of a letter of either case."
    return Mistake(f"There is no function {failure.token.text}: letters compare as they are written.", hint)


def _of_chance(failure: Failure) -> Mistake:
    """The probability of a condition is asked for, as if it were a function of it."""
    condition = _argument(failure) or "COUNT(table.*, 0, 30) > 0"
    problem = f"There is no function {failure.token.text}: the frame that comes back has each answer's probability."
    return Mistake(problem, f"Write the condition as it is: PREDICT {condition}.")


def _argument(failure: Failure) -> str:
    """What stands between the parentheses of the call in the way; nothing where they are not closed."""
    tokens: list[Token] = []
    depth = 0
    for token in failure.behind:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            return failure.scan.text[tokens[1].span.start : tokens[-1].span.end] if len(tokens) > 1 else ""
        tokens.append(token)
    return ""
