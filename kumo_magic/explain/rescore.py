"""Fitted learners, one row, scenarios → the answer in each of them. The learners answer as they always do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import logit

from kumo_magic.explain.crowd import Crowd, crowd_of
from kumo_magic.explain.excerpt import Excerpt, take_excerpt
from kumo_magic.explain.hubs import PrivateRows, all_rows, private_rows
from kumo_magic.explain.own_labels import own_labels
from kumo_magic.explain.replicas import Replicas, lay_out
from kumo_magic.explain.scenario import Scenario
from kumo_magic.features.column_reader import ColumnReader
from kumo_magic.features.label_history import LabelHistory
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learners.cores import share_of_cores
from kumo_magic.learners.learner import Learner
from kumo_magic.learners.networks import Networks
from kumo_magic.learners.ranker import Ranker
from kumo_magic.plan.task_type import TaskType
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.tasks.class_sets import SETS
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.multilabel import best_first
from kumo_magic.tasks.preparation import horizon_days_of
from kumo_magic.tasks.target import Target

_MOST_CELLS = 12_000_000
"""Rows and places in groups, of all blocks that are laid out at once."""
_LEAST_PROBABILITY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the model says in each scenario.

    Attributes:
        values: float64 [scenarios], a probability or a number.
        logits: float64 [scenarios]; of a number the number itself.
        decisions: int64 [scenarios], which class is predicted, 0 and 1 of a truth value; None where nothing is decided.
    """

    values: np.ndarray
    logits: np.ndarray
    decisions: np.ndarray | None

    def part(self, begin: int, end: int) -> Answers:
        """Of the scenarios from one position up to another."""
        here = slice(begin, end)
        decisions = None if self.decisions is None else self.decisions[here]
        return Answers(values=self.values[here], logits=self.logits[here], decisions=decisions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One row that the model is asked about.

    Attributes:
        fitted: What answers.
        excerpt: What the answer can depend on.
        private: Rows of which each scenario has its own, unless it hides rows that are far.
        frame: [entity key, anchor_time] of the row, one line; and its step of a FORECAST.
        examples: The row as it is, with its features.
        names: Of the features.
        crowd: Everyone.
        history: The past labels of everyone; None without any.
        class_code: Of the class whose probability is explained; None for other tasks.
    """

    fitted: FittedLearners
    excerpt: Excerpt
    private: PrivateRows
    frame: pd.DataFrame
    examples: Examples
    names: tuple[str, ...]
    crowd: Crowd
    history: LabelHistory | None
    class_code: int | None

    def answers(self, scenarios: Sequence[Scenario], *, is_far: bool = False) -> Answers:
        """The answer in each scenario.

        Args:
            scenarios: What is hidden; at least one.
            is_far: Whether rows are hidden that are not near.
        """
        private = all_rows(self.excerpt) if is_far else self.private
        outputs = [self._outputs(scenarios[begin:end], private) for begin, end in self._chunks(len(scenarios), private)]
        return self.read(np.concatenate(outputs))

    def as_it_is(self) -> Answers:
        """The answer on the whole graph, float64 [1]."""
        with share_of_cores():
            return self.read(self.fitted.outputs(self.examples))

    def read(self, outputs: np.ndarray) -> Answers:
        """Outputs on the scale of the answer."""
        readings = self.fitted.readings
        outputs = readings.heard(outputs.astype(np.float64))
        match readings.task_type:
            case TaskType.BINARY:
                values = readings.platt.probability(outputs)
                threshold = 0.5 if readings.threshold is None else readings.threshold
                return Answers(
                    values=values,
                    logits=readings.platt.slope * outputs + readings.platt.intercept,
                    decisions=None if readings.capacity is not None else (values >= threshold).astype(np.int64),
                )
            case TaskType.MULTICLASS:
                of_classes = readings.probability_of_classes(outputs)
                values = of_classes[:, self.class_code or 0]
                return Answers(
                    values=values,
                    logits=logit(np.clip(values, _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)),
                    decisions=of_classes.argmax(axis=1),
                )
            case TaskType.MULTILABEL_RANKING | TaskType.MULTILABEL_CLASSIFICATION:
                return self._of_class(outputs)
            case _:
                return Answers(values=outputs[:, 1], logits=outputs[:, 1], decisions=None)

    def _of_class(self, outputs: np.ndarray) -> Answers:
        """The probability of one class of a set; decided is whether it is told, or among the k best."""
        readings, code = self.fitted.readings, self.class_code or 0
        of_classes = readings.probability_of_members(outputs)
        if readings.threshold is None:
            k = self.fitted.preparation.plan.k or len(readings.classes)
            decisions = (best_first(of_classes)[:, :k] == code).any(axis=1)
        else:
            decisions = of_classes[:, code] >= readings.threshold
        return Answers(
            values=of_classes[:, code],
            logits=readings.platt.slope * outputs[:, code] + readings.platt.intercept,
            decisions=decisions.astype(np.int64),
        )

    def _chunks(self, number: int, private: PrivateRows) -> Iterator[tuple[int, int]]:
        """Begins and ends of as many scenarios as are laid out at once."""
        step = max(1, _MOST_CELLS // max(private.size, 1))
        for begin in range(0, number, step):
            yield begin, min(begin + step, number)

    def features(self, scenarios: Sequence[Scenario], *, is_far: bool = False) -> pd.DataFrame:
        """What the learners read in each scenario, a column per feature."""
        _, examples = self._laid_out(scenarios, all_rows(self.excerpt) if is_far else self.private)
        return pd.DataFrame(examples.features[1:], columns=list(self.names))

    def _outputs(self, scenarios: Sequence[Scenario], private: PrivateRows) -> np.ndarray:
        """What the learners say in each scenario."""
        replicas, examples = self._laid_out(scenarios, private)
        learners = tuple(_of_replicas(learner, replicas) for learner in self.fitted.learners)
        with share_of_cores():
            return replace(self.fitted, learners=learners).outputs(examples)[1:]

    def _laid_out(self, scenarios: Sequence[Scenario], private: PrivateRows) -> tuple[Replicas, Examples]:
        preparation = self.fitted.preparation
        replicas = lay_out(
            self.excerpt, scenarios, private=private.rows, graph=preparation.graph, encoded=preparation.encoded
        )
        history = self.history
        if history is not None:
            history = own_labels(replicas, preparation.plan, self.target, history)
        return replicas, self._examples(replicas, history)

    @property
    def target(self) -> Target:
        """What turns labels into numbers."""
        readings = self.fitted.readings
        return Target(task_type=readings.task_type, values=np.empty(0), classes=readings.classes)

    def _examples(self, replicas: Replicas, history: LabelHistory | None) -> Examples:
        """The entity of every block with its features, those among the crowd put right."""
        view = replace(
            self.fitted.preparation,
            graph=replicas.graph,
            timeline=replicas.timeline,
            encoded=replicas.encoded,
            history_until=None if history is None else lambda _: history,
            names=[],
        )
        number = replicas.num_blocks
        anchors = np.full(number, self.excerpt.anchor_us, dtype=np.int64)
        steps = None if self.examples.steps is None else np.full(number, self.examples.steps[0], dtype=np.int64)
        examples = view.examples(replicas.entity_rows, anchors, steps)
        features = np.tile(self.examples.features, (number, 1))
        place = {name: position for position, name in enumerate(self.names)}
        for position, name in enumerate(view.names):
            if name in place:
                features[:, place[name]] = examples.features[:, position]
        among = self.crowd.features(replicas, history if self.crowd.peers else None)
        for name, column in zip(among.names, among.columns, strict=True):
            if name in place:
                features[:, place[name]] = column
        return replace(examples, features=features)


def ask(
    fitted: FittedLearners,
    frame: pd.DataFrame,
    entity_row: int,
    anchor_us: int,
    step: int = 1,
    class_code: int | None = None,
) -> Question:
    """The row, ready to be asked about again and again.

    Args:
        fitted: What answers.
        frame: [entity key, anchor_time], one line.
        entity_row: Position in the entity table.
        anchor_us: Microseconds since 1970.
        step: Of a FORECAST.
        class_code: Of the class of a set to explain; None for the most probable one.
    """
    preparation = fitted.preparation
    table = preparation.plan.entity_table
    frame, examples = preparation.asked(frame, np.array([entity_row]), np.array([anchor_us]))
    place = step - 1 if examples.steps is not None else 0
    frame = frame.iloc[[place]].reset_index(drop=True)
    examples = Examples(
        entity_rows=examples.entity_rows[[place]],
        anchor_us=examples.anchor_us[[place]],
        features=examples.features[[place]],
        steps=None if examples.steps is None else examples.steps[[place]],
    )
    anchor_us = int(examples.anchor_us[0])
    history = None
    if preparation.history_until is not None:
        history = preparation.history_until(max(anchor_us, preparation.cut_us))
    reader = ColumnReader(
        timeline=preparation.timeline, graph=preparation.graph, cut_us=preparation.cut_us, facts=preparation.facts
    )
    is_number = preparation.plan.task_type not in (TaskType.MULTICLASS, *SETS)
    hops = max([0, *(len(one.sampler.fan_outs) for one in fitted.learners if isinstance(one, Networks))])
    excerpt = take_excerpt(preparation.timeline, table=table, entity_row=entity_row, anchor_us=anchor_us, hops=hops)
    question = Question(
        fitted=fitted,
        excerpt=excerpt,
        private=private_rows(excerpt),
        frame=frame,
        examples=examples,
        names=tuple(preparation.names),
        crowd=crowd_of(reader, table, history if is_number else None, horizon_days_of(preparation.plan)),
        history=history,
        class_code=class_code,
    )
    if is_number or class_code is not None:
        return question
    with share_of_cores():
        outputs = fitted.outputs(examples)
    return replace(question, class_code=int(outputs[0].argmax()))


def _of_replicas(learner: Learner | Ranker, replicas: Replicas) -> Learner | Ranker:
    """The learner, reading the replicas."""
    if not isinstance(learner, Networks):
        return learner
    sampler = Sampler(
        replicas.timeline,
        replicas.encoded,
        table=learner.sampler.table,
        hops=len(learner.sampler.fan_outs),
        fan_out=learner.sampler.fan_outs[0],
        strategy=learner.sampler.strategy,
    )
    return replace(learner, sampler=sampler)
