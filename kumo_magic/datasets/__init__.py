"""The packaged data → DataFrames. Files and nothing else."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_ONLINE_RETAIL_TABLES = ("customers", "products", "invoices", "invoice_lines")


def online_retail() -> dict[str, pd.DataFrame]:
    """The four linked tables of UCI Online Retail: 576,251 rows, 2010-12-01 to 2011-12-09, naive UK local time.

    ``invoices.customer_id`` and ``invoice_lines.customer_id`` point at ``customers``, ``invoice_lines.invoice_no`` at
    ``invoices`` and ``invoice_lines.stock_code`` at ``products``. Cancellations, guests (no customer) and duplicate
    lines are in, as published. Source and licence (CC BY 4.0): ``datasets/uci_online_retail/LICENSE.md``.
    """
    import pandas as pd  # heavy, and a notebook that brings its own tables never needs this room

    folder = resources.files("kumo_magic.datasets") / "uci_online_retail"
    frames = {}
    for table in _ONLINE_RETAIL_TABLES:
        with resources.as_file(folder / f"{table}.parquet") as path:
            frames[table] = pd.read_parquet(path)
    return frames
