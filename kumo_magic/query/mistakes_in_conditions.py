"""Words for what is wrong with a condition: its left side, its operator, its parentheses, what joins it to others."""

from __future__ import annotations

from kumo_magic.query.failure import Failure, Mistake, shown
from kumo_magic.query.mistakes_in_aggregations import LITERALS, quoted_name, wrong_word
from kumo_magic.query.mistakes_in_functions import unknown_function
from kumo_magic.query.nearest import nearest_word
from kumo_magic.query.predictive_query import Function
from kumo_magic.query.tokens import Token, TokenKind
from kumo_magic.query.vocabulary import FOREIGN_WORDS

MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OUTPUTS = {
    "TOP": "LIST_DISTINCT(table.column, 0, 30) RANK TOP 10",
    "RANK": "LIST_DISTINCT(table.column, 0, 30) RANK TOP 10",
    "CLASSIFY": "LIST_DISTINCT(table.column, 0, 30) CLASSIFY",
    "FORECAST": "SUM(table.column, 0, 7) FORECAST 4 TIMEFRAMES",
}
_MISSING = ("EMPTY", "MISSING", "NAN", "NA", "NONE", "BLANK", "NIL", "UNKNOWN")
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
    if token.word == "DISTINCT":
        return Mistake("DISTINCT is part of an aggregation's name.", "Write LIST_DISTINCT(table.column, 0, 30).")
    if token.word in _OUTPUTS and before.word == "PREDICT":
        return Mistake(f"{token.word} stands before the target.", f"Write PREDICT {_OUTPUTS[token.word]}.")
    if failure.is_at_end or token.text in (")", ","):
        return _nothing(before)
    if (mistake := quoted_name(failure)) is not None:
        return mistake
    if token.kind in LITERALS or token.word in ("TRUE", "FALSE", "NULL"):
        return _constant_first(failure)
    if token.text == "*":
        return Mistake("'*' stands without its table.", "Write COUNT(table.*, start, end) for a number of rows.")
    if token.kind == TokenKind.OPERATOR:
        return Mistake(f"Nothing stands on the left of {failure.found}.", "Write table.column, or an aggregation.")
    return wrong_word(failure)


def _constant_first(failure: Failure) -> Mistake:
    """A constant stands where a column should: the sides are swapped, or the column of the last condition is meant."""
    token, operator, column = failure.token, failure.ahead(1), failure.ahead(2)
    if operator.text in MIRRORED and column.kind == TokenKind.COLUMN:
        hint = f"Write {column.text} {MIRRORED[operator.text]} {token.text}."
        return Mistake("A constant cannot stand on the left of a comparison.", hint)
    named = next((token.text for token in reversed(failure.before) if token.kind == TokenKind.COLUMN), None)
    if named is not None and failure.previous.word in ("AND", "OR"):
        problem = f"{failure.found} alone is not a condition."
        return Mistake(problem, f"Write the column again, for example {named} = {token.text}, or use IN (...).")
    hint = "Write the column first: table.column = ..."
    return Mistake("A constant cannot stand on the left of a comparison.", hint)


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
        column = failure.previous.text if failure.previous.kind == TokenKind.COLUMN else "table.column"
        hint = f"Write NOT before the column: NOT {column} {after.word} ..."
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
        hint = f"Write {'!=' if negated else '='} for a value."
        if beyond.word in _MISSING:
            hint = f"Write IS {'NOT ' if negated else ''}NULL."
        return Mistake("IS asks only for NULL.", hint, beyond.span if beyond.text else None)
    if token.word in ("EXISTS", "") or token.word in FOREIGN_WORDS or failure.is_at_end:
        return None
    near = _FIRST_WORDS.get(token.word) or nearest_word(token.word, _OPERATORS)
    if near is None:
        return None
    return Mistake(f"{failure.found} is not an operator.", f"Did you mean {near}?")


def unclosed_condition(failure: Failure) -> Mistake | None:
    """What stands between parentheses does not go on, or is not closed."""
    if (mistake := between_conditions(failure)) is not None:
        return mistake
    if failure.is_at_end:
        return Mistake(_open_parenthesis(failure), "Write ) where its condition ends.")
    if failure.token.text == ",":
        return Mistake(_open_parenthesis(failure), "Write ) before the comma.")
    return None


def _open_parenthesis(failure: Failure) -> str:
    """Which parenthesis is still open: the innermost, by its line and column."""
    opened: list[Token] = []
    for token in failure.before:
        if token.text == "(":
            opened.append(token)
        elif token.text == ")" and opened:
            opened.pop()
    if not opened:
        return "A parenthesis of the condition is not closed."
    text, span = failure.scan.text, opened[-1].span
    where = f"column {span.column(text)}" if "\n" not in text else f"line {span.line(text)}, column {span.column(text)}"
    return f"The parenthesis opened at {where} is not closed."


def between_conditions(failure: Failure) -> Mistake | None:
    """A condition follows another one, and nothing says how they belong together."""
    token, before = failure.token, failure.previous
    follows = before.text == ")" or before.kind in LITERALS or before.word in ("NULL", "TRUE", "FALSE")
    begins = token.kind == TokenKind.COLUMN or token.text == "(" or token.word in (*Function, "NOT")
    if follows and begins and not _ends_operand(failure):
        return Mistake(f"AND or OR is missing before {failure.found}.")
    near = nearest_word(token.word, ("AND", "OR")) if len(token.word) > 1 else None
    if follows and near is not None:
        return Mistake(f"{failure.found} joins no conditions.", f"Did you mean {near}?")
    return None


def _ends_operand(failure: Failure) -> bool:
    """Whether the parenthesis before closes an aggregation that has no comparison yet."""
    depth = 0
    for i in range(len(failure.before) - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(failure.before[i].text, 0)
        if depth == 0:
            name = failure.before[i - 1].word
            return failure.previous.text == ")" and name in tuple(Function) and name != Function.EXISTS
    return False


def _nothing(before: Token) -> Mistake:
    """Something is missing behind a keyword or sign."""
    match before.word or before.text:
        case "PREDICT":
            return Mistake("PREDICT has no target.", "Write an aggregation, a column or a condition behind it.")
        case "WHERE" | "ASSUMING" as clause:
            example = "table.column = ..." if clause == "WHERE" else "COUNT(table.*, 0, 7) > 0"
            return Mistake(f"{clause} has no condition.", f"Write {clause} {example}, or take it away.")
        case "(":
            return Mistake("Nothing stands between the parentheses.", "Write a condition.")
        case missing:
            return Mistake(f"A condition is missing behind {missing}.", f"Write one, or take {missing} away.")
