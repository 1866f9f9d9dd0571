import json
from types import SimpleNamespace

import pandas as pd
import pytest

from kumo_magic import session
from kumo_magic.graph import registry
from kumo_magic.graph.graph import Graph
from kumo_magic.magic.inventory import graph_facts, take_inventory
from kumo_magic.plan.paths import candidate_paths, paths_from
from kumo_magic.query import parse


@pytest.mark.usefixtures("shop")
def test_a_graph_is_told_with_its_tables_columns_links_and_ways() -> None:
    [graph] = take_inventory({})["graphs"]

    assert (graph["name"], graph["written"]) == ("shop", "shop")
    assert [(table["name"], table["num_rows"], table["key"], table["time"]) for table in graph["tables"]] == [
        ("users", 40, "user_id", None),
        ("orders", registry.graphs()["shop"]["orders"].num_rows, "order_id", "date"),
    ]
    assert [(each["written"], each["kind"], each["parent"]) for each in graph["tables"][1]["columns"]] == [
        ("orders.order_id", "key", None),
        ("orders.user_id", "key", "users"),
        ("orders.date", "timestamp", None),
    ]
    assert graph["tables"][0]["columns"][1]["values"] == [
        {"shown": "gold", "written": "'gold'"},
        {"shown": "silver", "written": "'silver'"},
    ]
    assert graph["links"] == [{"table": "orders", "column": "user_id", "parent": "users"}]
    assert graph["paths"] == [{"entity": "users", "table": "orders", "written": "orders", "via": [], "words": ""}]


def test_before_there_is_a_graph_the_line_that_makes_one_is_told() -> None:
    registry.clear()

    found = take_inventory({"users": pd.DataFrame({"user_id": [1]}), "n": 1})

    assert found == {"graphs": [], "runs": [], "first_graph": "%graph shop users"}


@pytest.mark.usefixtures("shop")
def test_a_graph_is_looked_at_again_only_after_a_change() -> None:
    graph = registry.graphs()["shop"]
    before = graph_facts(graph)

    assert graph_facts(graph) is before

    graph["users"]["tier"].stype = "text"

    assert graph_facts(graph)["tables"][0]["columns"][1]["kind"] == "text"


@pytest.mark.parametrize("name", ["a b", "select", "count", "<b>", "ä", "\u202egnirts 🙂", 'quote"d', "x" * 10_000])
def test_names_are_spelled_as_queries_read_them(name: str) -> None:
    frame = pd.DataFrame({name: [1, 2], "date": pd.to_datetime(["2024-01-01", "2024-01-02"])})
    graph = Graph.from_data({name: frame}, name="g", keys={name: name})

    [table] = graph_facts(graph)["tables"]

    written = table["columns"][0]["written"]
    assert written is not None
    if len(name) < 1_000:  # longer queries are refused
        entity = parse(f"PREDICT COUNT({table['written']}.*, 0, 1) FOR EACH {written}").entity
        assert (entity.table, entity.name) == (name, name)


@pytest.mark.parametrize("name", ["back`tick", "two\nlines"])
def test_names_that_no_query_can_hold_are_not_spelled(name: str) -> None:
    graph = Graph.from_data({"t": pd.DataFrame({"key": [1, 2], name: ["x", "y"]})}, name=f"\n{name}")

    facts = graph_facts(graph)

    assert [column["written"] for column in facts["tables"][0]["columns"]] == ["t.key", None]
    assert facts["written"] is None
    json.dumps(facts)


def test_wide_tables_are_cut_and_say_so() -> None:
    graph = Graph.from_data({"t": pd.DataFrame({f"c{place}": [1, 2] for place in range(600)})}, name="wide")

    [table] = graph_facts(graph)["tables"]

    assert (table["num_columns"], len(table["columns"])) == (600, 500)


def test_ways_that_a_query_has_to_name_are_spelled(shop_frames) -> None:
    orders = shop_frames["orders"].rename(columns={"user_id": "buyer_id"}).assign(payer_id=[1, 2, 3, 1, 2, 3])
    frames = {"users": shop_frames["users"], "orders": orders}
    links = [("orders", "buyer_id", "users"), ("orders", "payer_id", "users")]
    graph = Graph.from_data(frames, name="twice", links=links)

    assert [(each["via"], each["words"]) for each in graph_facts(graph)["paths"]] == [
        (["orders.buyer_id"], "orders.buyer_id"),
        (["orders.payer_id"], "orders.payer_id"),
    ]


def test_the_ways_found_at_once_are_those_that_a_query_may_mean(shop_frames) -> None:
    visits = pd.DataFrame({"visit_id": [1, 2], "user_id": [1, 2], "order_id": [11, 12]})
    graph = Graph.from_data({**shop_frames, "visits": visits}, name="shop")
    assert len(graph.links) == 4

    for entity in graph.tables:
        found = paths_from(graph, entity)
        for table in graph.tables:
            assert found.get(table, []) == candidate_paths(graph, entity, table)


def test_runs_are_told_as_people_read_them(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.clear()
    metrics = pd.DataFrame({"AUROC": [0.8123, float("nan")]}, index=["blend", "recency"])
    evaluation = SimpleNamespace(
        primary_metric="AUROC",
        metrics=metrics,
        best_baseline="recency",
        kinds={"blend": "model", "recency": "baseline"},
    )
    run = SimpleNamespace(
        evaluation=evaluation,
        plan=SimpleNamespace(graph=SimpleNamespace(name="my shop")),
        seconds=61.0,
        query="PREDICT x\nFOR EACH y\n",
    )
    monkeypatch.setattr(session, "_runs", {3: run})

    [told] = take_inventory({})["runs"]

    assert told == {
        "number": 3,
        "graph": "my shop",
        "written": '"my shop"',
        "query": "PREDICT x\nFOR EACH y",
        "metric": "AUROC",
        "score": "0.812",
        "baseline": "recency",
        "baseline_score": "–",
        "time": "1 min 1 s",
    }
