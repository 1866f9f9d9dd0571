from collections.abc import Callable
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from kumo_magic.errors import GraphError
from kumo_magic.graph import Graph
from kumo_magic.graph.reading import read_table, read_tables

RunHint = Callable[..., dict[str, Any]]


class FrameOfSpark:
    """What PySpark 4 shows of a frame: its own stream fails on timestamps beside other time zones."""

    sparkSession = None  # noqa: N815

    def toArrow(self) -> pa.Table:  # noqa: N802
        return pa.table({"at": pa.array([pd.Timestamp("2024-01-01 17:00", tz="UTC")], pa.timestamp("us", "UTC"))})

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        raise AssertionError


def test_a_frame_of_spark_gives_its_times_as_instants() -> None:
    graph = Graph.from_data({"events": FrameOfSpark()})

    assert graph["events"].frame["at"].tolist() == [pd.Timestamp("2024-01-01 17:00")]


def test_a_reader_is_read_once_and_an_exhausted_one_is_refused(run_hint: RunHint) -> None:
    rows = pa.table({"id": [1, 2]})
    reader = rows.to_reader()

    assert read_table("events", reader).frame["id"].tolist() == [1, 2]
    with pytest.raises(GraphError, match="a reader can be read once") as error:
        read_table("events", reader)

    kept = run_hint(error.value, events=rows.to_reader())["events"]
    assert [read_table("events", kept).frame["id"].tolist() for _ in range(2)] == [[1, 2], [1, 2]]


def test_a_batch_is_a_table() -> None:
    assert read_table("events", pa.record_batch({"id": [1]})).frame["id"].tolist() == [1]


def test_frames_of_polars_are_read_lazy_ones_too() -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame({"id": [2**60 + 1, None], "code": ["007", None]})

    for table in (frame, frame.lazy()):
        read = read_table("events", table).frame
        assert read["id"].iloc[0] == 2**60 + 1
        assert read["code"].iloc[0] == "007"


def test_a_connection_is_no_table_and_the_way_to_one_works(run_hint: RunHint) -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE events AS SELECT 1 AS id")

    with pytest.raises(GraphError, match="is a connection") as error:
        read_table("events", connection)

    relation = run_hint(error.value, connection=connection)["events"]
    assert read_table("events", relation).frame["id"].tolist() == [1]


@pytest.mark.parametrize("table", [{"id": [1, 2]}, [{"id": 1}, {"id": 2}]])
def test_plain_python_is_no_table_and_the_way_to_one_works(table: object, run_hint: RunHint) -> None:
    with pytest.raises(GraphError, match="which is no table") as error:
        read_table("events", table)

    assert run_hint(error.value, events=table)["events"]["id"].tolist() == [1, 2]


def test_what_was_read_already_is_not_read_again() -> None:
    raw = read_tables({"events": pa.table({"id": [1]}).to_reader()})

    assert Graph.from_data(raw)["events"].frame["id"].tolist() == [1]
