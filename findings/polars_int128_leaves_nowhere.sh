#!/usr/bin/env bash
# polars 2.1.0 with pandas 3.1.1, pyarrow 26.0.1, duckdb 2.0.1: polars reads large ids as Int128 by itself (see
# csv_ids_beyond_int64), but such a column can be handed to nobody: to_pandas, to_arrow and a DuckDB query over the
# frame all raise for an unknown Arrow format, though every value may be small. Casting to Decimal(38, 0) or String
# before leaving works.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet duckdb==2.0.1 pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import duckdb, polars as pl
ids = pl.DataFrame({"id": pl.Series([1, None], dtype=pl.Int128)})
failed = []
for name, hand_over in (("pandas", ids.to_pandas), ("arrow", ids.to_arrow), ("duckdb", lambda: duckdb.sql("from ids").fetchall())):
    try:
        hand_over()
    except Exception as error:
        failed.append(name)
        print(name, "raises", type(error).__name__)
assert failed == ["pandas", "arrow", "duckdb"]
cast = ids.with_columns(pl.col("id").cast(pl.Decimal(38, 0)))
print("as decimal:", cast.to_arrow().schema.field("id").type)
assert str(cast.to_arrow().schema.field("id").type) == "decimal128(38, 0)"
PYTHON
