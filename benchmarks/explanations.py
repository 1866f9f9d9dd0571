"""Explanations on yardstick tasks: seconds for one, and whether hiding parts by effect beats random orders.

    python benchmarks/explanations.py --data PATH [--task uci_churn_90d ...] [--budget 60s] [--rows 20] [--figure FILE]

PATH holds `tasks/tasks.json` and one folder of parquet files per data set, with its keys in `schema.json`, and rel-f1
in `f1`. Each task is fitted as of its validation anchor; rows are drawn at random from those that are predicted then
and have five events or more; of a ranking's lists, where the past has five items or more. Printed are seconds and CPU
seconds per explanation, and the area under the deletion curve, by effect and in random orders, as means over the rows.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import accuracy
import accuracy_f1
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import kumo_magic as km
from kumo_magic.explain import Explanation, RankedExplanation

MOVIES = "movielens_ratings_365d"
MOVIES_QUERY = (
    "PREDICT COUNT(ratings.*, 0, 365, days) FOR EACH movies.movieId WHERE COUNT(ratings.*, -365, 0, days) > 0"
)
GRID = np.linspace(0, 1, 41)


def load(data: Path, task: str) -> tuple[km.Graph, str, str]:
    """The graph, the query and the anchor of a task."""
    if task in accuracy_f1.TASKS:
        return accuracy_f1.load_graph(data / "f1"), accuracy_f1.TASKS[task][0], accuracy_f1.CUT
    if task == MOVIES:
        return accuracy.load_graph(data / "movielens_small"), MOVIES_QUERY, "2014-01-01"
    told = json.loads((data / "tasks" / "tasks.json").read_text())[task]
    return accuracy.load_graph(data / told["dataset"]), told["query"].split("   ")[0], told["val_anchor"]


def parts_of(explanation: Explanation | RankedExplanation) -> pd.DataFrame:
    """What its deletion curve hides: events, or past items."""
    return explanation.past_items if isinstance(explanation, RankedExplanation) else explanation.rows


def main() -> None:
    """Print a line per task, and draw the mean deletion curves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--task", nargs="*", default=["uci_churn_90d", "driver-dnf", MOVIES, "uci_next_items"])
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--rows", type=int, default=20)
    parser.add_argument("--figure", type=Path)
    options = parser.parse_args()
    figure = Figure(figsize=(4.2 * len(options.task), 3.4), layout="constrained")
    for place, task in enumerate(options.task):
        graph, query, at = load(options.data, task)
        model = km.fit(query, graph, at=at, budget=options.budget)
        frame = model.predict().sample(frac=1, random_state=0)
        seconds, cpu_seconds, curves, num_rows = [], [], [], []
        for _, row in frame.iterrows():
            began, cpu_began = time.perf_counter(), time.process_time()
            explanation = model.explain(row)
            if explanation.faithfulness is None or len(parts_of(explanation)) < 5:
                continue
            seconds.append(time.perf_counter() - began)
            cpu_seconds.append(time.process_time() - cpu_began)
            curve = explanation.faithfulness.curve
            share = curve["hidden"] / curve["hidden"].iloc[-1]
            curves.append([np.interp(GRID, share, curve[name]) for name in ("in_order", "random")])
            num_rows.append(len(parts_of(explanation)))
            if len(curves) == options.rows:
                break
        means = np.mean(curves, axis=0)
        areas = np.trapezoid(np.array(curves), GRID, axis=2)
        won = float((areas[:, 0] > areas[:, 1]).mean())
        print(
            f"{task}: {len(curves)} rows of {np.mean(num_rows):.0f} parts, weights {dict(model.fitted.weights)}\n"
            f"   seconds median {np.median(seconds):.2f}, most {np.max(seconds):.2f}; CPU seconds median "
            f"{np.median(cpu_seconds):.2f}, most {np.max(cpu_seconds):.2f}\n"
            f"   area by effect {areas[:, 0].mean():.4f}, random {areas[:, 1].mean():.4f}, by effect more in {won:.0%}",
            flush=True,
        )
        axes = figure.add_subplot(1, len(options.task), place + 1)
        axes.plot(GRID, means[0], label="by effect")
        axes.plot(GRID, means[1], linestyle="--", label="random orders")
        axes.set(title=task, xlabel="share of parts hidden", ylabel="answer moved by")
        axes.legend(frameon=False)
    if options.figure:
        figure.savefig(options.figure)


if __name__ == "__main__":
    main()
