"""One IPython shell for all tests of the magics, clean for each."""

from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
from IPython.testing.globalipapp import start_ipython

from kumo_magic import session
from kumo_magic.graph import registry


@pytest.fixture(scope="session")
def one_shell() -> InteractiveShell:
    shell = start_ipython()  # None the second time, hence once
    assert shell is not None
    return shell


@pytest.fixture
def shell(one_shell: InteractiveShell) -> Iterator[InteractiveShell]:
    registry.clear()
    before = set(one_shell.user_ns)
    one_shell.run_line_magic("load_ext", "kumo_magic")
    yield one_shell
    one_shell.run_line_magic("unload_ext", "kumo_magic")
    one_shell.config.pop("KumoMagic", None)  # what %config said outlives the extension
    for name in set(one_shell.user_ns) - before:
        del one_shell.user_ns[name]
    registry.clear()


@pytest.fixture
def run(shell: InteractiveShell) -> Callable[[str], ExecutionResult]:
    """Run a cell as a notebook does; errors come back in the result."""
    return lambda cell: shell.run_cell(cell, store_history=True)


@pytest.fixture
def shop(shell: InteractiveShell, run: Callable[[str], ExecutionResult]) -> dict[str, pd.DataFrame]:
    """A graph `shop` of 40 users, of whom those of every fifth order rarely; its frames are variables."""
    users = pd.DataFrame({"user_id": np.arange(40), "tier": ["gold", "silver"] * 20})
    days = [(user, day) for user in range(40) for day in range(user, 400, 10 + 9 * (user % 5))]
    orders = pd.DataFrame(days, columns=["user_id", "day"])
    orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(orders.pop("day"), unit="D")
    orders.insert(0, "order_id", np.arange(len(orders)))
    frames = {"users": users, "orders": orders}
    shell.user_ns.update(frames)
    assert run("shop_graph = %graph shop users orders").success
    return frames


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """In place of the real pipeline: keeps what it was asked, and answers with a frame of two rows (or an error)."""
    asked = SimpleNamespace(calls=[], error=None)
    frame = pd.DataFrame({"user_id": [0, 1], "prediction": [True, False]})

    def predict(text: str, graph: Any, **options: Any) -> Any:
        asked.calls.append({"text": text, "graph": graph, **options})
        if asked.error is not None:
            raise asked.error
        return SimpleNamespace(frame=frame, schedule="the schedule", query=text)

    fake = ModuleType("kumo_magic.pipeline")
    vars(fake)["predict"] = predict
    monkeypatch.setitem(__import__("sys").modules, fake.__name__, fake)
    monkeypatch.setattr(session, "_runs", {})
    monkeypatch.setattr(session, "_next_number", 1)
    return asked
