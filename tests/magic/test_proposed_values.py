"""Values of a category are few, frequent ones first."""

import pandas as pd

from kumo_magic.graph import Graph
from kumo_magic.magic.query_completion import in_query


def test_at_most_fifty_values_are_proposed_and_the_frequent_ones_first() -> None:
    many = pd.DataFrame({"id": range(400), "code": [f"c{i % 80:02}" for i in range(300)] + ["z"] * 100})
    graph = Graph.from_data(
        {"many": many}, name="g", infer=False, keys={"many": "id"}, stypes={("many", "code"): "categorical"}
    )
    proposals = in_query("PREDICT many.code = ", [graph], {})

    assert len(proposals.texts) == 50
    assert proposals.texts[0] == "'z'"
