"""Rows that are versions of one thing, each valid from a day until another → a row per thing, and its versions.

The thing has its key, its first and its last day. All that changes stands in a table of versions that links to it and
whose rows are known from their own first day on: whoever reads the newest known row reads the version valid then.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.errors import DataError
from kumo_magic.graph.kind import Kind, first_of, kind_of

_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """Where a thing's versions are.

    Attributes:
        history: The table of versions.
        key: Its column that names the thing.
        start: Its column of when a version begins.
        end: Its column of when a version ends; missing where it lasts.
        has_gaps: Whether a thing has times between its first and its last day at which no version is valid.
    """

    history: str
    key: str
    start: str
    end: str
    has_gaps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionedRows:
    """Rows apart.

    Attributes:
        things: [key, start, end], a row per key in the order in which keys come.
        firsts: int64, the first row of each thing among the rows given.
        history: The versions, each until the next one where its end is missing or is the day before.
        has_gaps: As of `Versions`.
        notes: What was read how, a sentence each.
    """

    things: pd.DataFrame
    firsts: np.ndarray
    history: pd.DataFrame
    has_gaps: bool
    notes: tuple[str, ...]


def are_versions(frame: pd.DataFrame, key: object, start: str | None, end: str | None) -> bool:
    """Whether the user said what rows with one key are: a key that repeats, from when and until when a row counts."""
    if not isinstance(key, str) or start is None or end is None:
        return False
    return {key, start, end} <= set(frame.columns) and bool(frame[key].duplicated().any())


def validity_by_key(frame: pd.DataFrame, key: str) -> tuple[str, str] | None:
    """The columns from when and until when a row seems to count: of one key, no two rows count at once."""
    times = [column for column in frame.columns if column != key and kind_of(frame[column]) is Kind.TIME]
    for start, end in itertools.permutations(times, 2):
        is_wrong = frame[end] < frame[start]
        if is_wrong.any() or frame[start].isna().any() or not (frame[end] > frame[start]).any():
            continue
        ordered = frame[[key, start, end]].sort_values([key, start], kind="stable")
        follows = ordered[key].eq(ordered[key].shift(-1)).fillna(False).to_numpy(dtype=bool)
        following = ordered[start].shift(-1)
        overlaps = ordered[end].gt(following).to_numpy(dtype=bool) | ordered[start].eq(following).to_numpy(dtype=bool)
        if follows.any() and not (follows & overlaps).any():
            return start, end
    return None


def versions_step(table: str, key: str, validity: tuple[str, str] | None) -> str:
    """How to say that rows of one key are versions of one thing."""
    if validity is None:
        return "If each row is a version, name the columns of its first and its last day with --time and --end."
    start, end = validity
    return (
        f"If each row is a version, say from when until when it counts: --key {table}={key} "
        f"--time {table}.{start} --end {table}.{end}."
    )


def split_versions(frame: pd.DataFrame, table: str, key: str, start: str, end: str) -> VersionedRows:
    """The things and their versions.

    Args:
        frame: The rows, start and end as times.
        table: The table's name, for errors and notes.
        key: The column that names the thing.
        start: When a version begins; that moment is included.
        end: When it ends, that moment excluded; missing where it lasts or is followed by the next one.

    Raises:
        DataError: Key or start is missing, a version ends before it begins, or two of one thing are valid at once.
    """
    _refuse_missing(frame, table, key, start)
    is_backwards = (frame[end] < frame[start]).to_numpy(dtype=bool)
    if is_backwards.any():
        row = int(is_backwards.argmax())
        raise _wrong(
            f"{int(is_backwards.sum()):,} versions end before they begin", frame, table, (key, start, end), row
        )
    is_empty = (frame[end] == frame[start]).to_numpy(dtype=bool)
    kept = frame.loc[~is_empty]
    ordered = kept.sort_values([key, start], kind="stable")
    follows = (ordered[key] == ordered[key].shift(-1)).to_numpy(dtype=bool)
    following = ordered[start].shift(-1).where(follows)
    ends = ordered[end]
    is_open = follows & ends.isna().to_numpy()
    is_day_before = (ends + _DAY == following).to_numpy(dtype=bool) & (ends.dt.normalize() == ends).to_numpy(dtype=bool)
    ends = ends.mask(pd.Series(is_open | is_day_before, index=ends.index), following)
    overlaps = (ends > following).to_numpy(dtype=bool) | (follows & (ordered[start] == following).to_numpy(dtype=bool))
    if overlaps.any():
        _refuse_overlap(ordered.assign(**{end: ends}), int(overlaps.argmax()), table, (key, start, end))
    has_gaps = bool((ends < following).any())
    history = kept.assign(**{end: ends.reindex(kept.index)}).reset_index(drop=True)
    notes = [
        f"{table} has several rows per {key}: each is a version from {start} until {end}, and the one valid at each "
        "anchor counts."
    ]
    if is_empty.any():
        notes.append(f"{int(is_empty.sum()):,} rows of {table} end when they begin; they were valid at no time.")
    if is_open.any():
        notes.append(f"{int(is_open.sum()):,} rows of {table} have no {end}; they last until the next of their {key}.")
    if is_day_before.any():
        notes.append(
            f"{int(is_day_before.sum()):,} rows of {table} end the day before the next begins; they last until then."
        )
    return VersionedRows(
        things=_things(history, key, start, end),
        firsts=np.flatnonzero(~frame[key].duplicated().to_numpy() & frame[key].isin(kept[key]).to_numpy()),
        history=history,
        has_gaps=has_gaps,
        notes=tuple(notes),
    )


def _things(history: pd.DataFrame, key: str, start: str, end: str) -> pd.DataFrame:
    """A row per key: when its first version begins and its last one ends, missing where that one lasts."""
    newest = history.sort_values(start, kind="stable").drop_duplicates(key, keep="last").set_index(key)[end]
    first = history.groupby(key, sort=False)[start].min()
    keys = history[key].drop_duplicates().reset_index(drop=True)
    things = pd.DataFrame({key: keys, start: first.reindex(keys).to_numpy(), end: newest.reindex(keys).to_numpy()})
    return things[[column for column in history.columns if column in (key, start, end)]]


def _refuse_missing(frame: pd.DataFrame, table: str, key: str, start: str) -> None:
    for column, what in ((key, "no key"), (start, "no beginning")):
        missing = frame[column].isna().to_numpy()
        if missing.any():
            raise DataError(
                f"{int(missing.sum()):,} rows of {table!r} have {what}, so nobody knows whose version they are and "
                "from when it counts.",
                table=table,
                column=column,
                example=f"row {int(missing.argmax())}",
                hint=f"Leave them out: {table}.dropna(subset=[{column!r}]).",
            )


def _refuse_overlap(ordered: pd.DataFrame, place: int, table: str, names: tuple[str, str, str]) -> None:
    key, start, end = names
    one, other = ordered.iloc[place], ordered.iloc[place + 1]
    until = "without end" if pd.isna(one[end]) else f"until {one[end]}"
    raise DataError(
        f"Two versions of one {key} of {table!r} are valid at the same time.",
        table=table,
        column=key,
        example=f"{first_of(ordered[key].iloc[[place]])!r} from {one[start]} {until} in row {ordered.index[place]} and "
        f"from {other[start]} in row {ordered.index[place + 1]}",
        hint=f"Let {end} be when the next version begins, or keep one row for each {key} and {start}: "
        f"{table}.drop_duplicates([{key!r}, {start!r}]).",
    )


def _wrong(what: str, frame: pd.DataFrame, table: str, names: tuple[str, str, str], row: int) -> DataError:
    key, start, end = names
    line = frame.iloc[row]
    return DataError(
        f"{table!r}: {what}.",
        table=table,
        column=end,
        example=f"{first_of(frame[key].iloc[[row]])!r} from {line[start]} until {line[end]} in row {row}",
        hint=f"Leave them out: {table}[~({table}[{end!r}] < {table}[{start!r}])].",
    )
