"""Whatever hands over Arrow data → an Arrow table with the values that the source has. Knows no graph.

Some sources export types that Arrow lacks as other values and say nothing: DuckDB 2.0 gives -1 for every UHUGEINT above
2^127 and times with a zone without it, polars 2.1 gives addresses in memory for its Object columns and an Int128 that
nobody reads. Such columns leave their source as text, or are refused.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from kumo_magic.errors import GraphError

_NUMBERS = ("UHUGEINT", "BIGNUM", "VARINT", "Int128", "UInt128")
"""Whole numbers of more than 64 bits."""
_TEXTS = ("TIME WITH TIME ZONE", "BIT", "TIME_NS")
_WHOLE = pa.decimal256(76, 0)


def arrow_table(source: Any, name: str) -> pa.Table:
    """The table of a source with ``__arrow_c_stream__``.

    Raises:
        GraphError: A column holds what has no values outside its source.
    """
    kinds: dict[str, str] = {}
    match type(source).__module__.partition(".")[0]:
        case "duckdb" | "_duckdb":
            kinds = dict(zip(source.columns, map(str, source.types), strict=True))
            source = _from_duckdb(source, kinds)
        case "polars":
            kinds = {column: str(kind) for column, kind in source.schema.items()}
            source = _from_polars(source, kinds, name)
        case _:
            pass
    table = pa.table(source)
    for place, column in enumerate(table.column_names):
        if kinds.get(column) in _NUMBERS:
            table = table.set_column(place, column, table[column].cast(pa.string()).cast(_WHOLE))
    return table


def _from_duckdb(relation: Any, kinds: dict[str, str]) -> Any:
    if not any(kind in (*_NUMBERS, *_TEXTS) for kind in kinds.values()):
        return relation
    import duckdb  # heavy, and only its own relations need it

    columns = {column: duckdb.ColumnExpression(column) for column in kinds}
    odd = [column for column, kind in kinds.items() if kind in (*_NUMBERS, *_TEXTS)]
    return relation.select(*(columns | {name: columns[name].cast("VARCHAR").alias(name) for name in odd}).values())


def _from_polars(frame: Any, kinds: dict[str, str], name: str) -> Any:
    for column, kind in kinds.items():
        if kind == "Object":
            raise GraphError(
                f"{name}.{column} holds Python objects, which polars hands to nobody.",
                table=name,
                column=column,
                example=repr(frame[column][0]) if len(frame) else None,
                hint=f"Make text of them first: {name} = {name}.with_columns(pl.Series({column!r}, "
                f"[None if value is None else str(value) for value in {name}[{column!r}]]))",
            )
    return frame.with_columns(frame[column].cast(str) for column, kind in kinds.items() if kind in _NUMBERS)
