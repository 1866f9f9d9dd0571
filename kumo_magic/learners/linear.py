"""Features and truth values → a linear model of their normal ranks (logistic regression). Knows no graph, no clock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression

from kumo_magic.learners.schedule import LinearSchedule
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import EntityObjective
from kumo_magic.tasks.splits import few_enough

LINEAR = "linear model"
_MOST_ROWS = 50_000
_NUM_QUANTILES = 100
_LEAST_KNOWN = 0.02
"""Share of the rows in which a feature must be known to be used."""
_FARTHEST = 2.5
_MOST_STEPS = 300
_HARDLY_SHRUNK = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """Weights of normal ranks: where a value of a feature lies among training rows, 0 for the middle and unknown."""

    name = LINEAR
    columns: np.ndarray  # int64 [used], which features
    quantiles: np.ndarray  # float64 [quantiles, used], of the training rows
    weights: np.ndarray  # float64 [used]
    intercept: float

    def raw(self, objective: EntityObjective, examples: Examples, rows: np.ndarray) -> np.ndarray:
        """Logits at the given rows, float64; each row's depends on its own features alone."""
        del objective
        ranks = normal_ranks(examples.features[rows][:, self.columns], self.quantiles)
        return np.einsum("rf,f->r", ranks, self.weights) + self.intercept  # the same sum whatever the number of rows


def fit_linear(
    objective: EntityObjective, examples: Examples, rows: np.ndarray, schedule: LinearSchedule, *, seed: int
) -> Linear:
    """Fit on the given rows of the examples, or on a random share of many."""
    rows = few_enough(rows, _MOST_ROWS, seed)
    features = examples.features[rows]
    known = ~np.isnan(features)
    columns = np.flatnonzero(known.mean(axis=0) >= _LEAST_KNOWN)
    quantiles = np.empty((_NUM_QUANTILES, len(columns)))
    if len(columns):
        quantiles[:] = np.nanquantile(
            features[:, columns].astype(np.float64), np.linspace(0, 1, _NUM_QUANTILES), axis=0
        )
    tells = quantiles[-1] > quantiles[0]
    columns, quantiles = columns[tells], quantiles[:, tells]
    if not len(columns):
        rate = objective.scaled_labels(rows).mean()
        return Linear(columns=columns, quantiles=quantiles, weights=np.empty(0), intercept=_logit(rate, len(rows)))
    ranks, labels = normal_ranks(features[:, columns], quantiles), objective.scaled_labels(rows) > 0
    shrunk = LogisticRegression(C=schedule.weight_of_loss, max_iter=_MOST_STEPS).fit(ranks, labels)
    weights = np.asarray(shrunk.coef_, dtype=np.float64)[0]
    # Shrinking makes all logits too timid, by one factor: with it they mean what those of other learners mean.
    scale = LogisticRegression(C=_HARDLY_SHRUNK).fit((ranks @ weights)[:, None], labels)
    factor = max(float(np.asarray(scale.coef_)[0, 0]), 1.0)
    return Linear(
        columns=columns,
        quantiles=quantiles,
        weights=factor * weights,
        intercept=float(np.asarray(scale.intercept_)[0]),
    )


def normal_ranks(values: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    """Where values lie among the quantiles of their column, as a normal deviate up to 2.5 from 0; 0 for unknown.

    A value that fills several quantiles lies in the middle of them.

    Args:
        values: float [rows, columns], NaN for unknown.
        quantiles: float64 [quantiles, columns], ascending and evenly spaced in probability.
    """
    share = np.linspace(0, 1, len(quantiles))
    ranks = np.empty(values.shape)
    for column, steps in enumerate(quantiles.T):
        below = np.interp(values[:, column], steps, share)
        above = 1 - np.interp(-values[:, column], -steps[::-1], share)
        ranks[:, column] = (below + above) / 2
    return np.nan_to_num(np.clip(norm.ppf(ranks), -_FARTHEST, _FARTHEST))


def _logit(rate: float, num_rows: int) -> float:
    """Of a rate, drawn towards a half by one row of each kind."""
    rate = (rate * num_rows + 1) / (num_rows + 2)
    return float(np.log(rate / (1 - rate)))
