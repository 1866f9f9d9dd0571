"""Tables whose key repeats because each row is a version: a row per thing and its versions, or a clear refusal."""

import pandas as pd
import pytest

from kumo_magic.errors import DataError, GraphError
from kumo_magic.graph import Graph
from kumo_magic.graph.stype import Stype


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(f"2024-{text}")


def contracts(*rows: tuple[str | None, str | None, str | None, str]) -> pd.DataFrame:
    """Versions (client, since, until, tariff) of clients."""
    frame = pd.DataFrame(rows, columns=["client", "since", "until", "tariff"])
    return frame.assign(**{name: pd.to_datetime("2024-" + frame[name].astype("str")) for name in ("since", "until")})


USUAL = contracts(
    ("b", "02-01", "04-01", "small"), ("a", "01-01", "03-01", "small"), ("a", "03-01", None, "large"),
    ("b", "04-01", "06-01", "large"),
)  # fmt: skip
CALLS = pd.DataFrame({"client": ["a", "b", "a"], "called": pd.to_datetime(["2024-02-01", "2024-03-01", "2024-05-01"])})


def graph_of(frame: pd.DataFrame, **more: object) -> Graph:
    said = {"keys": {"clients": "client"}, "times": {"clients": "since"}, "end_times": {"clients": "until"}}
    return Graph.from_data({"clients": frame, "calls": CALLS}, **(said | more))


def test_a_thing_has_one_row_and_its_versions_link_to_it() -> None:
    graph = graph_of(USUAL)

    assert graph["clients"].frame.to_dict("list") == {
        "client": ["b", "a"],
        "since": [day("02-01"), day("01-01")],
        "until": [day("06-01"), pd.NaT],
    }
    assert [str(link) for link in graph.links] == ["clients_history.client → clients", "calls.client → clients"]
    assert graph["clients_history"].frame.equals(USUAL.astype(graph["clients_history"].frame.dtypes))
    assert graph["clients_history"].time_column == "since"
    assert graph["clients_history"].primary_key is None
    assert any("clients has several rows per client" in note for note in graph.notes)


def test_the_end_of_a_version_is_no_input() -> None:
    assert graph_of(USUAL)["clients_history"]["until"].stype is Stype.IGNORED


def test_a_table_whose_key_does_not_repeat_stays_whole() -> None:
    graph = graph_of(USUAL.drop_duplicates("client"))

    assert list(graph.tables) == ["clients", "calls"]
    assert list(graph["clients"].columns) == ["client", "since", "until", "tariff"]


def test_an_open_version_and_one_of_the_day_before_last_until_the_next_one() -> None:
    graph = graph_of(contracts(("a", "01-01", None, "x"), ("a", "03-01", "04-30", "y"), ("a", "05-01", None, "z")))

    assert graph["clients_history"].frame["until"].tolist() == [day("03-01"), day("05-01"), pd.NaT]
    assert any("1 rows of clients have no until" in note for note in graph.notes)
    assert any("1 rows of clients end the day before" in note for note in graph.notes)


def test_a_row_that_ends_when_it_begins_was_never_valid() -> None:
    graph = graph_of(contracts(("a", "01-01", "01-01", "x"), ("a", "01-01", None, "y"), ("b", "01-01", None, "z")))

    assert graph["clients_history"].frame["tariff"].tolist() == ["y", "z"]


@pytest.mark.parametrize(
    ("rows", "example"),
    [
        (
            [("a", "01-01", "04-01", "x"), ("b", "01-01", None, "x"), ("a", "03-01", None, "y")],
            "'a' from 2024-01-01 00:00:00 until 2024-04-01 00:00:00 in row 0 and from 2024-03-01 00:00:00 in row 2",
        ),
        (
            [("a", "01-01", None, "x"), ("a", "01-01", None, "y")],
            "'a' from 2024-01-01 00:00:00 until 2024-01-01 00:00:00 in row 0 and from 2024-01-01 00:00:00 in row 1",
        ),
        ([("a", "01-01", None, "x"), ("a", None, None, "y")], "row 1"),
        ([("a", "01-01", None, "x"), (None, "01-01", None, "y"), ("a", "02-01", None, "y")], "row 1"),
        (
            [("a", "05-01", "04-01", "x"), ("a", "06-01", None, "y")],
            "'a' from 2024-05-01 00:00:00 until 2024-04-01 00:00:00 in row 0",
        ),
    ],
)
def test_versions_that_say_two_things_or_nothing_are_refused(rows: list, example: str) -> None:
    with pytest.raises(DataError) as caught:
        graph_of(contracts(*rows))

    assert caught.value.example == example


def test_a_repeated_key_without_times_is_refused_with_the_options_that_say_more() -> None:
    with pytest.raises(DataError, match="more than once") as caught:
        Graph.from_data({"clients": USUAL}, keys={"clients": "client"})

    assert "--key clients=client --time clients.since --end clients.until" in caught.value.hint


def test_links_and_types_of_what_changes_are_those_of_the_versions() -> None:
    tariffs = pd.DataFrame({"tariff": ["small", "large"], "price": [1.0, 2.0]})
    said = {"keys": {"clients": "client", "tariffs": "tariff"}, "stypes": {("clients", "note"): "text"}}
    graph = Graph.from_data(
        {"clients": USUAL.assign(note="abc"), "calls": CALLS, "tariffs": tariffs},
        **said,
        times={"clients": "since"},
        end_times={"clients": "until"},
        links=[("clients", "tariff", "tariffs")],
    )

    assert "clients_history.tariff → tariffs" in map(str, graph.links)
    assert graph["clients_history"]["note"].stype is Stype.TEXT


def test_new_versions_end_the_open_ones_and_bring_new_things() -> None:
    graph = graph_of(USUAL)
    graph.update({"clients": contracts(("a", "07-01", None, "small"), ("c", "07-01", None, "large"))})

    assert graph["clients"].frame["client"].tolist() == ["b", "a", "c"]
    assert graph["clients_history"].frame["until"].iloc[2] == day("07-01")
    with pytest.raises(DataError, match="valid at the same time"):
        graph.update({"clients": contracts(("a", "07-01", None, "large"))})
    with pytest.raises(GraphError, match="holds the versions of 'clients'"):
        graph.update({"clients_history": USUAL})
    assert len(graph["clients_history"].frame) == 6


def test_a_replaced_table_is_taken_apart_again() -> None:
    graph = graph_of(USUAL)
    graph.update({"clients": USUAL.iloc[[0]]}, mode="replace")

    assert graph["clients"].frame["client"].tolist() == ["b"]
    assert graph["clients_history"].frame["tariff"].tolist() == ["small"]


def test_rows_that_look_like_versions_are_told_with_the_options_that_say_so() -> None:
    clients = USUAL.assign(born=day("01-01") - pd.DateOffset(years=30))[["client", "born", "since", "until", "tariff"]]
    clients = clients.rename(columns={"client": "client_id"})
    graph = Graph.from_data({"clients": clients, "calls": CALLS.rename(columns={"client": "client_id"})})

    (finding,) = (one for one in graph.findings if one.about == "clients.client_id")
    with pytest.raises(DataError) as error:
        Graph.from_data({"clients": clients}, keys={"clients": "client_id"})

    said = "--key clients=client_id --time clients.since --end clients.until"
    assert said in finding.next_step
    assert said in error.value.hint


def test_lines_of_one_order_do_not_look_like_versions() -> None:
    days = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-02-01", "2024-02-01"])
    lines = pd.DataFrame({"order_id": [1, 1, 2, 2], "ordered": days, "shipped": days + pd.Timedelta(days=2)})

    with pytest.raises(DataError) as error:
        Graph.from_data({"orders": lines}, keys={"orders": "order_id"})

    assert "--time orders" not in error.value.hint
