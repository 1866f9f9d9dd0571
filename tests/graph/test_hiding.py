import pandas as pd

from kumo_magic.graph import Graph
from kumo_magic.graph.hiding import without_columns


def test_a_hidden_column_is_gone_and_all_else_is_there(shop_frames: dict[str, pd.DataFrame]) -> None:
    graph = Graph.from_data(shop_frames)

    view = without_columns(graph, {("users", "age"), ("orders", "amount")})

    assert "age" not in view["users"]
    assert "age" not in view["users"].frame
    assert "amount" not in view["orders"].frame
    assert view.links == graph.links
    assert view["orders"].time_column == "date"
    assert view["items"] is graph["items"]


def test_the_graph_itself_keeps_the_column(shop_frames: dict[str, pd.DataFrame]) -> None:
    graph = Graph.from_data(shop_frames)
    version = graph.version

    without_columns(graph, {("users", "age")})

    assert "age" in graph["users"]
    assert graph.version == version


def test_with_nothing_to_hide_the_graph_is_itself(shop_frames: dict[str, pd.DataFrame]) -> None:
    graph = Graph.from_data(shop_frames)

    assert without_columns(graph, ()) is graph
