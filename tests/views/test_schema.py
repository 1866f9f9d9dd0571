import json

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import OptionError
from kumo_magic.graph import Graph
from kumo_magic.prediction import Prediction
from kumo_magic.views import reply, schema
from kumo_magic.views.schema import graph_answer, table_answer
from kumo_magic.views.subjects import name_of
from kumo_magic.views.table_facts import facts_of
from kumo_magic.views.view import view_of


@pytest.fixture
def shop(shop_frames: dict[str, pd.DataFrame]) -> Graph:
    return Graph.from_data(shop_frames, name="shop")


def tables_of(answer: object) -> dict[str, dict]:
    return {table["name"]: table for table in dict(answer)["tables"]}  # type: ignore[call-overload]


def links_of(answer: object) -> dict[str, dict]:
    return {link["column"]: link for link in dict(answer)["links"]}  # type: ignore[call-overload]


def found_of(table: dict) -> dict[str, dict]:
    return dict(zip(table["columns"], table["found"], strict=True))


def test_every_table_has_a_box_and_facts(shop: Graph) -> None:
    answer = graph_answer(shop)
    orders = tables_of(answer)["orders"]

    assert set(tables_of(answer)) == {"users", "items", "orders"}
    assert (orders["rows"], orders["primary_key"], orders["time_column"]) == (6, "order_id", "date")
    assert (orders["first"], orders["last"]) == ("2024-01-01", "2024-01-25")
    assert orders["width"] > 0 < orders["height"]
    assert json.dumps(answer, allow_nan=False)


def test_notes_are_whole_so_that_their_options_can_be_copied(shop_frames: dict[str, pd.DataFrame]) -> None:
    users = pd.concat([shop_frames["users"], shop_frames["users"].head(1)], ignore_index=True)

    graph = Graph.from_data(shop_frames | {"users": users})

    assert tuple(dict(graph_answer(graph))["notes"]) == graph.notes
    assert any("users = users.drop_duplicates('user_id')" in note for note in graph.notes)


def test_columns_tell_how_they_are_distributed(shop: Graph) -> None:
    tables = tables_of(graph_answer(shop))
    orders, users = found_of(tables["orders"]), found_of(tables["users"])

    assert orders["status"]["shape"]["top"] == [["paid", 0.6667], ["open", 0.3333]]
    assert orders["amount"]["missing"] == pytest.approx(1 / 6, abs=1e-4)
    amounts = orders["amount"]["shape"]  # 10, 20, 10, 20, 40
    assert (amounts["least"], amounts["median"], amounts["greatest"]) == ("10", "20", "40")
    assert sum(map(int, amounts["counts"].split())) == 5
    assert orders["date"]["shape"]["form"] == "bins"
    assert users["user_id"]["shape"] == {"form": "examples", "examples": ["1", "2", "3"]}
    assert users["age"]["reason"]


def test_links_tell_how_well_they_are_kept_in_both_directions(shop: Graph) -> None:
    health = links_of(graph_answer(shop))["user_id"]["health"]

    assert health == {
        "matched": 1.0,  # of the five orders with a user
        "unmatched_rows": 0,
        "missing": pytest.approx(1 / 6, abs=1e-6),  # one of six has none
        "with_children": pytest.approx(2 / 3, abs=1e-6),  # user 3 never ordered
        "median": 2.0,  # 3, 2 and 0 orders
        "often": pytest.approx(2.9),
        "most": 3,
    }


def test_a_row_that_points_at_nobody_is_counted() -> None:
    orders = pd.DataFrame({"order_id": [1, 2, 3, 4], "user_id": [1, 1, 2, 9]})
    graph = Graph.from_data({"users": pd.DataFrame({"user_id": [1, 2]}), "orders": orders}, name="shop")

    health = links_of(graph_answer(graph))["user_id"]["health"]
    assert (health["matched"], health["unmatched_rows"]) == (0.75, 1)


def test_a_run_says_what_its_query_is_about(run: Prediction) -> None:
    answer = dict(run.view("graph").answer())
    roles = {name: table["role"] for name, table in tables_of(answer).items()}

    assert answer["query"] == "users.user_id"
    assert roles == {"users": "entity", "orders": "target", "items": None, "lines": None}
    assert [column for column, link in links_of(answer).items() if link["is_on_path"]] == ["user_id"]


def test_a_graph_by_itself_is_about_no_query(shop: Graph) -> None:
    answer = graph_answer(shop)

    assert answer["query"] is None
    assert {table["role"] for table in tables_of(answer).values()} == {None}


def test_of_a_large_graph_the_kernel_is_asked_table_by_table(shop: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "_MOST_LINK_ROWS", 3)
    monkeypatch.setattr(schema, "_MOST_COLUMNS", 3)

    answer = graph_answer(shop)
    assert {table["found"] for table in tables_of(answer).values()} == {None}
    assert {link["health"] for link in links_of(answer).values()} == {None}

    asked = dict(reply(name_of(shop), {"type": "table", "table": "orders"}))
    assert len(asked["columns"]) == 6  # type: ignore[arg-type]
    assert links_of(asked)["user_id"]["health"]["most"] == 3
    assert links_of(graph_answer(shop))["user_id"]["health"]["most"] == 3  # kept once it is known


def test_a_table_that_is_not_there_is_told(shop: Graph) -> None:
    for name in ("nothing", None, ["users"]):
        with pytest.raises(OptionError, match="has no table"):
            table_answer(shop, name)


def test_facts_are_found_once_per_version_of_the_graph(shop: Graph) -> None:
    before = facts_of(shop)
    graph_answer(shop)

    assert facts_of(shop) is before
    shop["orders"]["status"].stype = "ignored"
    assert facts_of(shop) is not before


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([None, None], id="nothing"),
        pytest.param([np.inf, -np.inf], id="infinite"),
        pytest.param([1e308, -1e308], id="huge"),
        pytest.param([5e-324, 0.0], id="tiny"),
        pytest.param([2**62, -(2**62)], id="whole"),
        pytest.param(["x" * 10_000, "</script><img src=x onerror=alert(1)>"], id="long and hostile"),
        pytest.param(["\u202eright to left", "🙂"], id="odd signs"),
        pytest.param([["a", "b"], []], id="lists"),
        pytest.param([True, None], id="truth"),
        pytest.param([pd.Timestamp("1700-01-01"), pd.NaT], id="old"),
    ],
)
def test_odd_values_have_facts(values: list[object]) -> None:
    graph = Graph.from_data({"things": pd.DataFrame({"id": [1, 2], "value": values})}, name="odd")
    answer = graph_answer(graph)

    assert json.dumps(answer, allow_nan=False)
    assert len(json.dumps(answer)) < 5_000


def test_an_empty_table_has_facts() -> None:
    graph = Graph.from_data({"things": pd.DataFrame({"id": pd.Series([], dtype="int64")})}, name="empty")

    assert tables_of(graph_answer(graph))["things"]["found"][0]["missing"] is None


def test_a_graph_of_four_hundred_columns_stays_small() -> None:
    frames = {
        f"table_{number}": pd.DataFrame(
            {
                f"table_{number}_id": range(50),
                f"table_{max(number - 1, 0)}_id": range(50),
                **{f"a_column_of_some_length_{place}": np.linspace(0, place, 50) for place in range(18)},
            }
        )
        for number in range(20)
    }
    answer = graph_answer(Graph.from_data(frames, name="wide"))

    assert len(json.dumps(answer, indent=1)) < 120_000  # a notebook's file is indented


def test_the_figure_shows_every_table(shop: Graph) -> None:
    words = [text.get_text() for text in view_of(shop, "graph").plot().axes[0].texts]

    assert {"users", "items", "orders", "6 rows"} <= set(words)


def test_a_graph_has_one_figure(shop: Graph) -> None:
    with pytest.raises(OptionError, match="no figure 'roc'"):
        view_of(shop, "graph").plot("roc")
