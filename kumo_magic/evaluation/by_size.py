"""Held-out numbers → errors by the size of the prediction. Learns nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.evaluation.by_group import is_covered

_BINS = 10


def errors_by_size(lines: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Means of rows in bins of about equal size, by the model's prediction; equal predictions share a bin.

    Columns: rows, prediction, label, error (absolute), baseline (its absolute error), bias (label minus prediction),
    covered (the share of labels inside their interval).

    Args:
        lines: Of the frame of an evaluation, at least one.
        baseline: The one to set beside the model.
    """
    prediction, label = (lines[name].to_numpy(np.float64) for name in ("prediction", "label"))
    edges = np.unique(np.quantile(prediction, np.arange(1, _BINS) / _BINS, method="inverted_cdf"))
    bins = pd.DataFrame(
        {
            "prediction": prediction,
            "label": label,
            "error": np.abs(label - prediction),
            "baseline": np.abs(label - lines[baseline].to_numpy(np.float64)),
            "bias": label - prediction,
            "covered": is_covered(lines).to_numpy(np.float64),
        }
    ).groupby(np.searchsorted(edges, prediction, side="left"))
    means = bins.mean()
    means.insert(0, "rows", bins.size())
    return means.reset_index(drop=True)
