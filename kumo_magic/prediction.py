"""What a user holds after a run: Prediction, its Model, the Model's Evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kumo_magic.errors import DataError, OptionError
from kumo_magic.labelling import LabelTable, Population, build_population
from kumo_magic.learn.events import Event
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.metrics import is_higher_better
from kumo_magic.learn.schedule import Schedule
from kumo_magic.learn.scores import NETWORK, HeldOut
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.timeline.times import microseconds

_SPLIT_WORDS = {"test": "test", "val": "validation"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Scores on rows that the scored model did not learn from, the baselines' on exactly the same rows.

    The scored model saw the training rows only; the one that answers was refitted afterwards with these rows too.

    Attributes:
        metrics: A row per learner, the model first; a column per metric.
        frame: [entity key, anchor_time, label, prediction columns].
        kinds: Learner → "model" or "baseline".
        regime: "rolling": each row saw everything up to its own anchor.
    """

    split: str
    primary_metric: str
    metrics: pd.DataFrame
    frame: pd.DataFrame
    kinds: Mapping[str, str]
    num_rows: int
    anchor_times: tuple[pd.Timestamp, ...]
    regime: str = "rolling"

    @property
    def higher_is_better(self) -> dict[str, bool]:
        """Metric → whether more is better."""
        return {metric: is_higher_better(metric) for metric in self.metrics.columns}

    @property
    def best_baseline(self) -> str:
        """The baseline with the best primary metric; the first of equals."""
        scores = self.metrics.loc[
            [name for name, kind in self.kinds.items() if kind == "baseline"], self.primary_metric
        ]
        return str(scores.idxmax() if is_higher_better(self.primary_metric) else scores.idxmin())

    @property
    def is_model_better(self) -> bool:
        """Whether the model's primary metric beats every baseline's."""
        model, baseline = self._score(NETWORK), self._score(self.best_baseline)
        return model > baseline if is_higher_better(self.primary_metric) else model < baseline

    @property
    def sentence(self) -> str:
        """The honest comparison in words."""
        times = [f"{time:%Y-%m-%d}" for time in self.anchor_times]
        when = times[0] if len(times) == 1 else f"{len(times)} anchor times from {times[0]} to {times[-1]}"
        model, baseline = _shown(self._score(NETWORK)), _shown(self._score(self.best_baseline))
        where = f"On {self.num_rows:,} {_SPLIT_WORDS[self.split]} rows at {when} ({self.regime})"
        metric = self.primary_metric
        if self.is_model_better:
            return (
                f"{where} the graph network reaches {metric} {model}, "
                f"the best baseline ({self.best_baseline}) {baseline}."
            )
        return (
            f"{where} the graph network does not beat the baseline: {metric} {model} "
            f"against {baseline} of {self.best_baseline}, which needs no learning. Prefer that one."
        )

    def _score(self, learner: str) -> float:
        return float(self.metrics.at[learner, self.primary_metric])  # pyright: ignore[reportArgumentType]  # a float column


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A fitted model of one query on one graph."""

    plan: PredictionPlan
    labels: LabelTable
    fitted: FittedLearners

    def predict(self, rows: pd.DataFrame | None = None, at: object = None, top: int | None = None) -> pd.DataFrame:
        """The frame of predictions.

        Args:
            rows: [entity key, anchor_time]; None for whom the query names, as of ``at``.
            at: The anchor time when no rows are given; None for the end of the data.
            top: For a ranking, how many items.

        Raises:
            DataError: A row's key is not in the entity table, or its anchor lies before what the model learned from.
            OptionError: Both rows and a time were given.
        """
        if rows is not None and at is not None:
            raise OptionError("Give rows with their own anchor_time, or one time with at=, not both.")
        if top is not None and (top < 1 or self.plan.task_type is not TaskType.LINK_PREDICTION):
            raise OptionError("top= is a whole number of at least 1, for a ranking.")
        if rows is None:
            when = self.labels.prediction_anchor if at is None else pd.Timestamp(at)  # pyright: ignore[reportArgumentType]  # pandas says what is wrong
            population = build_population(self.plan, when)
        else:
            population = self._population_of(rows)
        return self.answer(population, top)

    def answer(self, population: Population, top: int | None = None) -> pd.DataFrame:
        """The frame for a population.

        Raises:
            DataError: An anchor lies before what the model learned from.
        """
        self._refuse_anchors_in_the_training_time(population)
        return self.fitted.predict(population.frame, population.entity_rows, population.anchor_us, top)

    def evaluate(self, split: str = "test") -> Evaluation:
        """Scores on a held-out split: "test" or "val".

        Raises:
            OptionError: The history was too short for this split.
        """
        held_out = self.fitted.held_out.get(split)
        if held_out is None:
            splits = " and ".join(repr(name) for name in self.fitted.held_out)
            raise OptionError(f"There is no split {split!r} here. Held out were {splits}.")
        return _evaluation(held_out, self.labels)

    def _population_of(self, rows: pd.DataFrame) -> Population:
        """Rows the user names, checked."""
        key = self.plan.entity_key
        for column in (key, "anchor_time"):
            if column not in rows:
                raise DataError(f"The rows need a column {column!r}.", table=self.plan.entity_table, column=column)
        keys = self.plan.graph[self.plan.entity_table].frame[key]
        positions = pd.Index(keys.astype(object)).get_indexer(pd.Index(rows[key].astype(object)))
        if (positions < 0).any():
            unknown = rows.loc[positions < 0, key].iloc[0]
            raise DataError(
                f"{int((positions < 0).sum())} of the rows name a {key} that is not in {self.plan.entity_table!r}.",
                table=self.plan.entity_table,
                column=key,
                example=unknown,
            )
        return Population(
            frame=rows[[key, "anchor_time"]].reset_index(drop=True),
            entity_rows=positions.astype(np.int64),
            anchor_us=microseconds(rows["anchor_time"]),
        )

    def _refuse_anchors_in_the_training_time(self, population: Population) -> None:
        early = population.anchor_us < self.fitted.preparation.cut_us
        if early.any():
            first = population.frame.loc[early].iloc[0]
            cut = pd.Timestamp(self.fitted.preparation.cut_us, unit="us")
            raise DataError(
                f"The model has seen data up to {cut}; at an earlier anchor time it would know the future.",
                table=self.plan.entity_table,
                column="anchor_time",
                example=first["anchor_time"],
                hint="Fit a model as of that day with at=.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One run: the frame, and everything that explains where it came from."""

    query: str
    frame: pd.DataFrame
    model: Model
    evaluation: Evaluation
    seed: int
    budget_seconds: float
    seconds: float
    seconds_by_stage: Mapping[str, float]
    notes: tuple[str, ...]
    events: tuple[Event, ...] = field(repr=False)

    @property
    def plan(self) -> PredictionPlan:
        """What was asked, bound to the graph."""
        return self.model.plan

    @property
    def labels(self) -> LabelTable:
        """What was learned from."""
        return self.model.labels

    @property
    def schedule(self) -> Schedule:
        """What the clock decided; give it to another run to repeat this one."""
        return self.model.fitted.schedule

    @property
    def threshold(self) -> float | None:
        """The probability from which `prediction` is True: the best F1 on the validation rows. None for other tasks."""
        return self.model.fitted.readings.threshold

    @property
    def stopped(self) -> bool:
        """Whether the user stopped the run."""
        return self.model.fitted.is_stopped


def evaluate(model: Model) -> Evaluation:
    """The evaluation to show: on test rows when the history has room for them, else on validation rows."""
    return model.evaluate("test" if "test" in model.fitted.held_out else "val")


def _evaluation(held_out: HeldOut, labels: LabelTable) -> Evaluation:
    rows = labels.frame[labels.frame["split"] == held_out.split]
    return Evaluation(
        split=held_out.split,
        primary_metric=held_out.primary_metric,
        metrics=pd.DataFrame.from_dict(held_out.scores, orient="index"),
        frame=held_out.frame,
        kinds={learner: "model" if learner == NETWORK else "baseline" for learner in held_out.scores},
        num_rows=len(rows),
        anchor_times=tuple(sorted(rows["anchor_time"].unique())),
    )


def _shown(score: float) -> str:
    """Three digits, a final zero too; whole numbers from 100 on."""
    return f"{score:,.0f}" if abs(score) >= 100 else f"{score:#.3g}"
