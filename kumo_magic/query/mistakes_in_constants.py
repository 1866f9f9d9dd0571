"""Words for what is wrong on the right side of a comparison: its constant, its list, the ends of BETWEEN."""

from __future__ import annotations

from kumo_magic.query.failure import Failure, Mistake, shown
from kumo_magic.query.formatter import format_scalar
from kumo_magic.query.mistakes_in_aggregations import LITERALS
from kumo_magic.query.mistakes_in_conditions import MIRRORED
from kumo_magic.query.predictive_query import Function
from kumo_magic.query.tokens import Token, TokenKind
from kumo_magic.query.vocabulary import FOREIGN_WORDS

_DOUBLED = {"==": "=", "<>": "!=", "=<": "<=", "=>": ">=", "===": "=", "!==": "!="}
_NOW = ("NOW", "TODAY", "CURRENT_DATE", "CURRENT_TIMESTAMP", "GETDATE", "SYSDATE", "YESTERDAY")


def no_constant(failure: Failure) -> Mistake | None:
    """The right side of a comparison is no constant."""
    token, before = failure.token, failure.previous
    if token.kind == TokenKind.OPERATOR and failure.touches_previous and before.text + token.text in _DOUBLED:
        written = before.text + token.text
        return Mistake(f"There is no operator {written}.", f"Write {_DOUBLED[written]}.", before.span.to(token.span))
    if token.kind == TokenKind.OPERATOR and before.kind == TokenKind.OPERATOR:
        return _two_operators(before, token)
    if token.word in FOREIGN_WORDS:
        return Mistake(f"{failure.found} is SQL, not part of the language.", FOREIGN_WORDS[token.word])
    if token.word in _NOW:
        return Mistake(f"{failure.found} is not a constant.", "Write a date: 2024-01-31; or a parameter, :today.")
    if failure.is_call and token.word not in tuple(Function):
        return Mistake(f"There is no function {token.text}.", "Write a constant, or bind one as a parameter, :name.")
    if failure.is_call:
        hint = "Write a constant, or ask for both sides in two queries."
        return Mistake("The right side of a comparison is a constant, not an aggregation.", hint)
    if failure.is_at_end or token.text in (")", ",") or token.word in ("AND", "OR"):
        hint = "Write what to compare with: a number, a text between quotes, a date or true."
        return Mistake(f"A constant is missing behind {shown(before)}.", hint)
    if token.kind == TokenKind.COLUMN:
        return Mistake("The right side of a comparison is a constant, not a column.", "Columns cannot be compared.")
    if token.text == "(" and before.word == "BETWEEN":
        low, comma, high = failure.ahead(1), failure.ahead(2), failure.ahead(3)
        are_ends = low.kind in LITERALS and high.kind in LITERALS and (comma.text == "," or comma.word == "AND")
        ends = f"{low.text} AND {high.text}" if are_ends else "1 AND 9"
        return Mistake("BETWEEN has no parentheses around its ends.", f"Write BETWEEN {ends}.")
    return _bare_constant(failure)


def _two_operators(before: Token, token: Token) -> Mistake:
    """Two signs in a row, which may have been meant as one."""
    joined = before.text + token.text
    meant = joined if joined in MIRRORED or joined == "!=" else _DOUBLED.get(joined)
    if meant is None:
        return Mistake(f"Two operators stand side by side, {before.text} and {token.text}.", "Take one of them away.")
    without = " without a blank" if meant == joined else ""
    return Mistake(
        f"There is no operator {before.text} {token.text}.", f"Write {meant}{without}.", before.span.to(token.span)
    )


def wrong_item(failure: Failure) -> Mistake | None:
    """An element of a list is no constant, or there is none."""
    token, before = failure.token, failure.previous
    if token.text == ")" and before.text == "(":
        return Mistake("The list is empty.", "Write its elements: (1, 2).", before.span.to(token.span))
    if token.word in FOREIGN_WORDS:
        return Mistake("There are no sub-queries: a list holds constants.", "Write (1, 2), or bind a parameter, :name.")
    if token.text == "(":
        if failure.clause == "FOR" and any(token.kind == TokenKind.KEY for token in failure.before):
            hint = "FOR names one row by = (1, 2); for several write FOR EACH, or in Python model.predict(rows)."
            return Mistake("A list cannot stand inside a list.", hint)
        return Mistake("A list cannot stand inside a list.", "Write its elements: (1, 2).")
    if token.text in (")", ",") or failure.is_at_end:
        hint = "Write it, or take the comma away." if before.text == "," else "Write its elements: (1, 2)."
        return Mistake(f"An element of the list is missing behind {shown(before)}.", hint)
    if token.kind == TokenKind.COLUMN or failure.is_call:
        return Mistake("A list holds constants only.", "Write its elements: (1, 2).")
    return _bare_constant(failure)


def broken_list(failure: Failure) -> Mistake | None:
    """The list does not go on, or is not closed."""
    if failure.is_at_end:
        return Mistake("The list is not closed.", "Write ) at its end.")
    if failure.token.kind in LITERALS or failure.token.kind == TokenKind.WORD:
        return Mistake(f"A comma is missing before {failure.found}.")
    return None


def no_upper_end(failure: Failure) -> Mistake | None:
    """BETWEEN has one end only."""
    token, before, after = failure.token, failure.previous, failure.ahead(1)
    high = token if token.kind in LITERALS else after
    example = f"Write BETWEEN {before.text} AND {high.text if high.kind in LITERALS else '...'}"
    if token.text == "," or high.kind in LITERALS:
        return Mistake(f"BETWEEN joins its ends with AND, and {failure.found} stands there.", f"{example}.")
    return Mistake("BETWEEN needs AND and its upper end.", f"{example}; both ends belong to it.")


def _bare_constant(failure: Failure) -> Mistake | None:
    token = failure.token
    if token.text in ("+", "-"):
        return Mistake(f"'{token.text}' is not a number.", "Write 5 or -5.")
    if token.text == "%":
        return Mistake("A pattern is a string.", "Write it between quotes: '%text%'.")
    if token.text == ":":
        return Mistake("The parameter has no name.", "Write :name for the variable called name.")
    after = failure.ahead(1)
    if token.kind == TokenKind.WORD and after.text in ("%", "*") and after.span.start == token.span.end:
        pattern = format_scalar(f"{token.text}%")
        return Mistake("A pattern is a string.", f"Write it between quotes: {pattern}.", token.span.to(after.span))
    if token.kind == TokenKind.WORD:
        quoted = format_scalar(token.text.strip("`"))
        return Mistake(f"{failure.found} is a word without quotes.", f"Write {quoted} for the text.")
    return None
