import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from kumo_magic.errors import GraphError
from kumo_magic.graph import Graph
from kumo_magic.graph.reading import RawTable, read_table, read_tables

RunHint = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def make_duckdb(*statements: str, file: str = "shop.duckdb") -> None:
    with duckdb.connect(file) as connection:
        for statement in statements:
            connection.execute(statement)


def make_sqlite(*statements: str, file: str = "shop.sqlite") -> None:
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def rows(raw: RawTable, column: str) -> list[object]:
    return [
        None if value is None or value is pd.NA or value != value else value for value in raw.frame[column].tolist()
    ]


@pytest.mark.parametrize("path", ["duckdb:///shop.duckdb", "shop.duckdb"])
def test_views_and_tables_of_other_schemas_are_read_and_told(path: str) -> None:
    make_duckdb(
        "CREATE TABLE guests AS SELECT 1 AS guest_id",
        "CREATE VIEW adults AS SELECT * FROM guests",
        "CREATE SCHEMA sales",
        "CREATE TABLE sales.stays AS SELECT 7 AS stay_id",
    )

    tables = read_tables(path)

    assert list(tables) == ["adults", "guests", "stays"]
    assert "'adults' is a view of 'shop.duckdb'" in tables["adults"].notes[0]
    assert "from the schema 'sales'" in tables["stays"].notes[0]
    assert not tables["guests"].notes


def test_tables_of_one_name_in_two_schemas_are_refused_with_code_that_works(
    run_hint: RunHint,
) -> None:
    make_duckdb("CREATE TABLE stays AS SELECT 1 AS id", "CREATE SCHEMA old", "CREATE TABLE old.stays AS SELECT 2 AS id")

    with pytest.raises(GraphError, match="'stays' in each of the schemas main and old") as error:
        read_tables("shop.duckdb")

    assert rows(read_table("stays", run_hint(error.value)["stays"]), "id") == [1]


def test_a_view_that_cannot_be_read_is_named() -> None:
    make_duckdb("CREATE TABLE guests AS SELECT 1 AS id", "CREATE VIEW odd AS SELECT * FROM guests", "DROP TABLE guests")

    with pytest.raises(GraphError, match=r"The view 'odd' of 'shop\.duckdb' cannot be read") as error:
        read_tables("shop.duckdb")

    assert error.value.table == "odd"


def test_an_sqlite_file_is_no_duckdb_file_and_nothing_is_loaded(run_hint: RunHint) -> None:
    make_sqlite("CREATE TABLE guests (guest_id INTEGER)", "INSERT INTO guests VALUES (5)", file="shop.db")

    with pytest.raises(GraphError, match="is an SQLite database") as error:
        read_table("guests", "duckdb:///shop.db")

    assert "http" not in str(error.value)
    assert "INSTALL" not in str(error.value)
    assert run_hint(error.value)["guests"]["guest_id"].tolist() == [5]
    assert rows(read_tables("sqlite:///shop.db")["guests"], "guest_id") == [5]


def test_a_duckdb_file_is_no_sqlite_file() -> None:
    make_duckdb("CREATE TABLE guests AS SELECT 1 AS id")

    with pytest.raises(GraphError, match=r"(?s)is a DuckDB file.*duckdb:///shop\.duckdb"):
        read_tables("sqlite:///shop.duckdb")


@pytest.mark.parametrize("path", ["duckdb:///shop.duckdb", "sqlite:///shop.sqlite", "shop.duckdb", "shop.sqlite"])
@pytest.mark.parametrize("content", [b"", b"no database " * 1_000])
def test_a_file_that_is_no_database_is_refused(path: str, content: bytes) -> None:
    Path(path.split("/")[-1]).write_bytes(content)

    if content or "duckdb" in path:
        with pytest.raises(GraphError, match="cannot be read"):
            read_tables(path)


def test_a_file_that_another_process_writes_is_refused() -> None:
    make_duckdb("CREATE TABLE guests AS SELECT 1 AS id")
    code = "import duckdb, sys; c = duckdb.connect('shop.duckdb'); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(GraphError, match=r"(?s)cannot be read.*Another process writes to it"):
            read_tables("shop.duckdb")
        other.communicate()


def test_a_file_that_the_notebook_has_open_is_refused_with_a_way_that_works() -> None:
    make_duckdb("CREATE TABLE guests AS SELECT 1 AS id")

    with duckdb.connect("shop.duckdb") as connection:
        with pytest.raises(GraphError, match=r"(?s)cannot be read.*connection\.table"):
            read_tables("shop.duckdb")
        assert rows(read_table("guests", connection.table("guests")), "id") == [1]


def test_values_of_sqlite_are_what_it_stored() -> None:
    make_sqlite(
        "CREATE TABLE guests (id INTEGER, code TEXT, vip BOOLEAN, born DATE, fee REAL, tax DECIMAL(9, 2), pic BLOB, x)",
        f"INSERT INTO guests VALUES ({2**60 + 1}, '007', 1, '1990-05-01', 1.5, 0.25, x'0001', 'a')",
        "INSERT INTO guests VALUES (NULL, '010', 0, '1991-05-01', NULL, 3, x'02', NULL)",
        "INSERT INTO guests VALUES (3, NULL, NULL, NULL, 2, NULL, NULL, 'b')",
        "CREATE VIEW vips AS SELECT * FROM guests WHERE vip",
    )

    tables = read_tables("shop.sqlite")
    guests = tables["guests"]

    assert rows(guests, "id") == [2**60 + 1, None, 3]
    assert rows(guests, "code") == ["007", "010", None]
    assert rows(guests, "vip") == [True, False, None]
    assert rows(guests, "fee") == [1.5, None, 2.0]
    assert rows(guests, "tax") == [0.25, 3.0, None]
    assert rows(guests, "pic") == [b"\0\1", b"\2", None]
    assert rows(tables["vips"], "code") == ["007"]
    assert "is a view" in tables["vips"].notes[0]
    assert Graph.from_data({"guests": guests})["guests"].frame["born"].iloc[0] == pd.Timestamp("1990-05-01")


def test_sqlite_tells_what_other_values_a_column_of_numbers_holds() -> None:
    make_sqlite(
        "CREATE TABLE guests (a INTEGER, b INTEGER, c INTEGER)",
        "INSERT INTO guests VALUES (1, 1, 1), ('', 'none', 2.5)",
    )

    guests = read_tables("shop.sqlite")["guests"]

    assert rows(guests, "a") == [1, None]
    assert "holds empty texts among numbers" in guests.notes[0]
    assert rows(guests, "b") == [1, "none"]
    assert rows(guests, "c") == [1.0, 2.5]


def test_an_sqlite_table_without_rows_keeps_its_columns() -> None:
    make_sqlite('CREATE TABLE "odd name" (id INTEGER, "a ""b""" TEXT)')

    assert read_tables("shop.sqlite")["odd name"].frame.columns.tolist() == ["id", 'a "b"']


def test_a_table_that_sqlite_has_not_is_refused_with_those_it_has() -> None:
    make_sqlite("CREATE TABLE guests (id INTEGER)")

    with pytest.raises(GraphError, match="It has guests"):
        read_table("stays", "sqlite:///shop.sqlite")
    with pytest.raises(GraphError, match="There is no database"):
        read_tables("sqlite:///missing.db")


def test_a_relation_beside_an_unfetched_result_harms_neither() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE guests AS SELECT range AS id FROM range(3)")
    guests = connection.table("guests")
    connection.execute("SELECT * FROM range(100000)")

    with pytest.raises(GraphError, match=r"connection\.cursor\(\)\.table\('guests'\)"):
        read_table("guests", guests)
    assert rows(read_table("guests", connection.cursor().table("guests")), "id") == [0, 1, 2]
    assert len(connection.fetchall()) == 100_000
    assert rows(read_table("guests", guests), "id") == [0, 1, 2]


def test_a_relation_of_a_closed_connection_is_refused() -> None:
    connection = duckdb.connect()
    guests = connection.sql("SELECT 1 AS id")
    connection.close()

    with pytest.raises(GraphError, match="'guests' cannot be read"):
        read_table("guests", guests)
