"""Keys and links of several columns: what the graph takes, refuses and shows. The column that stands for them is never
among the columns."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.errors import DataError, GraphError
from kumo_magic.graph import Graph
from kumo_magic.graph.composite import composite_values

DAY = pd.Timestamp("2024-01-01")


def shipments(**changed: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"depot": ["A", "A", "B"], "number": [1, 2, 1], "weight": [5.0, 7.5, 9.0], **changed})


def scans(**changed: list[object]) -> pd.DataFrame:
    columns = {"depot": ["A", "B", "B", "C"], "number": [2, 1, 1, 1], "scanned": pd.date_range(DAY, periods=4)}
    return pd.DataFrame({**columns, **changed})


def linked(**tables: pd.DataFrame) -> Graph:
    data = {"shipments": shipments(), "scans": scans(), **tables}
    links = [("scans", ("depot", "number"), "shipments")]
    return Graph.from_data(data, keys={"shipments": ("depot", "number")}, links=links)


def test_two_columns_name_a_row_together() -> None:
    graph = linked()

    assert graph["shipments"].key_columns == ("depot", "number")
    assert graph["shipments"].primary_key == "(depot, number)"
    assert list(graph["shipments"].columns) == ["depot", "number", "weight"]
    assert "scans.(depot, number) → shipments" in repr(graph)
    assert "key (depot, number)" in repr(graph)
    assert any("1 of 4 rows of 'scans' have a (depot, number) that 'shipments' has not" in note for note in graph.notes)


def test_a_key_of_several_columns_can_be_set_and_taken_away() -> None:
    graph = Graph.from_data({"shipments": shipments()}, infer=False)

    graph["shipments"].primary_key = ["depot", "number"]
    assert graph["shipments"].key_columns == ("depot", "number")
    graph["shipments"].primary_key = None
    assert graph["shipments"].key_columns == ()
    assert list(graph["shipments"].frame) == ["depot", "number", "weight"]


def test_a_link_of_several_columns_can_be_removed() -> None:
    graph = linked()
    graph.unlink("scans", ("depot", "number"))

    assert graph.links == ()
    assert list(graph["scans"].frame) == ["depot", "number", "scanned"]


def test_a_repeated_pair_is_named_with_its_rows() -> None:
    with pytest.raises(DataError) as caught:
        linked(shipments=shipments(number=[1, 1, 1]))

    assert caught.value.example == "('A', 1) in rows 0 and 1"
    assert "1 of its combinations" in str(caught.value)


def test_a_missing_part_is_named_with_its_row() -> None:
    with pytest.raises(DataError) as caught:
        linked(shipments=shipments(depot=["A", None, "B"]))

    assert caught.value.example == "row 1 with (None, 2)"
    assert caught.value.column == "depot"


def test_rows_without_a_part_of_a_foreign_key_point_nowhere() -> None:
    graph = linked(scans=scans(number=[2, None, 1, 1]))

    assert graph["scans"].frame["(depot, number)"].isna().tolist() == [False, True, False, False]


def test_parts_of_other_kinds_are_refused_with_both_values() -> None:
    with pytest.raises(GraphError) as caught:
        linked(scans=scans(number=["2", "1", "1", "1"]))

    assert caught.value.example == "'2' and '1' (text) against 1 and 2 (whole number)"
    assert caught.value.column == "number"
    assert "astype('Int64')" in caught.value.hint


def test_another_number_of_columns_is_refused_with_the_whole_key() -> None:
    graph = linked()

    with pytest.raises(GraphError, match="key of 'shipments' has 2 columns, depot, number") as caught:
        graph.link("scans", "depot", "shipments")
    assert "graph.link('scans', ('depot', 'number'), 'shipments')" in caught.value.hint
    assert [str(link) for link in graph.links] == ["scans.(depot, number) → shipments"]


def test_columns_in_another_order_are_matched_by_position_and_that_is_said() -> None:
    graph = Graph.from_data({"a": pd.DataFrame({"x": [1, 2], "y": [3, 4]}), "b": pd.DataFrame({"x": [3], "y": [1]})})
    graph["a"].primary_key = ("x", "y")
    graph.link("b", ("y", "x"), "a")

    assert any("y is matched with x, x is matched with y" in note for note in graph.notes)


@pytest.mark.parametrize("key", [(), ("depot", "depot"), ("depot", "weight"), ("depot", "nothing")])
def test_columns_that_cannot_be_a_key_change_nothing(key: tuple[str, ...]) -> None:
    graph = Graph.from_data({"shipments": shipments()}, infer=False)

    with pytest.raises((DataError, GraphError)):
        graph["shipments"].primary_key = key
    assert graph["shipments"].primary_key is None
    assert list(graph["shipments"].frame) == ["depot", "number", "weight"]


def test_a_column_that_is_called_like_the_key_is_refused() -> None:
    with pytest.raises(GraphError, match="has a column called"):
        linked(shipments=shipments().assign(**{"(depot, number)": 1}))


def test_new_rows_get_their_keys_too() -> None:
    graph = linked()
    graph.update({"shipments": pd.DataFrame({"depot": ["C"], "number": [1], "weight": [1.0]})})

    assert graph["shipments"].frame["(depot, number)"].tolist() == ["(A, 1)", "(A, 2)", "(B, 1)", "(C, 1)"]
    assert graph.notes == ()
    with pytest.raises(DataError, match="more than once"):
        graph.update({"shipments": shipments()})


def test_days_can_be_a_part_of_a_key() -> None:
    stock = pd.DataFrame({"store": [1, 1, 2], "day": [DAY, DAY + pd.Timedelta(days=1), DAY], "left": [3, 4, 5]})
    graph = Graph.from_data({"stock": stock}, keys={"stock": ("store", "day")})

    assert (
        graph["stock"].key_frame(graph["stock"].frame.index.to_numpy()).equals(graph["stock"].frame[["store", "day"]])
    )


_PARTS = st.lists(st.tuples(st.text(",\\() ab'", max_size=4) | st.none(), st.integers(-5, 5)), min_size=1, max_size=12)


@settings(deadline=None, max_examples=80)
@given(_PARTS)
def test_different_pairs_have_different_values_and_equal_ones_the_same(pairs: list[tuple[str | None, int]]) -> None:
    values = composite_values(pd.DataFrame(pairs, columns=["a", "b"]).astype({"a": "str"}), ["a", "b"])

    for one, value in zip(pairs, values, strict=True):
        for other, other_value in zip(pairs, values, strict=True):
            if one[0] is None:
                assert pd.isna(value)
            else:
                assert (value == other_value) == (one == other)


LINES = pd.DataFrame({"order_id": [7, 7, 8], "line_no": [1, 2, 1], "sku": ["x", "y", "x"]})
ORDERS = pd.DataFrame({"order_id": [7, 8], "total": [3.0, 4.0]})


def test_the_pair_that_names_each_row_is_proposed() -> None:
    graph = Graph.from_data({"orders": ORDERS, "lines": LINES})

    assert graph["lines"].primary_key is None
    (note,) = [note for note in graph.notes if "together" in note]
    assert "--key lines=order_id,line_no" in note


@pytest.mark.parametrize("line_no", [[1, 1, 1], [1, None, 1]])
def test_a_pair_that_repeats_or_is_missing_is_not_proposed(line_no: list[float | None]) -> None:
    graph = Graph.from_data({"orders": ORDERS, "lines": LINES.assign(line_no=line_no)})

    assert not [note for note in graph.notes if "together" in note]


def test_a_table_with_all_columns_of_a_key_is_linked_and_need_not_be() -> None:
    parts = pd.DataFrame({"order_id": [7, 8, 8], "line_no": [2, 1, 1], "packed": pd.date_range(DAY, periods=3)})
    said = {"keys": {"lines": ("order_id", "line_no")}}
    tables = {"orders": ORDERS, "lines": LINES, "parts": parts}

    assert "parts.(order_id, line_no) → lines" in map(str, Graph.from_data(tables, **said).links)
    unlinked = Graph.from_data(tables, **said, unlinks=[("parts", ("order_id", "line_no"))])
    assert "parts.(order_id, line_no) → lines" not in map(str, unlinked.links)
    elsewhere = Graph.from_data({**tables, "parts": parts.assign(line_no=9)}, **said)
    assert "parts.(order_id, line_no) → lines" not in map(str, elsewhere.links)
