"""The list of tasks: each query yields the task type, the kind and the notes that stand above it."""

from pathlib import Path

import pandas as pd
import pytest

from kumo_magic.graph import Graph
from kumo_magic.plan import TaskType, bind
from kumo_magic.query import parse

_LIST = Path(__file__).parent.parent / "queries" / "tasks.pql"
_PARAMS = {"ids": [1, 2], "one": 1}


def _entries() -> list[tuple[str, str, str, list[str], str]]:
    """Graph, task type, kind, notes and query of each block."""
    entries: list[tuple[str, str, str, list[str], str]] = []
    for block in _LIST.read_text(encoding="utf-8").strip().split("\n\n"):
        heading, *lines = block.split("\n")
        _, graph, task, kind = heading.split(" | ")
        notes = [line.removeprefix("# note: ") for line in lines if line.startswith("# note: ")]
        entries.append((graph, task, kind, notes, "\n".join(lines[len(notes) :])))
    return entries


@pytest.fixture
def club() -> Graph:
    """Members who follow channels; no table has a time column."""
    frames = {
        "members": pd.DataFrame({"member_id": [1, 2], "age": [30.0, None]}),
        "follows": pd.DataFrame({"follow_id": [1], "member_id": [1], "channel_id": ["a"]}),
        "channels": pd.DataFrame({"channel_id": ["a"]}),
    }
    return Graph.from_data(
        frames,
        name="club",
        infer=False,
        keys={"members": "member_id", "follows": "follow_id", "channels": "channel_id"},
        links=[("follows", "member_id", "members"), ("follows", "channel_id", "channels")],
    )


def test_every_query_yields_its_task_kind_and_notes(store: Graph, club: Graph) -> None:
    graphs = {"store": store, "club": club}

    for graph, task, kind, notes, text in _entries():
        query = parse(text)
        plan = bind(query, graphs[graph], _PARAMS)
        assert (plan.task_type, "temporal" if plan.is_temporal else "static") == (task, kind), text
        assert list(dict.fromkeys((*query.notes, *plan.notes))) == notes, text
        assert plan.describe(), text


def test_the_list_has_every_task() -> None:
    assert {task for _, task, *_ in _entries()} == {str(task) for task in TaskType}
