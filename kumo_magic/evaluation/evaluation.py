"""Scores of a model, of its learners and of the baselines on held-out rows, and the honest comparison in words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.evaluation.answers import ScoredAnswers, answers_of_sets, scored_answers
from kumo_magic.evaluation.by_group import is_covered, scores_by_group
from kumo_magic.evaluation.by_segment import list_scores_by_segment, scores_by_segment
from kumo_magic.evaluation.cuts import Cuts, cuts_of
from kumo_magic.evaluation.decisions import Decisions, decisions_of
from kumo_magic.evaluation.difference import Difference
from kumo_magic.evaluation.entity_lines import class_name, entity_codes
from kumo_magic.evaluation.intervals import MOST_ROWS, Interval, Resamples, draw_resamples, interval
from kumo_magic.evaluation.picture_kinds import PICTURES
from kumo_magic.evaluation.row_groups import RowGroup, anchor_groups, segment_groups
from kumo_magic.evaluation.segments import segmentations
from kumo_magic.evaluation.wording import sentence, why_unknown
from kumo_magic.learn.at_k import AtK
from kumo_magic.learn.list_scores import ListParts
from kumo_magic.learn.scores import HeldOut
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.metrics import Reliability, is_higher_better, reliability
from kumo_magic.tasks.ranking_parts import is_part

if TYPE_CHECKING:
    from kumo_magic.picture import Picture


_TRUTHS = (TaskType.BINARY, TaskType.MULTILABEL_CLASSIFICATION)
"""Tasks with a probability of yes or no in every line of the frame."""
_MOST_PAIRS = 100_000
"""Of a row and a class: of more, a sample of the entities is resampled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Scores on rows that the scored model did not learn from, the baselines' on exactly the same rows.

    The scored model saw the training rows only; the one that answers was refitted afterwards with these rows too.
    In the frozen regime trees of their own are scored, which know how stale what they read is.

    Attributes:
        metrics: A row per learner, the model first; a column per metric.
        frame: [entity key, anchor_time, label, prediction columns, for entity tasks a column per learner and baseline].
            Of sets a line per row and class, whose label is whether the set holds it.
        row_scores: Of a ranking: [entity key, anchor_time, a column per learner] with each row's primary metric.
        parts: Of a ranking: what `by_segment` and `repeat_shares` show.
        kinds: Learner → "model" (the one that answers), "learner" (a part of it) or "baseline".
        regime: "rolling": each row saw everything up to its own anchor; "frozen": up to one cut.
        list_lengths: Of a ranking: what `at_k` shows, for all rows, for segments and for anchor times.
        plan: Whose entities are told apart in segments; None for none.
    """

    split: str
    task_type: TaskType
    primary_metric: str
    metrics: pd.DataFrame
    frame: pd.DataFrame
    kinds: Mapping[str, str]
    num_rows: int
    anchor_times: tuple[pd.Timestamp, ...]
    row_scores: pd.DataFrame | None = None
    parts: ListParts | None = None
    regime: str = "rolling"
    list_lengths: Mapping[str, AtK] | None = None
    plan: PredictionPlan | None = field(default=None, repr=False, compare=False)

    @property
    def higher_is_better(self) -> dict[str, bool]:
        """Metric → whether more is better."""
        return {metric: is_higher_better(metric) for metric in self.metrics.columns}

    @property
    def main_metrics(self) -> list[str]:
        """The metrics that stand in one table, the primary one first: those of whole rows."""
        others = [str(name) for name in self.metrics.columns if name != self.primary_metric and not is_part(str(name))]
        return [self.primary_metric, *others]

    @property
    def best_baseline(self) -> str:
        """The baseline with the best primary metric; the first of equals, and where none has a score."""
        names = [name for name, kind in self.kinds.items() if kind == "baseline"]
        scores = self.metrics.loc[names, self.primary_metric].dropna()
        if scores.empty:
            return names[0]
        return str(scores.idxmax() if is_higher_better(self.primary_metric) else scores.idxmin())

    @property
    def model(self) -> str:
        """The name of what answers: a learner, or the blend of several."""
        return next(name for name, kind in self.kinds.items() if kind == "model")

    @property
    def is_model_better(self) -> bool:
        """Whether the model's primary metric beats every baseline's."""
        model, baseline = self.score(self.model), self.score(self.best_baseline)
        return model > baseline if is_higher_better(self.primary_metric) else model < baseline

    @property
    def sentence(self) -> str:
        """The honest comparison in words."""
        return sentence(self)

    @property
    def unknown(self) -> str:
        """Why scores are missing, in a sentence; empty when none is."""
        return why_unknown(self)

    @property
    def intervals(self) -> dict[str, Interval]:
        """Learner → the 95% bootstrap interval of its primary metric; whole entities are resampled, 200 times.

        More than 10,000 rows are represented by a sample of entities, whose deviations are scaled to all of them.
        """
        rows = np.arange(len(self._rows))
        resamples = self._resamples
        return {name: answers.interval(rows, resamples) for name, answers in self._answers().items()}

    @property
    def difference(self) -> Difference:
        """The model against the best baseline, resampled together."""
        baseline = self.best_baseline
        sign = 1 if is_higher_better(self.primary_metric) else -1
        value = sign * (self.score(self.model) - self.score(baseline))
        low = high = math.nan
        resamples = self._resamples
        if resamples is not None:
            rows, answers = np.arange(len(self._rows)), self._answers()
            ours, theirs = answers[self.model], answers[baseline]
            of_sample = sign * (ours.score(resamples.rows) - theirs.score(resamples.rows))
            gains = sign * (ours.resampled(rows, resamples) - theirs.resampled(rows, resamples))
            low, high = interval(value, of_sample, gains, resamples.scale)
        return Difference(baseline=baseline, value=value, low=low, high=high)

    @property
    def by_anchor(self) -> pd.DataFrame:
        """A row per held-out anchor: the model's primary metric with its 95% interval, the best baseline's, and more.

        Columns: anchor_time, rows, the metric, low, high, best baseline; for truth values also base rate and mean
        predicted; for numbers coverage and mean width of the 80% intervals.
        """
        groups = anchor_groups(self._rows)
        times = [group.value for group in groups]
        return pd.DataFrame(
            [{"anchor_time": time, **found} for time, found in zip(times, self._scores_of(groups), strict=True)]
        )

    @property
    def by_segment(self) -> pd.DataFrame | None:
        """How good the answers are for one kind of entity and another; None where no column tells kinds apart.

        Of a ranking of items a row per segment and learner: segment, rows, fewest past events (of a row of the
        segment), learner, then every metric but the coverage. Cold rows had no past event with an item at their anchor.
        Heavy ones had more than four fifths of the rows with a past: at most a fifth of them. The rest is warm.

        Of other tasks a row per segment: column, segment, and as in `by_anchor`. Columns are those of the entity
        table with few values (the commonest eight, the rest as "others"), the number of past events of the target's
        kind, and the step of a FORECAST. Segments without rows are left out.
        """
        return self.by_column if self.parts is None else list_scores_by_segment(self.parts)

    @property
    def by_column(self) -> pd.DataFrame | None:
        """As `by_segment` has it of entity tasks, of rankings too (their past apart); None where no column does."""
        groups = self.segment_groups()
        return scores_by_segment(groups, self._scores_of(groups)) if groups else None

    @property
    def at_k(self) -> pd.DataFrame | None:
        """Of a ranking, a row per group, length k of the list and learner, with each metric; None for other tasks.

        Groups are all rows, cold, warm and heavy ones, and anchor times.
        """
        if self.list_lengths is None:
            return None
        return pd.DataFrame(
            [
                {"group": group, "rows": found.num_rows, "k": k, "learner": learner}
                | {metric: values[place] for metric, values in scores.items()}
                for group, found in self.list_lengths.items()
                for place, k in enumerate(found.ks)
                for learner, scores in found.scores.items()
            ]
        )

    def anchor_groups(self) -> list[RowGroup]:
        """The scored rows of each anchor time, in the order of `by_anchor`."""
        return anchor_groups(self._rows)

    def segment_groups(self) -> list[RowGroup]:
        """The scored rows of each segment, column by column; none where the plan is not known."""
        if self.plan is None:
            return []
        return segment_groups(segmentations(self.plan, self._rows, with_past=self.parts is None))

    def lines_of(self, rows: np.ndarray) -> pd.DataFrame:
        """The lines of the frame that belong to the given scored rows: of sets one per class."""
        per_row = self._num_classes
        lines = rows if per_row == 1 else (rows[:, None] * per_row + np.arange(per_row)).ravel()
        return self.frame.iloc[lines]

    @property
    def repeat_shares(self) -> pd.Series | None:
        """Of a ranking, which share of the labels, and of what each learner lists, is in the entity's own past."""
        return None if self.parts is None else pd.Series(self.parts.repeat_shares, name="repeat share")

    @property
    def base_rate(self) -> float:
        """The share of true labels, which the average precision of a coin would reach; NaN for other tasks."""
        return float(self.frame["label"].mean()) if self.task_type in _TRUTHS else math.nan

    @property
    def coverage(self) -> float:
        """The share of labels inside their 80% interval; NaN for tasks without one."""
        return float(is_covered(self.frame).mean()) if "low" in self.frame else math.nan

    @property
    def decisions(self) -> Decisions | None:
        """How often `prediction` was right about truth values; None for other tasks."""
        if self.task_type not in _TRUTHS:
            return None
        return decisions_of(self.frame["label"].to_numpy(bool), self.frame["prediction"].to_numpy(bool))

    def cuts(self, threshold: float | None) -> Cuts | None:
        """What other thresholds than the chosen one would have found; None for tasks without any."""
        if self.task_type is not TaskType.BINARY or self.frame.empty:
            return None
        return cuts_of(self.frame["label"].to_numpy(bool), self.frame["probability"].to_numpy(np.float64), threshold)

    def reliability(self) -> Reliability | None:
        """Predicted probabilities beside what happened, in ten bins of equal size; None for tasks without any.

        For classes: of the predicted class, whether it was the one.
        """
        if "probability" not in self.frame:
            return None
        label = self.frame["label"]
        happened = label if self.task_type in _TRUTHS else self.frame["prediction"] == label
        return reliability(happened.to_numpy(np.float64), self.frame["probability"].to_numpy(np.float64))

    @property
    def pictures(self) -> tuple[str, ...]:
        """The kinds of `plot` that there are of this task."""
        return PICTURES[self.task_type]

    def plot(self, kind: str, *, threshold: float | None = None, cost: tuple[float, float] | None = None) -> Picture:
        """A picture of the held-out rows, with the best baseline drawn in.

        Args:
            kind: Of truth values "roc", "pr", "calibration" or "confusion"; of classes "confusion" or "calibration";
                of sets "calibration"; of numbers "predicted" (what happened over what was predicted), "residuals" or
                "coverage"; of rankings "at_k"; of each task "by_anchor" and "by_segment".
            threshold: Of a "confusion" of truth values, from which probability on a row counts as true; None as
                `prediction` has it.
            cost: Of the same, what a miss and what a false alarm cost: the threshold that costs least on these rows.

        Raises:
            OptionError: There is no such picture of this task, or a choice that it does not know.
        """
        from kumo_magic.evaluation.plots import plot  # loads matplotlib

        return plot(self, kind, threshold=threshold, cost=cost)

    def score(self, learner: str) -> float:
        """A learner's primary metric."""
        return float(self.metrics.at[learner, self.primary_metric])  # pyright: ignore[reportArgumentType]  # a float column

    def answer(self, learner: str) -> pd.Series:
        """What a learner is scored by on the rows of the frame: probabilities, numbers or classes."""
        if learner != self.model:
            return self.frame[learner]
        return self.frame["probability" if self.task_type in _TRUTHS else "prediction"]

    @property
    def _rows(self) -> pd.DataFrame:
        """A line per scored row."""
        if self.row_scores is not None:
            return self.row_scores
        per_row = self._num_classes
        return self.frame if per_row == 1 else self.frame.iloc[::per_row].reset_index(drop=True)

    @property
    def _num_classes(self) -> int:
        """Lines of the frame per scored row."""
        return (
            self.frame[class_name(self.frame)].nunique() if self.task_type is TaskType.MULTILABEL_CLASSIFICATION else 1
        )

    @property
    def _resamples(self) -> Resamples | None:
        return draw_resamples(self._entities, min(MOST_ROWS, max(1, _MOST_PAIRS // self._num_classes)))

    @property
    def _entities(self) -> np.ndarray:
        return entity_codes(self._rows)

    def _scores_of(self, groups: Sequence[RowGroup]) -> list[dict[str, float]]:
        return scores_by_group(
            self._rows,
            groups,
            self._answers(),
            task_type=self.task_type,
            metric=self.primary_metric,
            model=self.model,
            baseline=self.best_baseline,
        )

    def _answers(self) -> dict[str, ScoredAnswers]:
        if self.row_scores is not None:
            return {
                name: ScoredAnswers(labels=None, values=self.row_scores[name].to_numpy(np.float64))
                for name in self.kinds
            }
        labels = self.frame["label"].to_numpy()
        if self.task_type is TaskType.MULTILABEL_CLASSIFICATION:
            shape = (-1, self._num_classes)
            return {
                name: answers_of_sets(
                    self.primary_metric, labels.reshape(shape), self.answer(name).to_numpy(np.float64).reshape(shape)
                )
                for name in self.kinds
            }
        return {name: scored_answers(self.primary_metric, labels, self.answer(name).to_numpy()) for name in self.kinds}


def evaluation_of(held_out: HeldOut, regime: str = "rolling", *, plan: PredictionPlan | None = None) -> Evaluation:
    """The evaluation on a held-out split; ``regime`` says what its rows saw, the plan whom they are about."""
    rows = held_out.frame if held_out.row_scores is None else held_out.row_scores
    per_row = rows[class_name(rows)].nunique() if held_out.task_type is TaskType.MULTILABEL_CLASSIFICATION else 1
    return Evaluation(
        split=held_out.split,
        task_type=held_out.task_type,
        primary_metric=held_out.primary_metric,
        metrics=pd.DataFrame.from_dict(held_out.scores, orient="index"),
        frame=held_out.frame,
        parts=held_out.parts,
        row_scores=held_out.row_scores,
        kinds=_kinds(held_out),
        num_rows=len(rows) // per_row,
        anchor_times=tuple(sorted(rows["anchor_time"].dropna().unique())),
        regime=regime,
        list_lengths=held_out.at_k,
        plan=plan,
    )


def _kinds(held_out: HeldOut) -> dict[str, str]:
    """The model comes first, then its learners, then the baselines."""
    parts = held_out.num_learners
    return {
        name: "model" if place == 0 else "learner" if place <= parts else "baseline"
        for place, name in enumerate(held_out.scores)
    }
