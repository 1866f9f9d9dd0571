"""A column of texts or numbers that is said to hold times → these times, or an error with the code that makes some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import pandas as pd

from kumo_magic.errors import DataError, GraphError
from kumo_magic.graph.kind import Kind, first_of, kind_of
from kumo_magic.graph.time_forms import Order
from kumo_magic.graph.time_hints import how_to_unmix
from kumo_magic.graph.time_numbers import NumberForm, guess_number_times, how_to_count, read_number_times
from kumo_magic.graph.time_text import check_text_times, read_text_times


class ReadTimes(Protocol):
    """What texts or numbers were read as."""

    @property
    def times(self) -> pd.Series:
        """Naive datetime64[us], UTC where there were offsets; missing where there is no time."""
        ...

    @property
    def is_aware(self) -> bool:
        """Whether the texts had offsets."""
        ...

    @property
    def written(self) -> Order | NumberForm | None:
        """How they were written, where that has to be known of later rows."""
        ...

    def note(self, table: str, column: str) -> str:
        """What was read, in whole sentences."""
        ...


def read_times(
    values: pd.Series,
    table: str,
    column: str,
    *,
    mixed: Mapping[str, tuple[object, object]],
    written: Order | NumberForm | None = None,
) -> ReadTimes:
    """The times that the values stand for.

    Args:
        values: Texts or numbers; no times.
        table: The table's name.
        column: The column's name.
        mixed: Columns that mixed kinds of values, with two of these.
        written: How former values of the column were written.

    Raises:
        DataError: Texts that cannot be read as dates, or a mix of kinds.
        GraphError: Numbers that are no times, or values of another kind.
    """
    where = f"{table}[{column!r}]"
    if column in mixed:
        raise DataError(
            f"{table}.{column} cannot be a time column: it mixes kinds of values.",
            table=table,
            column=column,
            example=f"{mixed[column][0]!r} and {mixed[column][1]!r}",
            hint=how_to_unmix(values, where),
        )
    if isinstance(written, NumberForm):
        numbers = read_number_times(values, written)
    else:
        numbers = guess_number_times(values, column, is_said=True)
    if numbers is not None:
        return numbers
    kind = kind_of(values)
    if kind is Kind.TEXT:
        texts = read_text_times(values, written if isinstance(written, Order) else None)
        check_text_times(texts, table, column)
        return texts
    raise GraphError(
        f"{table}.{column} holds {kind} values and cannot be a time column.",
        table=table,
        column=column,
        example=repr(first_of(values)),
        hint=how_to_count(values, where)
        if kind in (Kind.WHOLE, Kind.NUMBER)
        else "Choose a column of dates, or of texts or numbers that are dates.",
    )
