"""Words for what is wrong with a condition: its left side, its operator, its right side, its parentheses."""

from __future__ import annotations

from kumo_magic.query.failure import Failure, Mistake, shown
from kumo_magic.query.formatter import format_scalar
from kumo_magic.query.mistakes_in_aggregations import LITERALS, unknown_function, wrong_word
from kumo_magic.query.nearest import nearest_word
from kumo_magic.query.predictive_query import Function
from kumo_magic.query.tokens import Token, TokenKind
from kumo_magic.query.vocabulary import FOREIGN_WORDS

_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DOUBLED = {"==": "=", "<>": "!=", "=<": "<=", "=>": ">=", "===": "=", "!==": "!="}
_OPERATORS = ("IN", "NOT IN", "IS NULL", "CONTAINS", "STARTS WITH", "ENDS WITH", "LIKE", "BETWEEN")
_FIRST_WORDS = {"IN": "IN", "CONTAINS": "CONTAINS", "LIKE": "LIKE", "BETWEEN": "BETWEEN", "IS": "IS NULL"} | {
    "STARTS": "STARTS WITH",
    "STARTSWITH": "STARTS WITH",
    "STARTS_WITH": "STARTS WITH",
    "ENDS": "ENDS WITH",
    "ENDSWITH": "ENDS WITH",
    "ENDS_WITH": "ENDS WITH",
    "ILIKE": "LIKE",
    "EQUALS": "=",
}


def no_operand(failure: Failure) -> Mistake | None:
    """A condition, or a target, does not begin with an aggregation or a column."""
    token, before = failure.token, failure.previous
    if failure.is_call and token.word not in FOREIGN_WORDS:
        return unknown_function(failure)
    if failure.is_at_end or token.text in (")", ","):
        return _nothing(before)
    if token.kind in LITERALS or token.word in ("TRUE", "FALSE", "NULL"):
        operator, column = failure.ahead(1), failure.ahead(2)
        hint = "Write the column first: table.column = ..."
        if operator.text in _MIRRORED and column.kind == TokenKind.COLUMN:
            hint = f"Write {column.text} {_MIRRORED[operator.text]} {token.text}."
        return Mistake("A constant cannot stand on the left of a comparison.", hint)
    if token.text == "*":
        return Mistake("'*' stands without its table.", "Write COUNT(table.*, start, end) for a number of rows.")
    if token.kind == TokenKind.OPERATOR:
        return Mistake(f"Nothing stands on the left of {failure.found}.", "Write table.column, or an aggregation.")
    return wrong_word(failure)


def no_comparison(failure: Failure) -> Mistake | None:
    """An operand that is no condition has no comparison behind it."""
    if (mistake := wrong_operator(failure)) is not None:
        return mistake
    is_aggregation = failure.previous.text == ")"
    operand = "The aggregation" if is_aggregation else shown(failure.previous)
    hint = f"Write what to compare with, for example {'> 0' if is_aggregation else '= true'} or IS NOT NULL."
    return Mistake(f"{operand} alone is not a condition: a comparison is missing.", hint)


def wrong_operator(failure: Failure) -> Mistake | None:
    """A word that looks like an operator and is none, or is half of one."""
    token, after = failure.token, failure.ahead(1)
    if token.word == "NOT" and after.word in ("STARTS", "ENDS", "BETWEEN"):
        hint = "Write NOT before the column: NOT table.column ..."
        return Mistake(f"There is no operator NOT {after.word}.", hint, token.span.to(after.span))
    if token.word == "NOT" and (after.text == "=" or after.word == "NULL"):
        instead = "!=" if after.text == "=" else "IS NOT NULL"
        return Mistake(f"There is no operator NOT {after.text}.", f"Write {instead}.", token.span.to(after.span))
    if token.word == "NOT":
        return Mistake("'NOT' is not an operator by itself.", "Write NOT before the column, or NOT IN, NOT LIKE, !=.")
    if token.word == "IS" and after.word == "NOT" and failure.ahead(2).word == "IN":
        return Mistake("There is no operator IS NOT IN.", "Write NOT IN.", token.span.to(failure.ahead(2).span))
    if token.word == "IS":
        negated = after.word == "NOT"
        beyond = failure.ahead(2 if negated else 1)
        instead = "!=" if negated else "="
        hint = f"Write {instead} for a value."
        return Mistake("IS asks only for NULL.", hint, beyond.span if beyond.text else None)
    if token.word in ("EXISTS", "") or token.word in FOREIGN_WORDS or failure.is_at_end:
        return None
    near = _FIRST_WORDS.get(token.word) or nearest_word(token.word, _OPERATORS)
    if near is None:
        return None
    return Mistake(f"{failure.found} is not an operator.", f"Did you mean {near}?")


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
    if failure.is_call:
        hint = "Write a constant, or ask for both sides in two queries."
        return Mistake("The right side of a comparison is a constant, not an aggregation.", hint)
    if failure.is_at_end or token.text in (")", ",") or token.word in ("AND", "OR"):
        hint = "Write what to compare with: a number, a text between quotes, a date or true."
        return Mistake(f"A constant is missing behind {shown(before)}.", hint)
    if token.kind == TokenKind.COLUMN:
        return Mistake("The right side of a comparison is a constant, not a column.", "Columns cannot be compared.")
    return _bare_constant(failure)


def _two_operators(before: Token, token: Token) -> Mistake:
    """Two signs in a row, which may have been meant as one."""
    joined = before.text + token.text
    meant = joined if joined in _MIRRORED or joined == "!=" else _DOUBLED.get(joined)
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
    if failure.token.text == "," or failure.token.kind in LITERALS:
        return Mistake(f"BETWEEN joins its ends with AND, and {failure.found} stands there.", "Write BETWEEN 1 AND 9.")
    return Mistake("BETWEEN needs AND and its upper end.", "Write BETWEEN 1 AND 9; both ends belong to it.")


def unclosed_condition(failure: Failure) -> Mistake | None:
    """What stands between parentheses does not go on, or is not closed."""
    if (mistake := between_conditions(failure)) is not None:
        return mistake
    if failure.is_at_end:
        return Mistake("A parenthesis of the condition is not closed.", "Write ) where it ends.")
    if failure.token.text == ",":
        return Mistake("A parenthesis of the condition is not closed.", "Write ) before the comma.")
    return None


def between_conditions(failure: Failure) -> Mistake | None:
    """A condition follows another one, and nothing says how they belong together."""
    token, before = failure.token, failure.previous
    follows = before.text == ")" or before.kind in LITERALS or before.word in ("NULL", "TRUE", "FALSE")
    begins = token.kind == TokenKind.COLUMN or token.text == "(" or token.word in (*Function, "NOT")
    if follows and begins:
        return Mistake(f"AND or OR is missing before {failure.found}.")
    near = nearest_word(token.word, ("AND", "OR")) if len(token.word) > 1 else None
    if follows and near is not None:
        return Mistake(f"{failure.found} joins no conditions.", f"Did you mean {near}?")
    return None


def _bare_constant(failure: Failure) -> Mistake | None:
    token = failure.token
    if token.text in ("+", "-"):
        return Mistake(f"'{token.text}' is not a number.", "Write 5 or -5.")
    if token.text == "%":
        return Mistake("A pattern is a string.", "Write it between quotes: '%text%'.")
    if token.text == ":":
        return Mistake("The parameter has no name.", "Write :name for the variable called name.")
    if token.kind == TokenKind.WORD:
        quoted = format_scalar(token.text.strip("`"))
        return Mistake(f"{failure.found} is a word without quotes.", f"Write {quoted} for the text.")
    return None


def _nothing(before: Token) -> Mistake:
    """Something is missing behind a keyword or sign."""
    match before.word or before.text:
        case "PREDICT":
            return Mistake("PREDICT has no target.", "Write an aggregation, a column or a condition behind it.")
        case "WHERE" | "ASSUMING" as clause:
            return Mistake(f"{clause} has no condition.", f"Write {clause} table.column = ..., or take it away.")
        case "(":
            return Mistake("Nothing stands between the parentheses.", "Write a condition.")
        case missing:
            return Mistake(f"A condition is missing behind {missing}.", f"Write one, or take {missing} away.")
