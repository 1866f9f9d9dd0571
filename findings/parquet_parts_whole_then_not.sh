#!/usr/bin/env bash
# duckdb 2.0.1, polars 2.1.0, pyarrow 26.0.1: two Parquet parts of one table; the first month has only whole amounts
# and was written as int32, the second has 1.5 and 2.5. polars and pyarrow refuse. DuckDB takes the first part's type
# and rounds the second's values to it, 2 and 2, without a word; union_by_name=true keeps them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 polars==2.1.0 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb, polars as pl, pyarrow as pa, pyarrow.parquet as pq
pq.write_table(pa.table({"amount": pa.array([1, 2], pa.int32())}), "1.parquet")
pq.write_table(pa.table({"amount": pa.array([1.5, 2.5])}), "2.parquet")
rounded = [v for (v,) in duckdb.sql("from read_parquet(['1.parquet', '2.parquet'])").fetchall()]
union = [v for (v,) in duckdb.sql("from read_parquet(['1.parquet', '2.parquet'], union_by_name=true)").fetchall()]
refused = []
for name, read in (("polars", lambda: pl.read_parquet(["1.parquet", "2.parquet"])), ("pyarrow", lambda: pa.concat_tables([pq.read_table("1.parquet"), pq.read_table("2.parquet")]))):
    try:
        read()
    except Exception as error:
        refused.append(name)
        print(name, "raises", type(error).__name__)
print("duckdb", rounded, "by name", union)
assert rounded == [1, 2, 2, 2] and union == [1.0, 2.0, 1.5, 2.5] and refused == ["polars", "pyarrow"]
PYTHON
