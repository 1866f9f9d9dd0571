"""Fitted learners and one row → its Explanation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumo_magic.errors import OptionError
from kumo_magic.explain.excerpt import Excerpt, with_everything
from kumo_magic.explain.explanation import Explanation
from kumo_magic.explain.faithfulness import Faithfulness, plan_deletion
from kumo_magic.explain.flip import Decide, find_flip, one_after_the_other, strongest
from kumo_magic.explain.occlusions import (
    Event,
    Occlusion,
    column_occlusions,
    event_times,
    everything,
    newest_events,
    path_occlusions,
    table_occlusions,
    window_occlusions,
    without_events,
)
from kumo_magic.explain.rescore import Answers, Question, ask
from kumo_magic.explain.scenario import Scenario
from kumo_magic.explain.words import in_words
from kumo_magic.labelling.own_rows import shown
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.class_sets import SETS

MOST_ROWS = 200
"""Newest events that are hidden one by one."""
_MOST_EVENTS = 10
_ROWS_AT_ONCE = 1_500_000
"""Up to so many, everything in reach is copied for every row that is hidden, for one batch rather than two."""
_FAR_ROWS = 150_000
"""With more rows in reach, those that are not near stay when a table or a column is hidden."""
_NUM_FIRST = 2
"""Of the scenarios: nothing hidden, and everything."""
_MOST_ASTRAY = 1e-6
_EXPLAINED = (TaskType.BINARY, TaskType.MULTICLASS, TaskType.REGRESSION, TaskType.FORECASTING, *SETS)
_TRUTHS = (TaskType.BINARY, *SETS)
"""Tasks that decide on yes or no, of sets about one class."""


def explain(
    fitted: FittedLearners,
    frame: pd.DataFrame,
    entity_row: int,
    anchor_us: int,
    *,
    step: int = 1,
    class_value: object = None,
    most_rows: int = MOST_ROWS,
) -> Explanation:
    """Why the learners answer so for the row.

    Args:
        fitted: What answers.
        frame: [entity key, anchor_time], one line.
        entity_row: Position in the entity table.
        anchor_us: Microseconds since 1970.
        step: Of a FORECAST, from 1.
        class_value: Of a set, the class whose probability is explained; None for the most probable one.
        most_rows: How many events are hidden one by one, the newest.

    Raises:
        OptionError: The task has no explanations, the step is none of the forecast's, or the class is not told apart.
    """
    plan = fitted.preparation.plan
    check_explained(plan.task_type)
    if not 1 <= step <= plan.forecast_steps:
        raise OptionError(f"There is no step {step}. The forecast has steps 1 to {plan.forecast_steps}.")
    question = ask(fitted, frame, entity_row, anchor_us, step, _class_code(fitted, class_value))
    whole = question.as_it_is()
    parts = _parts(question, most_rows)
    answers, of_events = _answers(question, parts)
    if abs(answers.values[0] - whole.values[0]) > _MOST_ASTRAY:  # something read farther than the excerpt reaches
        question = replace(question, excerpt=with_everything(question.excerpt))
        parts = _parts(question, most_rows)
        answers, of_events = _answers(question, parts)
    events = parts.events
    bounds = np.cumsum([_NUM_FIRST, *(len(kind) for kind in parts.kinds)])
    tables, paths, columns, windows = (
        _effects(kind, whole, answers, int(begin)) for kind, begin in zip(parts.kinds, bounds, strict=False)
    )
    rows, flip, faithfulness = _of_events(question, whole, events, of_events)
    most_moving = rows["effect"].abs().sort_values(ascending=False, kind="stable").index[:_MOST_EVENTS]
    key, anchor_time = plan.keys_in(frame).iloc[0], question.frame["anchor_time"].iloc[0]
    answer_name = _answer_name(question)
    moved = rows.loc[most_moving].sort_values("time", kind="stable").reset_index(drop=True)
    prediction, baseline = float(whole.values[0]), float(answers.values[1])
    return Explanation(
        row=(key, anchor_time),
        entity_key=plan.entity_key,
        task_type=plan.task_type,
        answer_name=answer_name,
        prediction=prediction,
        baseline=baseline,
        tables=_strongest_first(tables, answer_name),
        paths=_strongest_first(paths, answer_name),
        columns=_strongest_first(columns, answer_name),
        windows=_fitting(windows, answer_name),
        rows=_strongest_first(rows, answer_name),
        events=_fitting(moved, answer_name),
        flip=None if flip is None else _fitting(flip, answer_name),
        faithfulness=faithfulness,
        words=in_words(
            who=f"{plan.entity_key} {key}",
            answer_name=answer_name,
            prediction=prediction,
            baseline=baseline,
            tables=_strongest_first(tables, answer_name),
            columns=_strongest_first(columns, answer_name),
            events=moved,
            flip=flip,
            faithfulness=faithfulness,
        ),
        notes=_notes(question, len(events) == most_rows, most_rows),
    )


def _class_code(fitted: FittedLearners, value: object) -> int | None:
    """The code of a class of a set; None where none is asked for.

    Raises:
        OptionError: It is none of the classes.
    """
    if value is None or fitted.readings.task_type not in SETS:
        return None
    classes = fitted.readings.classes
    if value not in classes:
        raise OptionError(f"{shown(value)} is none of the {len(classes):,} values that this model tells apart.")
    return classes.index(value)


def check_explained(task_type: TaskType) -> None:
    """Return when answers of this task can be explained.

    Raises:
        OptionError: They cannot.
    """
    if task_type not in _EXPLAINED:
        raise OptionError(
            f"A {task_type.value.replace('_', ' ')} task cannot be explained yet; truth values, classes, sets of them, "
            "numbers and the steps of a FORECAST can."
        )


def is_far_hidden(excerpt: Excerpt) -> bool:
    """Whether rows that are not near are few enough to be copied, and so hidden, too."""
    return excerpt.num_rows <= _FAR_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """All that is hidden: tables, paths, columns and windows; then single events."""

    kinds: tuple[Sequence[Occlusion], ...]
    events: list[Event]
    hidden: list[Scenario]  # nothing, everything, and the occlusions of each kind
    single: list[Scenario]  # each event, and all of them


def _parts(question: Question, most_rows: int) -> _Parts:
    excerpt, graph = question.excerpt, question.fitted.preparation.graph
    events = newest_events(excerpt, graph, most_rows)
    kinds = (
        table_occlusions(excerpt, graph),
        path_occlusions(excerpt),
        column_occlusions(excerpt, graph),
        window_occlusions(excerpt, question.crowd.horizon_days),
    )
    return _Parts(
        kinds=kinds,
        events=events,
        hidden=[Scenario(), everything(excerpt, graph), *(one.scenario for kind in kinds for one in kind)],
        single=[*(without_events([event]) for event in events), without_events(events)],
    )


def _answers(question: Question, parts: _Parts) -> tuple[Answers, Answers]:
    """The answers where parts are hidden, and where single rows are; all in one batch where that is small."""
    is_far = is_far_hidden(question.excerpt)
    number, in_all = len(parts.hidden), len(parts.hidden) + len(parts.single)
    if is_far and question.excerpt.num_rows * in_all <= _ROWS_AT_ONCE:
        answers = question.answers([*parts.hidden, *parts.single], is_far=True)
        return answers.part(0, number), answers.part(number, in_all)
    return question.answers(parts.hidden, is_far=is_far), question.answers(parts.single)


def _of_events(
    question: Question, whole: Answers, events: list[Event], answers: Answers
) -> tuple[pd.DataFrame, pd.DataFrame | None, Faithfulness | None]:
    """The effect of each event, those that flip the decision, and how faithful the effects are.

    Args:
        question: The row.
        whole: The answer as it is.
        events: The rows.
        answers: Without each of them, and without all of them.
    """
    occlusions = [
        Occlusion(
            name=event.name,
            scenario=without_events([event]),
            num_rows=1,
            facts={"table": event.table, "key": event.key},
        )
        for event in events
    ]
    rows = _effects(occlusions, whole, answers, 0).assign(time=event_times(events))
    if not events:
        nothing = pd.Series(dtype=object)
        return rows.assign(table=nothing, key=nothing), None, None
    falls = bool(whole.values[0] >= answers.values[-1])
    deletion = plan_deletion(rows["effect"].to_numpy(), falls=falls)
    order: list[int] = []
    if whole.decisions is not None:
        speaks_against = question.fitted.readings.task_type in _TRUTHS and whole.decisions[0] == 0
        order = strongest((-1.0 if speaks_against else 1.0) * rows["logit_effect"].to_numpy())
    found = question.answers([_without(events, places) for places in [*deletion.hidden, *one_after_the_other(order)]])
    number = len(deletion.hidden)
    faithfulness = deletion.read(float(whole.values[0]), found.values[:number])
    if whole.decisions is None or found.decisions is None:
        return rows, None, faithfulness
    decide = _deciding(question, events)
    flip = find_flip(order, found.decisions[number:], int(whole.decisions[0]), decide)
    return rows, None if flip is None else rows.iloc[list(flip)].reset_index(drop=True), faithfulness


def _without(events: list[Event], places: list[int]) -> Scenario:
    return without_events([events[place] for place in places])


def _deciding(question: Question, events: list[Event]) -> Decide:
    """Positions of hidden events → decisions."""

    def decide(hidden: list[list[int]]) -> np.ndarray:
        decisions = question.answers([_without(events, places) for places in hidden]).decisions
        assert decisions is not None
        return decisions

    return decide


def _effects(occlusions: Sequence[Occlusion], whole: Answers, answers: Answers, begin: int) -> pd.DataFrame:
    """A row per occlusion, in their order; answers from ``begin`` on are theirs."""
    here = slice(begin, begin + len(occlusions))
    names = dict.fromkeys(name for one in occlusions for name in one.facts)
    return pd.DataFrame(
        {
            "name": pd.Series([one.name for one in occlusions], dtype=object),
            **{name: [one.facts[name] for one in occlusions] for name in names},
            "rows": np.array([one.num_rows for one in occlusions], dtype=np.int64),
            "without": answers.values[here],
            "effect": whole.values[0] - answers.values[here],
            "logit_effect": whole.logits[0] - answers.logits[here],
        }
    )


def _strongest_first(effects: pd.DataFrame, answer_name: str) -> pd.DataFrame:
    order = effects["effect"].abs().sort_values(ascending=False, kind="stable").index
    return _fitting(effects.loc[order].reset_index(drop=True), answer_name)


def _fitting(effects: pd.DataFrame, answer_name: str) -> pd.DataFrame:
    """Numbers have no logits."""
    return effects.drop(columns="logit_effect") if answer_name == "prediction" else effects


def _answer_name(question: Question) -> str:
    readings = question.fitted.readings
    match readings.task_type:
        case TaskType.BINARY:
            return "probability"
        case TaskType.MULTICLASS | TaskType.MULTILABEL_RANKING | TaskType.MULTILABEL_CLASSIFICATION:
            return f"probability of {readings.classes[question.class_code or 0]}"
        case _:
            return "prediction"


def _notes(question: Question, is_cut: bool, most_rows: int) -> tuple[str, ...]:
    notes = []
    if not is_far_hidden(question.excerpt):
        notes.append(
            f"{question.excerpt.num_rows:,} rows are in reach, too many to copy: where a table, a column or a window "
            "is hidden, those more than two links away stay."
        )
    num_shared = question.private.num_shared
    if num_shared:
        notes.append(
            f"{num_shared:,} rows that many others share, such as a popular product, are too large to copy: "
            "what is known of them stays when a single row is hidden."
        )
    if is_cut:
        notes.append(f"Only the newest {most_rows:,} events were hidden one by one.")
    return tuple(notes)
