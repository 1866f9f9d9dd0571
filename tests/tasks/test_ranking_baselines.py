from collections import Counter

import numpy as np
import pytest

from kumo_magic.candidates.source import CandidateSource
from kumo_magic.features.item_events import ItemEvents
from kumo_magic.tasks import ranking_baselines as room
from kumo_magic.tasks.ranking_baselines import ITEM_KNN, OWN_PAST, POPULARITY, ranking_baselines
from kumo_magic.timeline.times import ALWAYS

DAY = 86_400_000_000

Rows = list[tuple[int, int, int]]


def events(rows: Rows, num_entities: int, num_items: int) -> ItemEvents:
    """Events (entity, item, day) as the timeline's room gives them."""
    ordered = sorted(rows, key=lambda row: (row[0], row[2]))
    by_time = sorted(rows, key=lambda row: row[2])
    counts = np.bincount([entity for entity, _, _ in rows], minlength=num_entities)
    return ItemEvents(
        offsets=np.concatenate([[0], counts.cumsum()]),
        items=np.array([item for _, item, _ in ordered]),
        times=np.array([day * DAY for _, _, day in ordered]),
        items_by_time=np.array([item for _, item, _ in by_time]),
        sorted_times=np.array([day * DAY for _, _, day in by_time]),
        num_items=num_items,
    )


def rankings(
    of: ItemEvents,
    entities: list[int],
    days: list[int],
    k: int,
    *,
    item_days: dict[int, int] | None = None,
    entity_days: dict[int, int] | None = None,
    excludes_seen: bool = False,
) -> dict[str, np.ndarray]:
    """The baselines with a horizon of two days; items and entities exist always, or from the given days on."""
    item_times, entity_times = np.full(of.num_items, ALWAYS), np.full(len(of.offsets) - 1, ALWAYS)
    for times, born in ((item_times, item_days), (entity_times, entity_days)):
        for row, day in (born or {}).items():
            times[row] = day * DAY
    source = CandidateSource(
        events=of,
        entity_times=entity_times,
        item_times=item_times,
        horizon_days=2.0,
        attributes=(),
        segments=(),
        numbers=(),
    )
    return ranking_baselines(
        source,
        np.array(entities),
        np.array(days) * DAY,
        k=k,
        excludes_seen=excludes_seen,
    )


def random_rows(seed: int, num_rows: int = 300) -> Rows:
    """Of 12 entities, the last of which has none, and 15 items on 40 days."""
    random = np.random.default_rng(seed)
    drawn = zip(*(random.integers(0, most, num_rows) for most in (11, 15, 40)), strict=True)
    return [(int(entity), int(item), int(day)) for entity, item, day in drawn]


PAST = events([(0, 2, 1), (0, 2, 2), (0, 1, 3), (1, 3, 4), (1, 3, 5), (1, 0, 9)], num_entities=3, num_items=4)


def test_own_past_items_go_by_count_and_are_filled_with_what_is_popular() -> None:
    assert rankings(PAST, [0], [5], 3)[OWN_PAST].tolist() == [[2, 1, 3]]


def test_popularity_counts_the_window_before_the_anchor_then_all_time() -> None:
    assert rankings(PAST, [2], [5], 4)[POPULARITY].tolist() == [[3, 2, 1, 0]]


def test_an_entity_without_a_past_gets_what_is_popular() -> None:
    found = rankings(PAST, [2], [5], 2)

    assert found[OWN_PAST].tolist() == found[ITEM_KNN].tolist() == found[POPULARITY].tolist()


def test_nothing_after_the_anchor_counts() -> None:
    own = PAST.own_items(np.array([1]), np.array([8 * DAY]))

    assert own.item.tolist() == [3]
    assert PAST.popularity(8 * DAY, np.inf).tolist() == [0, 1, 2, 2]


def test_an_event_at_the_anchor_counts() -> None:
    own = PAST.own_items(np.array([1]), np.array([9 * DAY]))

    assert own.item.tolist() == [0, 3]
    assert own.days_since.tolist() == [0.0, 4.0]


def test_item_knn_lists_what_others_have_beside_the_own_items() -> None:
    beside = events([(0, 1, 1), (1, 1, 1), (1, 4, 1), (2, 3, 1), (2, 3, 2), (2, 3, 3)], num_entities=3, num_items=5)

    found = rankings(beside, [0], [5], 2)[ITEM_KNN]

    assert found.tolist() == [[4, 3]]  # entity 1 has 1 and 4; the rest is filled with what is popular


@pytest.mark.parametrize("seed", range(4))
def test_item_knn_is_the_decayed_cosine_that_full_matrices_give(seed: int) -> None:
    rows, anchor, half_life = random_rows(seed, 60), 25, 12.0
    newest, total = np.zeros((12, 15)), np.zeros((12, 15))
    for who, item, day in rows:
        if day <= anchor:
            weight = 0.5 ** ((anchor - day) / half_life)
            newest[who, item] = max(newest[who, item], weight)
            total[who, item] += weight
    unit = newest / np.maximum(np.linalg.norm(newest, axis=0), 1e-12)
    cosine = unit.T @ unit
    np.fill_diagonal(cosine, 0)
    scores = total @ cosine

    found = rankings(events(rows, 12, 15), list(range(12)), [anchor] * 12, 4)[ITEM_KNN]

    listed = np.take_along_axis(scores, found, axis=1)
    np.testing.assert_allclose(listed, -np.sort(-scores, axis=1)[:, :4])
    assert (scores[:11] > 0).any(axis=1).sum() > 5


@pytest.mark.parametrize("seed", range(4))
def test_own_past_items_are_those_that_counting_gives(seed: int) -> None:
    rows, anchor = random_rows(seed), 25
    found = rankings(events(rows, 12, 15), list(range(12)), [anchor] * 12, 6)

    popular = found[POPULARITY][0].tolist()
    order = rankings(events(rows, 12, 15), [0], [anchor], 15)[POPULARITY][0].tolist()
    for entity in range(12):
        count = Counter(item for who, item, day in rows if who == entity and day <= anchor)
        own = sorted(count, key=lambda item: (-count[item], order.index(item)))
        expected = (own + [item for item in order if item not in own])[:6]
        assert found[OWN_PAST][entity].tolist() == expected
        assert found[POPULARITY][entity].tolist() == popular


@pytest.mark.parametrize("excludes_seen", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_what_comes_after_the_anchor_changes_no_list(seed: int, excludes_seen: bool) -> None:
    rows, anchors = random_rows(seed), [20] * 12 + [30] * 12
    entities = [*range(12), *range(12)]
    born = {14: 25, 13: 35}
    whole = rankings(events(rows, 12, 15), entities, anchors, 5, item_days=born, excludes_seen=excludes_seen)

    for anchor in (20, 30):
        later = [(who, (item * 7 + 3) % 15, day + 5) for who, item, day in rows if day > anchor]
        past = [row for row in rows if row[2] <= anchor]
        for other in (past, past + later):
            changed = rankings(
                events(other, 12, 15), list(range(12)), [anchor] * 12, 5, item_days=born, excludes_seen=excludes_seen
            )
            for name, ranked in changed.items():
                np.testing.assert_array_equal(ranked, whole[name][np.array(anchors) == anchor])


def test_an_entity_that_comes_later_teaches_item_knn_nothing() -> None:
    rows = [(0, 1, 1), (1, 1, 1), (1, 4, 1), (2, 3, 1), (2, 3, 2), (2, 3, 3)]

    found = rankings(events(rows, 3, 5), [0], [5], 1, entity_days={1: 6})

    assert found[ITEM_KNN].tolist() == [[3]]


def test_items_that_do_not_exist_yet_are_in_no_list() -> None:
    rows, born = random_rows(5), {3: 26, 8: 99}

    for ranked in rankings(events(rows, 12, 15), list(range(12)), [25] * 12, 15, item_days=born).values():
        assert not np.isin(ranked, list(born)).any()
        assert ((ranked >= 0).sum(axis=1) == 13).all()  # the other thirteen, each once
        assert all(len(set(row[row >= 0])) == 13 for row in ranked)


@pytest.mark.parametrize("seed", range(3))
def test_where_own_items_are_left_out_no_baseline_lists_one(seed: int) -> None:
    rows = random_rows(seed)
    found = rankings(events(rows, 12, 15), list(range(12)), [25] * 12, 15, excludes_seen=True)

    assert set(found) == {POPULARITY, ITEM_KNN}
    for ranked in found.values():
        for entity in range(12):
            own = {item for who, item, day in rows if who == entity and day <= 25}
            listed = ranked[entity][ranked[entity] >= 0]
            assert sorted([*own, *listed.tolist()]) == list(range(15))


def test_the_lists_do_not_depend_on_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    of, entities, anchors = events(random_rows(7), 12, 15), [*range(12)] * 2, [20] * 12 + [30] * 12
    whole = rankings(of, entities, anchors, 5)
    monkeypatch.setattr(room, "_BLOCK_ROWS", 5)

    for name, ranked in rankings(of, entities, anchors, 5).items():
        np.testing.assert_array_equal(ranked, whole[name])


def test_events_of_long_ago_leave_numbers_that_can_be_compared() -> None:
    old = events([(0, 1, 1), (1, 1, 1), (1, 2, 1)], num_entities=2, num_items=3)

    assert rankings(old, [0], [40_000], 1)[ITEM_KNN].tolist() == [[2]]
