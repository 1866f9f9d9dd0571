import numpy as np

from kumo_magic.features.item_events import ItemEvents
from kumo_magic.tasks.ranking import ranking_baselines

DAY = 86_400_000_000


def events(rows: list[tuple[int, int, int]], num_entities: int, num_items: int) -> ItemEvents:
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


PAST = events([(0, 2, 1), (0, 2, 2), (0, 1, 3), (1, 3, 4), (1, 3, 5), (1, 0, 9)], num_entities=3, num_items=4)


def test_own_past_items_go_by_count_and_are_filled_with_what_is_popular() -> None:
    rankings = ranking_baselines(PAST, np.array([0]), np.array([5 * DAY]), horizon_days=2, k=3)

    assert rankings["own past items"].tolist() == [[2, 1, 3]]


def test_popularity_counts_the_window_before_the_anchor_then_all_time() -> None:
    rankings = ranking_baselines(PAST, np.array([2]), np.array([5 * DAY]), horizon_days=2, k=4)

    assert rankings["recent popularity"].tolist() == [[3, 2, 1, 0]]


def test_an_entity_without_a_past_gets_what_is_popular() -> None:
    rankings = ranking_baselines(PAST, np.array([2]), np.array([5 * DAY]), horizon_days=2, k=2)

    assert rankings["own past items"].tolist() == rankings["recent popularity"].tolist()


def test_nothing_after_the_anchor_counts() -> None:
    own = PAST.own_items(np.array([1]), np.array([8 * DAY]))

    assert own.item.tolist() == [3]
    assert PAST.popularity(8 * DAY, np.inf).tolist() == [0, 1, 2, 2]


def test_an_event_at_the_anchor_counts() -> None:
    own = PAST.own_items(np.array([1]), np.array([9 * DAY]))

    assert own.item.tolist() == [0, 3]
    assert own.days_since.tolist() == [0.0, 4.0]
