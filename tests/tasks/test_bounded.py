"""Label rows beyond what memory bears."""

import numpy as np
import pandas as pd

from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.tasks.bounded import MOST_ROWS, bound_note, few_enough_labels, most_rows_of


def table(num_entities: int, num_anchors: int) -> LabelTable:
    anchors = np.repeat(np.arange(num_anchors), num_entities)
    split = np.where(anchors == num_anchors - 1, "test", np.where(anchors == num_anchors - 2, "val", "train"))
    entities = np.tile(np.arange(num_entities), num_anchors)
    return LabelTable(
        frame=pd.DataFrame(
            {"user_id": entities, "anchor_time": pd.to_datetime(anchors, unit="D"), "label": True, "split": split}
        ),
        entity_rows=entities,
        anchor_us=anchors * 86_400_000_000,
        closed_us=(anchors + 1) * 86_400_000_000,
        anchors=pd.DataFrame(),
        prediction_anchor=pd.Timestamp("2024-01-01"),
        dropped={},
        notes=(),
        regime_words="",
    )


def test_few_rows_stay_as_they_are() -> None:
    labels = table(50, 6)

    assert few_enough_labels(labels, 0).tolist() == list(range(300))
    assert bound_note(300, 300) == ()


def test_many_rows_are_thinned_alike_at_every_anchor_time_and_the_note_counts_them() -> None:
    most = {"train": 100, "val": 20, "test": 20}

    kept = few_enough_labels(table(50, 6), 0, most)
    few, (note,) = table(50, 6).take(kept), bound_note(len(kept), 300)

    counts = few.frame.groupby(["split", "anchor_time"]).size()
    assert counts.loc["train"].tolist() == [25, 25, 25, 25]
    assert counts.loc["val"].tolist() == counts.loc["test"].tolist() == [20]
    assert note.startswith("140 of 300 label rows")


def test_arrays_and_frame_tell_of_the_same_rows_in_their_old_order() -> None:
    few = table(50, 6).take(few_enough_labels(table(50, 6), 3, {"train": 60, "val": 10, "test": 10}))

    assert few.entity_rows.tolist() == few.frame["user_id"].tolist()
    assert (few.anchor_us == few.frame["anchor_time"].astype("datetime64[us]").astype("int64")).all()
    places = few.anchor_us // 86_400_000_000 * 50 + few.entity_rows
    assert (np.diff(places) > 0).all()


def test_no_anchor_time_is_lost_however_few_rows_may_stay() -> None:
    few = table(50, 6).take(few_enough_labels(table(50, 6), 0, {"train": 2, "val": 1, "test": 1}))

    assert few.frame["anchor_time"].nunique() == 6


def test_sets_of_many_classes_have_fewer_rows_because_every_class_has_features() -> None:
    assert most_rows_of(0) == MOST_ROWS
    assert most_rows_of(10) == MOST_ROWS
    assert most_rows_of(100) == {"train": 80_000, "val": 10_000, "test": 10_000}
