"""What each part earns: features alone, the network alone, the network without features, everything blended.

    python benchmarks/ablation.py --data PATH [--task uci_churn_90d driver-dnf ...] [--budget 60s] [--seeds 0 1 2]

Scores on the validation split of each task's own label table (as of the yardstick's validation anchor, or rel-f1's
training cut), so all parts see the same rows. For the blend also: by how much its score lies behind its best single
learner's, in paired bootstrap standard errors of that difference.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

import accuracy
import accuracy_f1
import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

import kumo_magic as km
from kumo_magic.evaluation import Evaluation
from kumo_magic.learn.preset import preset_of
from kumo_magic.trained_model import Model

PARTS = {
    "features only (trees)": (["trees"], True),
    "network only": (["network"], True),
    "network without features": (["network"], False),
    "blend of all": (None, True),
}
_RESAMPLES = 200


def fitted(options: argparse.Namespace, task: str, part: str, seed: int) -> Model:
    """The model of one part."""
    learners, uses_features = PARTS[part]
    preset = preset_of("balanced")
    networks = tuple(dataclasses.replace(one, uses_features=uses_features) for one in preset.networks)
    chosen = {
        "budget": options.budget,
        "seed": seed,
        "learners": learners,
        "preset": dataclasses.replace(preset, networks=networks),
    }
    if task in accuracy_f1.TASKS:
        query, column = accuracy_f1.TASKS[task]
        graph = accuracy_f1.load_graph(options.data / "f1")
        labels = accuracy_f1.labels_of(options.data / "f1", task, "train", column)
        return km.predict(query, graph, labels=labels, at=accuracy_f1.CUT, **chosen).model
    told = json.loads((options.data / "tasks" / "tasks.json").read_text())[task]
    graph = accuracy.load_graph(options.data / told["dataset"])
    return km.predict(told["query"].split("   ")[0], graph, at=told["val_anchor"], **chosen).model


def score(evaluation: Evaluation, label: np.ndarray, answer: np.ndarray) -> float:
    """The primary metric, higher is better."""
    value = roc_auc_score(label, answer) if evaluation.primary_metric == "AUROC" else np.abs(label - answer).mean()
    return float(value if evaluation.primary_metric == "AUROC" else -value)


def standard_errors_behind(evaluation: Evaluation) -> float:
    """How many paired bootstrap standard errors the model's primary metric lies behind its best learner's."""
    label = evaluation.frame["label"].to_numpy(dtype=float)
    answers = {
        name: evaluation.answer(name).to_numpy(dtype=float)
        for name, kind in evaluation.kinds.items()
        if kind != "baseline"
    }
    ours = answers.pop(evaluation.model)
    if not answers:
        return 0.0
    best = max(answers.values(), key=lambda one: score(evaluation, label, one))
    random = np.random.default_rng(0)
    drawn = [random.integers(0, len(label), len(label)) for _ in range(_RESAMPLES)]
    gaps = [score(evaluation, label[rows], best[rows]) - score(evaluation, label[rows], ours[rows]) for rows in drawn]
    gap = score(evaluation, label, best) - score(evaluation, label, ours)
    return max(0.0, gap / max(float(np.std(gaps)), 1e-12))


def main() -> None:
    """Print a line per task and part: the mean of the seeds on the newest held-out split."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--task", nargs="*", default=["uci_churn_90d", "uci_spend_30d", *accuracy_f1.TASKS])
    parser.add_argument("--part", nargs="*", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    options = parser.parse_args()
    for task in options.task:
        for part in options.part:
            found: list[dict[str, float]] = []
            behind: list[float] = []
            for seed in options.seeds:
                model = fitted(options, task, part, seed)
                split = "test" if "test" in model.fitted.held_out else "val"
                evaluation = model.evaluate(split)
                found.append(evaluation.metrics[evaluation.primary_metric].to_dict())
                behind.append(standard_errors_behind(evaluation))
            means = pd.DataFrame(found).mean()
            words = ", ".join(f"{name} {value:.4f}" for name, value in means.items())
            extra = (
                f"; behind its best learner by {np.mean(behind):.2f} standard errors" if part.startswith("bl") else ""
            )
            print(f"{task} | {part} | {evaluation.primary_metric}: {words}{extra}", flush=True)


if __name__ == "__main__":
    main()
