"""The predictions explorer: seconds for a page of a large frame, and for explanations and histories of single rows.

    python benchmarks/explorer.py [--rows 200000] [--budget 60s]

The page is asked of a frame of that many lines, by integer and by text keys, as it is first drawn, sorted by key,
filtered and searched (in the entity table's texts too); the worst of five. Explained are 20 rows drawn at random of a
churn run on the packaged Online Retail data.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

import kumo_magic as km
from kumo_magic.prediction import Prediction
from kumo_magic.views.answers import answer_of

CHURN = "PREDICT COUNT(invoices.*, 0, 90, days) = 0 FOR EACH customers.customer_id WHERE COUNT(invoices.*, -90, 0) > 0"
QUESTIONS: dict[str, Mapping[str, object]] = {
    "first page": {},
    "sorted by key": {"sort": "user_id", "descending": False},
    "filtered": {"filter": {"low": 0.2, "high": 0.4, "predicted": "False"}},
    "searched": {"search": "99"},
    "all at once": {"sort": "user_id", "search": "9", "filter": {"low": 0.1}, "page": 7},
}


def seconds_of(act: Callable[[], object]) -> float:
    """How long it takes."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def large_run(num_rows: int, *, as_text: bool) -> Prediction:
    """A small model's run whose frame has that many rows, and whose entity table has texts to search."""
    random = np.random.default_rng(0)
    keys = pd.Series(np.arange(num_rows))
    users = pd.DataFrame({"user_id": keys.map("customer {:07d}".format) if as_text else keys})
    users["city"] = random.choice([f"city {number}" for number in range(5_000)], num_rows)
    orders = pd.DataFrame(
        {"order_id": np.arange(4_000), "user_id": users["user_id"].iloc[random.integers(0, 400, 4_000)].to_numpy()}
    )
    orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300 * 24, 4_000), unit="h")
    graph = km.Graph.from_data({"users": users, "orders": orders}, stypes={("users", "city"): "text"})
    query = "PREDICT COUNT(orders.*, 0, 30) = 0 FOR EACH users.user_id WHERE COUNT(orders.*, -90, 0) > 0"
    run = km.predict(query, graph, budget="5s", learners=["baseline", "trees"])
    probability = random.random(num_rows)
    frame = pd.DataFrame({"user_id": users["user_id"], "anchor_time": run.frame["anchor_time"].iloc[0]})
    return replace(run, frame=frame.assign(prediction=probability > 0.5, probability=probability))


def main() -> None:
    """Print a line per question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--budget", default="60s")
    options = parser.parse_args()
    for as_text in (False, True):
        run = large_run(options.rows, as_text=as_text)
        for name, question in QUESTIONS.items():
            asked = {"type": "predictions", **question}
            worst = max(seconds_of(lambda asked=asked, run=run: answer_of(run, asked)) for _ in range(5))
            print(f"{options.rows:,} rows, {'text' if as_text else 'integer'} keys, {name}: {worst:.3f} s", flush=True)
    graph = km.Graph.from_data(km.datasets.online_retail(), name="retail")
    run = km.predict(CHURN, graph, budget=options.budget)
    rows = run.frame.sample(20, random_state=0)
    run.model.explain(rows.iloc[[0]])
    explaining = [seconds_of(lambda row=row: run.model.explain(row)) for _, row in rows.iterrows()]
    print(f"explanations: median {np.median(explaining):.2f} s, worst of {len(explaining)} {max(explaining):.2f} s")
    places = rows.index.tolist()
    named = [
        {"place": place, "key": str(run.frame["customer_id"].iloc[place]), "part": None}
        | {"anchor": run.frame["anchor_time"].iloc[place].isoformat()}
        for place in places
    ]
    histories = [seconds_of(lambda row=row: answer_of(run, {"type": "history", "row": row})) for row in named]
    print(f"histories: median {np.median(histories):.3f} s, worst of {len(histories)} {max(histories):.3f} s")


if __name__ == "__main__":
    main()
