"""What is written behind one of our magics → the first mistake in its words and options. Does no work, keeps nothing.

The mistakes are those that the magics themselves raise. They have no place of their own: the shortest beginning of the
line that is wrong in the same way ends with the word that is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo_magic.errors import KumoMagicError, UnknownTableOrColumn
from kumo_magic.magic.graph_magic import find_graph, refuse_frame_name
from kumo_magic.magic.options import Command, Line, parse_line, places_of_words
from kumo_magic.magic.predict_magic import refuse_table_names
from kumo_magic.magic.request import PREDICT, Defaults, read_request
from kumo_magic.magic.runs_magic import RUNS, named_runs
from kumo_magic.magic.tables import is_frame, unread_graph_request
from kumo_magic.span import Span

if TYPE_CHECKING:
    from kumo_magic.graph.composite import KeyColumns

_MEANT = re.compile(r"Did you mean '?(?P<name>[^']+?)'?\?")
_WRITTEN = re.compile(r"'(?P<quoted>[^']+)'|(?P<option>(?<!\w)--[\w-]+(?=\.))|^--[\w-]+ (?P<value>[^:]+):")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineMistake:
    """A mistake at a place of the line, empty where the whole line is meant; ``fix`` is what to write there."""

    span: Span
    message: str
    fix: str | None


def line_mistake(text: str, command: Command, namespace: Mapping[str, object]) -> LineMistake | None:
    """The first thing that running the line would complain of before any work, but for its query.

    Args:
        text: What is written behind the magic's name, without a query's further lines.
        command: The magic.
        namespace: The notebook's variables.
    """
    message = _problem(text, command, namespace)
    if message is None:
        return None
    word = _wrong_word(text, message, command, namespace)
    if word is None:
        return LineMistake(span=Span(0, 0), message=message, fix=None)
    span = _written_part(text, word, message) or word
    meant = _MEANT.search(message)
    if meant is None:
        return LineMistake(span=span, message=message, fix=None)
    mended = f"{text[: span.start]}{meant['name']}{text[span.end :]}"
    left = _problem(mended, command, namespace)
    next_wrong = None if left is None else _wrong_word(mended, left, command, namespace)
    is_mended = left is None or (next_wrong is not None and next_wrong.start > span.start)
    return LineMistake(span=span, message=message, fix=meant["name"] if is_mended else None)


def check_line(line: Line, command: Command, namespace: Mapping[str, object]) -> None:
    """Return when the words and options of a line can be used.

    Raises:
        KumoMagicError: One cannot, as running the line would say.
    """
    if line.has("help"):
        return
    if command is PREDICT:
        refuse_table_names(read_request(line, defaults=Defaults(), namespace=namespace))
        _check_graph_name(line.words[0] if line.words else None, namespace)
    elif command is RUNS:
        named_runs(line)
    elif line.words:
        _check_tables(line, namespace)


def _problem(text: str, command: Command, namespace: Mapping[str, object]) -> str | None:
    try:
        check_line(parse_line(text, command), command, namespace)
    except KumoMagicError as error:
        return " ".join(str(error).split("\n"))
    return None


def _wrong_word(text: str, message: str, command: Command, namespace: Mapping[str, object]) -> Span | None:
    """The word that ends the shortest beginning with the same mistake; None where no word is needed for it."""
    words = places_of_words(text)
    for word in (None, *words):
        if _problem(text[: word.end] if word else "", command, namespace) == message:
            return word
    return words[-1] if words else None


def _written_part(text: str, word: Span, message: str) -> Span | None:
    """The part of the word that the message repeats, such as the column of ``TABLE=COLUMN``; the last one."""
    named = [each[each.lastgroup or 0] for each in _WRITTEN.finditer(message.partition("Did you mean")[0])]
    for name in reversed(named):
        found = [*re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", word.text(text))]
        if found:
            return Span(word.start + found[-1].start(), word.start + found[-1].end())
    return None


def _check_graph_name(name: str | None, namespace: Mapping[str, object]) -> None:
    """Before there is a graph, nothing is known to be wrong with its name."""
    from kumo_magic.graph import registry

    if registry.graphs() or (name is not None and name in namespace):
        find_graph(name, namespace)


def _check_tables(line: Line, namespace: Mapping[str, object]) -> None:
    """The tables that a `%graph` line names are there, and so are the columns of those that are DataFrames."""
    from kumo_magic.graph.column import read_stype

    refuse_frame_name(line, namespace)
    if len(line.words) == 1:
        find_graph(line.words[0], namespace)
        return
    request = unread_graph_request(line, namespace)
    places = [
        *_each(request.keys.items()),
        *request.times.items(),
        *request.end_times.items(),
        *_each((table, columns) for table, columns, _ in request.links),
        *_each(request.unlinks),
        *request.stypes,
        *request.known,
        *request.keep,
        *((parent, None) for _, _, parent in request.links),
    ]
    for table, column in places:
        _check_column(table, column, request.tables, has_files=request.has_files)
    for (table, column), stype in request.stypes.items():
        read_stype(stype, table, column)


def _each(keys: Iterable[tuple[str, KeyColumns | None]]) -> Iterator[tuple[str, str | None]]:
    """The columns of keys one by one."""
    for table, columns in keys:
        if columns is None or isinstance(columns, str):
            yield table, columns
        else:
            yield from ((table, column) for column in columns)


def _check_column(table: str, column: str | None, tables: Mapping[str, object], *, has_files: bool) -> None:
    if table not in tables:
        if has_files:  # their names are known once they are read
            return
        raise UnknownTableOrColumn(table, known=list(tables))
    frame = tables[table]
    if column is not None and is_frame(frame) and column not in frame.columns:
        raise UnknownTableOrColumn(column, known=[str(name) for name in frame.columns], table=table)
