"""A graph as the value of a cell, in a terminal and where front ends draw."""

import subprocess
import sys

import pandas as pd

from kumo_magic.graph import Graph

PROBE = """
import sys
import pandas as pd
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "kumo_magic")
from kumo_magic.graph import Graph
users = pd.DataFrame({"user_id": [1, 2]})
graph = Graph.from_data({"users": users, "orders": users.assign(order_id=[3, 4])}, name="shop")
from kumo_magic.report.view import graph_bundle
assert graph_bundle(graph)
print(*(name for name in ("torch", "numba", "matplotlib.figure", "sklearn", "anywidget") if name in sys.modules))
"""


def test_a_terminal_shows_a_graph_as_words_and_looks_at_no_column(shell) -> None:
    graph = Graph.from_data({"users": pd.DataFrame({"user_id": [1, 2]})}, name="shop")

    data, _ = shell.display_formatter.format(graph)

    assert list(data) == ["text/plain"]
    assert data["text/plain"].startswith("Graph 'shop'")
    assert graph.derived == {}


def test_drawing_a_graph_loads_nothing_heavy() -> None:
    probe = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)

    assert probe.stdout.split() == []
