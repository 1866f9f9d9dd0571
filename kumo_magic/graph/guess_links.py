"""Clean frames and their primary keys → links, with the reason: by name, kind and share of known values. Guesses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.key_forms import has_lost_digits, rewriting
from kumo_magic.graph.kind import Kind, examples_of, is_whole, kind_of, sample_of
from kumo_magic.graph.link import Link
from kumo_magic.graph.link_check import matches_kind, may_be_chance, percent
from kumo_magic.graph.link_names import Evidence, name_evidence
from kumo_magic.graph.naming import is_key_of, words_of
from kumo_magic.graph.validation import is_known, is_unique, keys_of, share_known

_SAMPLE = 20_000
_FEWEST_VALUES = 20  # fewer different values may be in a key by chance
_LEAST_BY_VALUES = 0.99
_LEAST_CHANCE = 0.001  # of numbers drawn at random from the same range being keys every one
_LEAST_SPAN = 0.5
_FEWEST_ALIKE = 3
_SHORTEST_ALIKE = 2.5  # letters on average; shorter codes are words of their own column
_LEAST_ALIKE = 0.9
_FEWEST_LINES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessedLinks:
    """Links with their reasons, and of each (table, column) that was nearly a foreign key what is to be said."""

    reasons: dict[Link, str]
    near: dict[tuple[str, str], Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """What the name of a column leads to.

    Attributes:
        parent: The table that it points at; None for none.
        words: Why.
        doubted: A table that it may point at: the values are keys there, and may be numbers that count something.
        missed: A table that its name speaks for, though few of the values are keys there.
    """

    parent: str | None = None
    words: str = ""
    doubted: str | None = None
    missed: str | None = None


@dataclass(frozen=True, slots=True)
class _Sample:
    """Some values of a column that may be a foreign key: all of them, and each once."""

    values: pa.Array
    distinct: pa.Array


def guess_links(
    frames: Mapping[str, pd.DataFrame],
    primary_keys: Mapping[str, str | None],
    mixed: Mapping[str, Mapping[str, object]],
    variables: Mapping[str, str],
) -> GuessedLinks:
    """The foreign keys of all tables. Each column points at most at one parent.

    Args:
        frames: The tables' rows.
        primary_keys: Of each table, None where it has none.
        mixed: Columns that mix kinds of values, by table.
        variables: What each table is called in code.
    """
    parents = {name: keys_of(frames[name][key]) for name, key in primary_keys.items() if key is not None}
    reasons: dict[Link, str] = {}
    near: dict[tuple[str, str], Finding] = {}
    for table, frame in frames.items():
        for column in frame.columns:
            if column in mixed.get(table, {}):
                continue
            named = [
                (parent, evidence)
                for parent in parents
                if (parent, primary_keys[parent]) != (table, column)
                and (evidence := name_evidence(table, column, parent, str(primary_keys[parent]))) is not None
                and not (column == primary_keys[table] and (evidence.strength < 3 or is_key_of(column, table)))
            ]
            if not _can_point(frame[column]):
                meant = next((parent for parent, evidence in named if evidence.strength >= 3), None)
                if meant is not None and kind_of(frame[column]) in (Kind.NUMBER, Kind.TRUTH):
                    near[table, column] = _no_key(frame[column], Link(table, column, meant))
                continue
            sample = _sample(frame[column])
            by_name = _best_named(table, named, sample, parents)
            if by_name.parent is not None:
                reasons[Link(table, column, by_name.parent)] = by_name.words
                continue
            if column != primary_keys[table] and (by_values := _by_values(table, column, sample, parents)):
                reasons[by_values[0]] = by_values[1]
                continue
            if by_name.doubted is not None:
                finding = _may_point(table, column, by_name.doubted, sample, parents)
            elif by_name.missed is not None:
                is_sure = max(evidence.strength for parent, evidence in named if parent == by_name.missed) >= 3
                link = Link(table, column, by_name.missed)
                finding = _missed(frames, primary_keys, variables, link, is_sure=is_sure)
            elif column != primary_keys[table]:
                finding = _alike(table, column, sample, parents)
                finding = finding or _other_column(frames, primary_keys, table, column, sample)
            else:
                continue
            if finding is not None:
                near[table, column] = finding
    return GuessedLinks(reasons=reasons, near=near)


def _best_named(
    table: str, named: list[tuple[str, Evidence]], sample: _Sample, parents: Mapping[str, pa.Array]
) -> _Named:
    """The parent that the name speaks for and the values do not speak against, and why; else one that is only named."""
    best: tuple[tuple[float, ...], str, str] | None = None
    doubted = missed = None
    is_place = _is_place_in_group(sample.values)
    for parent, evidence in named:
        if not len(sample.values):
            share, words = 1.0, f"{evidence.words}; it has no values to compare"
        else:
            share = float(is_known(sample.values, parents[parent]).mean())
            words = f"{evidence.words}; {percent(share)} of its values are there"
            if share < evidence.least_share and (evidence.strength >= 3 or missed is None):
                missed = parent
            if share < evidence.least_share:
                continue
            if is_place and evidence.strength <= 2:
                doubted = parent if evidence.strength == 2 else doubted
                continue
            if evidence.is_doubtful:
                doubted = parent
                continue
            if evidence.needs_span and not _spans(sample, parents[parent]):
                continue
        rank = (evidence.strength, share, parent == table)
        if best is None or rank > best[0]:
            best = (rank, parent, words)
    return _Named(parent=best[1], words=best[2]) if best else _Named(doubted=doubted, missed=missed)


def _missed(
    frames: Mapping[str, pd.DataFrame],
    primary_keys: Mapping[str, str | None],
    variables: Mapping[str, str],
    link: Link,
    *,
    is_sure: bool,
) -> Finding | None:
    """A column that is named after a table or its key, and whose values say otherwise.

    A name that only hints at the table is told where its values, written alike, are keys there.
    """
    key = str(primary_keys[link.parent])
    values, keys = frames[link.table][link.column], frames[link.parent][key]
    about = f"{link.table}.{link.column}"
    sides = f"{examples_of(values)} against {examples_of(keys)}"
    says = f"{about} is named like a key of {link.parent!r} and is not linked: few of its values are there ({sides})."
    line = rewriting(values, keys, f"{variables[link.table]}[{link.column!r}]", f"{variables[link.parent]}[{key!r}]")
    if not is_sure and (line is None or line.share < _LEAST_ALIKE):
        return None
    next_step = f"If it is one: --link {about}={link.parent}."
    if not matches_kind(values, keys) or not (may_be_chance(values, keys) or share_known(values, keys)):
        next_step = "Nothing tried makes them match; to link it, write its values as the keys are."
    if line is not None:
        next_step = f"Written alike, {percent(line.share)} of its values match: {line.code}."
    return Finding(about=about, says=says, next_step=next_step, severity=Severity.GUESS)


def _no_key(values: pd.Series, link: Link) -> Finding:
    """A column that is named after a table or its key, and holds what no key can."""
    about = f"{link.table}.{link.column}"
    says = f"{about} is named like a key of {link.parent!r} and is not linked: it holds {examples_of(values)}."
    next_step = f"Write its values as the keys are, then name it: --link {about}={link.parent}."
    if has_lost_digits(values):
        next_step = "Its ids lost digits as floating-point numbers: read it from its source again as text."
    return Finding(about=about, says=says, next_step=next_step, severity=Severity.GUESS)


def _is_place_in_group(values: pa.Array) -> bool:
    """Whether numbers count the lines of an order, 1, 2, 3: each is there, and none more often than the one before.

    Many numbers that are there about equally often count no lines: nearly every order would have all of them.
    """
    if not pa.types.is_integer(values.type) or not len(values):
        return False
    numbers, counts = np.unique(np.asarray(values), return_counts=True)
    starts = int(numbers[0]) in (0, 1) and int(numbers[-1]) - int(numbers[0]) == len(numbers) - 1
    if not starts or len(values) < _FEWEST_LINES * len(numbers):
        return False
    is_steady = len(numbers) >= _FEWEST_VALUES and counts[-1] > counts[0] / 2
    return bool((np.diff(counts) <= 0).all() and not is_steady)


def _alike(table: str, column: str, sample: _Sample, parents: Mapping[str, pa.Array]) -> Finding | None:
    """Text of which nearly all values are keys of one table, though its name does not say so."""
    if not pa.types.is_large_string(sample.distinct.type) or len(sample.distinct) < _FEWEST_ALIKE:
        return None
    if pc.mean(pc.utf8_length(sample.distinct)).as_py() < _SHORTEST_ALIKE:  # pyright: ignore[reportAttributeAccessIssue]  # pyarrow makes its functions at import
        return None
    least = 1.0 if len(sample.distinct) < _FEWEST_VALUES else _LEAST_ALIKE
    found = {
        parent: share
        for parent, keys in parents.items()
        if keys.type == sample.distinct.type and (share := float(is_known(sample.distinct, keys).mean())) >= least
    }
    if len(found) != 1:
        return None
    return _may_point(table, column, next(iter(found)), sample, parents)


def _may_point(table: str, column: str, parent: str, sample: _Sample, parents: Mapping[str, pa.Array]) -> Finding:
    """A column that looks like a foreign key, with the option that makes it one."""
    share = float(is_known(sample.distinct, parents[parent]).mean())
    about = f"{table}.{column}"
    says = f"{about} may point at {parent!r}: {percent(share)} of its {len(sample.distinct):,} values are keys there."
    return Finding(about=about, says=says, next_step=f"If it does: --link {about}={parent}.", severity=Severity.GUESS)


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
) -> Finding | None:
    """What to do when another table has the values in a unique column that is not its primary key."""
    for other, frame in frames.items():
        if other == table or column not in frame.columns or primary_keys[other] in (None, column):
            continue
        values = frame[column]
        if kind_of(values) is not Kind.TEXT or len(sample.distinct) == len(sample.values) or not is_unique(values):
            continue
        if float(is_known(sample.values, keys_of(values)).mean()) >= _LEAST_BY_VALUES:
            return Finding(
                about=f"{table}.{column}",
                says=f"{table}.{column} could point at {other!r} if {column} were its primary key: "
                f"graph[{other!r}].primary_key = {column!r}.",
                severity=Severity.REMARK,
            )
    return None


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
