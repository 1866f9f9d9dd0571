#!/usr/bin/env bash
# pandas 3.1.1, polars 2.1.0: the nearest row in time, with one row as far before as another is after. pandas takes
# the one before, polars the one after. Whoever moves such a join from pandas to polars lets the future in, on regular
# grids (hourly, daily) in every such tie.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import pandas as pd, polars as pl
asked, known = {"t": [5]}, {"t": [4, 6], "v": ["before", "after"]}
by_pandas = pd.merge_asof(pd.DataFrame(asked), pd.DataFrame(known), on="t", direction="nearest")["v"].tolist()
by_polars = pl.DataFrame(asked).join_asof(pl.DataFrame(known), on="t", strategy="nearest")["v"].to_list()
print("pandas", by_pandas, "polars", by_polars)
assert by_pandas == ["before"] and by_polars == ["after"]
PYTHON
