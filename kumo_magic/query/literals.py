"""The text of a constant → its value, or what is wrong with it. Knows one constant at a time."""

from __future__ import annotations

import datetime
import re

from kumo_magic.query.predictive_query import Scalar
from kumo_magic.span import Span

INT32 = range(-(2**31), 2**31)
_INT64_OR_UINT64 = range(-(2**63), 2**64)
_MOST_DIGITS = 40

_ESCAPE = re.compile(r"""\\(?:u([0-9A-Fa-f]{4})|(.))|''|\"\"""")
_PLAIN_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "/": "/", "\\": "\\", "'": "'", '"': '"'}
_WORDS: dict[str, Scalar] = {"TRUE": True, "FALSE": False, "NULL": None}


class MisreadError(Exception):
    """Characters that look like one thing and are none: the parser turns it into a syntax error."""

    def __init__(self, problem: str, span: Span, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.span = span
        self.hint = hint


def read_scalar(text: str, span: Span) -> Scalar:
    """The value of a quoted string, a date, a number, or one of ``true false null``.

    Raises:
        MisreadError: A bad escape, a day that no calendar has, a number too large for a column.
    """
    if text[0] in "'\"":
        return _read_string(text, span)
    if text.upper() in _WORDS:
        return _WORDS[text.upper()]
    if re.match(r"[0-9]{4}[-/.][0-9]{1,2}[-/.]", text):
        return _read_date(text, span)
    if re.fullmatch(r"-?[0-9]+", text):
        return read_whole(text, span, allowed=_INT64_OR_UINT64)
    value = float(text)
    if abs(value) == float("inf"):
        raise MisreadError(f"The number {_clip(text)} is too large.", span, "The largest is about 1.8e308.")
    return value


def read_whole(text: str, span: Span, *, allowed: range) -> int:
    """The whole number of these digits.

    Raises:
        MisreadError: The digits hold a fraction or an exponent, or the number lies outside ``allowed``.
    """
    if not re.fullmatch(r"-?[0-9]+", text):
        hint = "A smaller unit may make it one." if allowed == INT32 else ""
        raise MisreadError(f"{_clip(text)} is not a whole number.", span, hint)
    digits = text.lstrip("-").lstrip("0")
    if len(digits) > _MOST_DIGITS or int(text) not in allowed:
        bits = 32 if allowed == INT32 else 64
        hint = f"Write a number from {allowed[0]} to {allowed[-1]}."
        raise MisreadError(f"The number {_clip(text)} does not fit {bits} bits.", span, hint)
    return int(text)


def quotes_are_doubled(text: str) -> bool:
    """Whether a quoted string holds its own quote twice in a row, which stands for the quote."""
    return text[0] * 2 in re.sub(r"\\.", "", text[1:-1])


def _read_string(text: str, span: Span) -> str:
    quote, body = text[0], text[1:-1]

    def character(match: re.Match[str]) -> str:
        if match[0] == quote * 2:
            return quote
        if match[1] is not None:
            return chr(int(match[1], 16))
        if match[2] is None:
            return match[0]
        if match[2] in _PLAIN_ESCAPES:
            return _PLAIN_ESCAPES[match[2]]
        start = span.start + 1 + match.start()
        raise MisreadError(
            f"{match[0]} is not an escape of a string.",
            Span(start, start + len(match[0])),
            r"Legal are \" \' \\ \/ \b \f \n \r \t and \u with four hexadecimal digits; write \\ for a backslash.",
        )

    # Two escapes may stand for the halves of one character, as in JSON.
    return _ESCAPE.sub(character, body).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _read_date(text: str, span: Span) -> datetime.date | datetime.datetime:
    day, *time = text.split()
    year, month, number = map(int, re.split("[-/.]", day))
    try:
        date = datetime.date(year, month, number)
    except ValueError:
        hint = "A date is year, month, day: 2024-01-31."
        raise MisreadError(f"No calendar has the day {day}.", span, hint) from None
    if not time:
        return date
    hour, minute, second = map(int, time[0].split(":"))
    try:
        return datetime.datetime(date.year, date.month, date.day, hour, minute, second)
    except ValueError:
        hint = "Hours go to 23, minutes and seconds to 59."
        raise MisreadError(f"No clock shows {time[0]}.", span, hint) from None


def _clip(text: str) -> str:
    return text if len(text) <= _MOST_DIGITS else f"{text[:_MOST_DIGITS]}…"
