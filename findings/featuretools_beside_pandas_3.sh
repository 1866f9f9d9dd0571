#!/usr/bin/env bash
# featuretools 1.31.0 with pandas 3.1.1: pip installs the two side by side, as no bound forbids it, and the import
# works. The first add_dataframe of the plainest frame raises WoodworkNotInitError (woodwork 0.31.0). An environment
# that resolves and imports is no sign that deep feature synthesis can serve as a yardstick in it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet featuretools==1.31.0 pandas==3.1.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import featuretools as ft, pandas as pd, woodwork
entities = ft.EntitySet("shop")
try:
    entities.add_dataframe(dataframe_name="users", dataframe=pd.DataFrame({"user_id": [1, 2]}), index="user_id")
    seen = "added"
except Exception as error:
    seen = type(error).__name__
print("featuretools", ft.__version__, "woodwork", woodwork.__version__, "pandas", pd.__version__, "->", seen)
assert seen == "WoodworkNotInitError"
PYTHON
