from pathlib import Path

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
import pytest

from kumo_magic.errors import GraphError
from kumo_magic.graph import Graph
from kumo_magic.graph.reading import RawTable, read_table, read_tables

BIG = 2**60 + 1


@pytest.fixture
def users() -> pd.DataFrame:
    return pd.DataFrame({"user_id": [1, 2], "boss_id": pd.array([None, BIG], dtype="Int64"), "tier": ["gold", None]})


def check(raw: RawTable, users: pd.DataFrame) -> None:
    read = raw.frame
    assert read.columns.tolist() == users.columns.tolist()
    assert read["user_id"].tolist() == [1, 2]
    assert read["boss_id"].iloc[1] == BIG
    assert read["tier"].isna().tolist() == [False, True]


def test_arrow_tables_are_read(users: pd.DataFrame) -> None:
    check(read_table("users", pa.table(users)), users)


def test_duckdb_relations_are_read(users: pd.DataFrame) -> None:
    with duckdb.connect() as connection:
        check(read_table("users", connection.sql("SELECT * FROM users")), users)


def test_ibis_tables_are_read(users: pd.DataFrame) -> None:
    check(read_table("users", ibis.memtable(pa.table(users))), users)


def test_parquet_and_csv_files_are_named_by_their_stem(users: pd.DataFrame, tmp_path: Path) -> None:
    users.to_parquet(tmp_path / "users.parquet")
    users.to_csv(tmp_path / "members.csv", index=False)
    users.to_csv(tmp_path / "guests.csv.gz", index=False)
    users.to_csv(tmp_path / "staff.tsv", index=False, sep="\t")

    read = read_tables([tmp_path / name for name in ("users.parquet", "members.csv", "guests.csv.gz", "staff.tsv")])

    assert list(read) == ["users", "members", "guests", "staff"]
    for frame in read.values():
        check(frame, users)


def test_a_pattern_stands_for_its_files(users: pd.DataFrame, tmp_path: Path) -> None:
    users.to_parquet(tmp_path / "b.parquet")
    users.to_parquet(tmp_path / "a.parquet")

    assert list(read_tables(str(tmp_path / "*.parquet"))) == ["a", "b"]


def test_a_duckdb_file_is_all_its_tables(users: pd.DataFrame, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE users AS SELECT * FROM users")
        connection.execute('CREATE TABLE "odd name" AS SELECT 1 AS one')

    read = read_tables(f"duckdb:///{tmp_path / 'shop.db'}")

    assert set(read) == {"users", "odd name"}
    check(read["users"], users)


def test_one_table_of_a_duckdb_file_is_read_by_its_name(users: pd.DataFrame, tmp_path: Path) -> None:
    address = f"duckdb:///{tmp_path / 'shop.db'}"
    with duckdb.connect(str(tmp_path / "shop.db")) as connection:
        connection.execute("CREATE TABLE users AS SELECT * FROM users")

    check(read_table("users", address), users)
    with pytest.raises(GraphError, match="It has users"):
        read_table("orders", address)


def test_whole_numbers_with_gaps_stay_exact_in_a_graph(users: pd.DataFrame) -> None:
    graph = Graph.from_data({"users": pa.table(users)})

    assert graph["users"].frame["boss_id"].dtype == "Int64"
    assert graph["users"].frame["boss_id"].iloc[1] == BIG


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("missing.parquet", "There is no file"),
        ("*.nothing", "No file matches"),
        ("duckdb:///missing.db", "There is no database"),
        ({"users": 7}, "is a int, which is no table"),
        ({"users": pd.Series([1])}, "single column"),
        (pd.DataFrame({"a": [1]}), "alone has no name"),
        ([pd.DataFrame({"a": [1]})], "alone has no name"),
    ],
)
def test_what_is_no_table_is_refused(data: object, words: str) -> None:
    with pytest.raises(GraphError, match=words.replace("*", r"\*")):
        read_tables(data)  # pyright: ignore[reportArgumentType]  # the mistakes that users make


def test_files_of_the_same_stem_are_refused(users: pd.DataFrame, tmp_path: Path) -> None:
    users.to_csv(tmp_path / "users.csv", index=False)
    users.to_parquet(tmp_path / "users.parquet")

    with pytest.raises(GraphError, match="both named 'users'"):
        read_tables([str(tmp_path / "users.csv"), str(tmp_path / "users.parquet")])


@pytest.mark.parametrize("name", ["users.parquet", "users.csv", "users.xlsx"])
def test_broken_and_unknown_files_are_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"")

    with pytest.raises(GraphError, match="cannot be read"):
        read_tables(str(tmp_path / name))
