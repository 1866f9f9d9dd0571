"""The first lines of a CSV file → how it is written: separator, quotes, where the header is. Reads no rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_RECORDS = 200
_MOSTLY = 0.95
_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?\s*$")
_YEAR = re.compile(r"\s*(19|20)\d\d\s*$")
_DATE = re.compile(r"\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ].*)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvDialect:
    """How a file of separated values is written.

    Attributes:
        separator: What stands between two values.
        quote: What stands around a text.
        names: The header, as it is written; one more or one less than a row has where the file does that.
        num_fields: How many values a row has.
        title_lines: Lines above the header.
        header_end: Lines up to the header's last one.
        skips_spaces: Whether texts in quotes have a space before them.
        is_commented: Whether the header's line begins with a sign of a comment.
    """

    separator: str
    quote: str
    names: tuple[str, ...]
    num_fields: int
    title_lines: int
    header_end: int
    skips_spaces: bool
    is_commented: bool


@dataclass(frozen=True, slots=True)
class _Record:
    cells: list[str]
    first_line: int
    last_line: int


def csv_dialect(head: str, *, usual: str) -> CsvDialect | None:
    """How the file is written, by its first lines; None when they hold nothing.

    Args:
        head: The first lines, whole ones.
        usual: The separator that the file's name promises.
    """
    lines = lines_of(head)
    num_comments, is_commented = _comments(lines)
    body = "".join(lines[num_comments:])
    if is_commented:
        body = body.replace("#", "", 1)
    if not body.strip():
        return None
    quote = "'" if re.match(r"\s*'[^'\n]*'\s*[,;\t|]\s*'", body) else '"'
    candidates = [
        candidate
        for separator in sorted(SEPARATORS, key=lambda one: one != usual)
        if (candidate := _candidate(body, separator, quote)) is not None
    ]
    if candidates:
        _, separator, skips_spaces, records, header, num_fields = max(candidates, key=lambda one: one[0])
    else:
        separator, skips_spaces, header, num_fields = usual, False, 0, 1
        records = _records(body, separator, quote, skips_spaces=False)
        num_fields = len(records[0].cells)
    return CsvDialect(
        separator=separator,
        quote=quote,
        names=tuple(records[header].cells),
        num_fields=num_fields,
        title_lines=num_comments + records[header].first_line,
        header_end=num_comments + records[header].last_line,
        skips_spaces=skips_spaces,
        is_commented=is_commented,
    )


def lines_of(text: str) -> list[str]:
    """The lines with their ends; only what ends a line in a file ends one."""
    return list(io.StringIO(text, newline=""))


def looks_like_rows(names: Sequence[str]) -> bool:
    """Whether a header holds values, so that the file has none: 1, 2024-03-01, 9.5."""
    present = [name for name in names if name.strip()]
    if not present or [name.strip() for name in present] == [str(place) for place in range(len(present))]:
        return False
    numbers = [_NUMBER.match(name) is not None and _YEAR.match(name) is None for name in present]
    dates = [_DATE.match(name) is not None for name in present]
    is_wide = sum(dates) > 1 or sum(numbers) > 1  # country, 2020-01-01, 2020-02-01: a column for each day
    first_is_value = (numbers[0] or dates[0]) and bool(names[0].strip())
    has_value = any(dates) or any("." in name for name, is_number in zip(present, numbers, strict=True) if is_number)
    return first_is_value or (has_value and not is_wide)


def _comments(lines: list[str]) -> tuple[int, bool]:
    """How many lines at the top are comments, and whether the last of them is the header itself."""
    count = 1 if lines and re.match(r"sep=.\r?\n?$", lines[0]) else 0  # a line of Excel's own
    while count < len(lines) and lines[count].startswith("#"):
        count += 1
    if not count or count >= len(lines) or not lines[count - 1].startswith("#"):
        return count, False
    separator = max(SEPARATORS, key=lines[count].count)
    width = lines[count].count(separator)
    above = lines[count - 1].count(separator)
    is_header = width > 0 and above == width and any(_NUMBER.match(cell) for cell in lines[count].split(separator))
    return (count - 1, True) if is_header else (count, False)


def _candidate(
    body: str, separator: str, quote: str
) -> tuple[tuple[bool, int, float, int], str, bool, list[_Record], int, int] | None:
    """How well a separator explains the lines, and what they are by it; None when it explains nothing."""
    skips_spaces = re.search(rf"{re.escape(separator)} +{quote}", body) is not None
    records = _records(body, separator, quote, skips_spaces=skips_spaces)
    widths = [len(record.cells) for record in records]
    if not widths:
        return None
    num_fields, _ = Counter(widths[1:] or widths).most_common(1)[0]
    if num_fields < 2:
        # A header of several names above rows of one value: the rows are broken, not the header.
        num_fields = widths[0] if widths[0] > 1 and len(widths) == 1 else num_fields
        if num_fields < 2:
            return None
    header = _header(records, num_fields)
    if header is None:
        return None
    share = sum(width == num_fields for width in widths[header:]) / len(widths[header:])
    if (header and share < _MOSTLY) or share < 0.5:
        return None
    return (share >= _MOSTLY, -header, share, num_fields), separator, skips_spaces, records, header, num_fields


def _header(records: list[_Record], num_fields: int) -> int | None:
    """The first record that names the columns; titles above it are shorter, or nearly empty."""
    for place, record in enumerate(records[:50]):
        filled = sum(bool(cell.strip()) for cell in record.cells)
        is_title = filled == 1 and num_fields > 2 and place + 1 < len(records) and _is_full(records[place + 1])
        if len(record.cells) == num_fields and filled and not is_title:
            return place
        is_short = filled == 1 and num_fields == 2 and len(records) > 1 and looks_like_rows(records[1].cells)
        if place == 0 and len(record.cells) in (num_fields - 1, num_fields + 1) and (filled > 1 or is_short):
            return place  # row names without a header of their own, or a separator at the end of every row
    return None


def _is_full(record: _Record) -> bool:
    return all(cell.strip() for cell in record.cells)


def _records(body: str, separator: str, quote: str, *, skips_spaces: bool) -> list[_Record]:
    """The first records, blank lines left out, with the lines they stand on counted from 0."""
    reader = csv.reader(lines_of(body), delimiter=separator, quotechar=quote, skipinitialspace=skips_spaces)
    found: list[_Record] = []
    line = 0
    try:
        for cells in reader:
            if cells:
                found.append(_Record(cells, line, reader.line_num))
            line = reader.line_num
            if len(found) >= _RECORDS:
                break
    except csv.Error:  # a text without its second quote: the reader of the whole file says where
        pass
    return found
