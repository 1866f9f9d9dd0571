"""Answers and labels → how many rows, and how many of them rightly, each threshold takes. Draws nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.isotonic import isotonic_regression


@dataclass(frozen=True, slots=True, kw_only=True)
class CutCurve:
    """From no row at all to every row: what a ROC curve, precision over recall and a table of four are made of.

    Attributes:
        thresholds: Descending; infinite first, where no row is taken. float64 [cuts]
        num_predicted: Rows at or above each threshold. int64 [cuts]
        num_hits: Those of them that are true. int64 [cuts]
    """

    thresholds: np.ndarray
    num_predicted: np.ndarray
    num_hits: np.ndarray

    @property
    def num_rows(self) -> int:
        """Rows in all."""
        return int(self.num_predicted[-1])

    @property
    def num_true(self) -> int:
        """True rows in all."""
        return int(self.num_hits[-1])

    def taking(self, num_rows: int) -> int:
        """The place of the cut that takes about that many rows."""
        return int(np.abs(self.num_predicted - num_rows).argmin())

    def thinned(self, most: int) -> CutCurve:
        """At most that many of the cuts: evenly over rows, over true rows, and close together where few are taken.

        Those that can be the best at some price of a miss and of a false alarm stay, as far as half of them go.
        """
        if len(self.thresholds) <= most:
            return self
        best, part = self._best(), max(2, most // 6)
        if len(best) > most // 2:
            best = best[np.unique(np.linspace(0, len(best) - 1, most // 2).round().astype(np.int64))]
        near = [
            np.searchsorted(self.num_predicted, np.linspace(0, self.num_rows, part)),
            np.searchsorted(self.num_hits, np.linspace(0, self.num_true, part)),
            np.searchsorted(self.num_predicted, np.geomspace(1, self.num_rows, part)),
        ]
        last = len(self.thresholds) - 1
        places = np.unique(np.concatenate([[0, last], best, *near]).clip(0, last))
        return CutCurve(
            thresholds=self.thresholds[places],
            num_predicted=self.num_predicted[places],
            num_hits=self.num_hits[places],
        )

    def _best(self) -> np.ndarray:
        """The corners of the convex hull: where the share of hits of one more row falls for good."""
        rows, hits = np.diff(self.num_predicted).astype(np.float64), np.diff(self.num_hits)
        slope = isotonic_regression(hits / rows, sample_weight=rows, increasing=False)
        return 1 + np.flatnonzero(np.diff(slope) < 0)


def cut_curve(label: np.ndarray, answer: np.ndarray) -> CutCurve:
    """Every threshold that tells rows apart.

    Args:
        label: What happened, truth values. [rows], at least one
        answer: What was said, more is more likely. [rows]
    """
    order = np.argsort(-answer, kind="stable")
    descending = answer[order]
    ends = np.flatnonzero(np.append(descending[1:] != descending[:-1], True))
    hits = np.cumsum(label[order].astype(np.int64))
    return CutCurve(
        thresholds=np.append(np.inf, descending[ends]),
        num_predicted=np.append(0, ends + 1),
        num_hits=np.append(0, hits[ends]),
    )
