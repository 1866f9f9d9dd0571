"""Anchors and where their windows end → train, validation and test, no window reaching into the next split. No rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Regime = Literal["time", "test by time", "entities"]

SPLITS = ("train", "val", "test")
"""The splits; a row is said to be in one by its place here."""
TRAIN, VAL, TEST = range(3)
ASIDE = -1
"""Said of a row that no split may have."""

FEWEST_ANCHORS = 8
"""With fewer anchors than this, training anchors step by a quarter of the window."""
HELD_OUT_SHARE = 0.2
"""Share of the entities that validate, or test, where no anchor of their own is left for it."""

REGIME_WORDS: dict[Regime, str] = {
    "time": "validated and tested on later anchor times than it learned from",
    "test by time": (
        "validated on other entities at the newest training anchor, as too few anchor times are left; "
        "tested on a later anchor time"
    ),
    "entities": (
        "validated and tested on other entities at the same anchor time, as there is only one: "
        "these scores say nothing about change over time"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """Which anchors train, validate and test; int64 microseconds, ascending.

    In the regime ``test by time`` the newest training anchor validates too, in ``entities`` all three are one anchor.
    """

    regime: Regime
    train: np.ndarray
    val: np.ndarray
    test: np.ndarray

    @property
    def all(self) -> np.ndarray:
        """Every anchor that is used, once."""
        return np.unique(np.concatenate([self.train, self.val, self.test]))


def split_by_time(
    anchors: np.ndarray,
    closed: np.ndarray,
    *,
    num_held_out: int,
    val_start: int | None = None,
    test_start: int | None = None,
) -> Splits | None:
    """Anchors split by time, newest last; None when no anchor is left to train on, or none to validate.

    Args:
        anchors: Ascending anchors.
        closed: When each one's last window ends.
        num_held_out: Anchors that test, and as many that validate.
        val_start: The first validation anchor may not lie before it.
        test_start: The first test anchor may not lie before it.
    """
    if test_start is not None:
        test = anchors[anchors >= test_start]
    else:
        test = anchors[-num_held_out:]
        test = test if val_start is None else test[test >= val_start]
    if not len(test):
        return None
    val = anchors[(closed <= test[0]) & (anchors < test[0])]
    val = val[-num_held_out:] if val_start is None else val[val >= val_start]
    if not len(val):
        return None
    train = anchors[(closed <= val[0]) & (anchors < val[0])]
    return Splits(regime="time", train=train, val=val, test=test) if len(train) else None


def split_few(anchors: np.ndarray, closed: np.ndarray) -> Splits:
    """Splits of one or two anchors that do not overlap: entities stand in for the anchors that are missing."""
    test = anchors[-1:]
    train = anchors[(closed <= test[0]) & (anchors < test[0])]
    if not len(train):
        return Splits(regime="entities", train=test, val=test, test=test)
    return Splits(regime="test by time", train=train, val=train[-1:], test=test)


def num_held_out(num_anchors: int, *, is_ranking: bool) -> int:
    """A tenth of the anchors, at least one; one for rankings."""
    return 1 if is_ranking else max(1, round(num_anchors / 10))


def held_out_order(keys: pd.Series) -> np.ndarray:
    """Positions in an order that looks random and depends on each key alone."""
    hashes = pd.util.hash_array(keys.astype(str).to_numpy(dtype=object), categorize=False)
    return np.argsort(hashes, kind="stable")
