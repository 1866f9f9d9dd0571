"""Finished runs small enough to add up, with the attributes that the report reads."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from kumo_magic.evaluation import Evaluation
from kumo_magic.plan.task_type import TaskType
from kumo_magic.progress.events import (
    BaselineScored,
    Event,
    LearnerScored,
    StageFinished,
    StageStarted,
    TrainingStep,
)

DAY = pd.Timestamp("2024-03-01")
KINDS = {
    "blend": "model",
    "boosted trees": "learner",
    "graph network": "learner",
    "constant": "baseline",
    "past mean": "baseline",
}


class Run(SimpleNamespace):
    """Unlike its parent, it can be held weakly, as a Prediction can."""


@dataclass(frozen=True)
class Settings:
    channels: int = 64


@dataclass(frozen=True)
class Schedule:
    settings: Settings = Settings()
    train_steps: int = 20


@pytest.fixture
def plain_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """The picture of a graph has tests of its own."""
    picture = ModuleType("kumo_magic.report.schema_svg")
    vars(picture)["schema_html"] = lambda graph: f"<p>{graph.name}</p>"
    monkeypatch.setitem(sys.modules, picture.__name__, picture)


@pytest.fixture
def events() -> tuple[Event, ...]:
    """Two looks at the validation rows, the second better and above the best baseline."""
    step = {
        "stage": "train",
        "learner": "graph network",
        "metric": "AUROC",
        "higher_is_better": True,
        "seconds_left": 5.0,
    }
    return (
        StageStarted(stage="labels", words="Looking back.", seconds=0.0),
        StageFinished(stage="labels", words="6 labels at 3 anchor times.", seconds=0.5),
        StageStarted(stage="train", words="Encoding.", seconds=0.5),
        BaselineScored(learner="constant", metric="AUROC", score=0.5, higher_is_better=True, seconds=1.0),
        BaselineScored(learner="past mean", metric="AUROC", score=0.7, higher_is_better=True, seconds=1.0),
        TrainingStep(**step, epoch=0.5, step=5, loss=0.9, score=None, best_score=None, seconds=1.5),
        TrainingStep(**step, epoch=1.0, step=10, loss=0.8, score=0.65, best_score=0.65, seconds=2.0),
        TrainingStep(**step, epoch=2.0, step=20, loss=0.6, score=0.75, best_score=0.75, seconds=3.0),
    )


@pytest.fixture
def trees_scored() -> Event:
    """Trees that do better than the network, 1.2 seconds after the baselines."""
    return LearnerScored(
        learner="boosted trees", words="7 leaves", metric="AUROC", score=0.79, higher_is_better=True, seconds=1.7
    )


@pytest.fixture
def make_run(events: tuple[Event, ...]) -> Callable[..., Any]:
    """A run of a yes-or-no question; keyword arguments replace its parts."""

    def make(**changes: Any) -> Any:
        graph = SimpleNamespace(name="shop", tables={}, links=(), links_from=_no_links, links_to=_no_links)
        plan = SimpleNamespace(
            task_type=TaskType.BINARY,
            entity_table="users",
            entity_key="user_id",
            key_columns=("user_id",),
            item_table=None,
            graph=graph,
            notes=(),
            is_temporal=True,
            describe=lambda: "Will it be 0?\nIt is a binary classification.",
        )
        labels = SimpleNamespace(
            frame=pd.DataFrame(
                {
                    "user_id": [1, 2, 1, 2, 1, 2],
                    "anchor_time": pd.to_datetime(["2024-01-01"] * 2 + ["2024-01-31"] * 2 + ["2024-03-01"] * 2),
                    "label": [True, False, True, True, False, False],
                    "split": ["train", "train", "val", "val", "test", "test"],
                }
            ),
            anchors=pd.DataFrame(
                {
                    "anchor_time": pd.to_datetime(["2024-01-01", "2024-01-31", "2024-03-01"]),
                    "split": ["train", "val", "test"],
                    "num_rows": [2, 2, 2],
                }
            ),
            notes=("3 anchor times.",),
            regime_words="tested on later anchor times than it learned from",
        )
        evaluation = Evaluation(
            split="test",
            task_type=TaskType.BINARY,
            primary_metric="AUROC",
            metrics=pd.DataFrame(
                {"AUROC": [0.78, 0.77, 0.74, 0.5, 0.71], "Brier": [0.18, 0.19, 0.2, 0.25, 0.17]}, index=list(KINDS)
            ),
            frame=pd.DataFrame(
                {
                    "user_id": [1, 2, 3, 4],
                    "anchor_time": [DAY] * 4,
                    "label": [True, False, True, False],
                    "prediction": [True, False, False, False],
                    "probability": [0.8, 0.2, 0.3, 0.1],
                    "boosted trees": [0.8, 0.2, 0.3, 0.1],
                    "graph network": [0.8, 0.2, 0.1, 0.3],
                    "constant": [0.5] * 4,
                    "past mean": [0.9, 0.4, 0.4, 0.2],
                }
            ),
            kinds=KINDS,
            num_rows=4,
            anchor_times=(DAY,),
        )
        parts = {
            "query": "PREDICT COUNT(orders.*, 0, 30) = 0 FOR EACH users.user_id",
            "frame": pd.DataFrame(
                {
                    "user_id": [1, 2, 3, 4],
                    "anchor_time": [DAY] * 4,
                    "prediction": [True, False, False, False],
                    "probability": [0.8, 0.2, 0.1, 0.1],
                }
            ),
            "plan": plan,
            "labels": labels,
            "evaluation": evaluation,
            "schedule": Schedule(),
            "weights": {"boosted trees": 1.0, "graph network": 0.0},
            "threshold": 0.4,
            "threshold_words": "as asked",
            "seconds": 58.3,
            "budget_seconds": 60.0,
            "seconds_by_stage": {"labels": 0.5, "train": 40.0},
            "notes": ("A note.", "A note."),
            "warnings": (),
            "stopped": False,
            "events": events,
            "seed": 7,
        }
        return Run(**(parts | changes))

    return make


def _no_links(table: str) -> tuple[()]:
    del table
    return ()
