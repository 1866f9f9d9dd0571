"""rel-f1 tasks: learn from the official train labels, score the official validation labels, rolling and frozen.

    python benchmarks/accuracy_f1.py --data PATH [--task driver-dnf ...] [--budget 2min] [--seeds 0 1 2]

PATH holds rel-f1's tables and `tasks/<task>_{train,val}.parquet`. The model is fitted as of 2005-01-01. Rolling: each
row may use every row up to its own anchor. Frozen: only rows up to 2005-01-01. The two are not comparable.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

import kumo_magic as km
from kumo_magic.tasks.metrics import binary_scores, regression_scores

CUT = "2005-01-01"
KEYS = {
    "races": "raceId",
    "circuits": "circuitId",
    "drivers": "driverId",
    "results": "resultId",
    "standings": "driverStandingsId",
    "constructors": "constructorId",
    "constructor_results": "constructorResultsId",
    "constructor_standings": "constructorStandingsId",
    "qualifying": "qualifyId",
}
TIMED = ("races", "results", "standings", "constructor_results", "constructor_standings", "qualifying")
TASKS = {
    "driver-dnf": (
        "PREDICT COUNT(results.* WHERE results.statusId != 1, 0, 30, days) > 0 FOR EACH drivers.driverId "
        "ASSUMING COUNT(results.*, 0, 30, days) > 0",
        "did_not_finish",
    ),
    "driver-top3": ("PREDICT MIN(qualifying.position, 0, 30, days) <= 3 FOR EACH drivers.driverId", "qualifying"),
    "driver-position": ("PREDICT AVG(results.positionOrder, 0, 60, days) FOR EACH drivers.driverId", "position"),
}


def load_graph(folder: Path) -> km.Graph:
    """The nine tables with their keys and times."""
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in KEYS}
    return km.Graph.from_data(frames, name="f1", keys=KEYS, times=dict.fromkeys(TIMED, "date"))


def labels_of(folder: Path, task: str, split: str, column: str) -> pd.DataFrame:
    """An official label table in the shape that `km.fit` takes."""
    frame = pd.read_parquet(folder / "tasks" / f"{task}_{split}.parquet")
    return frame.rename(columns={"date": "anchor_time", column: "label"})[["driverId", "anchor_time", "label"]]


def main() -> None:
    """Print one line per task and seed, and the means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--task", nargs="*", default=list(TASKS))
    parser.add_argument("--budget", default="2min")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--learners", nargs="*", default=["trees", "network"])
    options = parser.parse_args()
    graph = load_graph(options.data)
    for task in options.task:
        query, column = TASKS[task]
        train = labels_of(options.data, task, "train", column)
        val = labels_of(options.data, task, "val", column)
        results = []
        for seed in options.seeds:
            model = km.fit(
                query, graph, labels=train, at=CUT, budget=options.budget, seed=seed, learners=options.learners
            )
            one: dict[str, float] = {}
            for regime, frozen_at in (("rolling", None), ("frozen", CUT)):
                frame = model.predict(val, frozen_at=frozen_at)
                labels = val["label"].to_numpy(dtype=float)
                if "probability" in frame:
                    one[f"{regime} AUROC"] = binary_scores(labels, frame["probability"].to_numpy())["AUROC"]
                else:
                    one[f"{regime} MAE"] = regression_scores(labels, frame["prediction"].to_numpy())["MAE"]
            results.append(one)
            weights = ", ".join(f"{weight:.0%} {name}" for name, weight in model.fitted.weights.items())
            shown = ", ".join(f"{metric} {value:.4f}" for metric, value in one.items())
            print(f"{task} seed {seed}: {shown}  ({weights}; {model.fitted.schedule.trees})", flush=True)
        mean = pd.DataFrame(results).mean()
        print(f"{task} mean of {len(results)}: " + ", ".join(f"{metric} {value:.4f}" for metric, value in mean.items()))


if __name__ == "__main__":
    main()
