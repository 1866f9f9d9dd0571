"""Labels → whether one kind of them is too rare to learn from and to be scored by. Refuses nothing."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from kumo_magic.finding import Finding, Severity
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

_FEWEST = 10
"""Labels of a kind in a split: with fewer, one row more or less changes what is scored."""
_RARE_SHARE = 0.05
"""Of all labels. Small splits of common labels are few rows, which their intervals tell."""
_MOST_NAMED = 5
_NAMES = {"train": "training", "val": "validation", "test": "test"}
_SETS = (TaskType.MULTILABEL_RANKING, TaskType.MULTILABEL_CLASSIFICATION)


def rare_labels(plan: PredictionPlan, labels: LabelTable) -> list[Finding]:
    """Truth values of one kind that are few in a split, and classes that are few in training."""
    match plan.task_type:
        case TaskType.BINARY:
            return _rare_truth(plan, labels.frame)
        case TaskType.MULTICLASS:
            trained = labels.frame.loc[labels.frame["split"] == "train", "label"]
            return _rare_classes(plan, Counter(trained), Counter(labels.frame["label"]), Severity.HOLLOW)
        case task_type if task_type in _SETS:
            is_trained = labels.frame["split"] == "train"
            members = Counter(one for label in labels.frame["label"] for one in label)
            trained = Counter(one for label in labels.frame.loc[is_trained, "label"] for one in label)
            return _rare_classes(plan, trained, members, Severity.REMARK)
        case _:
            return []


def _rare_truth(plan: PredictionPlan, frame: pd.DataFrame) -> list[Finding]:
    is_true = frame["label"].astype(bool)
    is_rarer = is_true if is_true.mean() <= 0.5 else ~is_true
    word = "true" if is_true.mean() <= 0.5 else "false"
    counts = is_rarer.groupby(frame["split"]).agg(["sum", "size"]).reindex(list(_NAMES), fill_value=0)
    if is_rarer.mean() >= _RARE_SHARE or counts["sum"].min() >= _FEWEST:
        return []
    parts = [f"{num:,} of {size:,} {_NAMES[str(split)]} labels" for split, (num, size) in counts.iterrows()]  # pyright: ignore[reportGeneralTypeIssues]  # two columns
    return [
        Finding(
            about=_tables(plan),
            says=f"Few labels are {word}: {', '.join(parts)}. So few say little of how good the scores are, and as "
            "large a share is called true as came true on held-out rows.",
            next_step="Ask about a longer window or a wider condition, or add older rows.",
        )
    ]


def _rare_classes(plan: PredictionPlan, trained: Counter, everywhere: Counter, severity: Severity) -> list[Finding]:
    rare = sorted((name for name in everywhere if trained[name] < _FEWEST), key=lambda name: (trained[name], str(name)))
    if not rare or sum(trained.values()) < _FEWEST / _RARE_SHARE:
        return []
    named = ", ".join(f"{name!r} ({trained[name]:,})" for name in rare[:_MOST_NAMED])
    more = f" and {len(rare) - _MOST_NAMED:,} more" if len(rare) > _MOST_NAMED else ""
    return [
        Finding(
            about=_tables(plan),
            says=f"{len(rare):,} of {len(everywhere):,} classes have fewer than {_FEWEST} training labels, too few to "
            f"learn them: {named}{more}.",
            next_step="Join them to others before the graph is made, or add older rows.",
            severity=severity,
        )
    ]


def _tables(plan: PredictionPlan) -> str:
    """Where the labels come from."""
    return " and ".join(plan.target_tables) or plan.entity_table
