"""Counts of what happened and what was predicted → a matrix in a panel, shaded by the share of each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from kumo_magic.evaluation.palette import MODEL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SHADES = LinearSegmentedColormap.from_list("shares", ["#ffffff", MODEL])
_DARK = 0.55
_MOST_CHARACTERS = 16


def draw_matrix(axes: Axes, counts: np.ndarray, names: Sequence[str], *, title: str) -> None:
    """A row per class that happened, a column per predicted one, both in the same order.

    Args:
        axes: Where.
        counts: int64 [happened, predicted].
        names: Of the classes.
        title: Whose predictions.
    """
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap=_SHADES, vmin=0, vmax=1)
    size = 9 if len(names) <= 4 else 6
    for (row, column), number in np.ndenumerate(counts):
        share = shares[row, column]
        colour = "#ffffff" if share > _DARK else "#20242c"
        words = f"{number:,}\n{share:.0%}"
        axes.text(column, row, words, ha="center", va="center", color=colour, fontsize=size)
    short = [name if len(name) <= _MOST_CHARACTERS else f"{name[: _MOST_CHARACTERS - 1]}…" for name in names]
    places = range(len(names))
    axes.set_xticks(places, short, rotation=0 if len(names) <= 3 else 40, ha="center" if len(names) <= 3 else "right")
    axes.set_yticks(places, short)
    axes.set(xlabel="predicted", ylabel="happened")
    axes.set_title(title, fontsize=9)
    for text in (*axes.get_xticklabels(), *axes.get_yticklabels(), axes.title):
        text.set_parse_math(False)
