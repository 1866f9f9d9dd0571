"""The columns of texts of all files of a call → frames; a code stays a code in every table that holds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.arrow_values import from_arrow
from kumo_magic.graph.kind import Kind, kind_of
from kumo_magic.graph.naming import GENERIC_KEYS, is_key_of
from kumo_magic.graph.reading.csv_file import TextTable
from kumo_magic.graph.reading.number_text import Writing, compute, numbers, whole_numbers
from kumo_magic.graph.reading.raw_table import RawTable
from kumo_magic.graph.reading.text_column import (
    Form,
    TextColumn,
    as_numbers,
    as_text,
    could_have_points_between_thousands,
    has_leading_zeros,
    is_quantity,
    read_text_column,
)

_Place = tuple[str, str]  # (table, column)
_BETTER = 0.5  # how much larger a share of keys must match as numbers for padded codes to be read as numbers


@dataclass(frozen=True, slots=True)
class _Keys:
    """A column that may be a code, as texts and as numbers."""

    texts: pa.Array
    numbers: pa.Array
    is_text: bool


def read_text_tables(
    tables: Iterable[TextTable], others: Mapping[str, pd.DataFrame], like: Mapping[str, pd.DataFrame]
) -> dict[str, RawTable]:
    """Frames of the values that the texts stand for, with notes on what was decided.

    Args:
        tables: The files' columns.
        others: Frames of the same call, whose texts and numbers say what the same column is here.
        like: Tables to which the rows are added: digits are text there or numbers here as well.
    """
    tables = list(tables)
    columns = {
        (table.name, name): read_text_column(table.columns[name], name)
        for table in tables
        for name in table.columns.column_names
    }
    texts = {(table.name, name): table.columns[name] for table in tables for name in table.columns.column_names}
    columns = {place: _as_so_far(column, texts[place], place, like) for place, column in columns.items()}
    columns = _in_agreement(columns, texts, others)
    return {
        table.name: _raw_table(table, {name: columns[table.name, name] for name in table.columns.column_names})
        for table in tables
    }


def _as_so_far(
    column: TextColumn, texts: pa.ChunkedArray, place: _Place, like: Mapping[str, pd.DataFrame]
) -> TextColumn:
    table, name = place
    if table not in like or name not in like[table].columns:
        return column
    kind = kind_of(like[table][name])
    if kind is Kind.TEXT and column.form in (Form.NUMBER, Form.TRUTH) and like[table][name].notna().any():
        return as_text(column, texts, "")
    if kind in (Kind.WHOLE, Kind.NUMBER) and column.form is Form.DIGITS and whole_numbers(column.texts) is not None:
        return as_numbers(column, "", is_certain=True)
    return column


def _in_agreement(
    columns: Mapping[_Place, TextColumn], texts: Mapping[_Place, pa.ChunkedArray], others: Mapping[str, pd.DataFrame]
) -> dict[_Place, TextColumn]:
    """The columns, where those that hold the same keys are all text or all numbers."""
    keys = _keys(columns, texts, others)
    agreed = dict(columns)
    for code in [place for place, column in columns.items() if column.form is Form.DIGITS and place in keys]:
        plain = [
            place for place in keys if place[0] != code[0] and not keys[place].is_text and _name_the_same(code, place)
        ]
        if any(_matches_better_as_numbers(keys[place], keys[code]) for place in plain):
            other = next(place for place in plain if _matches_better_as_numbers(keys[place], keys[code]))
            note = f"has leading zeros, which {'.'.join(other)} has not; it is read as whole numbers"
            agreed[code] = as_numbers(columns[code], note, is_certain=False)
    known = [place for place in agreed if agreed[place].form is Form.DIGITS and has_leading_zeros(agreed[place])]
    known += [place for place in keys if place not in columns and keys[place].is_text]
    for place, column in agreed.items():
        if place not in keys or keys[place].is_text or column.form is not Form.NUMBER or not column.is_certain:
            continue
        code = next((code for code in known if code[0] != place[0] and _name_the_same(code, place)), None)
        if code is not None:
            agreed[place] = as_text(column, texts[place], f"is read as text, as {'.'.join(code)} is")
    return agreed


def _keys(
    columns: Mapping[_Place, TextColumn], texts: Mapping[_Place, pa.ChunkedArray], others: Mapping[str, pd.DataFrame]
) -> dict[_Place, _Keys]:
    """What may be a code, whole numbers and texts of digits, where another table has a column of that name."""
    of_frames = {
        (table, str(name)): frame[name]
        for table, frame in others.items()
        if frame.columns.is_unique
        for name in frame.columns
    }
    plain = [
        place
        for place, column in columns.items()
        if column.form in (Form.NUMBER, Form.DIGITS) and column.writing is Writing.PLAIN
    ]
    places = [place for place in (*plain, *of_frames) if not is_quantity(place[1])]
    found: dict[_Place, _Keys] = {}
    for place in _with_a_namesake(places):
        if place in of_frames:
            keys = _keys_of_frame(of_frames[place])
            found |= {place: keys} if keys is not None else {}
        elif (whole := whole_numbers(columns[place].texts)) is not None:
            is_text = columns[place].form is Form.DIGITS
            found[place] = _Keys(compute.unique(texts[place]), compute.unique(whole), is_text)
    return found


def _with_a_namesake(places: list[_Place]) -> list[_Place]:
    """The columns that another table has as well, by their names."""
    tables_with = Counter(column.lower() for _, column in places)
    own = [(table, column) for table, column in places if _is_own_key(column, table)]
    return [
        place
        for place in places
        if tables_with[place[1].lower()] > 1
        or any(place[0] != other[0] and _name_the_same(place, other) for other in (places if place in own else own))
    ]


def _keys_of_frame(values: pd.Series) -> _Keys | None:
    """The keys of a frame's column; None when it holds neither whole numbers nor digits."""
    is_whole = pd.api.types.is_integer_dtype(values.dtype)
    if not is_whole and pd.api.types.infer_dtype(values.head(1_000), skipna=True) != "string":
        return None
    distinct = values.dropna().drop_duplicates()
    texts = pa.chunked_array([pa.array(distinct.astype(str).tolist(), pa.string())])
    whole = whole_numbers(texts)
    return (
        None if whole is None or not len(texts) else _Keys(compute.unique(texts), compute.unique(whole), not is_whole)
    )


def _name_the_same(one: _Place, other: _Place) -> bool:
    """Whether two columns of two tables hold the same keys, by their names: user_id twice, or user_id and users.id."""
    (table, column), (other_table, other_column) = one, other
    if column.lower() == other_column.lower():
        return column.lower() not in GENERIC_KEYS
    return (is_key_of(column, other_table) and _is_own_key(other_column, other_table)) or (
        is_key_of(other_column, table) and _is_own_key(column, table)
    )


def _is_own_key(column: str, table: str) -> bool:
    return column.lower() in GENERIC_KEYS or is_key_of(column, table)


def _matches_better_as_numbers(plain: _Keys, code: _Keys) -> bool:
    as_texts = compute.mean(compute.is_in(plain.texts, value_set=code.texts).cast(pa.float64())).as_py() or 0
    as_numbers = compute.mean(compute.is_in(plain.numbers, value_set=code.numbers).cast(pa.float64())).as_py() or 0
    return as_numbers - as_texts >= _BETTER


def _raw_table(table: TextTable, columns: Mapping[str, TextColumn]) -> RawTable:
    commas = _commas(table, columns)
    frame: dict[str, pd.Series] = {}
    notes = list(table.notes)
    guesses = dict(table.guesses)
    for name, column in columns.items():
        where, (writing, is_certain) = f"{table.name}.{name}", commas[name]
        frame[name] = _values(column, writing)
        if column.form is Form.NUMBER and writing is not Writing.PLAIN:
            notes += [f"{where} {column.note}."] if column.note else []
            said = f"{where} holds {writing}; {_example(column, frame[name])}."
            if is_certain:
                notes.append(said)
            else:
                guesses[name] = _guess(where, said, _reread(table, name, writing))
        elif column.note and column.is_certain:
            notes.append(f"{where} {column.note}.")
        elif not column.is_certain:
            guesses[name] = _guess(where, f"{where} {column.note}.", _reread(table, name, writing, form=column.form))
    worded = {name: column.words for name, column in columns.items() if column.words}
    if worded:
        guesses["gaps"] = _words_guess(table.name, worded)
    return RawTable(frame=pd.DataFrame(frame), notes=tuple(notes), guesses=guesses)


def _commas(table: TextTable, columns: Mapping[str, TextColumn]) -> dict[str, tuple[Writing, bool]]:
    """How each column's numbers are written, by what the file's other columns prove; and whether that is certain."""
    numbers = [column for column in columns.values() if column.form is Form.NUMBER]
    has_decimal_commas = any(column.writing is Writing.COMMA and column.is_certain for column in numbers)
    has_thousands = any(column.writing is Writing.POINT and column.is_certain for column in numbers)
    found: dict[str, tuple[Writing, bool]] = {}
    for name, column in columns.items():
        if column.writing is Writing.EITHER:
            is_decimal = has_decimal_commas or (table.separator == ";" and not has_thousands)
            is_certain = has_decimal_commas is not has_thousands
            found[name] = (Writing.COMMA if is_decimal else Writing.POINT, is_certain)
        elif has_decimal_commas and could_have_points_between_thousands(column):
            found[name] = (Writing.POINT_GROUPS, False)
        else:
            # In quotes between commas, 12,5 may be two values as well.
            is_certain = column.is_certain and not (column.writing is Writing.COMMA and table.separator == ",")
            found[name] = (column.writing, is_certain)
    return found


def _values(column: TextColumn, writing: Writing) -> pd.Series:
    match column.form:
        case Form.EMPTY:
            return pd.Series([None] * len(column.texts), dtype=object)
        case Form.TRUTH:
            return from_arrow(compute.equal(compute.utf8_lower(column.texts), "true"))
        case Form.NUMBER:
            is_known = column.parsed is not None and writing is Writing.PLAIN
            return from_arrow(column.parsed if is_known else numbers(column.texts, writing))
        case Form.DIGITS | Form.TEXT:
            return from_arrow(column.texts)


def _example(column: TextColumn, values: pd.Series) -> str:
    place = compute.index(compute.match_substring_regex(column.texts, r"\D"), True).as_py()
    return f"{column.texts[place].as_py()!r} is read as {values.iloc[place]}"


def _guess(about: str, says: str, next_step: str) -> Finding:
    return Finding(about=about, says=says, next_step=next_step, severity=Severity.GUESS)


def _reread(table: TextTable, column: str, writing: Writing, *, form: Form = Form.NUMBER) -> str:
    """Code that gives a column its other reading."""
    where, frame = f"{table.name}[{column!r}]", f"{table.name} = graph[{table.name!r}].frame.copy()"
    if form is Form.DIGITS:
        return f"If they are numbers: {frame}; {where} = pd.to_numeric({where})"
    options, meaning = {
        Writing.COMMA: (", thousands=','", "the commas stand between thousands"),
        Writing.POINT: (", decimal=','", "the comma is decimal"),
    }.get(writing, (", dtype='str'", "they are texts"))
    code = table.code(f", usecols=[{column!r}]{options}")
    return f"If {meaning}: {frame}; {where} = {code}[{column!r}]"


def _words_guess(table: str, worded: Mapping[str, tuple[tuple[str, int], ...]]) -> Finding:
    """Which words are read as texts and may be gaps, and the code that makes them gaps."""
    said = ", ".join(
        f"{table}.{column} holds {' and '.join(f'{word!r} ({_rows(count)})' for word, count in words)}"
        for column, words in worded.items()
    )
    gaps = {column: {word: None for word, _ in words} for column, words in worded.items()}
    return _guess(
        f"{table}.{next(iter(worded))}",
        f"{said}, read as text and not as missing.",
        f"If these are gaps: {table} = graph[{table!r}].frame.replace({gaps!r})",
    )


def _rows(count: int) -> str:
    return "one row" if count == 1 else f"{count:,} rows"
