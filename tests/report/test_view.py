import json

import pandas as pd
import pytest

from kumo_magic.graph import Graph
from kumo_magic.report.view import MIME, graph_bundle, view_bundle
from kumo_magic.views.subjects import name_of
from kumo_magic.views.view import view_of


@pytest.fixture
def shop(shop_frames: dict[str, pd.DataFrame]) -> Graph:
    return Graph.from_data(shop_frames, name="shop")


def test_the_view_of_a_graph_has_its_drawing_and_its_summary_beside_it(shop: Graph) -> None:
    bundle = view_bundle(view_of(shop, "graph"))

    assert "data:image/svg+xml" in str(bundle["text/html"])
    assert "Graph 'shop': 3 tables, 2 links" in str(bundle["text/plain"])
    assert len(json.dumps(bundle)) < 150_000


def test_a_graph_as_a_value_is_drawn_without_a_widget(shop: Graph) -> None:
    bundle = graph_bundle(shop)

    assert list(bundle) == [MIME]
    assert dict(bundle[MIME])["of"] == name_of(shop)  # type: ignore[call-overload]
