"""Yardstick tasks: train as of each task's validation anchor, score on exactly its label rows.

    python benchmarks/accuracy.py --data PATH [--task uci_churn_90d ...] [--budget 60s] [--seeds 0 1 2]

PATH holds `tasks/tasks.json`, `tasks/labels/<task>_val.parquet` and one folder of parquet files per data set, with
its keys in `schema.json`. History is every row with time <= the anchor.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

import kumo_magic as km
from kumo_magic.tasks.metrics import binary_scores, ranking_scores, regression_scores

K = 12


def load_graph(folder: Path) -> km.Graph:
    """The graph of a data set, inferred from its files; columns known to look ahead are left out."""
    schema = json.loads((folder / "schema.json").read_text())
    frames = {name: pd.read_parquet(folder / table["file"]) for name, table in schema["tables"].items()}
    frames = {name: frame.drop(columns=["median_price"], errors="ignore") for name, frame in frames.items()}
    return km.Graph.from_data(frames, name=schema["name"])


def score(task: dict[str, str], labels: pd.DataFrame, frame: pd.DataFrame) -> dict[str, float]:
    """Scores of a run's frame on the label rows; a key without a prediction counts as an empty list."""
    key = frame.columns[0]
    if task["type"] == "ranking":
        warm = labels[labels["warm"]] if "warm" in labels else labels
        item = frame.columns[3]
        codes, _ = pd.factorize(pd.concat([warm["item_id"].astype(str), frame[item].astype(str)]))
        truth = pd.Series(codes[: len(warm)], index=warm["entity_id"].to_numpy()).groupby(level=0).agg(np.array)
        predicted = frame.assign(code=codes[len(warm) :]).pivot(index=key, columns="rank", values="code")
        ranked = predicted.reindex(truth.index).fillna(-1).to_numpy(dtype=np.int64)
        return ranking_scores(list(truth), ranked, K)
    merged = labels.merge(frame, left_on="entity_id", right_on=key, how="left")
    value = "probability" if task["type"] == "binary" else "prediction"
    if merged[value].isna().any():
        raise SystemExit(f"{int(merged[value].isna().sum())} of {len(merged)} label rows have no prediction")
    score_rows = binary_scores if task["type"] == "binary" else regression_scores
    return score_rows(merged["label"].to_numpy(dtype=float), merged[value].to_numpy(dtype=float))


def main() -> None:
    """Print one line per task and seed, and the mean."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--task", nargs="*")
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    options = parser.parse_args()
    tasks = json.loads((options.data / "tasks" / "tasks.json").read_text())
    for name in options.task or [task for task in tasks if task.startswith("uci_")]:
        task = tasks[name]
        labels = pd.read_parquet(options.data / "tasks" / "labels" / f"{name}_val.parquet")
        graph = load_graph(options.data / task["dataset"])
        query = task["query"].split("   ")[0]
        results = []
        for seed in options.seeds:
            run = km.predict(query, graph, at=task["val_anchor"], budget=options.budget, seed=seed)
            results.append(score(task, labels, run.frame))
            shown = ", ".join(f"{metric} {value:.4f}" for metric, value in results[-1].items())
            steps = f"networks {run.schedule.networks}"
            print(f"{name} seed {seed}: {shown}  ({run.seconds:.1f} s of {options.budget}, {steps})", flush=True)
            print(f"   held out: {run.evaluation.sentence}", flush=True)
        mean = pd.DataFrame(results).mean()
        print(f"{name} mean of {len(results)}: " + ", ".join(f"{metric} {value:.4f}" for metric, value in mean.items()))


if __name__ == "__main__":
    main()
