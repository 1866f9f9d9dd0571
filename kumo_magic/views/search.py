"""Words that someone types → the lines that have them: in the key, in items, in the entity's own texts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from kumo_magic.graph.key_rows import key_rows
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType
from kumo_magic.views.arrow import text_array
from kumo_magic.views.lines import Lines
from kumo_magic.views.plain import in_utf8

_MOST_COLUMNS = 3
_MOST_ROWS = 1_000_000
"""Of an entity table: the texts of a larger one take too long to read while someone types."""
_READ = (Stype.TEXT, Stype.CATEGORICAL)


def found_lines(lines: Lines, plan: PredictionPlan, words: str) -> np.ndarray:
    """Whether a line has the words, upper and lower case alike, bool [lines]."""
    keys = lines.keys.iloc[lines.firsts]
    found = contains(keys, words)
    if lines.part is not None and lines.task_type is not TaskType.FORECASTING:
        has_words = contains(lines.frame[lines.part], words)
        found[lines.line_of_rows[has_words[lines.rows]]] = True
    table = plan.graph[plan.entity_table]
    columns = searched_columns(plan)
    if columns:
        rows = key_rows(table, keys)
        for column in columns:
            found |= contains(table.frame[column], words)[rows] & (rows >= 0)
    return found


def searched_columns(plan: PredictionPlan) -> list[str]:
    """Columns of the entity table whose texts are searched."""
    table: Table = plan.graph[plan.entity_table]
    if table.num_rows > _MOST_ROWS:
        return []
    names = [name for name, column in table.columns.items() if column.stype in _READ and _is_text(table.frame[name])]
    return [name for name in names if name not in plan.key_columns][:_MOST_COLUMNS]


def _is_text(values: pd.Series) -> bool:
    return isinstance(values.dtype, (pd.StringDtype, pd.CategoricalDtype)) or values.dtype == object


def contains(values: pd.Series, words: str) -> np.ndarray:
    """Whether the text of each value has the words, bool [values]."""
    matches = pc.match_substring(text_array(values), in_utf8(words), ignore_case=True)  # pyright: ignore[reportAttributeAccessIssue]  # pyarrow makes its functions at import
    return np.asarray(matches.fill_null(False)).astype(bool)
