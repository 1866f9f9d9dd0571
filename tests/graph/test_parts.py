from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from kumo_magic.errors import GraphError
from kumo_magic.graph.reading import RawTable, read_table, read_tables

RunHint = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("sales").mkdir()
    return Path("sales")


def write(**parts: pa.Table) -> None:
    for name, part in parts.items():
        pq.write_table(part, f"sales/{name}.parquet")


def rows(raw: RawTable, column: str) -> list[object]:
    return [None if pd.isna(value) else value for value in raw.frame[column].tolist()]


def test_columns_that_differ_in_case_are_one_column() -> None:
    write(a=pa.table({"id": [1, 2], "amount": [1.0, 2.0]}), b=pa.table({"Amount": [3.0], "id": [3]}))

    raw = read_table("sales", "sales")

    assert rows(raw, "amount") == [1.0, 2.0, 3.0]
    assert rows(raw, "id") == [1, 2, 3]
    assert any("'b.parquet' calls 'amount' 'Amount'" in note for note in raw.notes)


def test_two_columns_of_one_part_that_differ_in_case_stay_two() -> None:
    write(
        a=pa.table({"id": [1], "amount": [1], "Amount": [10]}), b=pa.table({"id": [2], "Amount": [20], "amount": [2]})
    )

    raw = read_table("sales", "sales")

    assert rows(raw, "amount") == [1, 2]
    assert rows(raw, "Amount") == [10, 20]


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (pa.array([1], pa.int32()), pa.array([2**40], pa.int64()), [1, 2**40]),
        (pa.array([2**53 - 1], pa.int64()), pa.array([0.5]), [2.0**53 - 1, 0.5]),
        (pa.array(["x"]), pa.array(["y"]).dictionary_encode(), ["x", "y"]),
        (pa.array(["x"], pa.large_string()), pa.array([None], pa.null()), ["x", None]),
        (pa.array([None], pa.null()), pa.array([2**60 + 1]), [None, 2**60 + 1]),
    ],
)
def test_types_that_differ_in_width_keep_every_value(first: pa.Array, second: pa.Array, together: list[object]) -> None:
    write(a=pa.table({"id": [1], "x": first}), b=pa.table({"id": [2], "x": second}))

    assert rows(read_table("sales", "sales"), "x") == together


def test_times_of_other_units_are_the_same_times() -> None:
    when = pd.Timestamp("2024-05-01 12:00")
    write(
        a=pa.table({"id": [1], "at": pa.array([when], pa.timestamp("ms"))}),
        b=pa.table({"id": [2], "at": pa.array([when], pa.timestamp("ns"))}),
        c=pa.table({"id": [3], "at": pa.array([when.date()], pa.date32())}),
    )

    assert rows(read_table("sales", "sales"), "at") == [when, when, when.normalize()]


def test_zones_of_other_names_are_the_same_times() -> None:
    when = pd.Timestamp("2024-05-01 12:00", tz="UTC")
    write(
        a=pa.table({"id": [1], "at": pa.array([when], pa.timestamp("us", "UTC"))}),
        b=pa.table({"id": [2], "at": pa.array([when], pa.timestamp("us", "Europe/Berlin"))}),
    )

    assert rows(read_table("sales", "sales"), "at") == [when, when]


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        (pa.array(["12.5"]), pa.array([3.5]), [12.5, 3.5]),
        (pa.array(["00501"]), pa.array([10001]), ["00501", "10001"]),
        (pa.array([True]), pa.array([0]), [1, 0]),
    ],
)
def test_two_kinds_of_values_are_refused_with_code_that_works(
    first: pa.Array, second: pa.Array, together: list[object], run_hint: RunHint
) -> None:
    write(a=pa.table({"id": [1], "x": first}), b=pa.table({"id": [2], "x": second}))

    with pytest.raises(GraphError, match=r"sales\.x is \w+ in 'a\.parquet' and \w+ in 'b\.parquet'") as error:
        read_table("sales", "sales")

    assert error.value.column == "x"
    assert run_hint(error.value)["sales"]["x"].tolist() == together


def test_a_time_with_and_one_without_a_zone_are_refused_with_code_that_works(
    run_hint: RunHint,
) -> None:
    when = pd.Timestamp("2024-05-01 12:00")
    write(
        a=pa.table({"id": [1], "at": pa.array([when], pa.timestamp("us"))}),
        b=pa.table({"id": [2], "at": pa.array([when], pa.timestamp("us", "UTC"))}),
    )

    with pytest.raises(GraphError, match=r"sales\.at is timestamp") as error:
        read_table("sales", "sales")

    assert run_hint(error.value)["sales"]["at"].tolist() == [when.tz_localize("UTC")] * 2


def test_numbers_that_would_be_rounded_are_refused(run_hint: RunHint) -> None:
    write(a=pa.table({"id": [1], "x": [2**53 + 1]}), b=pa.table({"id": [2], "x": [0.5]}))

    with pytest.raises(GraphError, match=r"sales\.x is double in other parts.*'a\.parquet'") as error:
        read_table("sales", "sales")

    assert run_hint(error.value)["sales"]["x"].tolist() == [str(2**53 + 1), "0.5"]


def test_a_column_that_a_part_lacks_is_missing_there_and_told() -> None:
    write(a=pa.table({"id": [1], "x": [5], "y": [1]}), b=pa.table({"id": [2], "x": [6]}))

    raw = read_table("sales", "sales")

    assert rows(raw, "y") == [1, None]
    assert any("sales.y: 'b.parquet' lacks the column" in note for note in raw.notes)


def test_a_folder_of_different_tables_is_refused() -> None:
    write(users=pa.table({"user_id": [1], "age": [3]}), orders=pa.table({"order_id": [1], "user_id": [1], "at": [3]}))

    with pytest.raises(GraphError, match=r"different tables: 'orders\.parquet' has order_id"):
        read_tables("sales")


def test_a_pattern_is_a_table_for_each_file_and_one_table_under_a_name() -> None:
    write(a=pa.table({"id": [1]}), b=pa.table({"id": [2]}))

    assert list(read_tables("sales/*.parquet")) == ["a", "b"]
    assert rows(read_table("sales", "sales/*.parquet"), "id") == [1, 2]


def test_codes_in_names_of_folders_stay_as_written_and_years_are_numbers() -> None:
    for year, code in ((2023, "00501"), (2024, "10001"), (2024, "__HIVE_DEFAULT_PARTITION__")):
        place = Path(f"sales/year={year}/zip={code}")
        place.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table({"id": [year]}), place / "part-0.parquet")

    raw = read_table("sales", "sales")

    assert rows(raw, "id") == rows(raw, "year") == [2023, 2024, 2024]
    assert rows(raw, "zip") == ["00501", "10001", None]


def test_marks_beside_the_parts_are_no_parts() -> None:
    write(
        a=pa.table({"id": [1], "x": [1]}), b=pa.table({"id": pa.array([], pa.int64()), "x": pa.array([], pa.int32())})
    )
    for name in ("_SUCCESS", "_metadata", ".a.parquet.crc", ".DS_Store", "a.parquet.crc"):
        Path(f"sales/{name}").write_bytes(b"\0")

    assert rows(read_table("sales", "sales"), "x") == [1]
    assert list(read_tables("sales/*")) == ["a", "b"]


@pytest.mark.parametrize("content", [b"", b"PAR1 and no more", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_a_broken_part_is_named(content: bytes) -> None:
    write(a=pa.table({"id": [1]}))
    Path("sales/b.parquet").write_bytes(content)

    with pytest.raises(GraphError, match=r"sales/b\.parquet' cannot be read"):
        read_table("sales", "sales")


def test_parts_of_two_kinds_of_files_are_refused() -> None:
    write(a=pa.table({"id": [1]}))
    Path("sales/b.csv").write_text("id\n1\n")

    with pytest.raises(GraphError, match="of two kinds"):
        read_table("sales", "sales")


def test_a_lake_is_no_folder_of_parts() -> None:
    write(a=pa.table({"id": [1]}))
    Path("sales/_delta_log").mkdir()

    with pytest.raises(GraphError, match="Delta table"):
        read_table("sales", "sales")


def test_feather_and_arrow_files_are_read() -> None:
    table = pa.table({"id": pa.array([2**60 + 1, None]), "code": ["007", None]})
    feather.write_feather(table, "a.feather")
    with pa.OSFile("b.arrow", "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    with pa.OSFile("c.arrow", "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)

    for raw in read_tables(["a.feather", "b.arrow", "c.arrow"]).values():
        assert rows(raw, "id") == [2**60 + 1, None]
        assert rows(raw, "code") == ["007", None]


def test_a_dataset_whose_files_differ_in_case_loses_nothing() -> None:
    write(a=pa.table({"id": [1], "amount": [1.0]}), b=pa.table({"id": [2], "Amount": [2.0]}))

    assert rows(read_table("sales", ds.dataset("sales")), "amount") == [1.0, 2.0]
    assert rows(read_table("sales", ds.dataset("sales").scanner(columns=["id"])), "id") == [1, 2]


def test_files_that_pandas_has_to_read_are_refused_with_code_that_works(
    run_hint: RunHint,
) -> None:
    frame = pd.DataFrame({"id": ["007", "010"], "n": [2**60 + 1, 3]})
    frame.to_json("sales.json", orient="records")
    frame.to_json("lines.jsonl", orient="records", lines=True)

    for name in ("sales.json", "lines.jsonl"):
        with pytest.raises(GraphError, match="cannot be read") as error:
            read_tables(name)
        read = run_hint(error.value)[Path(name).stem]
        assert read["id"].tolist() == ["007", "010"]
        assert read["n"].tolist() == [2**60 + 1, 3]


def test_a_workbook_is_refused_with_code_that_works(run_hint: RunHint) -> None:
    pytest.importorskip("openpyxl")
    pd.DataFrame({"id": ["007", "010"], "country": ["NA", None]}).to_excel("sales.xlsx", index=False)

    with pytest.raises(GraphError, match="cannot be read") as error:
        read_tables("sales.xlsx")

    sales = run_hint(error.value)["sales"]
    assert sales["id"].tolist() == ["007", "010"]
    assert sales["country"].iloc[0] == "NA"
