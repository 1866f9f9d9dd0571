"""A cell up to the cursor → proposals: which cells are ours, the line's options, and IPython's own completer."""

import sys
from types import ModuleType, SimpleNamespace

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter

from kumo_magic import session
from kumo_magic.graph import registry
from kumo_magic.magic.completion import proposals_for

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def words(shell):
    """The words proposed at the end of a text; None outside of our cells."""

    def propose(before: str) -> list[str] | None:
        found = proposals_for(before, registry.graphs(), shell.user_ns)
        return None if found is None else list(found.texts)

    return propose


@pytest.fixture
def completer(shell):
    """What IPython proposes at the end of a text, or at a | in it, sorted."""

    def complete(marked: str) -> list[str]:
        before, _, after = marked.partition("|")
        with provisionalcompleter():
            return sorted(found.text for found in shell.Completer.completions(before + after, len(before)))

    return complete


@pytest.mark.parametrize(
    "before", ["x = 1\nord", "%time\nord", "%predict shop PREDICT x\nord", "%%predictions\nPRE", ""]
)
def test_other_cells_are_left_alone(words, before: str) -> None:
    assert words(before) is None


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("%%predict sh", ["shop", "shop_graph"]),
        ("%%predict shop --bu", ["--budget"]),
        ("%%predict shop --REP", ["--report"]),
        ("%%predict shop --report s", ["short"]),
        ("%%predict shop --report=n", ["none"]),
        ("%%predict shop --device ", ["auto", "cpu", "cuda"]),
        ("%%predict shop --as ", []),
        ("%%predict shop --seed 3 --se", []),
        ("%%predict shop --labels --pl", []),
        ("%%predict shop ", ["PREDICT"]),
        ("%predict shop pre", ["predict"]),
        ("%%predict --seed 3 sh", ["shop", "shop_graph"]),
        ("%%predict shop --h", ["--help"]),
        ("%graph other --un", ["--unlink"]),
        ("%graph other use", ["users"]),
        ("%graph other users use", []),
        ("%graph other u=users --key u=", ["u=user_id", "u=tier"]),
        ("%graph other users orders --time orders.d", ["orders.date"]),
        ("%graph other users orders --link orders.us", ["orders.user_id="]),
        ("%graph other users orders --link orders.user_id=", ["orders.user_id=users", "orders.user_id=orders"]),
        ("%graph other users --stype users.tier=te", ["users.tier=text"]),
        ("%%graph other\n    use", ["users"]),
    ],
)
def test_the_line_completes_graphs_options_and_values(words, before: str, expected: list[str]) -> None:
    assert words(before) == expected


def test_like_completes_runs_and_variables_that_hold_one(words, shell, monkeypatch: pytest.MonkeyPatch) -> None:
    rooms = ModuleType("kumo_magic.prediction")
    vars(rooms)["Prediction"] = SimpleNamespace
    monkeypatch.setitem(sys.modules, rooms.__name__, rooms)
    monkeypatch.setattr(session, "_runs", {3: None, 4: None})
    shell.user_ns["churn"] = SimpleNamespace()

    assert words("%%predict shop --like ") == ["4", "3", "churn"]
    assert words("%%predict shop --like ch") == ["churn"]
    assert words("%runs 3 ") == ["4"]


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("%%predict shop\nPREDICT COUNT(ord", ["orders."]),
        ("%%predict shop_graph\nPREDICT COUNT(orders.da", ["orders.date"]),
        ("%%predict --seed 1\nPREDICT COUNT(orders.da", ["orders.date"]),
        ("%predict shop PREDICT COUNT(orders.us", ["orders.user_id"]),
        ("x = 1\nfound = %predict shop --plan PREDICT COUNT(orders.us", ["orders.user_id"]),
        ("%%predict shop PREDICT COUNT(orders.*, 0, 30)\nFOR EACH us", ["users.user_id"]),
        ("%%predict shop\n# soon\nPREDICT COUNT(orders.*, 0, 30, da", ["days"]),
        ("%%predict shop\nPREDICT da", []),
        ("%%predict shop\nPREDICT users.tier = 'si", ["'silver'"]),
        ("%%predict nowhere\nPREDICT COUNT(ord", ["orders."]),
    ],
)
def test_the_query_is_completed_below_and_behind_the_line(words, before: str, expected: list[str]) -> None:
    assert words(before) == expected


def test_ipython_gets_the_proposals_of_cells_and_lines(completer, shell) -> None:
    shell.user_ns["favourite"] = "gold"

    assert completer("%%predict shop\nPREDICT COUNT(orders.da") == ["orders.date"]
    assert completer("%predict shop PREDICT COUNT(orders.da") == ["orders.date"]
    assert completer("%%predict shop\nPREDICT COUNT(orders.|, 0, 30)\nFOR EACH users.user_id") == [
        "orders.*",
        "orders.date",
        "orders.order_id",
        "orders.user_id",
    ]
    assert completer("%%predict shop\nPREDICT users.tier = :") == [":favourite"]


def test_a_quote_that_the_front_end_has_closed_is_not_closed_twice(completer) -> None:
    assert completer("%%predict shop\nPREDICT users.tier = 'g|'") == ["'gold"]


def test_a_notebook_without_graphs_completes_what_needs_none() -> None:
    registry.clear()
    found = proposals_for("%%predict\nPREDICT COUNT(", {}, {"frame": pd.DataFrame()})

    assert found is not None
    assert found.texts == ()
    assert proposals_for("%%predict\nPREDICT COU", {}).texts == ("COUNT", "COUNT_DISTINCT")
