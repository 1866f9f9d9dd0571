"""What features take from the rows up to a cut, kept: so that later tables have the same features, whatever came since.

Rows of tables without times are known at any cut, and rows can arrive late. So what was read once is not read again.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFacts:
    """Facts that are read on first use, and kept. Plain values: they can be written as JSON.

    Attributes:
        categories: (table, column, how many at most) → values, the most frequent first.
        has_missing: (table, column of numbers) → whether some row lacks a value.
        is_ranked: Entity table → whether its entities are few enough to be ranked.
    """

    categories: dict[tuple[str, str, int], tuple[str, ...]] = field(default_factory=dict)
    has_missing: dict[tuple[str, str], bool] = field(default_factory=dict)
    is_ranked: dict[str, bool] = field(default_factory=dict)
