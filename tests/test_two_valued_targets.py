"""Columns of 0 and 1 from the query to the saved model: a truth value with a probability."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.labelling import own_label_table
from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings
from kumo_magic.report.record import record

SCHEDULE = Schedule(trees=TreeSchedule(settings=TreeSettings(), num_rounds=20))


@pytest.fixture(scope="module")
def bank() -> km.Graph:
    """Four hundred loans, larger ones default more often; one in forty is not known yet. Payments are late or not."""
    random = np.random.default_rng(0)
    amount = random.gamma(2.0, 1000.0, 400)
    loans = pd.DataFrame({"loan_id": range(400), "amount": amount})
    loans["defaulted"] = (random.random(400) < amount / amount.max()).astype(float)
    loans.loc[::40, "defaulted"] = np.nan
    payments = pd.DataFrame({"loan_id": random.integers(0, 400, 6000), "late": 0})
    payments["late"] = (random.random(6000) < (payments["loan_id"] % 4) / 4).astype(int)
    payments["day"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(random.integers(0, 300, 6000)), unit="D")
    return km.Graph.from_data({"loans": loans, "payments": payments})


@pytest.mark.parametrize(
    "target", ["loans.defaulted", "LAST(payments.late, 0, 30, days)", "FIRST(payments.late, 0, 30, days)"]
)
def test_zero_and_one_are_answered_with_a_probability(bank: km.Graph, target: str, tmp_path: Path) -> None:
    run = km.predict(f"PREDICT {target} FOR EACH loans.loan_id", bank, schedule=SCHEDULE)

    assert list(run.frame.columns) == ["loan_id", "anchor_time", "prediction", "probability"]
    assert run.frame["prediction"].dtype == bool
    assert "AUROC" in run.evaluation.metrics
    assert "constant" in run.evaluation.metrics.index
    assert any("true stands for 1" in note for note in run.notes)
    assert record(run)
    run.model.save(tmp_path / "model")
    again = km.load(tmp_path / "model", bank).predict()
    pd.testing.assert_frame_equal(again, run.frame)


def test_who_has_no_value_yet_is_predicted(bank: km.Graph) -> None:
    run = km.predict("PREDICT loans.defaulted FOR EACH loans.loan_id", bank, schedule=SCHEDULE)

    assert run.frame["loan_id"].tolist() == list(range(0, 400, 40))


def test_own_labels_of_zero_and_one_are_taken(bank: km.Graph) -> None:
    own = pd.DataFrame({"loan_id": range(400), "label": np.arange(400) % 3 == 0})

    run = km.predict("PREDICT loans.defaulted FOR EACH loans.loan_id", bank, labels=own.astype(int), schedule=SCHEDULE)

    assert run.evaluation.frame["label"].dtype == bool


def test_own_labels_may_be_the_values_of_the_column() -> None:
    states = np.where(np.arange(60) % 3 == 0, "won", "lost")
    games = km.Graph.from_data({"games": pd.DataFrame({"game_id": range(60), "state": states})})
    plan = km.bind("PREDICT games.state FOR EACH games.game_id", games)

    own = own_label_table(plan, pd.DataFrame({"game_id": range(60), "label": states}))

    assert plan.positive_class == "won"
    assert (own.frame["label"] == (states[own.entity_rows] == "won")).all()
