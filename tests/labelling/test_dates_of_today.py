"""A question that names a date which is overwritten until today is told of it."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.finding import Finding, Severity
from kumo_magic.labelling.build import build_label_table
from kumo_magic.labelling.label_warnings import label_warnings

START = pd.Timestamp("2022-05-01")


def club() -> km.Graph:
    random = np.random.default_rng(0)
    ends = random.integers(100, 400, 60)
    who = np.repeat(np.arange(60), 20)
    visits = pd.DataFrame({"visit_id": np.arange(1200), "member_id": who})
    visits["day"] = START + pd.to_timedelta(random.integers(0, ends[who]), unit="D")
    members = pd.DataFrame({"member_id": np.arange(60), "age": random.integers(20, 60, 60)})
    members["last_seen"] = visits.groupby("member_id")["day"].max()
    return km.Graph.from_data({"members": members, "visits": visits})


def told(text: str) -> list[Finding]:
    plan = km.bind(text, club())
    labels = build_label_table(plan, anchor_times=None, val_start=None, test_start=None, step=None, at=None)
    about = [finding for finding in label_warnings(plan, labels) if finding.about == "members.last_seen"]
    return [finding for finding in about if finding.severity is Severity.LEAK]


@pytest.mark.parametrize(
    "where",
    [
        "WHERE members.last_seen > 2022-08-01",
        "WHERE COUNT(visits.*, -60, 0) > 0 AND NOT members.last_seen < 2022-08-01",
    ],
)
def test_a_condition_on_a_date_of_today_is_a_leak(where: str) -> None:
    (finding,) = told(f"PREDICT COUNT(visits.*, 0, 30) > 0 FOR EACH members.member_id {where}")

    assert "The question names members.last_seen" in finding.says
    assert "COUNT" in finding.next_step


def test_a_condition_on_events_is_none() -> None:
    assert told("PREDICT COUNT(visits.*, 0, 30) > 0 FOR EACH members.member_id WHERE COUNT(visits.*, -60, 0) > 0") == []
