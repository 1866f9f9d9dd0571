import json
import math

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import OptionError
from kumo_magic.features.cut_facts import CutFacts
from kumo_magic.learn.answers import Readings
from kumo_magic.learners.schedule import NetworkSchedule, NetworkSettings, Schedule, TreeSchedule, TreeSettings
from kumo_magic.plan.task_type import TaskType
from kumo_magic.sampling.encoding import Encoding, TableEncoding
from kumo_magic.sampling.scaling import NumberScale
from kumo_magic.saved.frames import frame_bytes, frame_of
from kumo_magic.saved.plain import from_plain, to_plain

ENCODING = Encoding(
    tables={
        "users": TableEncoding(
            numerical={"age": NumberScale(unit=None, center=0.1 + 0.2, spread=1e-300)},
            categorical={},
            texts=("note",),
            items={"tags": ("a", "b")},
            timestamps=(),
            has_time=True,
        )
    },
    edge_types=(("orders", "user_id", "users"), ("users", "rev_user_id", "orders")),
)


@pytest.mark.parametrize(
    "value",
    [
        Schedule(
            networks=NetworkSchedule(settings=NetworkSettings(aggregation="sum"), train_steps=(3, 4)),
            trees=TreeSchedule(settings=TreeSettings(half_life=0.5), num_rounds=7),
        ),
        Schedule(),
        Readings(task_type=TaskType.REGRESSION, margin=0.1, margins={1: 0.5, 2: -0.25}),
        Readings(task_type=TaskType.MULTICLASS, classes=("a", 1, 2.5, True, pd.Timestamp("2024-01-01"))),
        CutFacts(categories={("users", "tier", 5): ("x", "é")}, has_missing={("a", "b"): True}, is_ranked={"a": False}),
        ENCODING,
    ],
)
def test_a_value_comes_back_from_json_as_it_was(value: object) -> None:
    plain = json.loads(json.dumps(to_plain(value), allow_nan=False))

    assert from_plain(plain, type(value)) == value


def test_numbers_that_json_lacks_come_back() -> None:
    plain = json.loads(json.dumps(to_plain({"a": math.inf, "b": np.float64("nan")}), allow_nan=False))

    found = from_plain(plain, dict[str, float])
    assert found["a"] == math.inf
    assert math.isnan(found["b"])


def test_a_value_of_no_known_kind_is_refused_with_its_type() -> None:
    with pytest.raises(OptionError, match="A complex cannot be saved with a model: 2j"):
        to_plain({"few": 2j})


def test_a_frame_keeps_names_types_and_lists() -> None:
    frame = pd.DataFrame(
        {
            "label": [["a", "b"], [], ["c"]],
            "anchor_time": pd.Series([0, None, 86_400_000_000], dtype="datetime64[us, UTC]", index=[5, 6, 7]),
            "key": pd.array([1, None, 3], dtype="Int64"),
            "name": ["x", None, "z"],
            "value": [0.1, np.nan, np.inf],
        },
        index=[5, 6, 7],
    ).rename(columns={"value": "label"})

    found = frame_of(*frame_bytes(frame))

    pd.testing.assert_frame_equal(found, frame.reset_index(drop=True), check_exact=True)
