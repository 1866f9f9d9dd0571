"""One question with its labels → what every learner of it works on, prepared for any cut in time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kumo_magic.candidates.source import CandidateSource, candidate_source
from kumo_magic.features.item_events import ItemEvents, build_item_events
from kumo_magic.labelling.counted_rows import counted_rows, listable_items, ranked_lists
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.labelling.past_labels import PastLabels, PastRows
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.bounded import MOST_RANKED_ROWS, bound_note, few_enough_labels, most_rows_of
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.multilabel import MultilabelObjective
from kumo_magic.tasks.objective import BinaryObjective, ClassObjective, EntityObjective, RegressionObjective
from kumo_magic.tasks.preparation import HistoryUntil, Preparation, prepare
from kumo_magic.tasks.ranking import RankingObjective
from kumo_magic.tasks.seen_items import seen_items
from kumo_magic.tasks.set_past import unpacked
from kumo_magic.tasks.splits import Splits, refuse_few_lists
from kumo_magic.tasks.target import Target, encode_target, learnable_rows, unseen_class_notes
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.timeline.times import NEVER

DEFAULT_K = 10
_MOST_GROWTH = 1.5
_SHARE_THAT_AGREES = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What is to be learned, and the random seed and device to learn it with."""

    plan: PredictionPlan
    labels: LabelTable
    timeline: Timeline
    target: Target
    splits: Splits
    history_until: HistoryUntil | None
    seed: int
    device: str
    notes: tuple[str, ...] = ()
    source: CandidateSource | None = None
    excludes_seen: bool = False

    def seed_of(self, position: int) -> int:
        """The seed of one of several networks."""
        return self.seed + 7919 * position

    @property
    def growth(self) -> float:
        """How many times the steps of a network that learns from every label row, the held-out ones included.

        As many epochs, that is, up to a bound: more rows bear more epochs only while they are new entities or times.
        """
        return min(len(self.refit_rows) / len(self.splits.train), _MOST_GROWTH)

    @property
    def refit_rows(self) -> np.ndarray:
        """Positions of the label rows that the chosen learners are refitted on: all of them.

        But where no value of a column is missing, so that the test rows are those to predict.
        """
        if self.plan.is_temporal or self.labels.dropped:
            return np.arange(len(self.labels.frame))
        return np.sort(np.concatenate([self.splits.train, self.splits.val]))

    @property
    def k(self) -> int:
        """How long a ranking is: no longer than there are items."""
        k = self.plan.k or DEFAULT_K
        return k if self.source is None else min(k, self.source.events.num_items)

    @property
    def prediction_us(self) -> int:
        """The prediction anchor, microseconds since 1970."""
        return prediction_us(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """An assignment prepared as of one cut: the examples of all label rows, and the objective on them."""

    preparation: Preparation
    examples: Examples
    objective: EntityObjective | RankingObjective
    training_rows: np.ndarray


def assign(
    plan: PredictionPlan,
    labels: LabelTable,
    timeline: Timeline,
    *,
    seed: int,
    device: str,
    exclude_seen: bool | None = None,
) -> Assignment:
    """Encode the labels and find what belongs to the task.

    ``exclude_seen`` says whether items of an entity's own past are left out of a ranking; None for what the past shows.
    """
    everything = learnable_rows(plan, labels)
    of_everything = encode_target(plan, everything)
    most = most_rows_of(len(of_everything.classes) * of_everything.are_sets)
    kept = few_enough_labels(everything, seed, MOST_RANKED_ROWS if of_everything.is_ranking else most)
    labels, target = everything.take(kept), of_everything.take(kept)
    splits = Splits.of(labels)
    notes = (*unseen_class_notes(labels, target, splits.train), *bound_note(len(kept), len(everything.frame)))
    events = source = None
    excludes_seen = False
    if target.is_ranking:
        refuse_few_lists(labels, splits)
        events = item_events_of(plan, timeline)
        source = source_of(plan, timeline, events, prediction_us(labels))
        excludes_seen, note = seen_items(
            events, target.true_items, labels.entity_rows, labels.anchor_us, splits.train, exclude_seen
        )
        notes = (*notes, note)
    has_history = plan.is_temporal and not target.is_ranking
    return Assignment(
        plan=plan,
        labels=labels,
        timeline=timeline,
        target=target,
        splits=splits,
        history_until=history_of(plan, everything, of_everything) if has_history else None,
        seed=seed,
        device=device,
        notes=notes,
        source=source,
        excludes_seen=excludes_seen,
    )


def item_events_of(plan: PredictionPlan, timeline: Timeline) -> ItemEvents:
    """Who met which item when, as the target counts it: its conditions on rows hold for the past too."""
    assert plan.item_link is not None
    path = ranked_lists(plan).path
    return build_item_events(
        timeline, path.to_entity, (*path.up, plan.item_link), is_counted=_counted(plan, timeline, path.table)
    )


def _counted(plan: PredictionPlan, timeline: Timeline, table: str) -> np.ndarray | None:
    """Which rows of the table are counted; one that asks a parent which came later than the row is not."""
    found = counted_rows(plan)
    if found is None:
        return None
    is_counted, links = found
    for link in links:
        parent = timeline.links[link].parent_rows.astype(np.int64)
        linked = np.flatnonzero(parent >= 0)
        is_late = ~known_mask(timeline.row_times[link.parent][parent[linked]], timeline.row_times[table][linked])
        is_counted[linked[is_late]] = False
    return is_counted


def item_times_of(plan: PredictionPlan, timeline: Timeline) -> np.ndarray:
    """When each item can be listed from, int64 [items]: never where the target's conditions leave it out."""
    assert plan.item_table is not None
    times, listable = timeline.row_times[plan.item_table], listable_items(plan)
    return times if listable is None else np.where(listable, times, NEVER)


def source_of(plan: PredictionPlan, timeline: Timeline, events: ItemEvents, known_us: int) -> CandidateSource:
    """Of the candidates of a ranking; its columns are chosen by what was known at the given time."""
    assert plan.item_table is not None
    return candidate_source(
        timeline,
        events,
        entities=plan.graph[plan.entity_table],
        items=plan.graph[plan.item_table],
        item_times=item_times_of(plan, timeline),
        horizon_days=plan.horizon.approx_days,
        known_us=known_us,
    )


def prediction_us(labels: LabelTable) -> int:
    """The prediction anchor, microseconds since 1970."""
    return int(np.datetime64(labels.prediction_anchor.tz_localize(None), "us").astype(np.int64))


def history_of(plan: PredictionPlan, labels: LabelTable, target: Target) -> HistoryUntil:
    """Labels of every closed window, not of the label table alone: also past its end, and before its first anchor.

    A user's own labels that the query does not give are all there is.
    """
    asked = plan
    if plan.task_type is TaskType.FORECASTING:  # the windows before a row's own count whoever is asked about
        asked = replace(plan, forecast_steps=1, where=None, assuming=None)
    past = PastLabels(plan=asked, origin_us=int(labels.anchor_us.max()))
    if labels.is_own and not _agree(past, labels, target):
        own = target.history(
            PastRows(
                entity_rows=labels.entity_rows,
                anchor_us=labels.anchor_us,
                closed_us=labels.closed_us,
                labels=labels.frame["label"],
            )
        )
        return lambda _: own
    return lambda time_us: target.history(past.until(time_us))


def _agree(past: PastLabels, labels: LabelTable, target: Target) -> bool:
    """Whether the query gives the user's own labels at the newest of their anchors, of a FORECAST those of step 1."""
    is_first = np.ones(len(labels.anchor_us), dtype=bool) if target.steps is None else target.steps == 1
    if not is_first.any():
        return False
    newest_us = int(labels.anchor_us[is_first].max())
    newest = is_first & (labels.anchor_us == newest_us)
    history = target.history(past.at(newest_us))
    if history.members is not None:
        place = pd.Series(np.arange(len(history.entity_rows)), index=history.entity_rows)
        place = place.reindex(labels.entity_rows[newest])
        known = place.notna().to_numpy()
        computed = unpacked(history.members[place[known].to_numpy(dtype=np.int64)], len(target.classes))
        same = (computed == target.values[newest][known]).all(axis=1)
        return bool(same.sum() > _SHARE_THAT_AGREES * len(known))
    computed = pd.Series(history.values, index=history.entity_rows)
    own = pd.Series(target.values[newest], index=labels.entity_rows[newest])
    return bool(np.isclose(computed.reindex(own.index), own).mean() > _SHARE_THAT_AGREES)


def set_up(assignment: Assignment, *, cut_us: int, training_rows: np.ndarray) -> Workbench:
    """Prepare the assignment with statistics up to the cut."""
    labels = assignment.labels
    preparation = prepare(
        assignment.plan,
        assignment.timeline,
        assignment.history_until,
        classes=assignment.target.classes,
        cut_us=cut_us,
    )
    examples = preparation.examples(labels.entity_rows, labels.anchor_us, assignment.target.steps)
    return Workbench(
        preparation=preparation,
        examples=examples,
        objective=_objective(assignment, preparation, examples, training_rows),
        training_rows=training_rows,
    )


def entity_objective(
    target: Target,
    *,
    training_rows: np.ndarray,
    validation_rows: np.ndarray,
    has_past: bool = False,
    k: int | None = None,
) -> EntityObjective:
    """The objective of a task with one label per row.

    Args:
        target: The labels.
        training_rows: By whose labels numbers are scaled.
        validation_rows: They say which metric has a value.
        has_past: Whether the features of sets tell of each class's past.
        k: How much of a ranking of classes counts.
    """
    match target.task_type:
        case TaskType.BINARY:
            return BinaryObjective(target.values, validation_rows)
        case TaskType.MULTICLASS:
            return ClassObjective(target.values, len(target.classes))
        case TaskType.MULTILABEL_RANKING | TaskType.MULTILABEL_CLASSIFICATION:
            return MultilabelObjective(
                target.values, target.true_items, validation_rows=validation_rows, has_past=has_past, k=k
            )
        case _:
            return RegressionObjective(target.values, training_rows)


def _objective(
    assignment: Assignment, preparation: Preparation, examples: Examples, training_rows: np.ndarray
) -> EntityObjective | RankingObjective:
    """The objective of the task on these examples."""
    target = assignment.target
    if not target.is_ranking:
        return entity_objective(
            target,
            training_rows=training_rows,
            validation_rows=assignment.splits.val,
            has_past=assignment.history_until is not None,
            k=assignment.k if target.is_listed else None,
        )
    assert assignment.source is not None
    return ranking_objective(
        assignment.plan,
        preparation,
        assignment.source,
        examples,
        target.true_items,
        k=assignment.k,
        seed=assignment.seed,
        device=assignment.device,
        excludes_seen=assignment.excludes_seen,
    )


def ranking_objective(
    plan: PredictionPlan,
    preparation: Preparation,
    source: CandidateSource,
    examples: Examples | None = None,
    true_items: tuple[np.ndarray, ...] = (),
    *,
    k: int,
    seed: int,
    device: str,
    excludes_seen: bool,
) -> RankingObjective:
    """The objective of a ranking; without examples there is nothing to learn from."""
    assert plan.item_table is not None
    nobody = np.empty(0, dtype=np.int64)
    nothing = Examples(entity_rows=nobody, anchor_us=nobody, features=np.empty((0, 0), dtype=np.float32))
    return RankingObjective(
        examples=examples or nothing,
        true_items=true_items,
        source=source,
        items=preparation.encoded.storage(plan.item_table).to(device),
        item_schema=preparation.encoded.schema.tables[plan.item_table],
        k=k,
        seed=seed,
        excludes_seen=excludes_seen,
    )
