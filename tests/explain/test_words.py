"""The template says what the frames say, in plain words."""

import pandas as pd

from kumo_magic.explain.words import in_words


def effects(*named: tuple[str, float]) -> pd.DataFrame:
    return pd.DataFrame(named, columns=["name", "effect"])


def test_strong_parts_are_named_and_weak_ones_are_not() -> None:
    words = in_words(
        who="user_id 5",
        answer_name="probability",
        prediction=0.9,
        baseline=0.2,
        tables=effects(("visits", 0.6), ("orders", -0.1), ("calls", 0.01)),
        columns=effects(("visits.pages", 0.2)),
        events=effects(("visits 7", 0.3)).assign(time=pd.Timestamp("2024-03-01")),
        flip=effects(("visits 7", 0.3)),
        faithfulness=None,
    )

    assert words == (
        "user_id 5: the probability is 90.0%; with nothing known of the past it would be 20.0%. "
        "Most of it comes from visits (+60.0 points) and orders (-10.0 points). "
        "Of the columns, visits.pages (+20.0 points) counts most. "
        "The single row that moved it most is visits 7 of 2024-03-01 (+30.0 points). "
        "Without this row the decision would be another: visits 7."
    )


def test_numbers_are_said_in_their_own_unit_and_nothing_is_said_of_nothing() -> None:
    words = in_words(
        who="user_id 5",
        answer_name="prediction",
        prediction=1234.0,
        baseline=1234.0,
        tables=effects(("visits", 0.0)),
        columns=effects(),
        events=effects().assign(time=pd.Series(dtype="datetime64[us]")),
        flip=None,
        faithfulness=None,
    )

    assert words == "user_id 5: the prediction is 1,234; with nothing known of the past it would be 1,234."
