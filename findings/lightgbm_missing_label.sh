#!/usr/bin/env bash
# lightgbm 4.7.0: a label that is NaN. One would expect it to be refused or left out; LightGBM trains and takes it for
# 0: with one NaN among 40 labels, a model of the mean answers the sum over 40. An infinite label is taken for about
# 1e38. A table whose newest labels are not known yet gives a model that is wrong by their share.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet lightgbm==4.7.0 numpy==2.4.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import lightgbm as lgb
import numpy as np
labels = np.r_[np.nan, np.arange(1.0, 40.0)]
rows = np.zeros((40, 1))
answer = float(lgb.train({"verbosity": -1}, lgb.Dataset(rows, labels), 1).predict(rows[:1])[0])
print("answer", answer, "mean of the known", np.nanmean(labels), "mean with 0 for the missing", np.nansum(labels) / 40)
assert abs(answer - np.nansum(labels) / 40) < 1e-6
infinite = float(lgb.train({"verbosity": -1}, lgb.Dataset(rows, np.r_[np.inf, np.arange(1.0, 40.0)]), 1).predict(rows[:1])[0])
print("with an infinite label", infinite)
assert np.isfinite(infinite) and infinite > 1e36
PYTHON
