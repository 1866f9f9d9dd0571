"""A run of a query with ASSUMING → its answer beside that without, and how often the assumption held in the past."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.errors import OptionError
from kumo_magic.graph.key_rows import key_rows
from kumo_magic.labelling import LabelTable
from kumo_magic.labelling.temporal_labels import NOT_ASSUMED
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.query.formatter import format_node
from kumo_magic.what_if.again import again_of

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction

_ASSOCIATION = "This is an association, not a proven effect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """How often the assumption held at past anchors: label rows of entities at anchors, and rows in which it did not.

    Attributes:
        of_entity: Position in the entity table → label rows, each at an anchor of its own, int64.
    """

    num_rows: int
    num_entities: int
    num_anchors: int
    num_rows_without: int
    of_entity: pd.Series

    @property
    def words(self) -> str:
        """For people."""
        entities = "entity" if self.num_entities == 1 else "entities"
        anchors = "anchor time" if self.num_anchors == 1 else "anchor times"
        return (
            f"{self.num_rows:,} label rows of {self.num_entities:,} {entities} at {self.num_anchors:,} {anchors}, "
            f"and did not in {self.num_rows_without:,}"
        )


def support_of(labels: LabelTable) -> Support:
    """The support of the assumption that a label table was made under: its rows are those in which it held."""
    pairs = pd.DataFrame({"row": labels.entity_rows, "anchor_us": labels.anchor_us}).drop_duplicates()
    of_entity = pairs["row"].value_counts()
    return Support(
        num_rows=len(pairs),
        num_entities=len(of_entity),
        num_anchors=pairs["anchor_us"].nunique(),
        num_rows_without=labels.dropped.get(NOT_ASSUMED, 0),
        of_entity=of_entity,
    )


def assumption_note(plan: PredictionPlan, labels: LabelTable) -> tuple[str, ...]:
    """What a reader of an answer under ASSUMING must know; nothing where there is none."""
    if plan.query.assuming is None:
        return ()
    assumed = f"ASSUMING {format_node(plan.query.assuming)}"
    if labels.is_own:
        return (f"{assumed} has no influence on your own label table: the answer assumes what your labels assume.",)
    return (
        f"{assumed} held in {support_of(labels).words}: the model learned from the former alone. {_ASSOCIATION}: those "
        "rows may differ in other ways. prediction.compare_assumption() sets the answer without it beside.",
    )


def compare_assumption(prediction: Prediction) -> pd.DataFrame:
    """The prediction's frame with `baseline`, `difference` and `support`; a second model is fitted without ASSUMING.

    ``baseline`` is the same number without the assumption: the probability of a truth value, the probability of the
    predicted class, the predicted number, the rank of an item (NaN for one that is not in that list), the probability
    of each class of a set (NaN for one that is not told apart there). ``difference``
    is the answer less the baseline, of an item the ranks that it gains. ``support`` counts the label rows, each at an
    anchor of its own, in which the assumption held for the entity; ``attrs`` have "note" and "support" overall.

    Raises:
        OptionError: The query has no ASSUMING, the labels are the user's own, nothing supports the assumption, or a
            trained model gave the answer.
    """
    plan, labels = prediction.plan, prediction.labels
    if plan.query.assuming is None:
        raise OptionError("The query has no ASSUMING, so there is no assumption to compare with. Add one.")
    assumed = format_node(plan.query.assuming)
    if labels.is_own:
        raise OptionError(
            "Your own label table takes the place of the query's labels, and ASSUMING does not filter it: with and "
            "without it the same would be learned. Leave labels out."
        )
    support = support_of(labels)
    if not support.num_rows:
        raise OptionError(f"{assumed} never held in the labelled past: nothing can be said about it.")
    again = again_of(prediction)
    without = again.run(str(replace(plan.query, assuming=None, text="")), labels.prediction_anchor, True)
    frame = prediction.frame
    rows = frame[[*plan.key_columns, "anchor_time"]].drop_duplicates(ignore_index=True)
    top = int(frame["rank"].max()) if "rank" in frame and len(frame) else None
    baseline = without.model.predict(rows, top=top) if len(rows) else without.frame.iloc[:0]
    compared = _side_by_side(plan, frame, baseline)
    entities = _entity_rows(plan, frame)
    compared["support"] = pd.Series(entities).map(support.of_entity).fillna(0).to_numpy(dtype=np.int64)
    num_unsupported = int((support.of_entity.reindex(pd.unique(entities)).isna()).sum())
    compared.attrs["support"] = {
        "rows": support.num_rows,
        "entities": support.num_entities,
        "anchors": support.num_anchors,
        "rows without": support.num_rows_without,
    }
    compared.attrs["note"] = (
        f"{_ASSOCIATION}. In the past {assumed} held in {support.words}; the rows in which it held may differ in other "
        "ways, and the difference is between two models fitted to different rows. For "
        f"{num_unsupported:,} of the {len(rows):,} {plan.entity_table} here it never held (support 0)."
    )
    return compared


def _side_by_side(plan: PredictionPlan, frame: pd.DataFrame, baseline: pd.DataFrame) -> pd.DataFrame:
    """The frame with what the baseline says of the same thing, and the difference; its rows and order stay."""
    compared = frame.copy()
    match plan.task_type:
        case TaskType.LINK_PREDICTION | TaskType.MULTILABEL_RANKING:
            item = str(frame.columns[frame.columns.get_loc("rank") + 1])  # pyright: ignore[reportOperatorIssue]  # one such column
            keys = [*plan.key_columns, "anchor_time", item]
            ranks = frame[keys].merge(baseline[[*keys, "rank"]], on=keys, how="left", validate="one_to_one")
            compared["baseline"] = ranks["rank"].to_numpy(dtype=np.float64)
            compared["difference"] = compared["baseline"] - compared["rank"]
        case TaskType.MULTILABEL_CLASSIFICATION:
            keys = [*plan.key_columns, "anchor_time", str(frame.columns[len(plan.key_columns) + 1])]
            told = frame[keys].merge(baseline[[*keys, "probability"]], on=keys, how="left", validate="one_to_one")
            compared["baseline"] = told["probability"].to_numpy(dtype=np.float64)
            compared["difference"] = compared["probability"] - compared["baseline"]
        case TaskType.MULTICLASS:
            compared["baseline"] = [
                float(baseline.at[row, f"probability_{name}"]) if f"probability_{name}" in baseline else math.nan  # pyright: ignore[reportArgumentType]  # a float column
                for row, name in enumerate(frame["prediction"])
            ]
            compared["difference"] = compared["probability"] - compared["baseline"]
        case _:
            column = "probability" if plan.task_type is TaskType.BINARY else "prediction"
            compared["baseline"] = baseline[column].to_numpy()
            compared["difference"] = compared[column] - compared["baseline"]
    return compared


def _entity_rows(plan: PredictionPlan, frame: pd.DataFrame) -> np.ndarray:
    """Where each row's entity is in its table, int64."""
    return key_rows(plan.graph[plan.entity_table], plan.keys_in(frame))
