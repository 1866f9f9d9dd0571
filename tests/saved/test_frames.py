import uuid
from decimal import Decimal

import pandas as pd
import pytest

from kumo_magic.errors import OptionError
from kumo_magic.saved.frames import frame_bytes, frame_of


@pytest.mark.parametrize("odd", ["\ud800", 3 + 2j], ids=["half a sign", "complex"])
def test_values_that_a_file_cannot_hold_are_refused_with_the_names_of_the_columns(odd: object) -> None:
    with pytest.raises(OptionError, match="A column of user_id, age cannot be saved"):
        frame_bytes(pd.DataFrame({"user_id": pd.Series([odd], dtype=object), "age": [1]}))


@pytest.mark.parametrize(
    "keys",
    [
        [uuid.UUID(int=7), uuid.UUID(int=8)],
        [b"\x00\xff", b""],
        [2**100, -(2**70)],
        [Decimal("1.50"), Decimal("2E+30")],
        [[uuid.UUID(int=7)], []],
        [[2**64, 1], []],
    ],
    ids=["uuid", "bytes", "huge", "decimal", "uuids", "huge ones"],
)
def test_keys_come_back_in_their_own_type(keys: list[object]) -> None:
    frame = pd.DataFrame({"key": pd.Series(keys, dtype=object), "age": [1, 2]})

    pd.testing.assert_frame_equal(frame_of(*frame_bytes(frame)), frame)


def test_a_frame_comes_back_as_it_was() -> None:
    frame = pd.DataFrame({"key": ["a", "b"], "sets": [["x"], []], "when": pd.to_datetime(["2024-01-01", None])})

    pd.testing.assert_frame_equal(frame_of(*frame_bytes(frame)), frame)
