"""Questions about things that have versions: at each anchor the version valid then counts, and never a later one."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.graph import Graph
from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings

TREES = Schedule(trees=TreeSchedule(settings=TreeSettings(fewest_rows_per_leaf=5), num_rounds=10))
FIRST = pd.Timestamp("2024-01-01")
ASK = "PREDICT COUNT(calls.*, 0, 20, days) > 1 FOR EACH clients.client"


def clients(*, with_gaps: bool) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = []
    for client in range(30):
        begins = np.sort(rng.choice(np.arange(5, 300), 3, replace=False))
        for begin, end in zip(begins, [*begins[1:], None], strict=True):
            until = end if end is None or not with_gaps or client % 3 else begin + max(1, (end - begin) // 2)
            rows.append((f"c{client}", begin, until, rng.choice(["small", "large"]), int(rng.integers(1, 99))))
    frame = pd.DataFrame(rows, columns=["client", "since", "until", "tariff", "seats"])
    return frame.assign(
        **{name: FIRST + pd.to_timedelta(frame[name].astype("float"), unit="D") for name in frame[["since", "until"]]}
    )


def calls() -> pd.DataFrame:
    rng = np.random.default_rng(6)
    days = np.sort(rng.integers(0, 366, 1_200))
    return pd.DataFrame({"client": [f"c{one}" for one in rng.integers(0, 30, 1_200)]}).assign(
        called=FIRST + pd.to_timedelta(days, unit="D")
    )


def graph_of(frame: pd.DataFrame) -> Graph:
    return Graph.from_data(
        {"clients": frame, "calls": calls()},
        name="phones",
        keys={"clients": "client"},
        times={"clients": "since"},
        end_times={"clients": "until"},
    )


def valid_at(frame: pd.DataFrame, anchor: pd.Timestamp) -> pd.DataFrame:
    return frame[(frame["since"] <= anchor) & (frame["until"].isna() | (frame["until"] > anchor))]


@pytest.mark.parametrize("with_gaps", [False, True])
def test_a_thing_is_asked_about_once_wherever_a_version_is_valid(with_gaps: bool) -> None:
    frame = clients(with_gaps=with_gaps)
    labels = km.labels(ASK, graph_of(frame))

    for anchor, found in labels.groupby("anchor_time"):
        assert sorted(found["client"]) == sorted(valid_at(frame, anchor)["client"])


def test_a_condition_on_the_last_version_reads_the_one_valid_at_the_anchor() -> None:
    frame = clients(with_gaps=True)
    labels = km.labels(f"{ASK} WHERE LAST(clients_history.tariff, -INF, 0) = 'large'", graph_of(frame))

    for anchor, found in labels.groupby("anchor_time"):
        valid = valid_at(frame, anchor)
        assert sorted(found["client"]) == sorted(valid.loc[valid["tariff"] == "large", "client"])


@pytest.mark.parametrize(
    "query",
    [
        f"{ASK} WHERE clients.tariff = 'large'",
        "PREDICT clients.tariff FOR EACH clients.client",
        "PREDICT COUNT(calls.* WHERE clients.tariff = 'large', 0, 20) FOR EACH clients.client",
    ],
)
def test_a_column_that_changes_is_never_read_from_the_newest_version(query: str) -> None:
    with pytest.raises(km.QueryError) as caught:
        km.bind(query, graph_of(clients(with_gaps=False)))

    assert "LAST(clients_history.tariff, -INF, 0)" in caught.value.hint


def test_what_is_read_at_an_anchor_knows_no_later_version() -> None:
    frame = clients(with_gaps=False)
    anchor = FIRST + pd.Timedelta(days=150)
    later = frame["since"] > anchor
    changed = frame.assign(tariff=frame["tariff"].mask(later, "huge"), seats=frame["seats"].mask(later, 1_000_000))
    stays = frame["client"].isin(["c1", "c2", "c4"])
    changed.loc[stays & (frame["until"] > anchor), "until"] = pd.NaT
    changed = changed[~(later & stays)].reset_index(drop=True)
    rows = km.labels(ASK, graph_of(frame)).query("anchor_time <= @anchor")[["client", "anchor_time"]]
    model = km.fit(ASK, graph_of(frame), at=anchor, schedule=TREES, learners=["baseline", "trees"])
    other = km.fit(ASK, graph_of(changed), at=anchor, schedule=TREES, learners=["baseline", "trees"])

    pd.testing.assert_frame_equal(model.features(rows), other.features(rows))
    pd.testing.assert_frame_equal(model.predict(at=anchor), other.predict(at=anchor))


def test_the_version_valid_at_the_anchor_is_what_features_call_the_last() -> None:
    frame = clients(with_gaps=False)
    model = km.fit(ASK, graph_of(frame), schedule=TREES, learners=["baseline", "trees"])
    features = model.features(km.labels(ASK, graph_of(frame))[["client", "anchor_time"]])

    for row in features[::37].to_dict("records"):
        (valid,) = valid_at(frame, row["anchor_time"]).query("client == @row['client']")["seats"]
        assert row["clients_history.seats: last"] == valid


def test_a_model_answers_about_versions_that_came_since_and_is_found_again_on_disk(tmp_path) -> None:
    graph = graph_of(clients(with_gaps=True))
    model = km.fit(ASK, graph, schedule=TREES, learners=["baseline", "trees"])
    new = {"client": ["c0", "new"], "since": FIRST + pd.Timedelta(days=364), "until": pd.NaT, "tariff": "large"}
    graph.update({"clients": pd.DataFrame({**new, "seats": 3})})
    model.save(tmp_path / "model")

    now = FIRST + pd.Timedelta(days=365)
    answers = model.predict(at=now)
    assert answers["client"].is_unique
    assert answers["client"].iloc[-1] == "new"
    pd.testing.assert_frame_equal(
        km.load(tmp_path / "model", graph).predict(at=FIRST + pd.Timedelta(days=365)), answers
    )
