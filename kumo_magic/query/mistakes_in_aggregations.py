"""Words for what is wrong inside an aggregation's parentheses: its column, its window, its unit."""

from __future__ import annotations

import re

from kumo_magic.query.failure import Expected, Failure, Mistake
from kumo_magic.query.nearest import nearest_word
from kumo_magic.query.predictive_query import Function, Unit
from kumo_magic.query.tokens import TokenKind
from kumo_magic.query.vocabulary import FOREIGN_WORDS, NEARBY_FUNCTIONS, NEARBY_UNITS, SINGULAR_UNITS, UNIT_SPELLINGS

TABLE_DOT_COLUMN = "A column is written table.column."
LITERALS = (TokenKind.STRING, TokenKind.DATE, TokenKind.NUMBER, TokenKind.PARAMETER)
_COMPARING = ("IN", "IS", "NOT", "LIKE", "CONTAINS", "BETWEEN", "STARTS", "ENDS")
_UNITS = f"The units are {', '.join(Unit)}."


def wrong_word(failure: Failure) -> Mistake | None:
    """A word stands where a table.column should."""
    word = failure.token.word
    if word in FOREIGN_WORDS:
        return Mistake(f"{failure.found} is SQL, not part of the language.", FOREIGN_WORDS[word])
    if failure.token.kind == TokenKind.WORD and failure.ahead(1).text == ".":
        span = failure.span.to(failure.ahead(1).span)
        return Mistake(f"A column's name is missing behind {failure.token.text}.", TABLE_DOT_COLUMN, span)
    if failure.token.kind == TokenKind.WORD:
        return _word_alone(failure)
    return None


def _word_alone(failure: Failure) -> Mistake:
    """A name without a point: a column that lacks its table, or a table that lacks its column."""
    word, name = failure.token.text, failure.call[0].word if failure.call and failure.previous.text == "(" else ""
    if name in (Function.COUNT, Function.EXISTS):
        hint = f"Write {name}({word}.*, ...) for the rows of a table, {name}(table.{word}, ...) for a column."
        return Mistake(f"{failure.found} is not a column.", hint)
    following = failure.ahead(1)
    if name or following.kind == TokenKind.OPERATOR or following.word in _COMPARING:
        return Mistake(f"{failure.found} stands without its table.", f"Write table.{word}, with the table's name.")
    hint = f"Write {word}.column if it is a table, table.{word} if it is a column, and what to compare it with."
    if failure.previous.word == "PREDICT":
        hint = f"Write {word}.column if it is a table, table.{word} if it is a column."
    return Mistake(f"{failure.found} alone is not a column.", hint)


def wrong_column(failure: Failure) -> Mistake | None:
    """The aggregation, or VIA, has no column."""
    word, text = failure.token.word, failure.token.text
    name = failure.call[0].word if failure.call else ""
    if failure.token.kind == TokenKind.COLUMN:
        return Mistake(f"{failure.found} is not a foreign key.", "VIA takes the columns that link the tables.")
    if failure.is_call and word in (*Function, *NEARBY_FUNCTIONS):
        hint = f"{name} takes a column. A condition on child rows goes behind WHERE inside its parentheses."
        return Mistake("An aggregation cannot stand inside another one.", hint)
    if word == "DISTINCT":
        function = Function.COUNT_DISTINCT if name == Function.COUNT else Function.LIST_DISTINCT
        return Mistake("DISTINCT is part of an aggregation's name.", f"Write {function}(table.column, ...).")
    if text == "*":
        return Mistake("'*' stands without its table.", f"Write {name}(table.*, ...).")
    if failure.is_at_end or text in (")", ","):
        what = "VIA" if failure.previous.word == "VIA" else name
        return Mistake(f"{what} has no column.", TABLE_DOT_COLUMN) if what else None
    if (mistake := quoted_name(failure)) is not None:
        return mistake
    if failure.token.kind in LITERALS:
        return Mistake(f"{failure.found} is a constant, and {name} takes a column.", TABLE_DOT_COLUMN)
    return wrong_word(failure) or Mistake(f"{name} needs a column, not {failure.found}.", TABLE_DOT_COLUMN)


def quoted_name(failure: Failure) -> Mistake | None:
    """A name between the quotes of a string, as other languages write it."""
    token, column = failure.token, failure.ahead(2)
    if token.kind != TokenKind.STRING or failure.ahead(1).text != ".":
        return None
    hint = f"Write {_unquoted(token.text)}.{_unquoted(column.text) if column.text else 'column'}."
    return Mistake("A name has no quotes: they make a text.", hint, token.span.to(column.span))


def _unquoted(text: str) -> str:
    name = text.strip("'\"`")
    return name if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) else f"`{name}`"


def missing_parenthesis(failure: Failure) -> Mistake | None:
    """An aggregation's name has nothing to aggregate."""
    name = failure.previous.word
    return Mistake(f"{name} needs parentheses.", f"Write {name}(table.column, 0, 30, days).")


def broken_call(failure: Failure) -> Mistake | None:
    """The aggregation does not go on as it should, or is not closed."""
    call, token = failure.call, failure.token
    name = call[0].word
    if failure.expected == Expected.COMMA and token.text == ")":
        return _one_bound(failure)
    if token.text == ";" and failure.ahead(1).text:
        return Mistake(f"';' ends a query, and {name} is not closed.", "Write a comma between its parts.")
    if failure.is_at_end:
        hint = f"Write ) before {failure.found}." if token.text else "Write ) at its end."
        return Mistake(f"The parenthesis behind {name} is not closed.", hint)
    if token.kind in LITERALS or token.word.lower() in UNIT_SPELLINGS or token.word in ("INF", "INFINITY"):
        return Mistake(f"A comma is missing before {failure.found}.")
    if token.text == "-" and failure.ahead(1).word in ("INF", "INFINITY"):
        return Mistake("A comma is missing before '-INF'.", span=failure.span.to(failure.ahead(1).span))
    if token.text == ",":
        return Mistake(f"{name} has too much between its parentheses.", _pattern(failure))
    if token.kind == TokenKind.OPERATOR or token.word in ("IN", "IS", "LIKE", "CONTAINS", "BETWEEN"):
        hint = f"Write {name}(table.* WHERE table.column {token.text} ..., start, end)."
        return Mistake("A condition inside an aggregation needs WHERE.", hint)
    if token.kind == TokenKind.COLUMN:
        return Mistake(f"{name} takes one column, and {failure.found} is a second.", _pattern(failure))
    if (near := nearest_word(token.word, ("WHERE", "VIA"))) is not None:
        return Mistake(f"{failure.found} cannot stand here.", f"Did you mean {near}?")
    return Mistake(f"{failure.found} cannot stand inside {name}(...).", _pattern(failure))


def wrong_bound(failure: Failure) -> Mistake | None:
    """A window's start or end is not a whole number."""
    token, is_start = failure.token, failure.expected == Expected.WINDOW_START
    which = "start" if is_start else "end"
    infinity = token if token.word in ("INF", "INFINITY") else failure.ahead(1)
    if infinity.word in ("INF", "INFINITY") and (infinity is token or token.text == "-"):
        if is_start:
            return Mistake("A window starts in the past without end.", "Write -INF.", token.span.to(infinity.span))
        hint = "Write a whole number; -INF may stand as the start."
        return Mistake("Only the start of a window may be infinite.", hint, token.span.to(infinity.span))
    if not is_start and (token.text == ")" or token.word.lower() in UNIT_SPELLINGS):
        return _one_bound(failure)
    if token.kind == TokenKind.DATE:
        return Mistake("A window's bounds count from the anchor time; they are not dates.", _pattern(failure))
    if token.kind == TokenKind.PARAMETER:
        return Mistake("A window's bounds are written as numbers; a parameter stands for a constant.")
    if token.kind == TokenKind.COLUMN and is_start:
        return Mistake(f"{failure.call[0].word} takes one column, and {failure.found} is a second.", _pattern(failure))
    if failure.is_at_end or token.text == ")":
        return Mistake(f"The window has no {which}.", _pattern(failure))
    return Mistake(f"{failure.found} cannot be the {which} of a window, which is a whole number.", _pattern(failure))


def unknown_unit(failure: Failure) -> Mistake | None:
    """The window's unit is none."""
    if failure.is_at_end or failure.token.text == ")":
        return Mistake("The window's unit is missing.", _UNITS)
    written = failure.token.text.lower()
    near = NEARBY_UNITS.get(written) or nearest_word(written, [*Unit, *SINGULAR_UNITS])
    meant = f"Did you mean {UNIT_SPELLINGS[near]}? " if near else ""
    return Mistake(f"{failure.found} is not a unit of time.", f"{meant}{_UNITS}")


def _one_bound(failure: Failure) -> Mistake:
    bound = next((token.text for token in reversed(failure.before) if token.kind == TokenKind.NUMBER), "30")
    window = f"{bound}, 0" if bound.startswith("-") else f"0, {bound}"
    return Mistake("The window has one bound; it needs a start and an end.", _pattern(failure, window))


def _pattern(failure: Failure, window: str = "0, 30") -> str:
    """How the aggregation at hand is written, with its own column where it has one."""
    name, *rest = failure.call
    column = next((token.text for token in rest if token.kind == TokenKind.COLUMN), "table.column")
    return f"Write {name.word}({column}, start, end, unit), for example {name.word}({column}, {window}, days)."
