import datetime
import decimal
import uuid

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.errors import DataError, GraphError
from kumo_magic.graph import Graph, Stype


def one(**columns: object) -> Graph:
    return Graph.from_data({"rows": pd.DataFrame(columns)})


def orders_of(user_ids: object, *, users: object = (1, 2, 3)) -> Graph:
    frames = {"users": pd.DataFrame({"user_id": users}), "orders": pd.DataFrame({"user_id": user_ids})}
    return Graph.from_data(frames, infer=False, keys={"users": "user_id"}, links=[("orders", "user_id", "users")])


def test_orphans_are_kept_and_counted() -> None:
    graph = orders_of([1, 2, 7, 9])

    assert graph["orders"].num_rows == 4
    assert graph.notes == (
        "2 of 4 rows of 'orders' have a user_id that 'users' has not, for example 7; "
        "they count as rows without 'users'.",
    )


def test_null_foreign_keys_are_kept_without_a_word() -> None:
    graph = orders_of(pd.array([1, None, 3], dtype="Int64"))

    assert graph["orders"].num_rows == 3
    assert graph.notes == ()


def test_floats_that_are_whole_match_whole_keys() -> None:
    graph = orders_of([1.0, None, 3.0])

    assert graph["orders"].frame["user_id"].dtype == "Int64"
    assert graph.notes == ("orders.user_id holds whole numbers as floats; they are read as whole numbers.",)


@pytest.mark.parametrize("user_ids", [["1", "2"], [1.5, 2.0], [True, False]])
def test_foreign_keys_of_another_kind_are_refused(user_ids: list[object]) -> None:
    with pytest.raises(GraphError, match="cannot be linked") as raised:
        orders_of(user_ids)

    assert (raised.value.table, raised.value.column) == ("orders", "user_id")
    assert ("astype" in raised.value.hint) == (user_ids == ["1", "2"])  # nothing makes keys of the others


def test_a_mix_of_kinds_is_text_with_a_note() -> None:
    graph = one(code=[1, "b", None])

    assert graph["rows"].frame["code"].tolist()[:2] == ["1", "b"]
    assert graph["rows"].frame["code"].isna().tolist() == [False, False, True]
    assert "mixes kinds of values (for example" in graph.notes[0]


def test_a_mix_of_kinds_is_refused_as_a_key_a_link_and_a_time() -> None:
    users = pd.DataFrame({"user_id": ["a", "b"]})
    orders = pd.DataFrame({"user_id": ["a", 1], "at": [datetime.datetime(2024, 1, 1), "soon"]})
    graph = Graph.from_data({"users": users, "orders": orders})

    with pytest.raises(DataError, match="cannot be the primary key: it mixes"):
        graph["orders"].primary_key = "user_id"
    with pytest.raises(GraphError, match="cannot be linked: it mixes"):
        graph.link("orders", "user_id", "users")
    with pytest.raises(DataError, match="cannot be a time column: it mixes"):
        graph["orders"].time_column = "at"


def test_iso_text_is_read_as_times_with_a_note() -> None:
    graph = one(date=["2024-01-31", "2024-02-01 12:30:00", None])

    assert graph["rows"].frame["date"].tolist()[:2] == [pd.Timestamp("2024-01-31"), pd.Timestamp("2024-02-01 12:30")]
    assert graph["rows"].time_column == "date"
    assert graph.notes == ("rows.date is text that was read as ISO dates.",)


def test_text_with_offsets_is_read_in_utc() -> None:
    graph = one(date=["2024-01-01T00:00:00Z", "2024-01-01T02:00:00+02:00"])

    assert graph["rows"].frame["date"].tolist() == [pd.Timestamp("2024-01-01")] * 2
    assert graph["rows"].time_zone == "UTC"


def test_text_with_and_without_offsets_is_refused() -> None:
    frame = pd.DataFrame({"date": ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00"]})
    with pytest.raises(DataError, match="with a time zone and values without"):
        Graph.from_data({"rows": frame}, times={"rows": "date"})


def test_aware_times_are_converted_to_utc() -> None:
    berlin = pd.to_datetime(["2024-07-01 02:00", "2024-01-01 01:00"]).tz_localize("Europe/Berlin")
    graph = one(date=berlin)

    assert graph["rows"].frame["date"].dtype == "datetime64[us]"
    assert graph["rows"].frame["date"].tolist() == [pd.Timestamp("2024-07-01"), pd.Timestamp("2024-01-01")]
    assert graph["rows"].time_zone == "UTC"


def test_naive_and_aware_time_columns_are_refused_by_name() -> None:
    days = pd.date_range("2024-01-01", periods=2)
    frames = {"a": pd.DataFrame({"date": days.tz_localize("UTC")}), "b": pd.DataFrame({"date": days})}

    with pytest.raises(GraphError, match=r"a.date has a time zone and b.date has none"):
        Graph.from_data(frames)


def test_a_time_column_of_another_zone_changes_nothing_when_it_is_refused() -> None:
    days = pd.date_range("2024-01-01", periods=2)
    graph = Graph.from_data(
        {"a": pd.DataFrame({"date": days}), "b": pd.DataFrame({"seen": ["2024-01-01T00:00:00Z"] * 2})}, infer=False
    )
    graph["a"].time_column = "date"
    before = graph["b"].frame.copy()
    with pytest.raises(GraphError, match="time zone"):
        graph["b"].time_column = "seen"

    assert (graph["b"].time_column, graph["b"].aware) == (None, set())
    pd.testing.assert_frame_equal(graph["b"].frame, before)


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (pd.Categorical(["a", "b", None]), "str"),
        (pd.Categorical([3, 1, 3]), "int64"),
        (pd.array([1, None, 3], dtype="Int64"), "Int64"),
        (pd.array([True, None, False], dtype="boolean"), "boolean"),
        (pd.array([1.5, None], dtype="Float64"), "float64"),
        (pd.array(["a", None], dtype="string"), "str"),
        (pd.array([1, None], dtype=pd.ArrowDtype(pa.int64())), "Int64"),
        (pd.array([1, 2], dtype=pd.ArrowDtype(pa.int32())), "int32"),
        (pd.array(["a", None], dtype=pd.ArrowDtype(pa.string())), "str"),
        (pd.array([True, None], dtype=pd.ArrowDtype(pa.bool_())), "boolean"),
        (pd.array([datetime.date(2024, 1, 1)], dtype=pd.ArrowDtype(pa.date32())), "datetime64[us]"),
        (pd.array([datetime.datetime(2024, 1, 1)], dtype=pd.ArrowDtype(pa.timestamp("ns", "UTC"))), "datetime64[us]"),
        ([datetime.date(1066, 10, 14), None], "datetime64[us]"),
        ([decimal.Decimal("1.5"), None], "float64"),
        ([decimal.Decimal(7), decimal.Decimal(8)], "int64"),
        ([datetime.timedelta(seconds=90), None], "float64"),
        ([uuid.UUID(int=1), uuid.UUID(int=2)], "str"),
        ([True, None], "boolean"),
        ([2**70, 1], "str"),
        (pd.period_range("2024-01", periods=2, freq="M"), "datetime64[us]"),
        (pd.arrays.SparseArray([0, 0, 1]), "int64"),
        ([{"a": 1}, {"a": 2}], "str"),
        ([b"x", b"y"], "str"),
        (np.array(["2024-01-01", "NaT"], dtype="datetime64[ns]"), "datetime64[us]"),
    ],
)
def test_every_dtype_becomes_a_plain_one(values: object, dtype: str) -> None:
    graph = one(column=values)

    assert str(graph["rows"].frame["column"].dtype) == dtype


def test_lists_of_any_make_are_lists() -> None:
    graph = one(tags=[np.array(["a"]), ("b", "c"), {"d"}])

    assert graph["rows"].frame["tags"].tolist() == [["a"], ["b", "c"], ["d"]]
    assert graph["rows"]["tags"].stype is Stype.MULTICATEGORICAL


def test_repeated_column_names_are_refused() -> None:
    frame = pd.DataFrame([[1, 2]], columns=["a", "a"])
    with pytest.raises(GraphError, match="two columns named 'a'"):
        Graph.from_data({"rows": frame})


@pytest.mark.parametrize("name", [0, None, "", " ", ("a", "b")])
def test_column_names_that_are_no_text_are_refused(name: object) -> None:
    frame = pd.DataFrame({"a": [1]})
    frame.columns = pd.Index([name], tupleize_cols=False)
    with pytest.raises(GraphError, match="names of columns are text"):
        Graph.from_data({"rows": frame})


def test_column_names_of_several_levels_are_refused() -> None:
    frame = pd.DataFrame({("a", "b"): [1]})
    with pytest.raises(GraphError, match="several levels"):
        Graph.from_data({"rows": frame})


@pytest.mark.parametrize(
    "index",
    [
        pd.Index([1, 2], name="user_id"),
        pd.MultiIndex.from_tuples([(1, 2), (3, 4)]),
        pd.Index(["u1", "u2"]),
    ],
)
def test_data_in_the_index_is_refused_with_the_way_out(index: pd.Index) -> None:
    with pytest.raises(GraphError, match="index") as raised:
        Graph.from_data({"users": pd.DataFrame({"age": [30, 40]}, index=index)})

    assert "reset_index()" in raised.value.hint


def test_row_numbers_left_over_from_a_filter_are_no_data() -> None:
    frame = pd.DataFrame({"user_id": [1, 2, 3]}).iloc[1:]

    assert Graph.from_data({"users": frame})["users"].frame.index.tolist() == [0, 1]


def test_an_empty_table_is_a_table() -> None:
    users = pd.DataFrame({"user_id": pd.Series([], dtype="int64"), "age": pd.Series([], dtype="float64")})
    orders = pd.DataFrame({"order_id": [], "user_id": [], "date": []})

    graph = Graph.from_data({"users": users, "orders": orders}, times={"orders": "date"})

    assert (graph["users"].primary_key, graph["users"].num_rows) == ("user_id", 0)
    assert graph["orders"].time_column == "date"
    assert graph["orders"].frame["date"].dtype == "datetime64[us]"


def test_a_column_without_any_value_can_be_a_foreign_key() -> None:
    graph = orders_of([None, None])

    assert len(graph.links) == 1


KEYS = st.one_of(
    st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), max_size=20),
    st.lists(st.one_of(st.none(), st.text(max_size=4)), max_size=20),
    st.lists(st.one_of(st.none(), st.floats()), max_size=20),
    st.lists(st.one_of(st.none(), st.booleans()), max_size=20),
    st.lists(st.one_of(st.none(), st.dates(), st.datetimes()), max_size=20),
    st.lists(st.one_of(st.none(), st.integers(), st.text(max_size=3), st.decimals(allow_nan=False)), max_size=20),
)


@settings(deadline=None, max_examples=150)
@given(values=KEYS)
def test_any_column_of_objects_is_read_without_losing_a_row_or_a_null(values: list[object]) -> None:
    frame = pd.DataFrame({"column": pd.Series(values, dtype=object)})

    read = Graph.from_data({"rows": frame})["rows"].frame["column"]

    missing = frame["column"].isna().tolist()
    assert len(read) == len(values)
    assert [null for null, was in zip(read.isna(), missing, strict=True) if was] == [True] * sum(missing)


@settings(deadline=None, max_examples=100)
@given(values=st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=20))
def test_a_key_is_accepted_exactly_when_it_is_unique_and_complete(values: list[int | None]) -> None:
    graph = Graph.from_data({"rows": pd.DataFrame({"key": pd.array(values, dtype="Int64")})}, infer=False)
    is_key = None not in values and len(set(values)) == len(values)
    try:
        graph["rows"].primary_key = "key"
    except DataError:
        assert not is_key
        assert graph["rows"].primary_key is None
    else:
        assert is_key
