"""What is hidden: rows of some tables, the values of some columns. No effects."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kumo_magic.explain.excerpt import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A past that lacks something.

    Attributes:
        rows: Table → positions of rows that never happened, int64, ascending.
        columns: (table, column) without a value in any row.
        own_columns: Columns of the entity table without a value in the entity's own row.
    """

    rows: Rows = field(default_factory=dict)
    columns: frozenset[tuple[str, str]] = frozenset()
    own_columns: frozenset[str] = frozenset()


def without_rows(events: list[tuple[str, int]]) -> Scenario:
    """A past in which these rows of (table, position) never happened."""
    by_table: dict[str, list[int]] = {}
    for table, row in events:
        by_table.setdefault(table, []).append(row)
    return Scenario(rows={table: np.array(sorted(rows), dtype=np.int64) for table, rows in by_table.items()})
