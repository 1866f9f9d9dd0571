#!/usr/bin/env bash
# duckdb 2.0.1, polars 2.1.0, pyarrow 26.0.1: a folder of two Parquet parts of which the second calls its column
# Amount. pyarrow drops that part's values and shows missing ones, DuckDB takes the two names for one column, polars
# refuses. One folder, three readers, three tables; the silent one loses half of the amounts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import os
import duckdb, polars as pl, pyarrow as pa, pyarrow.parquet as pq
os.makedirs("sales")
pq.write_table(pa.table({"amount": [1.0, 2.0]}), "sales/1.parquet")
pq.write_table(pa.table({"Amount": [3.0, 4.0]}), "sales/2.parquet")
by_arrow = pq.read_table("sales").to_pydict()
by_duckdb = [v for (v,) in duckdb.sql("from read_parquet('sales/*.parquet')").fetchall()]
try:
    by_polars = pl.read_parquet("sales/*.parquet").to_dict(as_series=False)
except pl.exceptions.SchemaError:
    by_polars = "refused"
print("pyarrow", by_arrow, "duckdb", by_duckdb, "polars", by_polars)
assert by_arrow == {"amount": [1.0, 2.0, None, None]} and by_duckdb == [1.0, 2.0, 3.0, 4.0] and by_polars == "refused"
PYTHON
