#!/usr/bin/env bash
# duckdb 2.0.1, pandas 3.1.1, polars 2.1.0: the same two dates in buckets of 30 days. pandas counts from the first
# date's midnight, polars from 1970-01-01, DuckDB from 2000-01-03: three different grids. And 7 days are weeks from
# Monday in DuckDB but from Thursday in polars, unless one writes 1w. Labels by bucket cannot be compared between
# them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1 polars==2.1.0
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import datetime
import duckdb, pandas as pd, polars as pl
days = [datetime.datetime(2024, 1, 15), datetime.datetime(2024, 3, 1)]
by_pandas = pd.Series([1, 1], index=pd.DatetimeIndex(days)).resample("30D").sum().index[0]
by_polars = pl.Series(days).dt.truncate("30d")[0]
by_duckdb = duckdb.sql("select time_bucket(interval 30 days, timestamp '2024-01-15')").fetchall()[0][0]
print("pandas", by_pandas.date(), "polars", by_polars.date(), "duckdb", by_duckdb.date())
assert [str(d)[:10] for d in (by_pandas, by_polars, by_duckdb)] == ["2024-01-15", "2023-12-19", "2023-12-28"]
wednesday = pl.Series([datetime.datetime(2024, 1, 17)])
seven = duckdb.sql("select time_bucket(interval 7 days, timestamp '2024-01-17')").fetchall()[0][0]
week, days7 = wednesday.dt.truncate("1w")[0], wednesday.dt.truncate("7d")[0]
print("duckdb 7 days", seven.date(), "polars 1w", week.date(), "polars 7d", days7.date())
assert (seven.day, week.day, days7.day) == (15, 15, 11)
PYTHON
