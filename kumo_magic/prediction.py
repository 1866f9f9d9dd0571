"""What a user holds after a run: the Prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from kumo_magic.errors import OptionError
from kumo_magic.evaluation import Evaluation
from kumo_magic.finding import Finding
from kumo_magic.labelling import LabelTable
from kumo_magic.learners.schedule import Schedule
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.progress.events import Event
from kumo_magic.trained_model import Model
from kumo_magic.views.row import row_meant
from kumo_magic.views.view import View, view_of
from kumo_magic.what_if import Again, as_of, backtest, compare_assumption


@dataclass(frozen=True, slots=True, kw_only=True, weakref_slot=True)
class Prediction:
    """One run: the frame, and everything that explains where it came from.

    Attributes:
        warnings: What may have leaked into the run, makes its scores hollow, or was guessed of its tables, the worst
            first, each with its column and what to do; `notes` have them too.
        again: How to run the same once more; None where a trained model answered.
    """

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
    warnings: tuple[Finding, ...] = ()
    again: Again | None = field(default=None, repr=False, compare=False)

    @property
    def plan(self) -> PredictionPlan:
        """What was asked, bound to the graph."""
        return self.model.plan

    @property
    def labels(self) -> LabelTable:
        """What was learned from."""
        return self.model.labels

    @property
    def weights(self) -> Mapping[str, float]:
        """How much each learner counts in the answer; they add up to 1, zero included."""
        return self.model.fitted.weights

    @property
    def schedule(self) -> Schedule:
        """What the clock decided; give it to another run to repeat this one."""
        return self.model.fitted.schedule

    @property
    def threshold(self) -> float | None:
        """The probability from which `prediction` is True, chosen as `threshold=` says. None for other tasks."""
        readings = self.model.fitted.readings
        if readings.capacity is None or not self.frame["prediction"].any():
            return readings.threshold
        return float(self.frame.loc[self.frame["prediction"], "probability"].min())

    @property
    def threshold_words(self) -> str:
        """Why the threshold is where it is, for people."""
        return self.model.fitted.readings.threshold_words

    @property
    def stopped(self) -> bool:
        """Whether the user stopped the run."""
        return self.model.fitted.is_stopped

    def compare_assumption(self) -> pd.DataFrame:
        """The frame with `baseline`, `difference` and `support`: beside the answer that without ASSUMING.

        Fits a second model, within the budget of the run. An association, not a proven effect: ``attrs["note"]`` says
        so, with how often the assumption held. What the columns hold of each task: `what_if.compare_assumption`.

        Raises:
            OptionError: The query has no ASSUMING, its labels are the user's own, or a trained model answered.
        """
        return compare_assumption(self)

    def at(self, date: object, *, refit: bool = True) -> Prediction:
        """The same question as of that day.

        Args:
            date: The prediction anchor, such as "2011-06-01".
            refit: Learn again from what was known then, with the same options, budget and seed; the splits are drawn
                anew. Else this run's model answers, which must not have seen anything later.

        Raises:
            OptionError: It has, or no day tells the target's rows apart, or a trained model answered.
            TooFewLabelsError: Too little was known by then to learn from.
        """
        return as_of(self, date, refit=refit)

    def backtest(self, dates: Sequence[object], *, refit: bool = True) -> pd.DataFrame:
        """A row per past day: how good the answer of that day was, by the labels that are known by now.

        Columns: anchor_time, rows, the primary metric, best baseline (its score on the same rows), baseline (its name).
        Scored is everyone with a label at the anchor. With ``refit`` each day takes as long as this run did.

        Args:
            dates: The days, in any order.
            refit: As in `at`.

        Raises:
            OptionError: The window of a day has not closed, or as in `at`; each such day is named.
            TooFewLabelsError: Too little was known by a day to learn from.
        """
        return backtest(self, dates, refit=refit)

    def view(
        self,
        kind: str = "predictions",
        *,
        row: object = None,
        at: object = None,
        hops: int | None = None,
        fan_out: int | None = None,
    ) -> View:
        """A picture to look at and to ask more of, for the last line of a cell.

        Args:
            kind: "predictions": the frame to sort, filter and search, with the explanation and history of each row.
                "why": those of one row. "scores": how good, beside the baselines. "graph": the tables, with what the
                query is about. "neighbourhood": the rows around one row, as the network samples them, and when each
                became known.
            row: Of "why" and "neighbourhood", the row as `Model.explain` takes it; None for the first of the frame.
            at: Of a neighbourhood, an earlier day than the row's anchor.
            hops: Of a neighbourhood, how far to go; None for as far as the network does.
            fan_out: Of a neighbourhood, most children per row and link; None for as many as the network takes.

        Raises:
            OptionError: There is no such view, or it does not know the argument.
        """
        given = {"row": row, "at": at, "hops": hops, "fan_out": fan_out}
        known = {"why": ("row",), "neighbourhood": ("row", "at", "hops", "fan_out")}.get(kind, ())
        for name, value in given.items():
            if value is not None and name not in known:
                raise OptionError(f"The view {kind!r} has no {name}=.")
        details = {name: row_meant(self, row) if name == "row" else given[name] for name in known}
        return view_of(self, kind, **details)


def evaluate(model: Model) -> Evaluation:
    """The evaluation to show: on test rows when the history has room for them, else on validation rows."""
    return model.evaluate("test" if "test" in model.fitted.held_out else "val")
