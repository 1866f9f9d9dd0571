import pandas as pd
import pytest

from kumo_magic.errors import OptionError
from kumo_magic.saved.frames import frame_bytes, frame_of


@pytest.mark.parametrize("odd", [2**100, "\ud800", 3 + 2j], ids=["huge", "half a sign", "complex"])
def test_values_that_a_file_cannot_hold_are_refused_with_the_names_of_the_columns(odd: object) -> None:
    with pytest.raises(OptionError, match="A column of user_id, age cannot be saved"):
        frame_bytes(pd.DataFrame({"user_id": pd.Series([odd], dtype=object), "age": [1]}))


def test_a_frame_comes_back_as_it_was() -> None:
    frame = pd.DataFrame({"key": ["a", "b"], "sets": [["x"], []], "when": pd.to_datetime(["2024-01-01", None])})

    pd.testing.assert_frame_equal(frame_of(*frame_bytes(frame)), frame)
