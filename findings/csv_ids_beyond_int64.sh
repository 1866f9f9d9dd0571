#!/usr/bin/env bash
# duckdb 2.0.1, pandas 3.1.1, polars 2.1.0, pyarrow 26.0.1: a CSV column of ids around 2**63 with one gap. pandas
# reads the whole column as text, and the gap as an empty text that is not missing; pandas with pyarrow reads floats
# in which two ids are one; polars reads 128-bit numbers, DuckDB HUGEINT. A join of two such files depends on which
# file had a large id.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb, pandas as pd, polars as pl
open("ids.csv", "w").write("id,x\n9223372036854775807,1\n9223372036854775808,2\n,3\n")
plain, arrow = pd.read_csv("ids.csv")["id"], pd.read_csv("ids.csv", engine="pyarrow")["id"]
print("pandas", plain.tolist(), int(plain.isna().sum()), "missing; with pyarrow", arrow.tolist())
print("polars", pl.read_csv("ids.csv").schema["id"], "duckdb", duckdb.read_csv("ids.csv").types[0])
assert plain.tolist() == ["9223372036854775807", "9223372036854775808", ""] and not plain.isna().any()
assert arrow[0] == arrow[1] == 2.0**63
assert str(pl.read_csv("ids.csv").schema["id"]) == "Int128" and str(duckdb.read_csv("ids.csv").types[0]) == "HUGEINT"
PYTHON
