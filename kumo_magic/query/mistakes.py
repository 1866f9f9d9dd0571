"""Where reading stopped → a QuerySyntaxError that says what is wrong and what to write. Knows words, no grammar.

Rules are tried in order: those for signs that are wrong anywhere, then those of what was expected. A rule returns None
where it has nothing to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kumo_magic.errors import QuerySyntaxError
from kumo_magic.query.failure import Expected, Failure, Mistake
from kumo_magic.query.mistakes_in_aggregations import (
    TABLE_DOT_COLUMN,
    broken_call,
    missing_parenthesis,
    unknown_unit,
    wrong_bound,
    wrong_column,
)
from kumo_magic.query.mistakes_in_clauses import (
    no_for,
    no_predict,
    no_timeframes,
    no_whole_number,
    trailing_text,
    wrong_key,
)
from kumo_magic.query.mistakes_in_conditions import no_comparison, no_operand, unclosed_condition
from kumo_magic.query.mistakes_in_constants import broken_list, no_constant, no_upper_end, wrong_item
from kumo_magic.query.tokens import TokenKind
from kumo_magic.query.vocabulary import CLAUSES
from kumo_magic.span import Span

Rule = Callable[[Failure], Mistake | None]

_TYPOGRAPHIC = "‘’‚‛“”„‟«»‹›´"
_INSTEAD = {"&": "AND", "|": "OR", "!": "NOT", "~": "NOT", "{": "(", "}": ")", "[": "(", "]": ")"}
_BOUNDS = (Expected.WINDOW_START, Expected.WINDOW_END)
_CONSTANT = "Write a number, a text between quotes, a date, true or false, or a parameter :name."
_OPERAND = "Write table.column, or an aggregation such as COUNT(table.*, 0, 30, days)."
_HINTS = {Expected.VALUE: _CONSTANT, Expected.LIST_ITEM: _CONSTANT, Expected.OPERAND: _OPERAND}
_AFTER_VALUES = (Expected.FOR, Expected.COMPARISON, Expected.END, Expected.CONDITION_END)


def describe(failure: Failure) -> QuerySyntaxError:
    """The failure as an error with its sentences, its place and its hint."""
    for rule in (*_ANYWHERE, _RULES[failure.expected]):
        if (mistake := rule(failure)) is not None:
            break
    else:
        problem = f"The query cannot go on at {failure.found}: {failure.expected} is missing."
        mistake = Mistake(problem, _HINTS.get(failure.expected, ""))
    return QuerySyntaxError(
        mistake.problem,
        span=failure.span if mistake.span is None else mistake.span,
        source=failure.scan.text,
        hint=mistake.hint,
    )


def _open_quote(failure: Failure) -> Mistake | None:
    if failure.token.kind != TokenKind.OPEN_QUOTE:
        return None
    quote = failure.token.text[0]
    if failure.token.text[:2] == "``":
        return Mistake("There is no name between the backticks.")
    what = "name between backticks" if quote == "`" else "string"
    return Mistake(f"The {what} is not closed.", f"Write {quote} at its end.")


def _strange_character(failure: Failure) -> Mistake | None:
    sign = failure.token.text
    if failure.token.kind != TokenKind.OTHER or not sign:
        return None
    if sign in _TYPOGRAPHIC:
        return Mistake(f"{sign} is a typographic quote.", "Write ' instead.")
    if not sign.isprintable():
        return Mistake(f"An invisible character stands here, U+{ord(sign):04X}.", "Delete it.")
    if not sign.isascii() and sign.isalpha():
        hint = "Write the name between backticks: `table`.`column`."
        return Mistake(f"'{sign}' is not a letter of a plain name.", hint)
    if sign == "!" and failure.ahead(1).text == "=":
        return Mistake("There is no operator ! =.", "Write != without a blank.", failure.span.to(failure.ahead(1).span))
    if sign in "~!&|" and failure.expected in (Expected.VALUE, Expected.LIST_ITEM):
        return Mistake(f"'{sign}' is not part of the language.", _CONSTANT)
    if sign in "@$?\\":
        hint = "Write :name for a variable of the notebook." if sign in "@$?" else "Take it away."
        return Mistake(f"'{sign}' is not part of the language.", hint)
    if sign == "~" and failure.expected != Expected.OPERAND:
        return Mistake("'~' is not an operator.", "Write LIKE for a pattern, or CONTAINS.")
    if sign in _INSTEAD:
        return Mistake(f"'{sign}' is not part of the language.", f"Write {_INSTEAD[sign]}.")
    return None


def _quote_inside(failure: Failure) -> Mistake | None:
    quote = failure.previous.text[:1]
    if failure.previous.kind == TokenKind.STRING and failure.touches_previous and failure.token.kind == TokenKind.WORD:
        return Mistake(f"The string ends before {failure.found}.", f"Write \\{quote} for a quote inside it.")
    return None


def _day_first(failure: Failure) -> Mistake | None:
    """A date that begins with its day or month, such as 31.01.2024: read as a number and a rest."""
    token, before = failure.token, failure.previous
    if before.kind != TokenKind.NUMBER or not failure.touches_previous:
        return None
    text = failure.scan.text
    date = re.compile(r"([0-9]{1,2})([./-])([0-9]{1,2})\2([0-9]{4})(?![0-9])").match(text, before.span.start)
    if date is None or date.end() <= token.span.start:
        return None
    first, second, year = int(date[1]), int(date[3]), date[4]
    month, day = (second, first) if first > 12 else (first, second) if second > 12 else (0, 0)
    example = f"{year}-{month:02}-{day:02}" if 0 < month <= 12 and 0 < day <= 31 else f"{year}-12-31"
    return Mistake("A date begins with its year.", f"Write {example}.", Span(before.span.start, date.end()))


def _half_a_date(failure: Failure) -> Mistake | None:
    token, before = failure.token, failure.previous
    continues_year = before.kind == TokenKind.NUMBER and re.fullmatch("[0-9]{4}(?:[.][0-9]{1,2})?", before.text)
    if continues_year and failure.touches_previous and (token.kind == TokenKind.NUMBER or token.text in "/."):
        return Mistake("This is not a date.", "Write year, month and day with one sign between them: 2024-01-31.")
    is_time = token.kind == TokenKind.NUMBER or (failure.touches_previous and token.word.startswith("T"))
    if before.kind == TokenKind.DATE and is_time:
        rest = failure.scan.text[token.span.start :]
        time = re.match(r"[Tt]?([0-9]{1,2})(?::([0-9]{1,2}))?(?::([0-9]{1,2}))?", rest)
        hour, minute, second = (int(part or 0) for part in time.groups()) if time else (12, 0, 0)
        is_time = hour < 24 and minute < 60 and second < 60
        shown = f"{hour:02}:{minute:02}:{second:02}" if is_time else "12:00:00"
        hint = f"Write a blank, then hours, minutes and seconds: {before.text} {shown}."
        return Mistake("This is not a time of day.", hint)
    return None


def _half_a_number(failure: Failure) -> Mistake | None:
    token, after, before = failure.token, failure.ahead(1), failure.previous
    if before.kind == TokenKind.NUMBER and failure.touches_previous and re.fullmatch("_[0-9_]+", token.text):
        digits = (before.text + token.text).replace("_", "")
        return Mistake("A number has digits only.", f"Write {digits}.", before.span.to(token.span))
    is_comma = token.text == "," and failure.expected in _AFTER_VALUES and failure.clause != "FOR"
    is_comma = is_comma and after.span.start == token.span.end
    if is_comma and before.kind == after.kind == TokenKind.NUMBER and failure.touches_previous:
        return Mistake("A number has a point, not a comma.", f"Write {before.text}.{after.text}.")
    if token.text == "." and before.kind == TokenKind.NUMBER and failure.touches_previous:
        return Mistake("Digits are missing behind the point.", f"Write {before.text}.0.")
    if token.text == "." and after.kind == TokenKind.NUMBER and not failure.touches_previous:
        return Mistake("A number begins with a digit.", f"Write 0.{after.text}.", token.span.to(after.span))
    is_negative = token.text == "-" and after.kind == TokenKind.NUMBER
    if is_negative and failure.expected in (Expected.VALUE, Expected.LIST_ITEM, *_BOUNDS):
        return Mistake("A minus touches its number.", f"Write -{after.text}.", token.span.to(after.span))
    return None


def _lone_point(failure: Failure) -> Mistake | None:
    """A point without a table before it; behind a keyword it was read as that keyword's column."""
    token = failure.token
    keyword = re.fullmatch(rf"(?i:({'|'.join(CLAUSES)})\s+)\..*", token.text, re.DOTALL)
    if token.kind == TokenKind.COLUMN and keyword is not None:
        place = token.span.start + keyword[0].index(".")
        return Mistake("A table's name is missing before '.'.", TABLE_DOT_COLUMN, Span(place, place + 1))
    if token.text != ".":
        return None
    if failure.previous.kind == TokenKind.COLUMN:
        return Mistake("A point stands behind a whole column.", "Take it away.")
    is_named = failure.ahead(1).kind == TokenKind.WORD and failure.ahead(1).word not in CLAUSES
    return Mistake("A table's name is missing before '.'." if is_named else "A point stands alone.", TABLE_DOT_COLUMN)


def _three_parts(failure: Failure) -> Mistake | None:
    continues = failure.touches_previous and failure.ahead(1).kind == TokenKind.WORD
    if failure.token.text == "." and failure.previous.kind == TokenKind.COLUMN and continues:
        return Mistake("A column's name has two parts.", "Write table.column.")
    return None


def _arithmetic(failure: Failure) -> Mistake | None:
    sign = failure.token.text
    follows_value = failure.previous.text == ")" or failure.previous.kind in (TokenKind.COLUMN, TokenKind.NUMBER)
    is_sign = sign in ("+", "-", "*", "/", "%", "^") and follows_value
    is_negative = failure.token.kind == TokenKind.NUMBER and sign[0] == "-" and failure.expected in _AFTER_VALUES
    if not (is_sign or is_negative):
        return None
    return Mistake(
        "There is no arithmetic in a query.", "Predict the parts and calculate with the frame that comes back."
    )


_ANYWHERE: tuple[Rule, ...] = (
    _open_quote,
    _strange_character,
    _quote_inside,
    _day_first,
    _half_a_date,
    _half_a_number,
    _three_parts,
    _arithmetic,
    _lone_point,
)

_RULES: dict[Expected, Rule] = {
    Expected.PREDICT: no_predict,
    Expected.OPERAND: no_operand,
    Expected.COLUMN: wrong_column,
    Expected.KEY: wrong_key,
    Expected.OPEN: missing_parenthesis,
    Expected.AGGREGATION_END: broken_call,
    Expected.COMMA: broken_call,
    Expected.WINDOW_START: wrong_bound,
    Expected.WINDOW_END: wrong_bound,
    Expected.UNIT: unknown_unit,
    Expected.COMPARISON: no_comparison,
    Expected.VALUE: no_constant,
    Expected.LIST_ITEM: wrong_item,
    Expected.LIST_END: broken_list,
    Expected.BETWEEN_AND: no_upper_end,
    Expected.CONDITION_END: unclosed_condition,
    Expected.WHOLE_NUMBER: no_whole_number,
    Expected.TIMEFRAMES: no_timeframes,
    Expected.FOR: no_for,
    Expected.END: trailing_text,
}
