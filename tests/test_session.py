from types import SimpleNamespace
from typing import Any, cast

import pytest

import kumo_magic as km
from kumo_magic import session


@pytest.fixture(autouse=True)
def no_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_runs", {})
    monkeypatch.setattr(session, "_next_number", 1)


def keep(number: int) -> Any:
    run = cast(Any, SimpleNamespace(name=f"run {number}"))
    assert session.add(run) == number
    return run


def test_a_run_is_had_back_by_its_number() -> None:
    kept = {number: keep(number) for number in (1, 2, 3)}

    assert km.runs() == kept
    assert km.runs()[3] is kept[3]


def test_the_last_ten_runs_are_kept_and_numbers_are_never_used_twice() -> None:
    for number in range(1, 13):
        keep(number)

    assert list(km.runs()) == list(range(3, 13))


def test_the_runs_that_are_handed_out_can_be_changed_without_harm() -> None:
    keep(1)
    km.runs().clear()

    assert list(km.runs()) == [1]
