#!/usr/bin/env bash
# duckdb 2.0.1, pandas 3.1.1, polars 2.1.0: monthly dates from January 31. pandas (a DateOffset of one month as
# frequency) and DuckDB (generate_series) step from the clipped date on and stay at the 29th for good; polars counts
# months from the start and comes back to the 31st. Monthly anchors made by two of them never meet again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1 polars==2.1.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import duckdb, pandas as pd, polars as pl
by_pandas = pd.date_range("2024-01-31", "2024-06-30", freq=pd.DateOffset(months=1)).day.tolist()
series = "select day(t) from generate_series(timestamp '2024-01-31', timestamp '2024-06-30', interval 1 month) s(t)"
by_duckdb = [d for (d,) in duckdb.sql(series).fetchall()]
start, end = datetime.datetime(2024, 1, 31), datetime.datetime(2024, 6, 30)
by_polars = pl.datetime_range(start, end, "1mo", eager=True).dt.day().to_list()
print("pandas", by_pandas, "duckdb", by_duckdb, "polars", by_polars)
assert by_pandas == by_duckdb == [31, 29, 29, 29, 29, 29] and by_polars == [31, 29, 31, 30, 31, 30]
PYTHON
