import numpy as np

from kumo_magic.features.label_history import LABEL_FEATURES, LabelHistory, label_features
from kumo_magic.timeline.times import DAY_US


def features_at(day: int, *labels: tuple[int, int, float], entity: int = 0) -> dict[str, float]:
    """Labels are (anchor day, closing day, value) of entity 0."""
    anchors, closings, values = zip(*labels, strict=True) if labels else ((), (), ())
    history = LabelHistory(
        entity_rows=np.zeros(len(labels), dtype=np.int64),
        anchor_us=np.array(anchors, dtype=np.int64) * DAY_US,
        closed_us=np.array(closings, dtype=np.int64) * DAY_US,
        values=np.array(values, dtype=np.float64),
    )
    row = label_features(history, 2, np.array([entity]), np.array([day * DAY_US]))
    return dict(zip(LABEL_FEATURES, row[0].tolist(), strict=True))


def test_a_label_counts_from_the_end_of_its_window_and_not_from_its_anchor() -> None:
    label = (10, 40, 1.0)

    assert features_at(39, label)["count of past"] == 0
    assert np.isnan(features_at(39, label)["last"])
    assert features_at(40, label)["count of past"] == 1
    assert features_at(40, label)["last"] == 1.0


def test_past_labels_are_summed_up() -> None:
    past = features_at(100, (40, 70, 0.0), (10, 40, 4.0), (80, 110, 9.0))

    assert past["last"] == 0.0
    assert past["second last"] == 4.0
    assert np.isnan(past["third last"])
    assert past["mean of past"] == 2.0
    assert past["weighted mean of past"] == 4.0 * 0.6 / 1.6
    assert past["days since the last one closed"] == 30
    assert past["days since the last positive one closed"] == 60


def test_labels_of_another_entity_do_not_count() -> None:
    assert features_at(100, (10, 40, 1.0), entity=1)["count of past"] == 0


def test_unknown_labels_do_not_count() -> None:
    assert features_at(100, (10, 40, np.nan))["count of past"] == 0


def test_without_labels_there_is_no_past() -> None:
    assert features_at(100)["count of past"] == 0


def test_the_newest_labels_are_averaged_by_number() -> None:
    past = features_at(500, *((10 * step, 10 * step + 10, float(step)) for step in range(25)))

    assert past["mean of the last 3"] == 23
    assert past["mean of the last 5"] == 22
    assert past["mean of the last 20"] == 14.5
    assert past["mean of the last 5 less that of 20"] == 7.5


def test_labels_of_one_window_count_in_the_same_order_however_they_come() -> None:
    twins = ((10, 40, 3.0), (10, 40, 1.0), (50, 80, 2.0))

    one_way, other_way = features_at(100, *twins), features_at(100, *reversed(twins))

    assert (one_way["last"], one_way["second last"], one_way["third last"]) == (2.0, 3.0, 1.0)
    assert one_way == other_way
