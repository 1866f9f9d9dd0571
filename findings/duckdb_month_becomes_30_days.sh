#!/usr/bin/env bash
# duckdb 2.0.1, pandas 3.1.1, pyarrow 26.0.1: an INTERVAL of a month, handed to pandas. It arrives as a Timedelta of
# 30 days, with no error and no warning, while Arrow from the same relation keeps months apart from days. A
# subscription's term added to its start by pandas ends a day early or late in most months.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb, pandas as pd
relation = duckdb.sql("select date '2024-01-31' as start, interval 1 month as term")
frame, arrow = relation.df(), relation.to_arrow_table()
ends = (frame["start"] + frame["term"]).iloc[0]
in_duckdb = duckdb.sql("select date '2024-01-31' + interval 1 month").fetchall()[0][0]
print("pandas", frame["term"].iloc[0], "ends", ends, "duckdb", in_duckdb, "arrow", arrow.schema.field("term").type)
assert frame["term"].iloc[0] == pd.Timedelta(days=30) and str(ends.date()) == "2024-03-01"
assert str(in_duckdb)[:10] == "2024-02-29" and str(arrow.schema.field("term").type) == "month_day_nano_interval"
PYTHON
