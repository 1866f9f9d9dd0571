from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

RunHint = Callable[..., dict[str, Any]]


@pytest.fixture
def run_hint() -> RunHint:
    """Runs the code behind the last line's first colon, as a user would; returns the names that there are then."""

    def run(said: object, **names: object) -> dict[str, Any]:
        namespace: dict[str, Any] = {"pd": pd, **names}
        exec(str(said).splitlines()[-1].split(": ", 1)[1].rstrip("."), namespace)
        return namespace

    return run
