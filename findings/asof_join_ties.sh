#!/usr/bin/env bash
# duckdb 2.0.1, pandas 3.1.1, polars 2.1.0: an as-of join takes the newest row that is not later. Where several rows
# have that very time, pandas and polars take the last of them, DuckDB the first, in whatever order the rows lie. The
# same feature table gives other values by engine, without an error; which row of a tie counts must be said in the
# query.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb, pandas as pd, polars as pl
asked = pd.DataFrame({"t": [7]})
for values in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
    known = pd.DataFrame({"t": [5, 5, 5], "v": values})
    by_pandas = pd.merge_asof(asked, known, on="t")["v"].tolist()
    by_polars = pl.from_pandas(asked).join_asof(pl.from_pandas(known), on="t")["v"].to_list()
    by_duckdb = [v for (v,) in duckdb.sql("select known.v from asked asof join known on asked.t >= known.t").fetchall()]
    print(values, "pandas", by_pandas, "polars", by_polars, "duckdb", by_duckdb)
    assert by_pandas == by_polars == values[-1:] and by_duckdb == values[:1]
PYTHON
