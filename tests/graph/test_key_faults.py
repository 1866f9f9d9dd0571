"""Rows in a key's way: named with their value, and taken out by the line that is proposed."""

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import DataError, GraphError, UnknownNameError
from kumo_magic.finding import Severity
from kumo_magic.graph import Graph
from kumo_magic.plan.binder import bind
from kumo_magic.query import parse

NUM = 40


def members(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"member_id": np.arange(NUM), "age": 30, **columns})


def loans() -> pd.DataFrame:
    days = pd.date_range("2024-01-01", periods=120)
    return pd.DataFrame({"loan_id": range(120), "member_id": np.arange(120) % NUM, "date": days})


def with_rows(frame: pd.DataFrame, *rows: int, **changed: object) -> pd.DataFrame:
    return pd.concat([frame, frame.iloc[list(rows)].assign(**changed)], ignore_index=True)


FAULTY = {
    "a row twice": (with_rows(members(), 7), "7 is there twice (rows 7 and 40, which are alike in every column)"),
    "two versions": (with_rows(members(), 7, age=31), "7 is there twice (rows 7 and 40, which differ in age)"),
    "two values": (with_rows(members(), 7, 8), "and so is 1 other value"),
    "thrice": (with_rows(members(), 7, 7), "7 is there 3 times (rows 7, 40 and 1 more"),
    "missing": (members().assign(member_id=lambda f: f.member_id.where(f.index != 5)), "it is missing in row 5"),
    "lists": (with_rows(members(tags=[["a"]] * NUM), 7), "which are alike in every column"),
}


@pytest.mark.parametrize("case", FAULTY)
def test_a_table_without_its_key_says_which_rows_are_in_the_way(case: str) -> None:
    frame, words = FAULTY[case]

    graph = Graph.from_data({"members": frame, "loans": loans()})

    assert graph["members"].primary_key is None
    (finding,) = graph.findings
    assert (finding.about, finding.severity) == ("members.member_id", Severity.GUESS)
    assert words in finding.says
    assert str(finding) in graph.notes


@pytest.mark.parametrize("case", FAULTY)
def test_the_proposed_line_gives_the_table_its_key_and_the_link(case: str) -> None:
    graph = Graph.from_data({"members": FAULTY[case][0], "loans": loans()})
    names = {"members": FAULTY[case][0].copy()}

    exec(graph.findings[0].next_step.split(": ", 1)[1].rstrip("."), names)

    mended = Graph.from_data({"members": names["members"], "loans": loans()})
    assert mended["members"].primary_key == "member_id"
    assert [str(link) for link in mended.links] == ["loans.member_id → members"]
    assert mended.findings == ()


@pytest.mark.parametrize("case", FAULTY)
def test_the_query_that_needs_the_key_says_the_same(case: str) -> None:
    frame, words = FAULTY[case]
    graph = Graph.from_data({"members": frame, "loans": loans()})

    with pytest.raises(UnknownNameError) as raised:
        bind(parse("PREDICT COUNT(loans.*, 0, 30, days) FOR EACH members.member_id"), graph)

    assert "members.member_id is no primary key" in raised.value.problem
    assert words in raised.value.problem
    assert "members = members" in raised.value.hint


def test_a_blank_key_is_named_though_it_is_the_only_one() -> None:
    frame = members(member_id=[f"m{row}" for row in range(NUM)])
    frame.loc[3, "member_id"] = " "

    graph = Graph.from_data({"members": frame})

    assert graph["members"].primary_key == "member_id"
    (finding,) = graph.findings
    names = {"members": frame}
    exec(finding.next_step.split(": ", 1)[1].rstrip("."), names)
    assert "it is blank in row 3" in finding.says
    assert len(names["members"]) == NUM - 1


def test_a_declared_key_with_repeated_values_is_refused_with_the_line_that_keeps_one_of_each() -> None:
    frame = with_rows(members(), 7, 8)

    with pytest.raises(DataError, match="2 of its values are there more than once") as raised:
        Graph.from_data({"members": frame}, keys={"members": "member_id"}, sources={"members": "people"})

    names = {"people": frame}
    exec(str(raised.value).splitlines()[-1].split(": ", 1)[1].rstrip("."), names)
    assert raised.value.example == "7 in rows 7 and 40"
    assert names["people"]["member_id"].is_unique


def test_a_link_to_a_table_that_lacks_its_key_for_one_row_says_which() -> None:
    with pytest.raises(GraphError, match="7 is there twice") as raised:
        Graph.from_data(
            {"members": with_rows(members(), 7), "loans": loans()}, links=[("loans", "member_id", "members")]
        )

    assert raised.value.hint == "Keep the first row of each: members = members.drop_duplicates('member_id')."


def test_a_column_that_repeats_by_nature_is_no_broken_key() -> None:
    lines = pd.DataFrame({"receipt_id": np.repeat(np.arange(30), 4), "price": 1.5})

    assert Graph.from_data({"lines": lines}).findings == ()


def test_what_the_user_says_is_no_guess_any_more() -> None:
    graph = Graph.from_data({"members": with_rows(members(code=range(NUM)), 7, code=99)})

    graph["members"].primary_key = "code"

    assert graph.findings == ()


def test_a_key_that_only_repeats_is_answered_by_the_table_it_points_at() -> None:
    graph = Graph.from_data({"members": members(), "loans": loans().drop(columns="loan_id")})

    with pytest.raises(UnknownNameError, match=r"Write FOR EACH members.member_id"):
        bind(parse("PREDICT COUNT(loans.*, 0, 30, days) FOR EACH loans.member_id"), graph)
