"""What a user holds once something is learned: the Model, and the way back from its folder."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from kumo_magic.asked_rows import named_rows, one_row, refuse_early_anchors
from kumo_magic.embeddings import entity_vectors, item_vectors, nearest
from kumo_magic.errors import OptionError
from kumo_magic.evaluation import Evaluation, evaluation_of
from kumo_magic.explain import (
    Explanation,
    Importance,
    RankedExplanation,
    explain,
    explain_ranked,
    importance_of,
)
from kumo_magic.graph.graph import Graph
from kumo_magic.labelling import LabelTable, Population, build_population
from kumo_magic.labelling.asked_time import date_us
from kumo_magic.learn.answers import item_column
from kumo_magic.learn.cut import cut_like
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.frozen import FrozenLearners, can_freeze, fit_frozen
from kumo_magic.learn.judge_frozen import frozen_held_out
from kumo_magic.learn.scores import HeldOut
from kumo_magic.learn.set_answers import class_in
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import SEVERAL_ROWS, TaskType
from kumo_magic.query.formatter import format_node
from kumo_magic.saved import moved_model, read_model, write_model
from kumo_magic.tasks.class_sets import SETS

REGIMES = ("rolling", "frozen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A fitted model of one query on one graph. It answers on the rows that the graph has when it is asked.

    Attributes:
        graph_version: Of the graph when the model was fitted, read or moved.
    """

    plan: PredictionPlan
    labels: LabelTable
    fitted: FittedLearners
    graph_version: int
    seed: int = 0
    _frozen: list[FrozenLearners] = field(default_factory=list, repr=False, compare=False)  # made on first use
    _frozen_held_out: dict[str, dict[str, HeldOut]] = field(default_factory=dict, repr=False, compare=False)
    _moved: list[Model] = field(default_factory=list, init=False, repr=False, compare=False)  # a copy has its own

    def predict(
        self,
        rows: pd.DataFrame | None = None,
        at: object = None,
        frozen_at: object = None,
        top: int | None = None,
    ) -> pd.DataFrame:
        """The frame of predictions: rolling, or frozen where ``frozen_at`` says so.

        Args:
            rows: [entity key, anchor_time]; None for whom the query names, as of ``at``.
            at: The anchor time when no rows are given; None for the end of the data that it learned from.
            frozen_at: Nothing later than this is read, however late a row's anchor is: it gets what was known then.
            top: For a ranking, how many items; for sets of classes, how many of them, the most probable ones.

        Raises:
            DataError: A row's key is not in the entity table, or its anchor lies before what the model learned from.
            OptionError: Both rows and a time were given.
        """
        if top is not None and (top < 1 or self.plan.task_type not in SEVERAL_ROWS):
            raise OptionError("top= is a whole number of at least 1, for a ranking or for sets of classes.")
        model = self.up_to_date()
        population = model._asked_about(rows, at)
        if frozen_at is not None:
            return model._answer_frozen(population, date_us(model.plan, frozen_at, "frozen_at"), top)
        return model.answer(population, top)

    def up_to_date(self) -> Model:
        """This model on the rows that its graph has now: itself, until `Graph.update` or another change of the graph.

        What it learned stays, and so do the scales and categories that it reads the rows by.

        Raises:
            ModelFormatError: Rows that it learned from are gone, or the graph gives other features by now.
            OptionError: It has a network of the user's own code, which cannot be moved.
        """
        version = self.plan.graph.version
        if version == self.graph_version:
            return self
        if not self._moved or self._moved[0].graph_version != version:
            restored = moved_model(plan=self.plan, labels=self.labels, fitted=self.fitted, seed=self.seed)
            self._moved[:] = [
                replace(
                    self,
                    plan=restored.plan,
                    labels=restored.labels,
                    fitted=restored.fitted,
                    graph_version=version,
                    _frozen=[],
                    _frozen_held_out={},
                )
            ]
        return self._moved[0]

    def features(self, rows: pd.DataFrame | None = None, at: object = None) -> pd.DataFrame:
        """What the learners read of each row, a column per feature with a name for people; nothing after its anchor.

        Args:
            rows: [entity key, anchor_time]; None for whom the query names, as of ``at``.
            at: The anchor time when no rows are given; None for the end of the data that it learned from.

        Raises:
            DataError: A row's key is not in the entity table.
            OptionError: Both rows and a time were given.
        """
        model = self.up_to_date()
        population = model._asked_about(rows, at)
        return model.fitted.features(population.frame, population.entity_rows, population.anchor_us)

    def embeddings(self, rows: pd.DataFrame | None = None, at: object = None) -> pd.DataFrame:
        """[entity key, anchor_time, e0, e1, ...]: what the graph network knows of each row, nothing after its anchor.

        The vectors of its several seeds lie side by side. They are for your own model, for `kumo_magic.map_2d` and
        for neighbours.

        Args:
            rows: [entity key, anchor_time]; None for whom the query names, as of ``at``.
            at: The anchor time when no rows are given; None for the end of the data that it learned from.

        Raises:
            DataError: A row's key is not in the entity table, or its anchor lies before what the model learned from.
            OptionError: The model has no network, or both rows and a time were given.
        """
        model = self.up_to_date()
        population = model._asked_about(rows, at)
        refuse_early_anchors(model.plan, model.labels, population)
        return entity_vectors(model.fitted, population)

    def item_embeddings(self) -> pd.DataFrame:
        """[item key, e0, e1, ...]: the vectors of a ranking's items, in a space of their own.

        Raises:
            OptionError: The model ranks nothing, or has no network.
        """
        return item_vectors(self.up_to_date().fitted)

    def neighbours(self, key: object, n: int = 10) -> pd.DataFrame:
        """[entity key, similarity]: the entities most like this one by the cosine of their `embeddings`, nearest first.

        Compared are those whom the query names, as of the prediction anchor.

        Raises:
            OptionError: The model has no network, or the query does not name this entity.
        """
        return nearest(self.embeddings(), key, n)

    def _asked_about(self, rows: pd.DataFrame | None, at: object) -> Population:
        if rows is not None and at is not None:
            raise OptionError("Give rows with their own anchor_time, or one time with at=, not both.")
        if rows is not None:
            return named_rows(self.plan, rows)
        when = self.labels.prediction_anchor if at is None else at
        return build_population(self.plan, when, labels=self.labels)

    def answer(self, population: Population, top: int | None = None) -> pd.DataFrame:
        """The frame for a population.

        Raises:
            DataError: An anchor lies before what the model learned from.
        """
        refuse_early_anchors(self.plan, self.labels, population)
        length = self._length if top is None else top
        return self.up_to_date().fitted.predict(population.frame, population.entity_rows, population.anchor_us, length)

    @property
    def _length(self) -> int | None:
        """How much of an answer the query asks for; the model may have been trained with another number."""
        if self.plan.task_type is TaskType.MULTILABEL_CLASSIFICATION:
            return self.plan.k or len(self.fitted.readings.classes)
        return self.plan.k

    def _answer_frozen(self, population: Population, frozen_us: int, top: int | None) -> pd.DataFrame:
        """The frame from what was known at the cut; rows as of later anchors by trees that know how stale that is."""
        cut = replace(population, anchor_us=np.minimum(population.anchor_us, frozen_us))
        is_stale = population.anchor_us > frozen_us
        if not is_stale.any() or not can_freeze(self.plan):
            return self.answer(cut, top)
        refuse_early_anchors(self.plan, self.labels, cut)
        if not self._frozen:
            rows = np.arange(len(self.labels.frame))
            self._frozen.append(fit_frozen(self.fitted.preparation, self.labels, rows, seed=0))
        frozen = replace(self._frozen[0], readings=cut_like(self._frozen[0].readings, self.fitted.readings))
        stale, fresh = np.flatnonzero(is_stale), np.flatnonzero(~is_stale)
        parts = [
            frozen.predict(
                population.frame.iloc[stale], population.entity_rows[stale], population.anchor_us[stale], frozen_us
            )
        ]
        if len(fresh):
            parts.append(
                self.fitted.predict(
                    population.frame.iloc[fresh], population.entity_rows[fresh], population.anchor_us[fresh], top
                )
            )
        order = np.argsort(np.concatenate([stale, fresh]), kind="stable")
        return pd.concat(parts, ignore_index=True).take(order).reset_index(drop=True)

    def for_query(self, plan: PredictionPlan) -> Model:
        """The same model, asked about whom another query names: its target, entity and assumption must be the same.

        Raises:
            OptionError: They are not.
        """
        own, other = _asked(self.plan), _asked(plan)
        for what, words in own.items():
            if words != other[what]:
                verb = "are" if what == "parameters" else "is"
                raise OptionError(
                    f"This model cannot answer: its {what} {verb} {words or 'missing'}, the query's "
                    f"{other[what] or 'missing'}. WHERE and FOR may differ, the rest may not."
                )
        if plan.graph is not self.plan.graph:
            raise OptionError(f"This model learned from another graph than {plan.graph.name!r}. Fit one on this graph.")
        return replace(self.up_to_date(), plan=plan)

    def evaluate(self, split: str = "test", regime: str = "rolling") -> Evaluation:
        """Scores on a held-out split: "test" or "val".

        Args:
            split: Which rows.
            regime: "rolling": each row saw everything up to its own anchor. "frozen": only what was known when the
                training windows had closed; trees for that question are fitted on first use, and kept. The two
                regimes are different questions, not to be compared.

        Raises:
            OptionError: The history was too short for this split, or the regime is unknown or not for this task.
        """
        held_out = self.fitted.held_out.get(split)
        if held_out is None:
            splits = " and ".join(repr(name) for name in self.fitted.held_out)
            raise OptionError(f"There is no split {split!r} here. Held out were {splits}.")
        if regime not in REGIMES:
            raise OptionError(f"There is no regime {regime!r}. Choose 'rolling' or 'frozen'.")
        if regime == "frozen":
            held_out = self.up_to_date()._frozen_splits()[split]
        return evaluation_of(held_out, regime, plan=self.plan)

    def _frozen_splits(self) -> dict[str, HeldOut]:
        """The held-out rows in the frozen regime; a copy of this model with another threshold has its own."""
        threshold = self.fitted.readings.threshold_words
        if threshold not in self._frozen_held_out:
            self._frozen_held_out[threshold] = frozen_held_out(self.fitted, self.labels, self.seed)
        return self._frozen_held_out[threshold]

    def explain(self, row: object, item: object = None) -> Explanation | RankedExplanation:
        """Why the answer for one row is what it is, by exact occlusion: this model, without a part of the past.

        Args:
            row: The entity's key, as of the prediction anchor; or a mapping, a Series or a frame of one line with the
                key, and with ``anchor_time`` and the ``step`` of a FORECAST where they are not the first to come: a
                line of what `predict` gave. Of sets that line says which class; otherwise the most probable one is
                explained.
            item: Of a ranking, the key of the item that is asked about; None for that of the line, else the first of
                the list. Explained is the ranker of candidates.

        Raises:
            DataError: The key is not in the entity table, or the anchor lies before what the model learned from.
            OptionError: The task has no explanations, several rows were given, or the item is no candidate of the row.
        """
        model, frame = self.up_to_date(), one_row(self.plan, self.labels, row)
        population = named_rows(model.plan, frame)
        refuse_early_anchors(model.plan, model.labels, population)
        place = int(population.entity_rows[0]), int(population.anchor_us[0])
        if self.plan.task_type is TaskType.LINK_PREDICTION:
            column = item_column(self.plan)
            asked = frame[column].iloc[0] if item is None and column in frame else item
            return explain_ranked(model.fitted, population.frame, *place, item=asked)
        if item is not None:
            raise OptionError("item= is for a ranking; this model's answer names no items. Leave it out.")
        return explain(
            model.fitted,
            population.frame,
            *place,
            step=int(frame["step"].iloc[0]) if "step" in frame else 1,
            class_value=class_in(self.plan, frame),
        )

    def importance(self, n: int = 200, at: object = None) -> Importance:
        """What the model uses over many rows, by table, column and window of time, next to what the data say.

        Args:
            n: How many of those whom the query names are asked about, drawn at random.
            at: The anchor time; None for the end of the data that it learned from.

        Raises:
            OptionError: The task has no explanations.
        """
        if n < 1:
            raise OptionError("n= is a whole number of at least 1.")
        model = self.up_to_date()
        population = model._asked_about(None, at)
        refuse_early_anchors(model.plan, model.labels, population)
        return importance_of(model.fitted, model.labels, population, n=n, seed=model.seed)

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """The folder holds the model: `kumo_magic.load` reads it. It has no pickle, and is written whole or not at all.

        Args:
            path: A folder that does not exist yet.
            overwrite: Whether a saved model at the path may be replaced.

        Raises:
            OptionError: Something is at the path that may not be replaced.
        """
        write_model(path, plan=self.plan, labels=self.labels, fitted=self.fitted, seed=self.seed, overwrite=overwrite)


def load(path: str | os.PathLike[str], graph: Graph) -> Model:
    """The saved model, answering on the rows that the graph has now; with the same rows, as before to the last bit.

    Args:
        path: The folder that `Model.save` wrote.
        graph: Tables, keys, times and links as they were; rows may have been added.

    Raises:
        ModelFormatError: The folder is damaged or of another version, or the graph is not what the model learned from.
    """
    restored = read_model(path, graph)
    return Model(
        plan=restored.plan,
        labels=restored.labels,
        fitted=restored.fitted,
        graph_version=graph.version,
        seed=restored.seed,
    )


def _asked(plan: PredictionPlan) -> dict[str, str]:
    """What a model is of, in canonical words; parameters with their values."""
    target, assuming = ("" if node is None else format_node(node) for node in (plan.query.target, plan.query.assuming))
    values = {name: value for name, value in plan.params.items() if f":{name}" in f"{target} {assuming}"}
    return {
        "target": target,
        "answer": plan.task_type.value.replace("_", " ") if plan.task_type in SETS else "",
        "number of TIMEFRAMES": str(plan.forecast_steps),
        "ASSUMING": assuming,
        "entity": plan.entity,
        "parameters": ", ".join(f":{name} = {value!r}" for name, value in sorted(values.items())),
    }
