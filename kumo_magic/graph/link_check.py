"""Two tables and the columns that are to join them → what is odd about that, or why it cannot be. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kumo_magic.errors import GraphError
from kumo_magic.graph.composite import composite_values, key_name
from kumo_magic.graph.kind import Kind, first_of, kind_of
from kumo_magic.graph.link import Link
from kumo_magic.graph.table import Table
from kumo_magic.graph.validation import check_link, matches_kind


def check_columns(link: Link, child: Table, columns: Sequence[str], parent: Table, key: Sequence[str]) -> str:
    """What is odd about the values of a foreign key, in a sentence; empty when nothing is.

    Columns of a key of several are matched by position.

    Raises:
        GraphError: There are more columns on one side, or values of one are of another kind than the key's.
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
    if len(key) == 1:
        return check_link(link, child.frame[columns[0]], parent.frame[key[0]], key[0], child.mixed)
    for column, part in zip(columns, key, strict=True):
        _check_kinds(link, child, column, parent, part)
    name = key_name(key)
    return check_link(link, composite_column(child, columns), composite_column(parent, key), name, child.mixed)


def said_order(link: Link, columns: Sequence[str], key: Sequence[str]) -> str:
    """A sentence on which column points at which, where the same names are given in another order than the key's."""
    if tuple(columns) == tuple(key) or set(columns) != set(key):
        return ""
    pairs = ", ".join(f"{column} is matched with {part}" for column, part in zip(columns, key, strict=True))
    return f"{link}: the columns of a link follow the order of the key, {key_name(key)}, so {pairs}."


def composite_column(table: Table, columns: Sequence[str]) -> pd.Series:
    """The column that stands for several, made where the table does not hold it yet."""
    name = key_name(columns)
    return table.frame[name] if name in table.composites else composite_values(table.frame, columns)


def _check_kinds(link: Link, child: Table, column: str, parent: Table, part: str) -> None:
    values, keys = child.frame[column], parent.frame[part]
    kinds = kind_of(values), kind_of(keys)
    if kinds == (Kind.TIME, Kind.TIME) or matches_kind(values, keys) or not values.notna().any():
        return
    wanted = {Kind.TEXT: ".astype(str)", Kind.TIME: None}.get(kinds[1], ".astype('Int64')")
    where = f"{child.name}[{column!r}]"
    raise GraphError(
        f"{link} cannot be linked: {column} holds {kinds[0]} values, {parent.name}.{part} {kinds[1]} values.",
        table=child.name,
        column=column,
        example=f"{first_of(values)!r} against {first_of(keys)!r}" if len(keys) else repr(first_of(values)),
        hint=f"Make them one kind first: {where} = "
        + (f"pd.to_datetime({where})." if wanted is None else f"{where}{wanted}."),
    )


def _number(columns: Sequence[str]) -> str:
    return "one column" if len(columns) == 1 else f"{len(columns)} columns"


def _as_many(columns: Sequence[str], key: Sequence[str]) -> str | tuple[str, ...]:
    """The key's own columns where the child has some of their names, else its columns filled up with them."""
    filled = tuple(key) if set(columns) & set(key) else (*columns, *key)[: len(key)]
    return filled[0] if len(filled) == 1 else tuple(filled)
