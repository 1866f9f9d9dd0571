"""Rankings that need no training of ours, on the validation label rows of the yardstick tasks.

    python benchmarks/ranking_peers.py --data PATH [--task uci_next_items ...] [--factors 64] [--alpha 1 10]

Popularity, own past items and item-kNN are the baselines that stand in every report. ALS (Hu, Koren and Volinsky 2008)
is that of the package `implicit`, which is no dependency of ours: without it the line is missing, and it says so. It
learns from how often an entity met an item, each event counting half after six windows, and lists what it had before
too. PATH as in `accuracy.py`; rows with a past alone, as there.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from accuracy import K, load_graph
from scipy import sparse

import kumo_magic as km
from kumo_magic.candidates.source import CandidateSource
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.tasks.assignment import item_events_of, source_of
from kumo_magic.tasks.metrics import ranking_hits, ranking_row_scores
from kumo_magic.tasks.ranking_baselines import ranking_baselines
from kumo_magic.tasks.ranking_parts import catalogue_coverage, mean_of_known, part_row_scores
from kumo_magic.tasks.seen_items import are_seen
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.timeline import Timeline, timeline_of
from kumo_magic.timeline.times import DAY_US

_HALF_LIFE = 6  # windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A task's label rows, and what happened until its anchor."""

    plan: PredictionPlan
    timeline: Timeline
    source: CandidateSource
    anchor_us: int
    entity_rows: np.ndarray
    true_items: list[np.ndarray]


def question(data: Path, name: str, task: dict[str, str]) -> Question:
    """The label rows with a past; items that are not in the item table are left out."""
    graph = load_graph(data / task["dataset"])
    plan = km.bind(task["query"], graph)
    assert plan.item_table is not None
    timeline = timeline_of(graph)
    labels = pd.read_parquet(data / "tasks" / "labels" / f"{name}_val.parquet").query("warm")
    labels = labels.assign(
        entity=_rows(plan, plan.entity_table, labels["entity_id"]),
        item=_rows(plan, plan.item_table, labels["item_id"]),
    ).query("item >= 0")
    anchor_us = int(pd.Timestamp(task["val_anchor"]).value // 1000)
    truth = labels.groupby("entity")["item"].agg(lambda items: np.sort(items.to_numpy()))
    return Question(
        plan=plan,
        timeline=timeline,
        source=source_of(plan, timeline, item_events_of(plan, timeline), anchor_us),
        anchor_us=anchor_us,
        entity_rows=truth.index.to_numpy(),
        true_items=list(truth),
    )


def baselines(asked: Question) -> dict[str, np.ndarray]:
    """Lists of the report's own baselines."""
    anchors = np.full(len(asked.entity_rows), asked.anchor_us)
    return ranking_baselines(asked.source, asked.entity_rows, anchors, k=K)


def als(asked: Question, factors: int, alpha: float) -> np.ndarray:
    """Lists of implicit's ALS, fitted on every event up to the anchor."""
    from implicit.als import AlternatingLeastSquares  # pyright: ignore[reportMissingImports]  # no dependency of ours
    from threadpoolctl import threadpool_limits

    events = asked.source.events
    entity = np.repeat(np.arange(len(events.offsets) - 1), np.diff(events.offsets))
    known = known_mask(events.times, asked.anchor_us)
    age = (asked.anchor_us - events.times[known]) / DAY_US
    weight = 0.5 ** (age / (_HALF_LIFE * asked.plan.horizon.approx_days))
    shape = (len(events.offsets) - 1, events.num_items)
    held = sparse.csr_matrix((weight.astype(np.float32), (entity[known], events.items[known])), shape=shape)
    with threadpool_limits(limits=1, user_api="blas"):
        model = AlternatingLeastSquares(
            factors=factors, regularization=0.05, alpha=alpha, iterations=20, random_state=0
        )
        model.fit(held, show_progress=False)
        items, _ = model.recommend(asked.entity_rows, held[asked.entity_rows], N=K, filter_already_liked_items=False)
    return items.astype(np.int64)


def scores(asked: Question, ranked: np.ndarray) -> dict[str, float]:
    """All that a report shows of lists."""
    assert asked.plan.item_table is not None
    anchor_us = np.full(len(ranked), asked.anchor_us)
    num_true = np.array([len(items) for items in asked.true_items])
    of_labels, of_lists = (
        are_seen(asked.source.events, items, asked.entity_rows, anchor_us) for items in (asked.true_items, list(ranked))
    )
    num_repeats = np.array([of_row.sum() for of_row in of_labels])
    hits = ranking_hits(asked.true_items, ranked)
    by_row = ranking_row_scores(asked.true_items, ranked, K) | part_row_scores(
        hits, np.array(of_lists), num_repeats, num_true - num_repeats, K
    )
    item_times = asked.source.item_times
    coverage = catalogue_coverage(ranked, anchor_us, item_times, K)
    return {name: mean_of_known(values) for name, values in by_row.items()} | {f"coverage@{K}": coverage}


def main() -> None:
    """Print a line per task and ranking."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--task", nargs="*", default=["uci_next_items", "cj_next_products"])
    parser.add_argument("--factors", type=int, default=64)
    parser.add_argument("--alpha", nargs="*", type=float, default=[1.0, 10.0])
    options = parser.parse_args()
    tasks = json.loads((options.data / "tasks" / "tasks.json").read_text())
    has_implicit = importlib.util.find_spec("implicit") is not None
    if not has_implicit:
        print("implicit is not installed (pip install implicit): no line of ALS.")
    for name in options.task:
        asked = question(options.data, name, tasks[name])
        began = time.process_time()
        lists = baselines(asked)
        print(f"{name}: {len(asked.entity_rows)} rows; the baselines took {time.process_time() - began:.1f} CPU-s")
        for alpha in options.alpha if has_implicit else []:
            began = time.process_time()
            lists[f"ALS, {options.factors} factors, alpha {alpha:g}"] = als(asked, options.factors, alpha)
            print(f"   ALS took {time.process_time() - began:.1f} CPU-s")
        for learner, ranked in lists.items():
            shown = ", ".join(f"{metric} {value:.4f}" for metric, value in scores(asked, ranked).items())
            print(f"   {learner}: {shown}", flush=True)


def _rows(plan: PredictionPlan, table: str, keys: pd.Series) -> np.ndarray:
    """The row of each key, int64; -1 for none."""
    key = plan.graph[table].primary_key
    assert key is not None
    own = plan.graph[table].frame[key].astype(object)
    return pd.Index(own).get_indexer(pd.Index(keys.astype(object)))


if __name__ == "__main__":
    main()
