"""The label table's splits as positions of its rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.labelling.label_table import LabelTable

_FEWEST_LISTS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """Positions of the label rows by split, int64."""

    train: np.ndarray
    val: np.ndarray
    test: np.ndarray

    @classmethod
    def of(cls, labels: LabelTable) -> Splits:
        """The splits that the label table drew, without training rows that would give a held-out label away.

        Where the history is so short that entities are split within one anchor time, an entity's training windows may
        overlap its own held-out window; such rows are left out while choosing.
        """
        split = labels.frame["split"].to_numpy(dtype=object)
        held_out = np.flatnonzero(split != "train")
        first_held_out = np.full(labels.entity_rows.max() + 1, np.iinfo(np.int64).max)
        np.minimum.at(first_held_out, labels.entity_rows[held_out], labels.anchor_us[held_out])
        overlaps = labels.closed_us > first_held_out[labels.entity_rows]
        return cls(
            train=np.flatnonzero((split == "train") & ~overlaps),
            val=np.flatnonzero(split == "val"),
            test=np.flatnonzero(split == "test"),
        )

    @property
    def held_out(self) -> dict[str, np.ndarray]:
        """The splits that are not learned from while choosing, those with rows only."""
        return {name: rows for name, rows in (("val", self.val), ("test", self.test)) if len(rows)}

    def training_cut(self, anchor_us: np.ndarray) -> int:
        """The newest time that statistics may see while choosing: no later than any held-out anchor."""
        held_out = anchor_us[np.concatenate([self.val, self.test])]
        return int(min(held_out.min(initial=np.iinfo(np.int64).max), anchor_us[self.train].max()))


def refuse_few_lists(labels: LabelTable, splits: Splits) -> None:
    """Return when enough rows are held out to tell a ranking from luck.

    Raises:
        TooFewLabelsError: They are not.
    """
    num_held_out = len(splits.val) + len(splits.test)
    if num_held_out >= _FEWEST_LISTS:
        return
    first, last = (f"{labels.frame['anchor_time'].agg(end):%Y-%m-%d}" for end in ("min", "max"))
    raise TooFewLabelsError(
        f"Only {num_held_out:,} of {len(labels.frame):,} rows with a label (anchor times {first} to {last}) are held "
        f"out: a ranking needs {_FEWEST_LISTS}, because fewer cannot tell a good list from luck. Make the window "
        "longer, widen WHERE, or set val_start and test_start earlier."
    )


def few_enough(rows: np.ndarray, most: int, seed: int) -> np.ndarray:
    """The rows, or a random share of them in their order when there are more than ``most``."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, size=most, replace=False))
