"""The exception tree. Facts go in as attributes; the text is made last.

KumoMagicError
├── QueryError                  a mistake in the query's text
│   ├── QuerySyntaxError        stage syntax: the text is not a query
│   ├── UnknownNameError        stage name: no such table, column or parameter
│   ├── QueryTypeError          stage type: a function, operator or constant does not fit the column
│   ├── QueryClauseError        stage clause: a clause that this target does not allow
│   ├── WindowError             stage time: a window where or when it may not be
│   ├── JoinError               stage join: no path, or several, between two tables
│   └── UnknownIdError          stage data: FOR names an id that the table has not; a DataError too
├── FactError                   a mistake in tables or rows
│   ├── GraphError              tables that do not make a graph
│   │   └── UnknownTableOrColumn  a table or column that is not there
│   └── DataError               rows that cannot be used
├── TooFewLabelsError           too little past to learn from
├── OptionError                 an option of a magic or a function that cannot be used
└── ModelFormatError            a saved model that this version cannot read
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import ClassVar

from kumo_magic.span import Span
from kumo_magic.spelling import nearest_name

_MOST_SHOWN = 200


class KumoMagicError(Exception):
    """The root. What derives from it is the user's to mend, so notebooks show it without a traceback."""

    def _render_traceback_(self) -> list[str]:
        """The lines IPython shows instead of a traceback (IPython's custom traceback protocol)."""
        return [f"{type(self).__name__}", *str(self).splitlines()]


class QueryError(KumoMagicError):
    """A mistake in the query's text, with its place.

    Args:
        problem: One sentence: what is wrong, in the user's own names.
        span: The characters that are wrong.
        source: The whole text of the query.
        hint: What to do: the nearest name or the legal choices.
    """

    stage: ClassVar[str] = ""

    def __init__(self, problem: str, *, span: Span, source: str, hint: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.span = span
        self.source = source
        self.hint = hint
        self.errors: tuple[QueryError, ...] = (self,)

    @property
    def line(self) -> int:
        """The line of the mistake, counted from 1."""
        return self.span.line(self.source)

    @property
    def column(self) -> int:
        """The column of the mistake, counted from 1."""
        return self.span.column(self.source)

    def __str__(self) -> str:
        return "\n\n".join(_picture(error) for error in self.errors)


class QuerySyntaxError(QueryError):
    """The text is not a query of the language."""

    stage = "syntax"


class UnknownNameError(QueryError):
    """The query names a table, column or parameter that does not exist."""

    stage = "name"


class QueryTypeError(QueryError):
    """A function, operator or constant does not fit the column it is used with."""

    stage = "type"


class QueryClauseError(QueryError):
    """A clause is used where this target or entity does not allow it."""

    stage = "clause"


class WindowError(QueryError):
    """A window is missing, empty, or looks where this clause may not look."""

    stage = "time"


class JoinError(QueryError):
    """No path of foreign keys, or more than one, leads from a table to the entity table."""

    stage = "join"


class FactError(KumoMagicError):
    """An error about tables and rows: which table, which column, one offending row."""

    def __init__(
        self, problem: str, *, table: str = "", column: str = "", example: object = None, hint: str = ""
    ) -> None:
        super().__init__(problem)
        self.problem = problem
        self.table = table
        self.column = column
        self.example = example
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.problem]
        if self.example is not None:
            lines.append(f"  for example {self.example}")
        if self.hint:
            lines.append(self.hint)
        return "\n".join(lines)


class GraphError(FactError):
    """The tables do not make a graph: a key, a time column or a link that cannot be."""


class UnknownTableOrColumn(GraphError):  # noqa: N818 - a GraphError, named by its cause
    """A table or column that the graph has not.

    Args:
        name: What was asked for.
        known: What there is.
        table: The table the column was looked for in; empty when a table was.
    """

    def __init__(self, name: str, *, known: Sequence[str], table: str = "") -> None:
        near = nearest_name(name, known)
        where = f"{table!r} has no column {name!r}." if table else f"The graph has no table {name!r}."
        hint = f"Did you mean {near!r}?" if near else f"There are {', '.join(known)}."
        super().__init__(where, table=table or name, column=name if table else "", hint=hint)


class DataError(FactError):
    """Rows that cannot be used as they are."""


class UnknownIdError(QueryError, DataError):  # pyright: ignore[reportIncompatibleVariableOverride]  # see column
    """FOR names an id that the entity table has not: a mistake of the query, and of its data.

    ``column`` is the place in the query, as of every QueryError; the key's name stands in the message.

    Args:
        problem: One sentence, with up to five of the ids.
        span: The ids in the query.
        source: The whole text of the query.
        hint: What to do.
        table: The entity table.
        example: The first unknown id.
    """

    stage = "data"

    def __init__(self, problem: str, *, span: Span, source: str, hint: str, table: str, example: object) -> None:
        KumoMagicError.__init__(self, problem)
        self.problem = problem
        self.span = span
        self.source = source
        self.hint = hint
        self.errors = (self,)
        self.table = table
        self.example = example


class TooFewLabelsError(KumoMagicError):
    """Too little past to learn from. The message has counts, dates and what to widen."""


class OptionError(KumoMagicError):
    """An option of a magic or an argument of a function that cannot be used."""


class ModelFormatError(KumoMagicError):
    """A saved model that this version cannot read."""


def raise_together(errors: Sequence[QueryError]) -> None:
    """Raise the first of the errors, carrying all of them; return when there is none."""
    if not errors:
        return
    first, *_ = ordered = sorted(errors, key=lambda error: (error.span.start, error.span.end))
    first.errors = tuple(ordered)
    raise first


def _picture(error: QueryError) -> str:
    """Three lines: the line of the query, carets under the mistake, what is wrong and what to do."""
    start_of_line = error.source.rfind("\n", 0, error.span.start) + 1
    end_of_line = error.source.find("\n", error.span.start)
    line = error.source[start_of_line : end_of_line if end_of_line >= 0 else None]
    start, end = error.span.start - start_of_line, min(error.span.end - start_of_line, len(line))
    shown, skipped = _clip(line, start)
    margin = f"line {error.line} | "
    # A tab stays a tab, so that the carets stand where the front end puts the text above.
    indent = "".join("\t" if sign == "\t" else " " * _width(sign) for sign in shown[: start - skipped])
    carets = "^" * max(1, sum(_width(sign) for sign in shown[start - skipped : end - skipped]))
    explanation = f"{error.problem} {error.hint}".rstrip()
    return f"{margin}{shown}\n{' ' * (len(margin) - 2)}| {indent}{carets}\n{explanation}"


def _clip(line: str, start: int) -> tuple[str, int]:
    """A long line's part around a place, with how much the place moves; whole lines stay whole."""
    if len(line) <= _MOST_SHOWN:
        return line, 0
    first = max(0, min(start - _MOST_SHOWN // 2, len(line) - _MOST_SHOWN))
    left, right = "…" if first else "", "…" if first + _MOST_SHOWN < len(line) else ""
    return left + line[first : first + _MOST_SHOWN] + right, first - len(left)


def _width(sign: str) -> int:
    """Columns a character takes in a fixed-width font."""
    return 0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
