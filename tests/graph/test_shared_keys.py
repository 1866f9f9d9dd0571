"""Tables that only share a name or values: linked where that is certain, proposed where it is likely, else left."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.finding import Severity
from kumo_magic.graph import Graph

RANDOM = np.random.default_rng(5)
PORTS = [f"{a}{b}{c}" for a in "ABCDE" for b in "FGHIJ" for c in "KLMNO"]
OWNERS = [f"line {place}" for place in range(12)]


def ferries() -> dict[str, pd.DataFrame]:
    trips = pd.DataFrame(
        {
            "day": pd.date_range("2024-01-01", periods=900),
            "company": RANDOM.choice(OWNERS, 900),
            "hull": RANDOM.choice([f"H{place:04}" for place in range(60)], 900),
            "start": RANDOM.choice(PORTS[:4], 900),
            "goal": RANDOM.choice([*PORTS[:60], "XXX", "YYY"], 900),
        }
    )
    return {
        "trips": trips,
        "companies": pd.DataFrame({"company": OWNERS, "founded_in": range(1950, 1962)}),
        "ships": pd.DataFrame({"hull": [f"H{place:04}" for place in range(8, 90)], "seats": 120}),
        "ports": pd.DataFrame({"abbreviation": PORTS, "height": RANDOM.normal(size=len(PORTS))}),
    }


def links_of(graph: Graph) -> list[str]:
    return [str(link) for link in graph.links]


def test_a_column_that_one_table_has_once_and_another_repeats_is_its_key() -> None:
    graph = Graph.from_data(ferries())

    keys = {name: table.primary_key for name, table in graph.tables.items()}
    assert keys == {"trips": None, "companies": "company", "ships": "hull", "ports": "abbreviation"}
    assert links_of(graph) == ["trips.company → companies", "trips.hull → ships"]
    assert "are there" in graph["ships"].reasons["primary key"]


def test_a_low_share_of_a_guessed_link_is_told_with_examples() -> None:
    (finding,) = [one for one in Graph.from_data(ferries()).findings if one.about == "trips.hull"]

    assert finding.severity is Severity.GUESS
    assert "for example 'H000" in finding.says
    assert "--unlink trips.hull" in finding.next_step


def test_columns_whose_values_are_keys_elsewhere_are_proposed_with_the_option_that_links_them() -> None:
    graph = Graph.from_data(ferries())
    proposed = {one.about: one.next_step for one in graph.findings if "--link" in one.next_step}

    assert proposed == {
        "trips.start": "If it does: --link trips.start=ports.",
        "trips.goal": "If it does: --link trips.goal=ports.",
    }
    linked = Graph.from_data(ferries(), links=[("trips", "goal", "ports"), ("trips", "start", "ports")])
    assert not any("--link" in one.next_step for one in linked.findings)


def test_what_the_user_unlinked_is_not_proposed_again() -> None:
    graph = Graph.from_data(ferries(), unlinks=[("trips", "goal"), ("trips", "hull"), ("trips", "start")])

    assert graph.findings == ()


def test_whole_numbers_that_lie_in_a_range_by_chance_are_no_shared_key() -> None:
    frames = {
        "seasons": pd.DataFrame({"year": range(1990, 2020), "rule": "x"}),
        "games": pd.DataFrame({"year": RANDOM.integers(1990, 2020, 300), "points": RANDOM.integers(0, 9, 300)}),
    }

    graph = Graph.from_data(frames)

    assert graph["seasons"].primary_key is None
    assert (graph.links, graph.findings) == ((), ())


def test_the_line_number_of_an_order_points_at_nothing() -> None:
    sizes = RANDOM.integers(1, 6, 200)
    items = pd.DataFrame(
        {
            "item_key": range(int(sizes.sum())),
            "order_id": np.repeat(np.arange(200), sizes),
            "order_item_id": np.concatenate([np.arange(1, size + 1) for size in sizes]),
        }
    )
    catalogue = pd.DataFrame({"item_id": range(1, 40), "price": 2.5})

    for tables in ({"items": items}, {"order_items": items, "items": catalogue}):
        for keys in ({}, {"items": "item_key"} if "order_items" not in tables else {}):
            assert links_of(Graph.from_data(tables, keys=keys)) == []


@pytest.mark.parametrize("column", ["ReportsTo", "reports_to", "ManagerId", "managed_by"])
def test_rows_that_report_to_rows_of_their_table_are_linked(column: str) -> None:
    employees = pd.DataFrame({"EmployeeId": range(1, 9), column: pd.array([None, 1, 2, 2, 2, 1, 6, 6], dtype="Int64")})

    assert links_of(Graph.from_data({"employees": employees})) == [f"employees.{column} → employees"]


def test_the_role_of_an_employee_points_at_the_employees() -> None:
    employees = pd.DataFrame({"EmployeeId": range(1, 9)})
    customers = pd.DataFrame({"CustomerId": range(1, 60), "SupportRepId": RANDOM.integers(3, 6, 59)})

    graph = Graph.from_data({"employees": employees, "customers": customers})

    assert links_of(graph) == ["customers.SupportRepId → employees"]


def test_a_key_written_otherwise_is_told_with_the_line_that_mends_it() -> None:
    visits = pd.DataFrame({"guest_id": [f"{number:05}" for number in RANDOM.integers(0, 50, 300)]})
    frames = {"guests": pd.DataFrame({"guest_id": range(50)}), "visits": visits}

    graph = Graph.from_data(frames)
    (finding,) = graph.findings
    names = {"visits": visits.copy()}
    exec(finding.next_step.split(": ", 1)[1].rstrip("."), names)

    assert graph.links == ()
    assert "'00" in finding.says
    assert links_of(Graph.from_data({**frames, "visits": names["visits"]})) == ["visits.guest_id → guests"]


def test_customers_who_order_about_equally_often_are_no_line_numbers() -> None:
    who = np.resize(np.arange(1, 60), 412)
    bills = pd.DataFrame({"id": range(412), "customer": who, "total": 5.0})
    customers = pd.DataFrame({"id": np.arange(1, 60), "city": "Lima"})

    graph = Graph.from_data({"bills": bills, "customers": customers})

    assert links_of(graph) == ["bills.customer → customers"]


def test_numbers_that_may_count_lines_or_name_rows_are_told() -> None:
    lines = pd.DataFrame({"bill": np.repeat(np.arange(50), 4), "product": np.tile([1, 2, 3, 4], 50), "price": 2.0})
    products = pd.DataFrame({"id": [1, 2, 3, 4], "weight": [5, 6, 7, 8]})

    graph = Graph.from_data({"lines": lines, "products": products})

    assert links_of(graph) == []
    assert [one.next_step for one in graph.findings if one.about == "lines.product"] == [
        "If it does: --link lines.product=products."
    ]


def test_a_role_of_staff_is_proposed() -> None:
    customers = pd.DataFrame({"id": range(1, 31), "support_rep": np.resize([3, 4, 5], 30)})
    staff = pd.DataFrame({"id": range(1, 9), "hired": pd.date_range("2020-01-01", periods=8)})

    graph = Graph.from_data({"customers": customers, "employees": staff})

    assert [one.next_step for one in graph.findings if one.about == "customers.support_rep"] == [
        "If it does: --link customers.support_rep=employees."
    ]
