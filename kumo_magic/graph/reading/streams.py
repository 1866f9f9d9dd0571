"""Relations, readers, datasets and frames of other libraries → Arrow. Reads what can be read once only once."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import pyarrow as pa
import pyarrow.dataset as ds

from kumo_magic.errors import GraphError
from kumo_magic.graph.reading.exported_types import arrow_table
from kumo_magic.graph.reading.parts import unite


@runtime_checkable
class ArrowStream(Protocol):
    """Whatever hands over Arrow data: Arrow tables, DuckDB relations, Ibis tables, polars frames."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The data as a PyCapsule (the Arrow PyCapsule protocol)."""
        ...


@runtime_checkable
class Lazy(Protocol):
    """A plan of a table that is computed when asked: polars' LazyFrame."""

    def collect(self) -> object:
        """The table."""
        ...

    def collect_schema(self) -> object:
        """The table's columns."""
        ...


@runtime_checkable
class SparkFrame(Protocol):
    """A frame of PySpark, plain or connected."""

    sparkSession: object  # noqa: N815  # Spark's own name

    def toArrow(self) -> pa.Table:  # noqa: N802  # Spark's own name
        """All rows; its timestamps are instants with the session's zone."""
        ...


def read_stream(stream: ArrowStream, name: str) -> pa.Table:
    """All rows of something that hands over Arrow data.

    Raises:
        GraphError: Its connection is closed or busy, it was read before, or its query fails.
    """
    try:
        table = arrow_table(stream, name)
    except (pa.ArrowException, OSError, RuntimeError, ValueError) as error:
        raise _not_read(name, error) from error
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("duckdb", "_duckdb", "ibis", "polars"):
            raise
        raise _not_read(name, error) from error
    if isinstance(stream, pa.RecordBatchReader) and not len(table):
        raise GraphError(
            f"{name!r} is a reader without rows: a reader can be read once.",
            table=name,
            hint=f"Make it anew, and keep its rows: {name} = {name}.read_all()",
        )
    return table


def read_dataset(dataset: ds.Dataset | ds.Scanner, name: str) -> tuple[pa.Table, tuple[str, ...]]:
    """All rows of a dataset of Arrow, with the columns of all its files."""
    try:
        if not isinstance(dataset, ds.FileSystemDataset):
            return dataset.to_table(), ()
        fragments = list(dataset.get_fragments())
        known = set(dataset.schema.names)
        folders = known - {column for fragment in fragments for column in fragment.physical_schema.names}
        parts = []
        for fragment in fragments:
            part = fragment.to_table(schema=fragment.physical_schema)
            values = ds.get_partition_keys(fragment.partition_expression)
            for column in [column for column in dataset.schema.names if column in folders and column in values]:
                kind = dataset.schema.field(column).type
                part = part.append_column(column, pa.array([values[column]] * len(part), kind))
            parts.append((fragment.path, part))
    except (pa.ArrowException, OSError) as error:
        raise _not_read(name, error) from error
    if not parts:
        return dataset.to_table(), ()
    return unite(name, parts, code="pd.concat([pd.read_parquet(file)PART for file in files], ignore_index=True)")


def _not_read(name: str, error: Exception) -> GraphError:
    said = (str(error).strip().splitlines() or [type(error).__name__])[0]
    lowered, hint = said.lower(), ""
    if "unfinished result" in lowered or "pending" in lowered:
        hint = f"Fetch that result first, or read by a connection of its own: connection.cursor().table({name!r})."
    elif "closed" in lowered:
        hint = f"Make {name} anew from an open connection, or keep its rows before closing: {name} = {name}.df()."
    return GraphError(f"{name!r} cannot be read: {said}", table=name, hint=hint)
