import pytest

from kumo_magic.errors import OptionError
from kumo_magic.progress.budget import Budget, parse_budget


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90.0), ("2min", 120.0), ("1h", 3600.0), ("1.5 min", 90.0), (20, 20.0), ("45", 45.0)]
)
def test_a_budget_is_read_in_the_units_people_write(text: str | float, seconds: float) -> None:
    assert parse_budget(text) == seconds


@pytest.mark.parametrize("text", ["soon", "2 days", "-5s", "1s", ""])
def test_what_is_no_budget_is_refused_in_the_users_words(text: str) -> None:
    with pytest.raises(OptionError, match="budget"):
        parse_budget(text)


def test_a_stop_button_is_asked() -> None:
    pressed = [False]
    budget = Budget(seconds=60, stop=lambda: pressed[0])

    pressed[0] = True

    assert budget.is_stopped
