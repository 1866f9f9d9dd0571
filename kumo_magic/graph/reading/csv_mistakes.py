"""A CSV file that cannot be read → the error that names its line. Slow, and asked only when something is wrong."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from kumo_magic.errors import GraphError
from kumo_magic.graph.reading.csv_dialect import CsvDialect

_LONG = 80


def broken_row(data: bytes, dialect: CsvDialect, *, file: str, table: str, texts: tuple[str, ...]) -> GraphError:
    """Which row has more or fewer values than the header, or a text without its second quote.

    Args:
        data: The file in UTF-8.
        dialect: How it is written.
        file: What the user calls it.
        table: The table's name.
        texts: Columns that pandas has to read as text too.
    """
    options = pandas_options(dialect, texts)
    try:
        for first, last, cells in _rows(data, dialect):
            if len(cells) == dialect.num_fields:
                continue
            lines = f"Line {last}" if first == last else f"The row in lines {first} to {last}"
            if len(cells) > dialect.num_fields:
                columns = "1 column" if dialect.num_fields == 1 else f"{dialect.num_fields} columns"
                what = f"{len(cells)} values for {columns}"
                column = dialect.names[-1]
                hint = f"Mend it, or leave such rows out: {table} = pd.read_csv({file!r}{options}, on_bad_lines='skip')"
            else:
                count = "1 value" if len(cells) == 1 else f"{len(cells)} values"
                what = f"{count} for {dialect.num_fields} columns; {dialect.names[len(cells)]!r} has none"
                column = dialect.names[len(cells)]
                hint = f"Mend it, or read what lacks as missing: {table} = pd.read_csv({file!r}{options})"
            shown = dialect.separator.join(cells)
            return GraphError(
                f"{lines} of {file!r} has {what}.",
                table=table,
                column=column,
                example=repr(shown if len(shown) <= _LONG else shown[:_LONG] + "…"),
                hint=hint,
            )
    except csv.Error:
        pass
    return GraphError(
        f"{file!r} has a text that begins with {dialect.quote} in line {_open_quote(data, dialect)} and never ends.",
        table=table,
        hint=f"Mend that line, or read quotes as plain signs: {table} = pd.read_csv({file!r}{options}, quoting=3)",
    )


def has_open_quote(data: bytes, dialect: CsvDialect) -> bool:
    """Whether a text in quotes reaches over the end of the file."""
    return _open_quote(data, dialect) > 0


def _open_quote(data: bytes, dialect: CsvDialect) -> int:
    """The line in which the last row begins when its text never ends; 0 when all end."""
    line = dialect.header_end + 1
    try:
        for _, last, _ in _rows(data, dialect):
            line = last + 1
    except csv.Error:
        return line
    return 0


def _rows(data: bytes, dialect: CsvDialect) -> Iterator[tuple[int, int, list[str]]]:
    """The first and last line, from 1, and the values of each row below the header; blank lines are none."""
    lines = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
    for _ in range(dialect.header_end):
        next(lines, "")
    reader = csv.reader(
        lines,
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        skipinitialspace=dialect.skips_spaces,
        strict=True,
    )
    former = 0
    for cells in reader:
        if cells:
            yield dialect.header_end + former + 1, dialect.header_end + reader.line_num, cells
        former = reader.line_num


def pandas_options(dialect: CsvDialect, texts: tuple[str, ...] = ()) -> str:
    """Arguments that make pandas read a file of this dialect, each behind a comma."""
    options = {
        "sep": dialect.separator if dialect.separator != "," else None,
        "quotechar": dialect.quote if dialect.quote != '"' else None,
        "skiprows": dialect.title_lines or None,
        "dtype": dict.fromkeys(texts, "str") or None,
    }
    return "".join(f", {name}={value!r}" for name, value in options.items() if value is not None)
