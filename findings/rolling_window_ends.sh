#!/usr/bin/env bash
# duckdb 2.0.1, pandas 3.1.1, polars 2.1.0: events exactly seven days apart, counted over the last seven days. pandas
# and polars leave out the event at the far end, so they count one; a RANGE window in SQL keeps both ends and counts
# two. Weekly data lie exactly on that end, so a feature moved from pandas to SQL doubles.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1 polars==2.1.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb, pandas as pd, polars as pl
days = pd.to_datetime(["2024-01-01", "2024-01-08", "2024-01-15"])
by_pandas = pd.Series([1, 1, 1], index=days).rolling("7D").sum().astype(int).tolist()
frame = pl.DataFrame({"t": days.to_pydatetime().tolist(), "v": [1, 1, 1]})
by_polars = frame.select(pl.col("v").rolling_sum_by("t", "7d")).to_series().to_list()
query = "select sum(1) over (order by t range between interval 7 days preceding and current row)"
rows = "(values (timestamp '2024-01-01'), (timestamp '2024-01-08'), (timestamp '2024-01-15')) x(t)"
by_duckdb = [int(v) for (v,) in duckdb.sql(f"{query} from {rows} order by t").fetchall()]
print("pandas", by_pandas, "polars", by_polars, "duckdb", by_duckdb)
assert by_pandas == by_polars == [1, 1, 1] and by_duckdb == [1, 2, 2]
PYTHON
