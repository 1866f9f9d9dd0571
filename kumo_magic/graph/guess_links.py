"""Clean frames and their primary keys → links, with the reason: by name, kind and share of known values. Guesses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from kumo_magic.graph.kind import Kind, is_whole, kind_of, sample_of
from kumo_magic.graph.link import Link
from kumo_magic.graph.link_names import Evidence, name_evidence
from kumo_magic.graph.naming import is_key_of, words_of
from kumo_magic.graph.validation import is_known, is_unique, keys_of

_SAMPLE = 20_000
_FEWEST_VALUES = 20  # fewer different values may be in a key by chance
_LEAST_BY_VALUES = 0.99
_LEAST_CHANCE = 0.001  # of numbers drawn at random from the same range being keys every one
_LEAST_SPAN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedLinks:
    """Links with their reasons, and of each (table, column) that was nearly a foreign key a sentence that says so."""

    reasons: dict[Link, str]
    near: dict[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class _Sample:
    """Some values of a column that may be a foreign key: all of them, and each once."""

    values: pa.Array
    distinct: pa.Array


def guess_links(
    frames: Mapping[str, pd.DataFrame],
    primary_keys: Mapping[str, str | None],
    mixed: Mapping[str, Mapping[str, object]],
) -> GuessedLinks:
    """The foreign keys of all tables. Each column points at most at one parent."""
    parents = {name: keys_of(frames[name][key]) for name, key in primary_keys.items() if key is not None}
    reasons: dict[Link, str] = {}
    near: dict[tuple[str, str], str] = {}
    for table, frame in frames.items():
        for column in frame.columns:
            if column in mixed.get(table, {}) or not _can_point(frame[column]):
                continue
            named = [
                (parent, evidence)
                for parent in parents
                if (parent, primary_keys[parent]) != (table, column)
                and (evidence := name_evidence(table, column, parent, str(primary_keys[parent]))) is not None
                and not (column == primary_keys[table] and (evidence.strength < 3 or is_key_of(column, table)))
            ]
            sample = _sample(frame[column])
            link, words = _best_named(table, column, named, sample, parents)
            if link is None and column != primary_keys[table]:
                link, words = _by_values(table, column, sample, parents) or (None, words)
            if link is not None:
                reasons[link] = words
            elif words := words or _other_column(frames, primary_keys, table, column, sample):
                near[table, column] = words
    return GuessedLinks(reasons=reasons, near=near)


def _best_named(
    table: str, column: str, named: list[tuple[str, Evidence]], sample: _Sample, parents: Mapping[str, pa.Array]
) -> tuple[Link | None, str]:
    """The parent that the name speaks for and the values do not speak against; else why there is none."""
    best: tuple[tuple[float, ...], str, str] | None = None
    missed = ""
    for parent, evidence in named:
        if not len(sample.values):
            share, words = 1.0, f"{evidence.words}; it has no values to compare"
        else:
            share = float(is_known(sample.values, parents[parent]).mean())
            words = f"{evidence.words}; {_percent(share)} of its values are there"
            if sample.values.type != parents[parent].type and evidence.strength >= 3:
                missed = f"{table}.{column} is {evidence.words}, but of another kind of values: not linked."
            elif evidence.strength >= 3 and share < evidence.least_share:
                found = f"only {_percent(share)} of its values are there"
                missed = f"{table}.{column} is {evidence.words}, but {found}: not linked."
            if share < evidence.least_share or (evidence.needs_span and not _spans(sample, parents[parent])):
                continue
        rank = (evidence.strength, share, parent == table)
        if best is None or rank > best[0]:
            best = (rank, parent, words)
    return (Link(table, column, best[1]), best[2]) if best else (None, missed)


def _by_values(table: str, column: str, sample: _Sample, parents: Mapping[str, pa.Array]) -> tuple[Link, str] | None:
    """The one parent whose key has all the values, where that cannot be chance; the name says nothing."""
    is_text = pa.types.is_large_string(sample.distinct.type)
    if len(sample.distinct) < _FEWEST_VALUES or not (is_text or words_of(column)[-1:] == ("id",)):
        return None
    found = [
        parent
        for parent, keys in parents.items()
        if keys.type == sample.distinct.type
        and float(is_known(sample.distinct, keys).mean()) >= _LEAST_BY_VALUES
        and (is_text or not _may_be_chance(sample.distinct, keys))
    ]
    if len(found) != 1:
        return None
    return Link(table, column, found[0]), f"its {len(sample.distinct):,} different values are keys of {found[0]!r}"


def _other_column(
    frames: Mapping[str, pd.DataFrame],
    primary_keys: Mapping[str, str | None],
    table: str,
    column: str,
    sample: _Sample,
) -> str:
    """What to do when another table has the values in a unique column that is not its primary key; else nothing."""
    for other, frame in frames.items():
        if other == table or column not in frame.columns or primary_keys[other] in (None, column):
            continue
        values = frame[column]
        if kind_of(values) is not Kind.TEXT or len(sample.distinct) == len(sample.values) or not is_unique(values):
            continue
        if float(is_known(sample.values, keys_of(values)).mean()) >= _LEAST_BY_VALUES:
            return (
                f"{table}.{column} could point at {other!r} if {column} were its primary key: "
                f"graph[{other!r}].primary_key = {column!r}."
            )
    return ""


def _can_point(values: pd.Series) -> bool:
    match kind_of(values):
        case Kind.WHOLE | Kind.TEXT:
            return True
        case Kind.NUMBER:
            return is_whole(values)
        case _:
            return False


def _sample(values: pd.Series) -> _Sample:
    keys = keys_of(sample_of(values, _SAMPLE)).drop_null()
    return _Sample(keys, keys.unique())


def _spans(sample: _Sample, keys: pa.Array) -> bool:
    """Whether the values reach over the parent's keys, as a small number that is no key would not."""
    if not pa.types.is_integer(keys.type) or not len(keys):
        return True
    return int(np.asarray(sample.distinct).max()) >= np.quantile(np.asarray(keys), _LEAST_SPAN)


def _may_be_chance(distinct: pa.Array, keys: pa.Array) -> bool:
    """Whether any numbers of this range would be keys as well, because nearly every number there is one."""
    if not pa.types.is_integer(keys.type) or not len(keys):
        return True
    numbers, known = np.asarray(distinct), np.asarray(keys)
    low, high = int(numbers.min()), int(numbers.max())
    density = float(((known >= low) & (known <= high)).sum()) / (high - low + 1)
    return density ** len(numbers) > _LEAST_CHANCE


def _percent(share: float) -> str:
    return "all" if share == 1 else f"{min(share, 0.999):.1%}" if share > 0.99 else f"{share:.0%}"
