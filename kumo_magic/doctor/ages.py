"""Tables as they lie → columns whose values depend on how old a row is: they are filled in, or changed, later.

Such a column betrays at past anchors what was written down after them, for a table keeps no earlier versions of a row.
A trend or a season also makes new rows differ from old ones. So the newest window must differ from the older ones by
far more than any of these differs from those before it. Of the rows' values alone; knows no labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from kumo_magic.features.columns import numbers
from kumo_magic.finding import Finding, Severity
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table
from kumo_magic.plan.bound import named_columns
from kumo_magic.plan.plan import PredictionPlan

_NUM_OLDER = 6
_FEWEST_OLDER = 3
_FEWEST_ROWS = 100
_MOST_ROWS = 4_000  # per window
_LEAST_DIFFERENCE = 0.2
"""Of two shares, or of the probability that a new row's number is above an old one's from that it is below, halved."""
_TIMES_THE_USUAL = 3.0
_NOT_LOOKED_AT = (Stype.KEY, Stype.IGNORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeEffect:
    """How the newest window differs from the older ones: by ``size``, the older ones among themselves by ``usual``."""

    size: float
    usual: float
    words: str

    @property
    def is_real(self) -> bool:
        """Whether it is too large for a trend, a season or chance."""
        return self.size >= _LEAST_DIFFERENCE and self.size > _TIMES_THE_USUAL * self.usual


def columns_that_age(plan: PredictionPlan) -> Iterator[Finding]:
    """Columns of tables with times that are not yet what they will be in the rows of the last horizon.

    Columns that the target names are left out: they are about the label, of course.
    """
    asked = named_columns(plan.target)
    length = plan.horizon
    for name, table in plan.graph.tables.items():
        if table.time_column is None:
            continue
        windows = rows_by_age(table, length.approx_us)
        if len(windows) <= _FEWEST_OLDER:
            continue
        own = (table.primary_key, table.time_column, table.end_time_column)
        for column in table.columns.values():
            if column.name in own or column.stype in _NOT_LOOKED_AT or (name, column.name) in asked:
                continue
            effect = age_effect(table.frame[column.name], column.stype, windows)
            if effect is not None and effect.is_real:
                about = f"{name}.{column.name}"
                yield Finding(
                    about=about,
                    says=f"{about} depends on how old its row is: {effect.words} in the rows of the last "
                    f"{length.words} and before. It seems to be filled in or changed later, so at past anchors it "
                    "tells what was not known yet.",
                    next_step=f"Leave it out unless it is final when its row is written: --stype {about}=ignored "
                    "on the %graph line.",
                    severity=Severity.LEAK,
                )


def rows_by_age(table: Table, window_us: int) -> list[np.ndarray]:
    """Row positions by age in windows, the newest first, each thinned evenly; up to the first with too few rows."""
    assert table.time_column is not None
    times = table.frame[table.time_column].to_numpy(dtype="datetime64[us]")
    known = np.flatnonzero(~np.isnat(times))
    if not len(known):
        return []
    us = times.view(np.int64)[known]
    # A sentinel date far beyond the others is no end: nearly all rows lie before the end taken here.
    end = int(np.partition(us, int(0.9999 * (len(us) - 1)))[int(0.9999 * (len(us) - 1))])
    age = (end - us) // window_us
    windows = []
    for number in range(1 + _NUM_OLDER):
        rows = known[age == number]
        if len(rows) < _FEWEST_ROWS:
            break
        windows.append(rows[:: max(1, -(-len(rows) // _MOST_ROWS))])
    return windows


def age_effect(values: pd.Series, stype: Stype, windows: Sequence[np.ndarray]) -> AgeEffect | None:
    """The largest way in which the newest rows' values differ from the older ones'; None where too few are known.

    Args:
        values: The column.
        stype: Of the column: of numbers their order is compared too, of categories their shares.
        windows: Row positions, the newest window first.
    """
    taken = values.iloc[np.concatenate(windows)]
    window = np.repeat(np.arange(len(windows)), [len(rows) for rows in windows])
    effects = [_effect(taken.notna().to_numpy(), window, _share_difference, _filled_words)]
    if stype is Stype.NUMERICAL:
        known = numbers(taken)
        has_value = ~np.isnan(known)
        effects.append(_effect(known[has_value], window[has_value], _order_difference, _median_words))
    elif stype is Stype.CATEGORICAL:
        codes, categories = pd.factorize(taken)
        has_value = codes >= 0

        def words(new: np.ndarray, old: np.ndarray) -> str:
            shares = [np.bincount(part, minlength=len(categories)) / len(part) for part in (new, old)]
            most = int(np.abs(shares[0] - shares[1]).argmax())
            return f"{categories[most]!s} in {shares[0][most]:.0%} and {shares[1][most]:.0%}"

        effects.append(_effect(codes[has_value], window[has_value], _category_difference, words))
    found = [effect for effect in effects if effect is not None]
    return max(found, key=lambda effect: (effect.is_real, effect.size), default=None)


Difference = Callable[[np.ndarray, np.ndarray], float]


def _effect(
    values: np.ndarray, window: np.ndarray, difference: Difference, words: Callable[[np.ndarray, np.ndarray], str]
) -> AgeEffect | None:
    """The newest window against all older ones; usual is the most that an older one differs from those before it."""
    counts = np.bincount(window, minlength=window.max(initial=0) + 1)
    if len(counts) <= _FEWEST_OLDER or (counts < _FEWEST_ROWS // 2).any():
        return None
    bounds = np.concatenate([[0], np.cumsum(counts)])
    against = [difference(values[bounds[n] : bounds[n + 1]], values[bounds[n + 1] :]) for n in range(len(counts) - 1)]
    chance = 2 / np.sqrt(counts.min())
    new, old = values[: bounds[1]], values[bounds[1] :]
    return AgeEffect(size=against[0], usual=max(max(against[1:]), chance / _TIMES_THE_USUAL), words=words(new, old))


def _share_difference(new: np.ndarray, old: np.ndarray) -> float:
    return abs(float(new.mean()) - float(old.mean()))


def _order_difference(new: np.ndarray, old: np.ndarray) -> float:
    """How far the area under the ROC curve that tells new numbers from old ones is from one half, 0 to 0.5."""
    ranks = rankdata(np.concatenate([new, old]))[: len(new)]
    area = (ranks.sum() - len(new) * (len(new) + 1) / 2) / (len(new) * len(old))
    return abs(float(area) - 0.5)


def _category_difference(new: np.ndarray, old: np.ndarray) -> float:
    """Half the sum over categories of how far their shares differ (total variation), 0 to 1."""
    num_categories = max(new.max(initial=0), old.max(initial=0)) + 1
    shares = [np.bincount(part, minlength=num_categories) / len(part) for part in (new, old)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _filled_words(new: np.ndarray, old: np.ndarray) -> str:
    return f"filled in {new.mean():.0%} and {old.mean():.0%}"


def _median_words(new: np.ndarray, old: np.ndarray) -> str:
    return f"the median is {np.median(new):,.4g} and {np.median(old):,.4g}"
