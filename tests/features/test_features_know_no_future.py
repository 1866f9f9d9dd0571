"""What a row's features may depend on: its own past, whatever else is in the data or asked for.

A small racing series: drivers of regions, teams, races, results and points. No two rows of a table are at one time.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.features.feature_table import FeatureTable, build_feature_table
from kumo_magic.features.label_history import LabelHistory
from kumo_magic.graph.graph import Graph
from kumo_magic.timeline.timeline import build_timeline
from kumo_magic.timeline.times import DAY_US

Frames = dict[str, pd.DataFrame]
Change = Callable[[Frames, pd.Timestamp], Frames]
START = pd.Timestamp("2024-01-01")
NUM_DAYS = 60
HORIZON = 5.0
KEYS = {"drivers": "driver", "regions": "region", "teams": "team", "races": "race", "results": "result", "points": "id"}
TIMES = {"drivers": "joined", "races": "date", "results": "date", "points": "date"}
LINKS = [
    ("drivers", "region", "regions"),
    ("results", "driver", "drivers"),
    ("results", "team", "teams"),
    ("results", "race", "races"),
    ("points", "team", "teams"),
]
STYPES = {
    ("drivers", "weight"): "numerical",
    ("regions", "height"): "numerical",
    ("teams", "budget"): "numerical",
    ("teams", "colour"): "categorical",
    ("races", "laps"): "numerical",
    ("results", "place"): "numerical",
    ("results", "status"): "key",
    ("points", "points"): "numerical",
}
KNOWN = [("drivers", "contract"), ("results", "due"), ("races", "rerun")]
"""Dates that are known when their row is written: they may lie ahead of every anchor."""


def random_frames(seed: int) -> Frames:
    """A series of random size."""
    random = np.random.default_rng(seed)
    num_drivers, num_teams, num_races, num_results, num_points = random.integers((4, 2, 2, 5, 1), (9, 4, 9, 90, 30))

    def times(size: int, missing: float = 0.05) -> pd.Series:
        minutes = random.permutation(NUM_DAYS * 24 * 60)[:size]
        dates = pd.Series(START + pd.to_timedelta(minutes, unit="min")).astype("datetime64[us]")
        return dates.mask(random.random(size) < missing)

    drivers = pd.DataFrame(
        {
            "driver": np.arange(num_drivers) + 100,
            "region": random.integers(0, 3, num_drivers),
            "weight": random.normal(70, 5, num_drivers),
            "joined": START + pd.to_timedelta(random.integers(0, NUM_DAYS // 2, num_drivers), unit="D"),
            "contract": START + pd.to_timedelta(random.integers(0, 4 * NUM_DAYS, num_drivers), unit="D"),
        }
    )
    races = pd.DataFrame({"race": np.arange(num_races), "laps": random.integers(40, 70, num_races).astype(float)})
    results = pd.DataFrame(
        {
            "result": np.arange(num_results),
            "driver": random.choice(drivers["driver"], num_results),
            "team": random.integers(0, num_teams, num_results),
            "race": random.integers(0, num_races, num_results),
            "place": pd.Series(random.integers(1, 20, num_results).astype(float)).mask(
                random.random(num_results) < 0.1
            ),
            "status": random.integers(0, 4, num_results),
            "date": times(num_results),
        }
    )
    return {
        "drivers": drivers,
        "regions": pd.DataFrame({"region": [0, 1, 2], "height": [1.0, 2.0, 3.0]}),
        "teams": pd.DataFrame(
            {
                "team": np.arange(num_teams),
                "budget": random.gamma(2.0, 9.0, num_teams),
                "colour": random.choice(["red", "blue"], num_teams),
            }
        ),
        "races": races.assign(date=times(num_races), rerun=times(num_races) + pd.Timedelta(days=9)),
        "results": results.assign(due=times(num_results, 0.2) + pd.Timedelta(days=9)),
        "points": pd.DataFrame(
            {
                "id": np.arange(num_points),
                "team": random.integers(0, num_teams, num_points),
                "points": random.gamma(1.0, 5.0, num_points),
                "date": times(num_points),
            }
        ),
    }


def random_labels(seed: int, frames: Frames) -> pd.DataFrame:
    """A label of some drivers at every fifth day: driver, anchor (days), value."""
    random = np.random.default_rng(seed)
    anchors = np.arange(0, NUM_DAYS, HORIZON)
    labels = pd.MultiIndex.from_product([frames["drivers"]["driver"], anchors], names=["driver", "day"]).to_frame(
        index=False
    )
    labels["value"] = random.normal(size=len(labels))
    return labels[random.random(len(labels)) < 0.7].reset_index(drop=True)


def graph_of(frames: Frames) -> Graph:
    """Everything declared, nothing inferred."""
    return Graph.from_data(frames, infer=False, keys=KEYS, times=TIMES, links=LINKS, stypes=STYPES, known=KNOWN)


def describe(
    frames: Frames, labels: pd.DataFrame, drivers: list[int], days: list[float], *, cut: float
) -> FeatureTable:
    """The features of drivers, each at its own day after the start; the labels are the past."""
    rows_of = pd.Index(frames["drivers"]["driver"])
    graph = graph_of(frames)
    anchors = us(labels["day"].to_numpy())
    return build_feature_table(
        build_timeline(graph),
        graph=graph,
        table="drivers",
        rows=rows_of.get_indexer(pd.Index(drivers)).astype(np.int64),
        anchor_us=us(np.array(days)),
        horizon_days=HORIZON,
        history=LabelHistory(
            entity_rows=rows_of.get_indexer(pd.Index(labels["driver"])).astype(np.int64),
            anchor_us=anchors,
            closed_us=anchors + int(HORIZON * DAY_US),
            values=labels["value"].to_numpy(dtype=np.float64),
        ),
        cut_us=int(us(np.array([cut]))[0]),
    )


def us(days: np.ndarray) -> np.ndarray:
    """Days after the start as microseconds since 1970."""
    return START.value // 1000 + (np.asarray(days, dtype=np.float64) * DAY_US).astype(np.int64)


def known_drivers(frames: Frames, anchor: pd.Timestamp) -> list[int]:
    drivers = frames["drivers"]
    return drivers["driver"][drivers["joined"] <= anchor].tolist()


def delete_the_future(frames: Frames, anchor: pd.Timestamp) -> Frames:
    return {name: frame[frame[TIMES[name]] <= anchor] if name in TIMES else frame for name, frame in frames.items()}


def permute_the_future(frames: Frames, anchor: pd.Timestamp) -> Frames:
    changed = dict(frames)
    for name, time in TIMES.items():
        frame = frames[name].copy()
        later = frame.index[~(frame[time] <= anchor)]
        columns = [column for column in frame.columns if column not in (frame.columns[0], time)]
        frame.loc[later, columns] = frame.loc[later[::-1], columns].to_numpy()
        changed[name] = frame
    return changed


def corrupt_the_future(frames: Frames, anchor: pd.Timestamp) -> Frames:
    changed = {name: frame.copy() for name, frame in frames.items()}
    values = {
        "drivers": {"weight": 1e30, "region": 0, "contract": pd.Timestamp("2024-01-05")},
        "races": {"laps": np.nan, "rerun": pd.Timestamp("2031-01-01")},
        "results": {
            "place": -1e30,
            "driver": 100,
            "team": 0,
            "race": 0,
            "status": 77,
            "due": pd.Timestamp("2031-01-01"),
        },
        "points": {"points": np.inf, "team": 0},
    }
    for name, columns in values.items():
        later = ~(changed[name][TIMES[name]] <= anchor)
        for column, value in columns.items():
            changed[name].loc[later, column] = value
    return changed


def put_the_future_first(frames: Frames, anchor: pd.Timestamp) -> Frames:
    changed = dict(frames)
    for name, time in TIMES.items():
        later = ~(frames[name][time] <= anchor)
        changed[name] = pd.concat([frames[name][later].iloc[::-1], frames[name][~later]])
    return changed


@pytest.mark.parametrize("change", [delete_the_future, permute_the_future, corrupt_the_future, put_the_future_first])
@given(seed=st.integers(0, 10_000), day=st.integers(0, NUM_DAYS))
@settings(deadline=None, max_examples=5)
def test_features_are_bit_identical_whatever_the_future_holds(change: Change, seed: int, day: int) -> None:
    frames, anchor = random_frames(seed), START + pd.Timedelta(days=day)
    labels, drivers = random_labels(seed, frames), known_drivers(frames, anchor)
    days, cut = [float(day)] * len(drivers), day - 3.0
    closed = labels[labels["day"] + HORIZON <= day]
    others = pd.concat([closed, labels.drop(closed.index).assign(value=1e9)])
    changed = change(frames, anchor)
    others = others[others["driver"].isin(changed["drivers"]["driver"])]

    one = describe(frames, labels, drivers, days, cut=cut)
    other = describe(changed, others, drivers, days, cut=cut)

    pd.testing.assert_frame_equal(one.to_frame(), other.to_frame(), check_exact=True)


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=5)
def test_a_row_is_the_same_alone_in_any_batch_and_in_any_order(seed: int) -> None:
    frames, random = random_frames(seed), np.random.default_rng(seed)
    labels = random_labels(seed, frames)
    drivers = random.choice(frames["drivers"]["driver"], 25).tolist()
    days = (random.integers(0, 4 * NUM_DAYS, 25) / 4).tolist()
    order = random.permutation(25)

    batch = describe(frames, labels, drivers, days, cut=30)
    mixed = describe(frames, labels, [drivers[i] for i in order], [days[i] for i in order], cut=30)
    alone = [describe(frames, labels, [drivers[i]], [days[i]], cut=30) for i in (0, 1)]

    np.testing.assert_array_equal(mixed.values, batch.values[order])
    np.testing.assert_array_equal(np.concatenate([one.values for one in alone]), batch.values[:2])
    assert batch.names == mixed.names == alone[0].names


@given(seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=5)
def test_neither_the_order_of_rows_nor_the_names_of_keys_matter(seed: int) -> None:
    frames = random_frames(seed)
    labels, drivers = random_labels(seed, frames), frames["drivers"]["driver"].tolist()
    shuffled = {name: frame.sample(frac=1, random_state=seed) for name, frame in frames.items()}
    for name in ("drivers", "results"):
        shuffled[name]["driver"] = 5000 - 7 * shuffled[name]["driver"]
    renamed = labels.sample(frac=1, random_state=seed).assign(driver=lambda frame: 5000 - 7 * frame["driver"])

    one = describe(frames, labels, drivers, [40.0] * len(drivers), cut=30)
    other = describe(shuffled, renamed, [5000 - 7 * driver for driver in drivers], [40.0] * len(drivers), cut=30)

    pd.testing.assert_frame_equal(one.to_frame(), other.to_frame(), check_exact=True)


@given(seed=st.integers(0, 10_000), step=st.integers(0, 10))
@settings(deadline=None, max_examples=5)
def test_a_label_and_a_neighbours_label_count_from_the_instant_they_close(seed: int, step: int) -> None:
    frames, anchor = random_frames(seed), HORIZON * step
    labels = random_labels(seed, frames)
    drivers = frames["drivers"]["driver"].tolist()
    just_closed = labels["day"] + HORIZON == anchor + HORIZON
    changed = labels.assign(value=labels["value"].mask(just_closed, 1e9))
    about_labels = [name for name in describe(frames, labels, [], [], cut=30).names if "label" in name]
    days = [anchor + HORIZON] * len(drivers)
    a_moment_before = [day - 1e-6 for day in days]

    for when, is_used in ((days, True), (a_moment_before, False)):
        one = describe(frames, labels, drivers, when, cut=30).to_frame()
        other = describe(frames, changed, drivers, when, cut=30).to_frame()
        own = other["label: last"].to_numpy() == np.float32(1e9)
        has_label = np.isin(drivers, labels["driver"][just_closed])
        np.testing.assert_array_equal(own, has_label & is_used)
        pd.testing.assert_frame_equal(one.drop(columns=about_labels), other.drop(columns=about_labels))
        if not is_used:
            pd.testing.assert_frame_equal(one, other, check_exact=True)
