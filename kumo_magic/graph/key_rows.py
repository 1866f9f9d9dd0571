"""Keys as a user has them → the rows of a table that they name. Knows no links."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kumo_magic.graph.kind import Kind, kind_of
from kumo_magic.graph.plain_column import each
from kumo_magic.graph.plain_values import plain_values
from kumo_magic.graph.table import Table


def key_rows(table: Table, keys: pd.Series) -> np.ndarray:
    """The position of each key in the table, int64 [keys]; -1 for one that it has not.

    Keys may be in the user's own type (UUID, bytes, numbers beyond 64 bits, categories) or as the table holds them.
    """
    assert table.primary_key is not None
    own = table.frame[table.primary_key]
    asked = plain_values(keys.reset_index(drop=True)).values
    if kind_of(own) is Kind.TEXT and kind_of(asked) is Kind.WHOLE:
        asked = each(asked, str)
    return pd.Index(own.astype(object)).get_indexer(pd.Index(asked.astype(object))).astype(np.int64)
