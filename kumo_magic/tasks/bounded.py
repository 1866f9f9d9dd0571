"""More label rows than memory bears → a share of them, drawn from every anchor time."""

from __future__ import annotations

import numpy as np

from kumo_magic.labelling.label_table import LabelTable

MOST_ROWS = {"train": 200_000, "val": 50_000, "test": 50_000}
"""Of each split. With 600 features, four bytes each, they are 720 MB: the bound of what a run holds of them."""
MOST_RANKED_ROWS = MOST_ROWS | {"val": 10_000, "test": 10_000}
"""Of a ranking: each learner orders a list for every held-out row, and so many tell the score to half a hundredth."""
_MOST_PAIRS = {"train": 8_000_000, "val": 1_000_000, "test": 1_000_000}
"""Of each split, of a row and a class, where labels are sets: a row has features of every class."""


def most_rows_of(num_classes: int) -> dict[str, int]:
    """Split → how many rows at most; ``num_classes`` are those that sets are made of, 0 for other labels."""
    return {name: min(most, _MOST_PAIRS[name] // max(1, num_classes)) for name, most in MOST_ROWS.items()}


def few_enough_labels(labels: LabelTable, seed: int, most: dict[str, int] = MOST_ROWS) -> np.ndarray:
    """Positions of at most so many rows of each split (and one of every anchor time), int64, ascending.

    Args:
        labels: All rows.
        seed: Of the draw.
        most: Split → how many.
    """
    split = labels.frame["split"].to_numpy(dtype=object)
    share = np.ones(len(split))
    for name in most:
        share[split == name] = min(1.0, most[name] / max(1, (split == name).sum()))
    if share.min(initial=1.0) == 1.0:
        return np.arange(len(split))
    return _drawn(split, labels.anchor_us, share, np.random.default_rng(seed))


def bound_note(num_kept: int, num_all: int) -> tuple[str, ...]:
    """What a reader should know of it; nothing where every row stays."""
    if num_kept == num_all:
        return ()
    return (
        f"{num_kept:,} of {num_all:,} label rows were learned from and scored, drawn at random from every anchor time: "
        "more would cost memory and time, and bring little.",
    )


def _drawn(split: np.ndarray, anchor_us: np.ndarray, share: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Positions of the rows that stay, ascending: of each split and anchor time the given share, at least one."""
    order = random.permutation(len(split))
    order = order[np.lexsort((anchor_us[order], split[order].astype("U5")))]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (anchor_us[order][1:] != anchor_us[order][:-1]) | (split[order][1:] != split[order][:-1])
    starts = np.flatnonzero(is_first)
    group = is_first.cumsum() - 1
    place = np.arange(len(order)) - starts[group]
    size = np.diff(np.append(starts, len(order)))[group]
    return np.sort(order[place < np.maximum(1, np.floor(share[order] * size))])
