"""A CSV file → its columns as they are written, texts all. What the texts stand for is not known here."""

from __future__ import annotations

import bz2
import codecs
import csv
import gzip
import io
import lzma
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from kumo_magic.errors import GraphError
from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.reading.csv_dialect import SEPARATORS, CsvDialect, csv_dialect, lines_of, looks_like_rows
from kumo_magic.graph.reading.csv_mistakes import broken_row, has_open_quote, pandas_options
from kumo_magic.graph.reading.files import FileKind
from kumo_magic.graph.reading.number_text import compute
from kumo_magic.graph.reading.text_column import Form, read_text_column

_HEAD = 1 << 18
_BLOCK = 1 << 22
_UNPACKS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.decompress,
    ".bz2": bz2.decompress,
    ".xz": lzma.decompress,
    ".zst": lambda packed: pa.input_stream(pa.py_buffer(packed), compression="zstd").read(),
}
_TRAILING = "\0"  # the name of what stands behind a separator at the end of each row; no header has it
_ESCAPED = re.compile(rb'\\"[^,;|\t\r\n]')


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A file's columns as they are written.

    Attributes:
        name: The table's.
        columns: Texts, missing where nothing is written.
        separator: What stands between the values.
        notes: What was decided, one sentence each.
        guesses: What was decided the likelier way.
        call: The call of pandas that reads the same rows, with OPTIONS for more arguments.
    """

    name: str
    columns: pa.Table
    separator: str
    call: str
    notes: tuple[str, ...] = ()
    guesses: dict[str, Finding] = field(default_factory=dict)

    def code(self, arguments: str) -> str:
        """The call with these arguments behind its own."""
        return self.call.replace("OPTIONS", arguments)


def read_csv_file(file: Path, name: str, kind: FileKind) -> TextTable:
    """The file's columns as texts.

    Raises:
        GraphError: The file is empty, has no header, a name twice, or a row of another length; names file and line.
    """
    data, encoding = _utf8(_unpacked(file), file, name)
    notes = [f"{str(file)!r} is not in UTF-8; it was read as {encoding}."] if encoding == "UTF-16" else []
    guesses: dict[str, Finding] = {}
    if encoding == "Windows-1252":
        finding = _encoding_guess(data, file, name)
        guesses["encoding"] = finding
    head = _head(data)
    _check_language(head, file, name)
    usual = "\t" if kind is FileKind.TSV else ","
    dialect = csv_dialect(head, usual=usual)
    if dialect is None:
        raise GraphError(f"{str(file)!r} is empty and cannot be read.", table=name, hint="A table needs a header.")
    names, said = _names(dialect, data, file, name)
    notes += said
    table = _parsed(data, head, dialect, names, file, name)
    if dialect.separator != usual:
        notes.append(f"{str(file)!r} is separated by {SEPARATORS[dialect.separator]}.")
    if dialect.title_lines:
        first = lines_of(head)[0].strip()
        count = "line is" if dialect.title_lines == 1 else f"{dialect.title_lines} lines are"
        notes.append(f"The first {count} no row of {str(file)!r} and left out ({first[:60]!r}).")
    table, repeated = _without_headers(table)
    if repeated:
        rows = "one row, which is" if repeated == 1 else f"{repeated:,} rows, which are"
        notes.append(f"{str(file)!r} repeats its header in {rows} left out.")
    table, said = _named(table, name)
    return TextTable(
        name=name,
        columns=table,
        separator=dialect.separator,
        call=f"pd.read_csv({str(file)!r}{pandas_options(dialect)}OPTIONS)",
        notes=(*notes, *said),
        guesses=guesses,
    )


def _unpacked(file: Path) -> pa.Buffer:
    unpack = _UNPACKS.get(file.suffix.lower())
    if unpack is None:
        return pa.memory_map(str(file)).read_buffer() if file.stat().st_size else pa.py_buffer(b"")
    return pa.py_buffer(unpack(file.read_bytes()))


def _utf8(data: pa.Buffer, file: Path, table: str) -> tuple[pa.Buffer, str]:
    """The same text in UTF-8, and which code it was in."""
    start = bytes(data[:4])
    if start.startswith(b"\xef\xbb\xbf"):
        return data[3:], "UTF-8"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return pa.py_buffer(bytes(data).decode("utf-16").encode()), "UTF-16"
    if b"\0" in bytes(data[:_HEAD]):
        raise GraphError(f"{str(file)!r} is no text and cannot be read as CSV.", table=table)
    if _is_utf8(memoryview(data)):
        return data, "UTF-8"
    return pa.py_buffer(bytes(data).decode("cp1252", errors="replace").encode()), "Windows-1252"


def _is_utf8(data: memoryview) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), _BLOCK):
            decoder.decode(data[start : start + _BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _encoding_guess(data: pa.Buffer, file: Path, table: str) -> Finding:
    text = bytes(data).decode()
    word = next((match[0] for match in re.finditer(r"\w*[^\x00-\x7f]\w*", text)), "")
    return Finding(
        about=table,
        says=f"{str(file)!r} is not in UTF-8; it was read as Windows-1252, with words such as {word!r}.",
        next_step=f"If they are wrong: {table} = pd.read_csv({str(file)!r}, encoding='cp1250')",
        severity=Severity.GUESS,
    )


def _head(data: pa.Buffer) -> str:
    """The first lines, whole ones."""
    head = bytes(data[:_HEAD])
    cut = max(head.rfind(b"\n"), head.rfind(b"\r")) + 1 if len(data) > _HEAD else 0
    return (head[:cut] if cut else head).decode(errors="ignore")


def _check_language(head: str, file: Path, table: str) -> None:
    beginning = head.lstrip()[:2]
    if beginning in ("[{", '{"'):
        lines = beginning == '{"'
        options = ", lines=True" if lines else ""
        raise GraphError(
            f"{str(file)!r} is JSON, and no CSV.",
            table=table,
            hint=f"Give its frame: {table} = pd.read_json({str(file)!r}{options}, dtype=False)",
        )
    if re.match(r"<(!doctype|html|\?xml)", head.lstrip(), re.IGNORECASE):
        raise GraphError(f"{str(file)!r} is a page of the web or XML, and no CSV.", table=table)


def _names(dialect: CsvDialect, data: pa.Buffer, file: Path, table: str) -> tuple[list[str], list[str]]:
    """The columns' names, "" for a column without one, and what was decided."""
    if looks_like_rows(dialect.names):
        named = [f"column_{place}" for place in range(len(dialect.names))]
        options = pandas_options(dialect, _codes(bytes(data), named, replace(dialect, header_end=dialect.title_lines)))
        raise GraphError(
            f"{str(file)!r} has no header: its first line holds values.",
            table=table,
            example=repr(dialect.separator.join(dialect.names)),
            hint=f"Name the columns: {table} = pd.read_csv({str(file)!r}{options}, header=None, names={named})",
        )
    names = [name.strip() for name in dialect.names]
    notes = [f"The header of {str(file)!r} begins with #, left out."] if dialect.is_commented else []
    if names != list(dialect.names):
        notes.append(f"The header of {str(file)!r} has spaces around names; they are left out.")
    twice = next((name for name, count in Counter(filter(None, names)).items() if count > 1), None)
    if twice is not None:
        places = [place for place, name in enumerate(names) if name == twice]
        numbered = [f"{name}.{names[:place].count(name)}".removesuffix(".0") for place, name in enumerate(names)]
        options = pandas_options(dialect, _codes(bytes(data), numbered, dialect))
        raise GraphError(
            f"{table!r} has two columns named {twice!r}: columns {places[0] + 1} and {places[1] + 1} of "
            f"{str(file)!r}, line {dialect.header_end}.",
            table=table,
            column=twice,
            hint=f"Rename one in the file, or let pandas number them: {table} = pd.read_csv({str(file)!r}{options})",
        )
    if len(names) == dialect.num_fields - 1:
        names.append(_TRAILING)
    elif len(names) == dialect.num_fields + 1 and not names[-1]:
        names.pop()
    return names, notes


def _parsed(data: pa.Buffer, head: str, dialect: CsvDialect, names: list[str], file: Path, table: str) -> pa.Table:
    """The rows, with the names; a column without one is named by its place."""
    columns = [name or f"Unnamed: {place}" for place, name in enumerate(names)]
    if len(columns) != dialect.num_fields:
        raise _mistake(data, dialect, file, table)
    begin = sum(len(line.encode()) for line in lines_of(head)[: dialect.header_end])
    body = data[begin:]
    raw = np.frombuffer(body, dtype=np.uint8)
    num_quotes = int(np.count_nonzero(raw == ord(dialect.quote))) if len(raw) else 0
    escapes = num_quotes > 0 and _ESCAPED.search(memoryview(body)) is not None
    if num_quotes % 2 and not escapes and has_open_quote(bytes(data), dialect):
        raise _mistake(data, dialect, file, table)
    if dialect.skips_spaces:
        body = _without_spaces(body, dialect)
    try:
        return _arrow_table(body, columns, dialect, has_quotes=num_quotes > 0, escapes=escapes)
    except pa.ArrowInvalid as error:
        if "straddl" in str(error):  # a text longer than a block
            return _arrow_table(body, columns, dialect, has_quotes=True, escapes=escapes, block=len(body))
        if "Expected" not in str(error):
            raise GraphError(f"{str(file)!r} cannot be read: {error}", table=table) from error
        raise _mistake(data, dialect, file, table) from error


def _arrow_table(
    body: pa.Buffer,
    columns: list[str],
    dialect: CsvDialect,
    *,
    has_quotes: bool,
    escapes: bool,
    skips: bool = False,
    block: int = _BLOCK,
) -> pa.Table:
    if not len(body):
        return pa.table({column: pa.array([], pa.string()) for column in columns})
    return arrow_csv.read_csv(
        pa.BufferReader(body),
        read_options=arrow_csv.ReadOptions(column_names=columns, block_size=block),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.separator,
            quote_char=dialect.quote,
            escape_char="\\" if escapes else False,
            newlines_in_values=has_quotes,
            invalid_row_handler=(lambda _: "skip") if skips else None,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _mistake(data: pa.Buffer, dialect: CsvDialect, file: Path, table: str) -> GraphError:
    """What is wrong with a row, with a hint that reads the others as they are written."""
    names = [name.strip() or f"Unnamed: {place}" for place, name in enumerate(dialect.names)]
    return broken_row(bytes(data), dialect, file=str(file), table=table, texts=_codes(bytes(data), names, dialect))


def _codes(data: bytes, names: list[str], dialect: CsvDialect) -> tuple[str, ...]:
    """The columns whose digits pandas would take for numbers, by the rows that can be read."""
    begin = sum(len(line) for line in data.splitlines(keepends=True)[: dialect.header_end])
    if len(names) != dialect.num_fields or begin >= len(data) or len(set(names)) < len(names):
        return ()
    try:
        rows = _arrow_table(pa.py_buffer(data[begin:]), names, dialect, has_quotes=True, escapes=False, skips=True)
    except pa.ArrowInvalid:
        return ()
    return tuple(name for name in names if read_text_column(rows[name], name).form is Form.DIGITS)


def _without_spaces(body: pa.Buffer, dialect: CsvDialect) -> pa.Buffer:
    """The rows without the space before each value, which Arrow would take for a part of it."""
    written = io.StringIO(newline="")
    reader = csv.reader(
        io.StringIO(bytes(body).decode(), newline=""),
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        skipinitialspace=True,
    )
    csv.writer(written, delimiter=dialect.separator, quotechar=dialect.quote).writerows(reader)
    return pa.py_buffer(written.getvalue().encode())


def _without_headers(table: pa.Table) -> tuple[pa.Table, int]:
    """The rows without those that are the header again, as in files that were put one behind the other; how many."""
    if not len(table) or table.num_columns < 2:
        return table, 0
    is_header = compute.equal(table.column(0), table.column_names[0])
    if not compute.any(is_header).as_py():
        return table, 0
    for name in table.column_names[1:]:
        is_header = compute.and_(is_header, compute.equal(table[name], name))
    is_header = compute.fill_null(is_header, False)
    return table.filter(compute.invert(is_header)), compute.sum(is_header).as_py() or 0


def _named(table: pa.Table, name: str) -> tuple[pa.Table, list[str]]:
    """The table without what is no column: row numbers, and what follows a separator at the end of each row."""
    notes = []
    if table.column_names[-1:] == [_TRAILING]:
        if table[_TRAILING].null_count == len(table):
            return table.drop_columns([_TRAILING]), [f"{name!r} has a separator at the end of each row, left out."]
        table = table.rename_columns(["Unnamed: 0", *table.column_names[:-1]])
    for column in [column for column in table.column_names if re.fullmatch(r"Unnamed: \d+", column)]:
        if table[column].null_count == len(table):
            table = table.drop_columns([column])
            if len(table):
                notes.append(f"{name}: a column without a name and without values is left out.")
        elif _counts_rows(table[column]):
            table = table.drop_columns([column])
            notes.append(f"{name}: a column without a name that numbers the rows is left out.")
        else:
            notes.append(f"{name}: a column has no name; it is called {column!r}.")
    return table, notes


def _counts_rows(texts: pa.ChunkedArray) -> bool:
    for first in (0, 1):
        if texts[0].as_py() == str(first) and texts[-1].as_py() == str(first + len(texts) - 1):
            counted = pa.chunked_array([pa.array(np.arange(first, first + len(texts)))]).cast(pa.string())
            return bool(compute.all(compute.equal(texts, counted), skip_nulls=False).as_py())
    return False
