#!/usr/bin/env bash
# duckdb 2.0.1, pandas 3.1.1: ids above 2**53 as whole numbers on one side, as floats on the other (what a gap makes
# of them). merge finds two whole ids for the one float, without a warning, and so does a join in DuckDB; isin on the
# same two columns finds one. Checking a key by isin says nothing about the merge that follows.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import warnings
import duckdb, pandas as pd
warnings.simplefilter("error")
whole = pd.DataFrame({"id": [2**53, 2**53 + 1, 2**53 + 2]})
floats = pd.DataFrame({"id": [float(2**53)], "v": [1]})
merged = whole.merge(floats, on="id")["id"].tolist()
joined = sorted(i for (i,) in duckdb.sql("select whole.id from whole join floats on whole.id = floats.id").fetchall())
found = whole["id"].isin(floats["id"]).tolist()
print("merge", merged, "duckdb", joined, "isin", found)
assert merged == joined == [2**53, 2**53 + 1] and found == [True, False, False]
PYTHON
