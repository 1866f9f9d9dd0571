"""Two tables and the columns that are to join them → what is odd about that, or why it cannot be. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.errors import GraphError
from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.composite import composite_values, key_name
from kumo_magic.graph.key_forms import Rewriting, has_lost_digits, rewriting
from kumo_magic.graph.kind import Kind, examples_of, first_of, is_whole, kind_of
from kumo_magic.graph.link import Link
from kumo_magic.graph.table import Table
from kumo_magic.graph.validation import is_known, keys_of, share_known

_LOW_SHARE = 0.5
_LOW_SHARE_OF_A_GUESS = 0.9
_FEWEST_VALUES = 5  # fewer values or keys may happen not to meet


@dataclass(frozen=True, slots=True)
class _Pair:
    """A column of the child and the one of the parent's key that it is matched with."""

    child: Table
    column: str
    parent: Table
    part: str

    @property
    def values(self) -> pd.Series:
        return self.child.frame[self.column]

    @property
    def keys(self) -> pd.Series:
        return self.parent.frame[self.part]

    def rewriting(self, rows: np.ndarray | None = None) -> Rewriting | None:
        """The line of code after which the values, or those of some rows, are keys of the parent."""
        values = self.values if rows is None else self.values.iloc[np.flatnonzero(rows)]
        child_place, parent_place = place_of(self.child, self.column), place_of(self.parent, self.part)
        return rewriting(values, self.keys, child_place, parent_place)


def check_link(
    link: Link, child: Table, columns: Sequence[str], parent: Table, key: Sequence[str], *, is_guess: bool = False
) -> Finding | None:
    """What is odd about the values of a foreign key; None when nothing is.

    Args:
        link: The link.
        child: The table with the foreign key.
        columns: The foreign key's columns, matched with the key's by position.
        parent: The table that it points at.
        key: The columns of the parent's primary key, now or soon.
        is_guess: Whether nobody said that the two are linked.

    Raises:
        GraphError: There are more columns on one side, values of one are of another kind than the key's or mix kinds,
            or no value is a key.
    """
    if len(columns) != len(key):
        raise GraphError(
            f"{link} cannot be linked: that is {_number(columns)}, and the key of {link.parent!r} has "
            f"{_number(key)}, {', '.join(key)}.",
            table=link.table,
            column=link.column,
            hint=f"Name as many, in the key's order: graph.link({link.table!r}, {_as_many(columns, key)!r}, "
            f"{link.parent!r}).",
        )
    pairs = [_Pair(child, column, parent, part) for column, part in zip(columns, key, strict=True)]
    for pair in pairs:
        _check_kinds(link, pair)
    values, keys = composite_column(child, columns), composite_column(parent, key)
    num_values = int(values.notna().sum())
    if not num_values:
        return None
    named = keys_of(values)
    is_orphan = ~is_known(named, keys_of(keys)) & np.asarray(named.is_valid())
    num_orphans = int(is_orphan.sum())
    if not num_orphans:
        return None
    pair = _odd_one(pairs)
    is_chance = may_be_chance(values, keys) and pair.rewriting() is None
    if num_orphans == num_values and len(keys) and not is_chance:
        what = "values" if len(pairs) == 1 else "combinations"
        raise _no_match(link, pair, f"none of its {num_values:,} {what} is a key of {link.parent!r}")
    return _orphans(link, pair, values, keys, is_orphan, is_guess=is_guess)


def said_order(link: Link, columns: Sequence[str], key: Sequence[str]) -> str:
    """A sentence on which column points at which, where the same names are given in another order than the key's."""
    if tuple(columns) == tuple(key) or set(columns) != set(key):
        return ""
    pairs = ", ".join(f"{column} is matched with {part}" for column, part in zip(columns, key, strict=True))
    return f"{link}: the columns of a link follow the order of the key, {key_name(key)}, so {pairs}."


def composite_column(table: Table, columns: Sequence[str]) -> pd.Series:
    """The column, or the one that stands for several, made where the table does not hold it yet."""
    name = key_name(columns)
    return table.frame[name] if name in table.frame else composite_values(table.frame, columns)


def place_of(table: Table, column: str) -> str:
    """A column as code: of the variable that the table came from, where it came from one."""
    return f"{table.variable}[{column!r}]"


def matches_kind(child: pd.Series, parent: pd.Series) -> bool:
    """Whether a foreign key's values are of the key's kind; whole numbers may be written as floats."""
    kinds = kind_of(child), kind_of(parent)
    return kinds == (Kind.TEXT, Kind.TEXT) or (is_whole(child) and is_whole(parent))


def may_be_chance(values: pd.Series, keys: pd.Series) -> bool:
    """Whether there are so few that they may not meet though the one names the other."""
    return min(values.nunique(), len(keys)) < _FEWEST_VALUES


def percent(share: float) -> str:
    """A share in words: ``all`` only where it is all, a decimal above 99%."""
    return "all" if share == 1 else f"{min(share, 0.999):.1%}" if share > 0.99 else f"{share:.0%}"


def _check_kinds(link: Link, pair: _Pair) -> None:
    """Return when the two hold the same kind of values; whole numbers may be written as floats."""
    about = f"{link.parent}.{pair.part}"
    if pair.column in pair.child.mixed:
        one, other = pair.child.mixed[pair.column]
        raise GraphError(
            f"{link.table}.{pair.column} cannot be linked: it mixes kinds of values.",
            table=link.table,
            column=pair.column,
            example=f"{one!r} and {other!r}",
            hint=_do(pair.rewriting()) or f"{about} holds {kind_of(pair.keys)} values; make them that.",
        )
    kinds = kind_of(pair.values), kind_of(pair.keys)
    is_alike = kinds == (Kind.TIME, Kind.TIME) or matches_kind(pair.values, pair.keys)
    if not is_alike and pair.values.notna().any():
        raise _no_match(link, pair, f"{pair.column} holds {kinds[0]} values, {about} {kinds[1]} values")


def _odd_one(pairs: Sequence[_Pair]) -> _Pair:
    """The pair to look at where keys are not met: of several the one whose own values are met least."""
    return pairs[0] if len(pairs) == 1 else min(pairs, key=lambda pair: share_known(pair.values, pair.keys))


def _no_match(link: Link, pair: _Pair, why: str) -> GraphError:
    hint = _do(pair.rewriting())
    if not hint and kind_of(pair.keys) is Kind.TIME:
        place = place_of(pair.child, pair.column)
        hint = f"Make them one kind first: {place} = pd.to_datetime({place})."
    if not hint and has_lost_digits(pair.values):
        why = f"{pair.column} lost digits of its ids when it was read as floating-point numbers"
        hint = "Read it from its source again as text, so that each id keeps all of its digits."
    return GraphError(
        f"{link} cannot be linked: {why}.",
        table=link.table,
        column=pair.column,
        example=f"{examples_of(pair.values)} against {examples_of(pair.keys)}",
        hint=hint or "Nothing tried makes them match: link another column, or another table.",
    )


def _do(line: Rewriting | None) -> str:
    return "" if line is None else f"Write them alike, then {percent(line.share)} of the values match: {line.code}."


def _orphans(
    link: Link, pair: _Pair, values: pd.Series, keys: pd.Series, is_orphan: np.ndarray, *, is_guess: bool
) -> Finding:
    """Rows whose foreign key names no row: told, and told aloud where they are many or only written otherwise."""
    about, num_orphans, num_values = f"{link.table}.{link.column}", int(is_orphan.sum()), int(values.notna().sum())
    found = values.iloc[np.flatnonzero(is_orphan)]
    says = (
        f"{num_orphans:,} of {len(values):,} rows of {link.table!r} have a {link.column} that {link.parent!r} "
        f"has not, for example {first_of(found)!r}; they count as rows without {link.parent!r}."
    )
    is_one_column = pair.column == link.column
    line = pair.rewriting(is_orphan) if is_one_column else None
    share = 1 - num_orphans / num_values
    if line is not None:
        next_step = f"Written alike, {percent(line.share)} of these values match: {line.code}."
        return Finding(about=about, says=says, next_step=next_step, severity=Severity.HOLLOW)
    low = f"Only {percent(share)} of its values are keys of {link.parent!r} ({examples_of(keys)})."
    if share < _LOW_SHARE_OF_A_GUESS and is_guess:
        next_step = f"{low} If it is no foreign key: --unlink {about}."
        return Finding(about=about, says=says, next_step=next_step, severity=Severity.GUESS)
    if share < _LOW_SHARE:
        return Finding(about=about, says=says, next_step=low, severity=Severity.HOLLOW)
    return Finding(about=about, says=says, severity=Severity.REMARK)


def _number(columns: Sequence[str]) -> str:
    return "one column" if len(columns) == 1 else f"{len(columns)} columns"


def _as_many(columns: Sequence[str], key: Sequence[str]) -> str | tuple[str, ...]:
    """The key's own columns where the child has some of their names, else its columns filled up with them."""
    filled = tuple(key) if set(columns) & set(key) else (*columns, *key)[: len(key)]
    return filled[0] if len(filled) == 1 else tuple(filled)
