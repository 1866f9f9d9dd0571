#!/usr/bin/env bash
# crepes 0.9.1: split conformal intervals at a confidence of 0.8 from nine residuals. The eighth smallest residual
# covers a new one in 8 of 10 cases; crepes takes the ninth, because (1 - 0.8) * 10 is 1.9999999999999996 in floats
# and rounded down to 1. So the coverage is 0.9. With 50 residuals it is right. Decimal levels times whole counts need
# exact arithmetic.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet crepes==0.9.1 numpy==2.4.1 scikit-learn==1.9.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import math
import numpy as np
from crepes import ConformalRegressor
for count, rank in ((9, 9), (50, 41)):
    model = ConformalRegressor()
    model.fit(residuals=np.arange(1.0, count + 1))
    high = float(model.predict_int(np.zeros(1), confidence=0.8)[0, 1])
    print(count, "residuals: rank", high, "needed", math.ceil(round((count + 1) * 0.8, 9)))
    assert high == rank
assert (1 - 0.8) * 10 < 2
PYTHON
