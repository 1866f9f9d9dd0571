"""Values of a category are few, frequent ones first, and soon there."""

import time

import numpy as np
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


def test_an_answer_takes_less_than_50_ms_on_a_wide_graph_of_many_rows() -> None:
    rows = 200_000
    wide = {f"n{i}": np.zeros(rows, dtype="float32") for i in range(60)}
    events = pd.DataFrame({"id": np.arange(rows), **wide, "code": np.resize(["a", "b", "c"], rows)})
    stypes = {("events", name): "numerical" for name in wide} | {("events", "code"): "categorical"}
    graph = Graph.from_data({"events": events}, name="g", infer=False, keys={"events": "id"}, stypes=stypes)
    texts = ("PREDICT SUM(", "PREDICT SUM(events.", "PREDICT events.code = '", "PREDICT LAST(events.code, 0, 9) = ")
    in_query(texts[0], [graph], {})
    began = time.perf_counter()
    found = [in_query(text, [graph], {}).texts for text in texts]

    assert all(found)
    assert (time.perf_counter() - began) / len(texts) < 0.05
