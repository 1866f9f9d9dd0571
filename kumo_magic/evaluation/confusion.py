"""Classes that happened and classes that were predicted → how often each pair came together. Draws nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

OTHERS = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Counts of classes.

    Attributes:
        names: The commonest ones, then the rest together where there is one.
        counts: int64 [happened, predicted], in the order of the names.
    """

    names: tuple[str, ...]
    counts: np.ndarray


def confusion_of(happened: pd.Series, predicted: pd.Series, classes: pd.Index, most: int) -> Confusion:
    """The counts of the first classes, and of all others as one.

    Args:
        happened: A class per row.
        predicted: A class per row.
        classes: All of them, the commonest first.
        most: How many to tell apart.
    """
    shown = classes[:most]
    names = [str(name) for name in shown] + ([OTHERS] if len(classes) > most else [])
    places = [
        np.where((place := shown.get_indexer(pd.Index(one))) < 0, len(shown), place) for one in (happened, predicted)
    ]
    size = len(names)
    counts = np.bincount(places[0] * size + places[1], minlength=size * size).reshape(size, size)
    return Confusion(names=tuple(names), counts=counts)


def commonest(happened: pd.Series, predicted: pd.Series) -> pd.Index:
    """The classes by how often they happened, those that were only predicted last."""
    counts = happened.value_counts()
    return counts.index.append(pd.Index(predicted.unique()).difference(counts.index, sort=False))
