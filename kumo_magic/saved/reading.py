"""A folder and a graph → plan, labels and fitted learners, ready to answer on the graph as it is now."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch

from kumo_magic.errors import ModelFormatError
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.key_rows import key_rows
from kumo_magic.labelling import LabelTable, sql
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.scores import HeldOut
from kumo_magic.learners.schedule import NetworkSchedule
from kumo_magic.plan import PredictionPlan, TaskType, bind
from kumo_magic.query import parse
from kumo_magic.saved.document import Document, SavedHeldOut
from kumo_magic.saved.folder import read_folder
from kumo_magic.saved.frames import frame_of
from kumo_magic.saved.learners import SavedLearner, read_learner
from kumo_magic.saved.plain import from_plain
from kumo_magic.saved.schema import check_schema
from kumo_magic.saved.writing import ANCHORS, ITEMS, LABELS, grid_origin, held_out_files
from kumo_magic.tasks.assignment import (
    DEFAULT_K,
    entity_objective,
    history_of,
    item_events_of,
    prediction_us,
    ranking_objective,
    source_of,
)
from kumo_magic.tasks.objective import EntityObjective, RegressionObjective
from kumo_magic.tasks.preparation import Preparation, prepare
from kumo_magic.tasks.ranking import RankingObjective
from kumo_magic.tasks.splits import Splits
from kumo_magic.tasks.target import Target, encode_target, learnable_rows
from kumo_magic.timeline.timeline import Timeline, timeline_of

_OWN_FIELDS = ("format", "format_version", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a folder held, on a graph."""

    plan: PredictionPlan
    labels: LabelTable
    fitted: FittedLearners
    seed: int


def read_model(path: str | os.PathLike[str], graph: Graph) -> Restored:
    """The model of a folder, with the statistics that it was fitted with, on the rows that the graph has now.

    Raises:
        ModelFormatError: The folder is damaged or of another version, or the graph is not what the model learned from.
    """
    plain, files = read_folder(path)
    return unpacked(_document(path, plain), files, graph)


def unpacked(document: Document, files: Mapping[str, bytes], graph: Graph) -> Restored:
    """What `writing.packed` gave, on the rows that the graph has now.

    Raises:
        ModelFormatError: The graph is not what the model learned from.
    """
    check_schema(document.graph, graph)
    plan = _plan(document, graph)
    timeline = timeline_of(graph)
    labels = _labels(document, files, plan)
    learned_from = learnable_rows(plan, labels)
    target = encode_target(plan, learned_from)
    preparation = _preparation(document, plan, learned_from, timeline, target)
    objective = _objective(document, plan, learned_from, timeline, target, preparation)
    _check_features(document, preparation)
    item_table = plan.item_table if target.is_ranking else None
    item_rows = None if item_table is None else _item_rows(plan, item_table, files)
    learners = tuple(
        read_learner(
            saved,
            files,
            preparation=preparation,
            objective=objective,
            num_features=len(document.feature_names),
            settings=(document.schedule.networks or NetworkSchedule()).settings,
            device=_device(saved),
            item_rows=item_rows,
        )
        for saved in document.learners
    )
    fitted = FittedLearners(
        learners=learners,
        weights=document.weights,
        objective=objective,
        preparation=preparation,
        readings=document.readings,
        held_out={split: _held_out(split, one, files) for split, one in document.held_out.items()},
        schedule=document.schedule,
        is_stopped=document.is_stopped,
        notes=document.notes,
    )
    return Restored(plan=plan, labels=labels, fitted=fitted, seed=document.seed)


def _document(path: str | os.PathLike[str], plain: Mapping[str, object]) -> Document:
    try:
        return from_plain({name: value for name, value in plain.items() if name not in _OWN_FIELDS}, Document)
    except (KeyError, TypeError, ValueError) as error:
        raise ModelFormatError(
            f"{os.fspath(path)}: kumo_magic {plain.get('kumo_magic_version')} saved this model with other fields than "
            f"this version reads ({error}). Fit and save it again with this one."
        ) from error


def _plan(document: Document, graph: Graph) -> PredictionPlan:
    """The query bound to the graph; what binding reads of the rows is as it was."""
    plan = replace(bind(parse(document.query), graph, document.params), write_sql=sql)
    return replace(plan, task_type=document.plan.task_type, positive_class=document.plan.positive_class)


def _labels(document: Document, files: Mapping[str, bytes], plan: PredictionPlan) -> LabelTable:
    saved = document.labels
    rows = frame_of(files[LABELS], saved.columns)
    frame, moments = rows.iloc[:, :-2], rows.iloc[:, -2:].to_numpy(dtype=np.int64)
    entity_rows = _rows_of(plan.keys_in(frame), plan, plan.entity_table)
    if (entity_rows < 0).any():
        gone = plan.keys_in(frame).iloc[int(np.argmax(entity_rows < 0))]
        raise ModelFormatError(
            f"{plan.entity_table!r} has no row with {plan.entity_key} = {gone!r}, which the model learned from. "
            "Load it on a graph that has the rows it learned from; new ones may have come."
        )
    return LabelTable(
        frame=frame,
        entity_rows=entity_rows,
        anchor_us=np.ascontiguousarray(moments[:, 0]),
        closed_us=np.ascontiguousarray(moments[:, 1]),
        anchors=frame_of(files[ANCHORS], saved.anchor_columns),
        prediction_anchor=pd.Timestamp(saved.prediction_anchor).as_unit("us"),
        dropped=saved.dropped,
        notes=saved.notes,
        regime_words=saved.regime_words,
        is_own=saved.is_own,
    )


def _preparation(
    document: Document, plan: PredictionPlan, labels: LabelTable, timeline: Timeline, target: Target
) -> Preparation:
    """The graph encoded by the saved statistics; past labels go by the same grid."""
    if document.grid_origin_us != grid_origin(plan, labels):
        raise ModelFormatError("The saved label table does not fit the saved model. Save the model again.")
    prepared = prepare(
        plan,
        timeline,
        history_of(plan, labels, target) if plan.is_temporal and not target.is_ranking else None,
        cut_us=document.cut_us,
        encoding=document.encoding,
        facts=document.facts,
    )
    return replace(prepared, classes={code: target.classes[code] for code in document.class_codes})


def _objective(
    document: Document,
    plan: PredictionPlan,
    labels: LabelTable,
    timeline: Timeline,
    target: Target,
    preparation: Preparation,
) -> EntityObjective | RankingObjective:
    """The objective of the task, with the scale of the labels that the learners were trained on."""
    if not target.is_ranking:
        everything = np.arange(len(target.values))
        objective = entity_objective(
            target,
            training_rows=everything,
            validation_rows=Splits.of(labels).val,
            has_past=preparation.history_until is not None,
            k=(plan.k or DEFAULT_K) if target.is_listed else None,
        )
        if isinstance(objective, RegressionObjective):
            assert document.scale is not None
            objective.is_compressed = document.scale.is_compressed
            objective.center, objective.scale = document.scale.center, document.scale.scale
        return objective
    return ranking_objective(
        plan,
        preparation,
        source_of(plan, timeline, item_events_of(plan, timeline), prediction_us(labels)),
        k=plan.k or DEFAULT_K,
        seed=document.seed,
        device=_device(document.learners[-1]),
        excludes_seen=document.excludes_seen,
    )


def _check_features(document: Document, preparation: Preparation) -> None:
    """Return when the graph gives the features that were learned from.

    Raises:
        ModelFormatError: It gives others.
    """
    steps = np.ones(1, dtype=np.int64) if preparation.plan.task_type is TaskType.FORECASTING else None
    preparation.examples(np.zeros(1, dtype=np.int64), np.array([document.cut_us], dtype=np.int64), steps)
    found, known = tuple(preparation.names), document.feature_names
    if found == known:
        return
    lost = next((name for name in known if name not in found), None)
    new = next((name for name in found if name not in known), None)
    words = f"{lost!r} is not among them" if lost else f"{new!r} is new" if new else "they are in another order"
    raise ModelFormatError(
        f"The model learned from {len(known):,} features, and this graph and version give {len(found):,}: {words}. "
        "Fit a new model."
    )


def _item_rows(plan: PredictionPlan, table: str, files: Mapping[str, bytes]) -> np.ndarray:
    """Where each item that the model learned from is now, int64; -1 for one that is gone."""
    dtype = str(plan.graph[table].frame[_key(plan, table)].dtype)
    return _rows_of(frame_of(files[ITEMS], [["key", dtype]])["key"], plan, table)


def _rows_of(keys: pd.Series, plan: PredictionPlan, table: str) -> np.ndarray:
    """The row of each key, int64; -1 for none."""
    return key_rows(plan.graph[table], keys)


def _key(plan: PredictionPlan, table: str) -> str:
    key = plan.graph[table].primary_key
    assert key is not None
    return key


def _held_out(split: str, saved: SavedHeldOut, files: Mapping[str, bytes]) -> HeldOut:
    of_frame, of_rows = held_out_files(split)
    return HeldOut(
        split=split,
        task_type=saved.task_type,
        primary_metric=saved.primary_metric,
        scores=saved.scores,
        num_learners=saved.num_learners,
        frame=frame_of(files[of_frame], saved.columns),
        row_scores=None if saved.row_columns is None else frame_of(files[of_rows], saved.row_columns),
        parts=saved.parts,
        at_k=saved.at_k,
    )


def _device(saved: SavedLearner) -> str:
    """Where it was trained; the CPU where that is not here."""
    return "cuda" if saved.device == "cuda" and torch.cuda.is_available() else "cpu"
