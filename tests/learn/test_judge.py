"""What held-out rows say of learners that were made by hand, so that their order and their loss are known."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.labelling import build_label_table
from kumo_magic.learn.judge import Judgement, judge
from kumo_magic.plan import PredictionPlan
from kumo_magic.tasks.assignment import assign, set_up
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import EntityObjective
from kumo_magic.timeline.timeline import timeline_of


@dataclass(frozen=True)
class Oracle:
    """Says what it is told to of every row: its label times a slope, noise, and an offset."""

    name: str
    slope: float
    offset: float = 0.0
    noise: float = 1.0

    def raw(self, objective: EntityObjective, examples: Examples, rows: np.ndarray) -> np.ndarray:
        del examples
        labels = objective.scaled_labels(rows)
        noise = np.random.default_rng(3).normal(size=len(objective.labels))[rows]  # pyright: ignore[reportAttributeAccessIssue]
        said = self.slope * labels + self.noise * noise + self.offset
        return said if objective.metric != "MAE" else said[:, None] + [-1.0, 0.0, 1.0]


@pytest.fixture(scope="module")
def visits() -> km.Graph:
    """Two hundred people; who visits is rare, how much they spend is not."""
    random = np.random.default_rng(0)
    people = pd.DataFrame({"person_id": np.arange(200), "age": random.integers(20, 70, 200)})
    rows = pd.DataFrame({"person_id": random.integers(0, 200, 900), "spent": random.gamma(2.0, 10.0, 900)})
    rows["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 300, 900), unit="D")
    return km.Graph.from_data({"people": people, "visits": rows})


def judged(text: str, graph: km.Graph, *oracles: Oracle) -> Judgement:
    plan: PredictionPlan = km.bind(text, graph)
    labels = build_label_table(plan)
    assignment = assign(plan, labels, timeline_of(graph), seed=0, device="cpu")
    cut_us = assignment.splits.training_cut(labels.anchor_us)
    bench = set_up(assignment, cut_us=cut_us, training_rows=assignment.splits.train)
    return judge(assignment, bench, oracles, {name: {} for name in assignment.splits.held_out})  # pyright: ignore[reportArgumentType]  # oracles


RARE = "PREDICT COUNT(visits.*, 0, 10, days) > 1 FOR EACH people.person_id"
SPENT = "PREDICT SUM(visits.spent, 0, 30, days) FOR EACH people.person_id"


def test_a_small_loss_does_not_make_a_backward_order_count(visits: km.Graph) -> None:
    timid = Oracle("timid", slope=-0.3, offset=-5.0, noise=0.1)  # says "hardly" of everyone, least of those who come
    honest = Oracle("honest", slope=3.0, offset=1.0)  # says "yes" too often, more so of those who come

    found = judged(RARE, visits, timid, honest)

    assert found.weights == {"timid": 0.0, "honest": 1.0}
    assert found.readings.constant is None
    assert not found.findings


def test_where_every_order_is_clearly_backward_everyone_gets_the_rate(visits: km.Graph) -> None:
    found = judged(RARE, visits, Oracle("wrong", slope=-3.0))
    frame = found.held_out["test"].frame

    assert frame["probability"].nunique() == 1
    assert frame["probability"].iloc[0] == pytest.approx(frame["label"].mean(), abs=0.1)
    assert not frame["prediction"].any()
    (finding,) = found.findings
    assert "better than chance" in finding.says
    assert "everyone gets the same answer" in finding.says


def test_numbers_in_backward_order_get_the_quantiles_of_the_past(visits: km.Graph) -> None:
    found = judged(SPENT, visits, Oracle("wrong", slope=-1.0, noise=0.1))

    assert found.held_out["test"].frame["prediction"].nunique() == 1
    assert "rank correlation -" in found.findings[0].says


def test_a_single_good_learner_needs_no_word(visits: km.Graph) -> None:
    found = judged(SPENT, visits, Oracle("right", slope=1.0, noise=0.1))

    assert found.weights == {"right": 1.0}
    assert found.findings == ()
