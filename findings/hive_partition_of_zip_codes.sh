#!/usr/bin/env bash
# duckdb 2.0.1, pandas 3.1.1, polars 2.1.0, pyarrow 26.0.1: a folder zip=00501 of a partitioned Parquet data set.
# pyarrow, pandas and polars read the number 501, and nothing tells that zeros are gone; DuckDB keeps the text. Joined
# with a table of zip codes the former match nothing in the east of the United States.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import os
import duckdb, pandas as pd, polars as pl, pyarrow as pa, pyarrow.parquet as pq
for code in ("00501", "10001"):
    os.makedirs(f"shops/zip={code}")
    pq.write_table(pa.table({"shop": [1]}), f"shops/zip={code}/part.parquet")
seen = {
    "pyarrow": pq.read_table("shops")["zip"].to_pylist(),
    "pandas": pd.read_parquet("shops")["zip"].tolist(),
    "polars": pl.read_parquet("shops/")["zip"].to_list(),
    "duckdb": [z for (z,) in duckdb.sql("select zip from read_parquet('shops/*/*.parquet') order by 1").fetchall()],
}
print(seen)
assert seen["pyarrow"] == seen["pandas"] == seen["polars"] == [501, 10001]
assert seen["duckdb"] == ["00501", "10001"]
PYTHON
