"""Sets of classes on real data: the run's own test rows, the model beside the baselines.

    python benchmarks/multilabel.py --data PATH [--task departments ...] [--budget 60s] [--seeds 0 1 2]

PATH holds `complete_journey` and `movielens_small`, folders of parquet files with their keys in `schema.json`.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import pandas as pd

import kumo_magic as km

_DEPARTMENTS = (
    "PREDICT LIST_DISTINCT(products.department VIA transactions.household_id, transactions.product_id, 0, 30)"
)
_OF_HOUSEHOLDS = "FOR EACH households.household_id WHERE COUNT(transactions.*, -90, 0) > 0"
TASKS = {
    "departments": ("complete_journey", f"{_DEPARTMENTS} CLASSIFY {_OF_HOUSEHOLDS}"),
    "top departments": ("complete_journey", f"{_DEPARTMENTS} RANK TOP 5 {_OF_HOUSEHOLDS}"),
    "genres": ("movielens_small", "PREDICT movies.genres CLASSIFY FOR EACH movies.movieId"),
    "top genres": ("movielens_small", "PREDICT movies.genres RANK TOP 3 FOR EACH movies.movieId"),
}


def load_graph(folder: Path) -> km.Graph:
    """The graph of a data set; of MovieLens genres are sets, and the table that repeats them is left out."""
    schema = json.loads((folder / "schema.json").read_text())
    frames = {name: pd.read_parquet(folder / table["file"]) for name, table in schema["tables"].items()}
    if schema["name"] == "movielens_small":
        frames.pop("movie_genres")
        genres = frames["movies"]["genres"].str.split("|")
        frames["movies"]["genres"] = genres.where(genres.str[0] != "(no genres listed)")
    return km.Graph.from_data(frames, name=schema["name"])


def main() -> None:
    """Print a table of test scores for every task and seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--task", nargs="*", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--seeds", nargs="*", type=int, default=[0])
    options = parser.parse_args()
    for name in options.task:
        folder, query = TASKS[name]
        graph = load_graph(options.data / folder)
        for seed in options.seeds:
            began = time.process_time()
            run = km.predict(query, graph, budget=options.budget, seed=seed)
            print(f"\n{name}, seed {seed}: {run.evaluation.sentence}")
            print(f"{run.seconds:.0f} s of {options.budget}, {time.process_time() - began:.0f} CPU-s; {run.weights}")
            print(", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in run.seconds_by_stage.items()))
            print(run.evaluation.metrics.round(4).to_string())
            print(f"lead: {run.evaluation.difference}")
            for note in run.notes:
                print(f"- {note}")


if __name__ == "__main__":
    main()
