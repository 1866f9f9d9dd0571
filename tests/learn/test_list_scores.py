"""The lists of one held-out split, scored with everything that a report shows of them."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.labelling.build import build_label_table
from kumo_magic.learn.list_scores import LABELS, list_scores
from kumo_magic.learn.scores import baseline_answers
from kumo_magic.tasks.assignment import Assignment, assign
from kumo_magic.tasks.examples import Examples
from kumo_magic.timeline.timeline import timeline_of

ITEMS = "PREDICT LIST_DISTINCT(orders.item_id, 0, 20) RANK TOP 3 FOR EACH users.user_id"


@pytest.fixture(scope="module")
def shop() -> km.Graph:
    """Forty users who mostly order what they had before; users from 30 on begin late."""
    random = np.random.default_rng(3)
    who = random.integers(0, 40, 900)
    day = np.where(who < 30, random.integers(0, 300, 900), random.integers(284, 300, 900))
    item = np.where(random.random(900) < 0.6, who % 12, random.integers(0, 12, 900))
    orders = pd.DataFrame(
        {"user_id": who, "item_id": item, "date": pd.Timestamp("2024-01-01") + pd.to_timedelta(day, unit="D")}
    )
    users, items = pd.DataFrame({"user_id": range(40)}), pd.DataFrame({"item_id": range(12)})
    return km.Graph.from_data({"users": users, "items": items, "orders": orders})


def assigned(shop: km.Graph, *, exclude_seen: bool) -> tuple[Assignment, np.ndarray, dict[str, np.ndarray]]:
    """The task, its test rows and the baselines' lists of them."""
    plan = km.bind(ITEMS, shop)
    labels = build_label_table(plan)
    assignment = assign(plan, labels, timeline_of(shop), seed=0, device="cpu", exclude_seen=exclude_seen)
    examples = Examples(
        entity_rows=labels.entity_rows,
        anchor_us=labels.anchor_us,
        features=np.empty((len(labels.frame), 0), dtype=np.float32),
    )
    rows = assignment.splits.test
    return assignment, rows, baseline_answers(assignment, examples, rows)


def test_what_leaves_own_items_out_stands_beside_baselines_that_do(shop: km.Graph) -> None:
    assignment, rows, answers = assigned(shop, exclude_seen=True)

    found = list_scores(assignment, answers, rows, "MAP@3")

    assert list(found.scores) == ["recent popularity", "item-kNN"]
    assert {share for name, share in found.parts.repeat_shares.items() if name != LABELS} == {0.0}
    assert found.parts.repeat_shares[LABELS] > 0
    assert {scores["repeat recall@3"] for scores in found.scores.values()} == {0.0}


def test_own_items_are_repeats_alone_where_they_fill_the_list(shop: km.Graph) -> None:
    assignment, rows, answers = assigned(shop, exclude_seen=False)

    found = list_scores(assignment, answers, rows, "MAP@3")

    own, popular = found.scores["own past items"], found.scores["recent popularity"]
    assert own["repeat recall@3"] > popular["repeat recall@3"]
    assert found.parts.repeat_shares["own past items"] > found.parts.repeat_shares["recent popularity"]
    assert own["coverage@3"] == 1.0
    assert popular["coverage@3"] == 3 / 12


def test_cold_rows_have_no_repeats_and_segments_hold_every_row(shop: km.Graph) -> None:
    assignment, rows, answers = assigned(shop, exclude_seen=False)

    found = list_scores(assignment, answers, rows, "MAP@3").parts.segments

    assert list(found) == ["cold", "warm", "heavy"]
    assert sum(segment.num_rows for segment in found.values()) == len(rows)
    assert found["cold"].fewest_events == 0
    assert found["warm"].fewest_events < found["heavy"].fewest_events
    for scores in found["cold"].scores.values():
        assert np.isnan(scores["repeat recall@3"])
        assert scores["explore recall@3"] == scores["recall@3"]


def test_row_scores_carry_the_primary_metric_of_every_list(shop: km.Graph) -> None:
    assignment, rows, answers = assigned(shop, exclude_seen=False)

    found = list_scores(assignment, answers, rows, "MAP@3")

    assert list(found.row_scores)[:2] == ["user_id", "anchor_time"]
    for name, scores in found.scores.items():
        assert found.row_scores[name].mean() == pytest.approx(scores["MAP@3"])
