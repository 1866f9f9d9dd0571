"""A portfolio of settings → the one to use, by successive halving over forward folds. Knows no learner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np

Settings = TypeVar("Settings")
Fit = TypeVar("Fit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial(Generic[Settings, Fit]):
    """How one of the settings did on the folds that it ran, in their order."""

    settings: Settings
    fits: tuple[Fit, ...] = ()
    losses: tuple[np.ndarray, ...] = ()  # float64 [held-out rows] of each fold
    seconds: float = 0.0

    @property
    def seconds_per_fold(self) -> float:
        """The mean over its folds."""
        return self.seconds / max(1, len(self.fits))


def race(
    portfolio: Sequence[Settings],
    num_folds: int,
    run: Callable[[Settings, int], tuple[Fit, np.ndarray]],
    *,
    clock: Callable[[], float],
    until: float,
) -> tuple[Trial[Settings, Fit], int]:
    """The winner, and how many settings were tried.

    The first of the portfolio is the default; it runs every fold. The others run the first fold; the better half of
    those that are not behind the default there runs the next one, and so on (successive halving, Jamieson and Talwalkar
    2016, with folds as the resource). Who is left at the end wins when the mean loss over all folds is lower than the
    default's by more than one standard error of the paired differences.

    Args:
        portfolio: Not empty.
        num_folds: At least one.
        run: Settings and the number of a fold → what was fitted, and the loss of each of its held-out rows.
        clock: Seconds.
        until: When the race ends, by the clock; what would probably end later is not begun.

    Raises:
        KeyboardInterrupt: The user stopped before the default had run its first fold.
    """
    default: Trial[Settings, Fit] = Trial(settings=portfolio[0])
    num_tried = 1
    try:
        for fold in range(num_folds):
            if fold > 0 and clock() + default.seconds_per_fold > until:
                break
            default = _one_more(default, fold, run, clock)
        running: list[Trial[Settings, Fit]] = [Trial(settings=settings) for settings in portfolio[1:]]
        longest = default.seconds_per_fold
        for fold in range(len(default.losses)):
            ran: list[Trial[Settings, Fit]] = []
            for trial in running:
                if clock() + longest > until:
                    break
                ran.append(_one_more(trial, fold, run, clock))
                longest = max(longest, ran[-1].seconds_per_fold)
                num_tried += fold == 0
            ahead = sorted((trial for trial in ran if _mean_gain(trial, default) > 0), key=_mean_loss)
            running = ahead[: (len(ran) + 1) // 2]
    except KeyboardInterrupt:
        if not default.fits:
            raise
        return default, num_tried
    best = next((trial for trial in running if is_better(trial, default)), default)
    return best, num_tried


def is_better(trial: Trial[Settings, Fit], other: Trial[Settings, Fit]) -> bool:
    """Whether its mean loss over the same folds is lower by more than one standard error of the differences."""
    if len(trial.losses) < len(other.losses):
        return False
    gain = np.concatenate(other.losses) - np.concatenate(trial.losses)
    return bool(gain.mean() > gain.std() / np.sqrt(len(gain)))


def _one_more(
    trial: Trial[Settings, Fit],
    fold: int,
    run: Callable[[Settings, int], tuple[Fit, np.ndarray]],
    clock: Callable[[], float],
) -> Trial[Settings, Fit]:
    began = clock()
    fit, losses = run(trial.settings, fold)
    return replace(
        trial,
        fits=(*trial.fits, fit),
        losses=(*trial.losses, losses),
        seconds=trial.seconds + clock() - began,
    )


def _mean_loss(trial: Trial[Settings, Fit]) -> float:
    return float(np.concatenate(trial.losses).mean())


def _mean_gain(trial: Trial[Settings, Fit], default: Trial[Settings, Fit]) -> float:
    """By how much it is ahead of the default on the folds that it ran."""
    same_folds = default.losses[: len(trial.losses)]
    return float(np.concatenate(same_folds).mean()) - _mean_loss(trial)
