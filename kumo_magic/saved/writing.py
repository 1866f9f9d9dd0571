"""Plan, labels and fitted learners → a folder."""

from __future__ import annotations

import os
from pathlib import Path

from kumo_magic import __version__
from kumo_magic.labelling import LabelTable
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.scores import HeldOut
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.query.formatter import format_query
from kumo_magic.saved.document import Document, SavedHeldOut, SavedLabels, SavedPlan, SavedScale
from kumo_magic.saved.folder import write_folder
from kumo_magic.saved.frames import frame_bytes
from kumo_magic.saved.learners import learner_files
from kumo_magic.saved.plain import to_plain
from kumo_magic.saved.schema import schema_of
from kumo_magic.tasks.objective import RegressionObjective
from kumo_magic.tasks.ranking import RankingObjective
from kumo_magic.tasks.target import learnable_rows

LABELS, ANCHORS, ITEMS = "labels.parquet", "anchors.parquet", "items.parquet"


def write_model(
    path: str | os.PathLike[str],
    *,
    plan: PredictionPlan,
    labels: LabelTable,
    fitted: FittedLearners,
    seed: int,
    overwrite: bool,
) -> Path:
    """The folder holds the model whole, or is what it was before.

    Raises:
        OptionError: Something is there that may not be replaced, or the model has a part that cannot be saved.
    """
    document, files = packed(plan=plan, labels=labels, fitted=fitted, seed=seed)
    return write_folder(path, to_plain(document), files, overwrite=overwrite)


def packed(
    *, plan: PredictionPlan, labels: LabelTable, fitted: FittedLearners, seed: int
) -> tuple[Document, dict[str, bytes]]:
    """All of a model but the rows of its graph, and the files beside the document.

    Raises:
        OptionError: The model has a part that cannot be saved.
    """
    preparation, objective = fitted.preparation, fitted.objective
    learners, files = learner_files(fitted.learners)
    saved_labels = _labels(labels, files)
    if plan.item_table is not None:
        keys = preparation.encoded.tables[plan.item_table].key
        assert keys is not None
        files[ITEMS], _ = frame_bytes(keys.to_frame())
    query = format_query(plan.query)
    document = Document(
        kumo_magic_version=__version__,
        query=query,
        params={name: value for name, value in plan.params.items() if f":{name}" in query},
        seed=seed,
        plan=SavedPlan(
            task_type=plan.task_type,
            positive_class=plan.positive_class,
            k=plan.k,
            forecast_steps=plan.forecast_steps,
            description=plan.describe(),
        ),
        graph=schema_of(plan.graph),
        labels=saved_labels,
        held_out={split: _held_out(one, files) for split, one in fitted.held_out.items()},
        learners=learners,
        weights=fitted.weights,
        readings=fitted.readings,
        schedule=fitted.schedule,
        scale=SavedScale(is_compressed=objective.is_compressed, center=objective.center, scale=objective.scale)
        if isinstance(objective, RegressionObjective)
        else None,
        grid_origin_us=grid_origin(plan, labels),
        cut_us=preparation.cut_us,
        class_codes=tuple(preparation.classes),
        encoding=preparation.encoding,
        facts=preparation.facts,
        feature_names=tuple(preparation.names),
        is_stopped=fitted.is_stopped,
        excludes_seen=isinstance(objective, RankingObjective) and objective.excludes_seen,
        notes=fitted.notes,
    )
    return document, files


def held_out_files(split: str) -> tuple[str, str]:
    """The files of a split: its frame, and the scores of its rows."""
    return f"held_out_{split}.parquet", f"held_out_{split}_rows.parquet"


def grid_origin(plan: PredictionPlan, labels: LabelTable) -> int | None:
    """The anchor that the grid of past labels starts from; None for a question without windows."""
    return int(learnable_rows(plan, labels).anchor_us.max()) if plan.is_temporal else None


def _labels(labels: LabelTable, files: dict[str, bytes]) -> SavedLabels:
    """What to note of the label table, whose rows become files."""
    files[LABELS], columns = frame_bytes(
        labels.frame.assign(**{"anchor in microseconds": labels.anchor_us, "closed in microseconds": labels.closed_us})
    )
    files[ANCHORS], anchor_columns = frame_bytes(labels.anchors)
    return SavedLabels(
        columns=columns,
        anchor_columns=anchor_columns,
        prediction_anchor=labels.prediction_anchor.isoformat(),
        dropped=labels.dropped,
        notes=labels.notes,
        regime_words=labels.regime_words,
        is_own=labels.is_own,
    )


def _held_out(held_out: HeldOut, files: dict[str, bytes]) -> SavedHeldOut:
    """What to note of a split, whose rows become files."""
    of_frame, of_rows = held_out_files(held_out.split)
    files[of_frame], columns = frame_bytes(held_out.frame)
    row_columns = None
    if held_out.row_scores is not None:
        files[of_rows], row_columns = frame_bytes(held_out.row_scores)
    return SavedHeldOut(
        task_type=held_out.task_type,
        primary_metric=held_out.primary_metric,
        scores=held_out.scores,
        num_learners=held_out.num_learners,
        columns=columns,
        row_columns=row_columns,
        parts=held_out.parts,
        at_k=held_out.at_k,
    )
