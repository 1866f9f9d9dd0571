import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo_magic.features.item_events import ItemEvents
from kumo_magic.tasks import seen_items as room
from kumo_magic.tasks.metrics import ranking_hits, ranking_row_scores, ranking_scores
from kumo_magic.tasks.ranking_parts import (
    catalogue_coverage,
    is_part,
    mean_of_known,
    part_row_scores,
    segments,
)
from kumo_magic.tasks.seen_items import are_seen
from kumo_magic.timeline.times import ALWAYS

K = 4
ITEMS = st.integers(0, 9)
LISTED = st.lists(ITEMS, max_size=6, unique=True).map(lambda items: items + [-1] * (6 - len(items)))
TRUE = st.sets(ITEMS, max_size=8)
ROWS = st.lists(st.tuples(TRUE, LISTED, st.sets(ITEMS)), min_size=1, max_size=5)


def plain_scores(true: set[int], listed: list[int]) -> dict[str, float]:
    """One row, place by place."""
    hits = [item in true for item in listed[:K]]
    best = min(K, len(true))
    precisions = [sum(hits[: place + 1]) / (place + 1) for place in range(K) if hits[place]]
    gains = [1 / math.log2(place + 2) for place in range(K) if hits[place]]
    ideal = [1 / math.log2(place + 2) for place in range(best)]
    return {
        f"MAP@{K}": sum(precisions) / best if best else 0.0,
        f"NDCG@{K}": sum(gains) / sum(ideal) if best else 0.0,
        f"recall@{K}": sum(hits) / len(true) if true else 0.0,
        f"hit rate@{K}": float(any(hits)),
        f"MRR@{K}": 1 / (hits.index(True) + 1) if any(hits) else 0.0,
    }


def as_arrays(rows: list[tuple[set[int], list[int], set[int]]]) -> tuple[list[np.ndarray], np.ndarray]:
    return [np.array(sorted(true), dtype=np.int64) for true, _, _ in rows], np.array([listed for _, listed, _ in rows])


@given(ROWS)
def test_scores_of_a_row_are_those_that_going_through_its_list_gives(
    rows: list[tuple[set[int], list[int], set[int]]],
) -> None:
    found = ranking_row_scores(*as_arrays(rows), K)

    for place, (true, listed, _) in enumerate(rows):
        assert {name: values[place] for name, values in found.items()} == pytest.approx(plain_scores(true, listed))


@given(ROWS)
def test_repeats_and_explores_add_up_to_the_recall(rows: list[tuple[set[int], list[int], set[int]]]) -> None:
    labels, ranked = as_arrays(rows)
    is_seen = np.array([[item in past for item in listed] for _, listed, past in rows])
    num_repeats = np.array([len(true & past) for true, _, past in rows])
    num_new = np.array([len(true - past) for true, _, past in rows])

    found = part_row_scores(ranking_hits(labels, ranked), is_seen, num_repeats, num_new, K)

    repeat, explore = found[f"repeat recall@{K}"], found[f"explore recall@{K}"]
    together = np.nan_to_num(repeat) * num_repeats + np.nan_to_num(explore) * num_new
    recall = ranking_row_scores(labels, ranked, K)[f"recall@{K}"]
    np.testing.assert_allclose(together, recall * (num_repeats + num_new))
    assert (np.isnan(repeat) == (num_repeats == 0)).all()
    for place, (true, listed, past) in enumerate(rows):
        if true - past:
            assert explore[place] == pytest.approx(len(set(listed[:K]) & (true - past)) / len(true - past))


def test_a_list_shorter_than_k_is_scored_as_it_is() -> None:
    scores = ranking_scores([np.array([1, 2, 3])], np.array([[1, 9]]), k=3)

    assert scores["recall@3"] == pytest.approx(1 / 3)
    assert scores["MAP@3"] == pytest.approx(1 / 3)
    assert scores["MRR@3"] == 1.0


def test_a_split_without_repeats_has_no_mean_of_them() -> None:
    assert math.isnan(mean_of_known(np.array([np.nan, np.nan])))
    assert mean_of_known(np.array([np.nan, 1.0, 0.0])) == 0.5


def test_coverage_is_the_listed_share_of_what_existed_the_mean_over_anchors() -> None:
    born = np.array([ALWAYS, ALWAYS, 5, 20])
    ranked = np.array([[0, -1, 1], [0, 1, 2], [0, 2, 1]])

    found = catalogue_coverage(ranked, np.array([1, 10, 10]), born, k=2)

    assert found == pytest.approx((1 / 2 + 3 / 3) / 2)  # item 0 of two, then 0, 1 and 2 of three


def test_coverage_counts_no_item_that_did_not_exist_and_is_unknown_without_items() -> None:
    assert catalogue_coverage(np.array([[0, 1]]), np.array([1]), np.array([ALWAYS, 9]), k=2) == 1.0
    assert math.isnan(catalogue_coverage(np.array([[-1]]), np.array([1]), np.array([9]), k=1))


def test_at_most_a_fifth_of_the_rows_with_a_past_is_heavy() -> None:
    assert segments(np.array([0, 1, 2, 3, 4, 50])).tolist() == ["cold", "warm", "warm", "warm", "warm", "heavy"]
    assert segments(np.array([3, 3, 3])).tolist() == ["warm"] * 3
    assert segments(np.zeros(2, dtype=int)).tolist() == ["cold"] * 2


def test_parts_are_told_from_scores_of_whole_rows() -> None:
    assert [is_part(name) for name in ("recall@12", "MRR@12", "repeat recall@12", "coverage@3")] == [
        False,
        False,
        True,
        True,
    ]


def test_items_are_seen_when_the_past_holds_them_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    times, items = np.sort(random.integers(0, 30, (7, 9)), axis=1), random.integers(0, 6, (7, 9))
    by_time = np.argsort(times.ravel(), kind="stable")
    events = ItemEvents(
        offsets=np.arange(8) * 9,
        items=items.ravel(),
        times=times.ravel(),
        items_by_time=items.ravel()[by_time],
        sorted_times=times.ravel()[by_time],
        num_items=6,
    )
    entity_rows, anchors = random.integers(0, 7, 50), random.integers(0, 30, 50)
    asked = [random.integers(-1, 6, size) for size in random.integers(0, 4, 50)]
    monkeypatch.setattr(room, "_BLOCK_ROWS", 8)

    found = are_seen(events, asked, entity_rows, anchors)

    for of_row, entity, anchor, wanted in zip(found, entity_rows, anchors, asked, strict=True):
        assert of_row.tolist() == [item in items[entity][times[entity] <= anchor] for item in wanted]
    assert are_seen(events, [], entity_rows[:0], anchors[:0]) == []
