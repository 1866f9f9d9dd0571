"""Successive halving on settings whose losses are written down."""

import numpy as np
import pytest

from kumo_magic.learn.race import Trial, race

FOLDS = 3


class Track:
    """Settings are names; each run takes a second and gives the losses of that name."""

    def __init__(self, losses: dict[str, list[np.ndarray]], interrupt_at: int | None = None) -> None:
        self.losses = losses
        self.ran: list[tuple[str, int]] = []
        self.interrupt_at = interrupt_at

    def run(self, name: str, fold: int) -> tuple[str, np.ndarray]:
        if len(self.ran) == self.interrupt_at:
            raise KeyboardInterrupt
        self.ran.append((name, fold))
        return f"{name}{fold}", self.losses[name][fold]

    def clock(self) -> float:
        return float(len(self.ran))

    def race(self, until: float = 1e9) -> tuple[Trial[str, str], int]:
        return race(list(self.losses), FOLDS, self.run, clock=self.clock, until=until)


def noisy(mean: float, seed: int = 0) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [mean + random.normal(scale=0.1, size=200) for _ in range(FOLDS)]


def test_a_clearly_better_setting_wins_and_has_run_every_fold() -> None:
    track = Track({"default": noisy(1.0), "worse": noisy(1.5, 1), "better": noisy(0.5, 2)})

    best, num_tried = track.race()

    assert best.settings == "better"
    assert best.fits == ("better0", "better1", "better2")
    assert num_tried == 3


def test_the_default_stays_unless_beaten_by_more_than_a_standard_error() -> None:
    one = noisy(1.0)
    nearly_the_same = [losses - 1e-4 * (-1) ** np.arange(200) - 1e-7 for losses in one]

    best, _ = Track({"default": one, "luckier": nearly_the_same}).race()

    assert best.settings == "default"


def test_half_of_those_that_are_ahead_run_the_next_fold() -> None:
    losses = {"default": noisy(1.0)} | {name: noisy(0.5 + place / 10, place) for place, name in enumerate("abcd")}
    track = Track(losses)

    best, _ = track.race()

    assert best.settings == "a"
    by_fold = [[name for name, fold in track.ran if fold == place and name != "default"] for place in range(FOLDS)]
    assert by_fold == [["a", "b", "c", "d"], ["a", "b"], ["a"]]


def test_settings_that_are_behind_run_one_fold_only() -> None:
    track = Track({"default": noisy(1.0), "behind": noisy(2.0, 1)})

    track.race()

    assert [fold for name, fold in track.ran if name == "behind"] == [0]


def test_what_would_end_too_late_is_not_begun() -> None:
    track = Track({"default": noisy(1.0), "a": noisy(0.1, 1), "b": noisy(0.2, 2)})

    best, num_tried = track.race(until=4.5)

    assert track.ran == [("default", 0), ("default", 1), ("default", 2), ("a", 0)]
    assert best.settings == "default"
    assert num_tried == 2


def test_a_race_without_time_runs_the_default_once() -> None:
    track = Track({"default": noisy(1.0), "a": noisy(0.1, 1)})

    best, _ = track.race(until=0.0)

    assert best.fits == ("default0",)


def test_an_interrupt_ends_the_race_with_the_default() -> None:
    best, _ = Track({"default": noisy(1.0), "a": noisy(0.1, 1)}, interrupt_at=4).race()

    assert best.settings == "default"


def test_an_interrupt_before_anything_ran_is_passed_on() -> None:
    with pytest.raises(KeyboardInterrupt):
        Track({"default": noisy(1.0)}, interrupt_at=0).race()
