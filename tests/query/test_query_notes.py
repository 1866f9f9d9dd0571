"""Notes on what Kumo's grammar refuses: one line for each kind, and none for what it takes."""

import pytest

from kumo_magic.query import parse


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("PREDICT a.x NOT IN (1, 2) FOR EACH a.id", "NOT IN"),
        ("PREDICT a.x BETWEEN 1 AND 2 FOR EACH a.id", "BETWEEN"),
        ("PREDICT EXISTS(a.*, 0, 1) FOR EACH a.id", "EXISTS"),
        ("PREDICT EXISTS(a.*, 0, 1) = true FOR EACH a.id", "EXISTS"),
        ("PREDICT COUNT(a.* VIA a.b, 0, 1) FOR EACH a.id", "VIA"),
        ("PREDICT a.x FOR a.id IN (1)", "one element"),
        ("PREDICT a.x FOR a.id IN :ids", "Parameters"),
        ("PREDICT a.x FOR a.id IN (1, :one)", "Parameters"),
        ("PREDICT SUM(a.x, 0, 1, day) FOR EACH a.id", "singular unit day"),
        ("PREDICT SUM(a.x, 0, 1, years) FOR EACH a.id", "unit years"),
        ("PREDICT SUM(a.x, 0, 1, quarters) FOR EACH a.id", "3 months"),
        ("PREDICT a.x FOR EACH a.id -- comment", "Comments"),
        ("PREDICT a.x = 'it''s' FOR EACH a.id", "doubled quote"),
        ("Predict a.x FOR EACH a.id", "mixed case"),
        ("PREDICT a.x FOR  EACH a.id", "one blank"),
        ("PREDICT a.x IS\nNOT NULL FOR EACH a.id", "one blank"),
        ("PREDICT a.x LIKE 'a%b' FOR EACH a.id", "pattern of LIKE"),
        ("PREDICT a.x LIKE 'a_b' FOR EACH a.id", "pattern of LIKE"),
        ("PREDICT a.x NOT LIKE 'a%' FOR EACH a.id", "pattern of NOT LIKE"),
        ("PREDICT a.x IS IN (1, 2) FOR EACH a.id", "old spelling"),
        ("PREDICT a.x FOR EACH a.(b, c)", "key of several columns"),
    ],
)
def test_what_kumo_refuses_has_one_note(text: str, cause: str) -> None:
    (note,) = parse(text).notes

    assert cause in note
    assert note.endswith(".")
    assert "\n" not in note


@pytest.mark.parametrize(
    "text",
    [
        "predict sum(a.x where a.y in ('b', 'c'), -inf, 30, days) > 2for each a.id # comment",
        "PREDICT a.x IS NOT NULL AND NOT a.y STARTS WITH 'b' OR a.z NOT CONTAINS 'c' FOR EACH a.id",
        "PREDICT a.x FOR EACH `a b`.id WHERE a.b = True;",
        "PREDICT a.x LIKE '%b%' AND a.x LIKE 'b%' AND a.x LIKE '%b' AND a.x NOT LIKE '%b%' FOR EACH a.id",
        "PREDICT a.x = 'it\\'s -- no comment' AND a.`Day` = \"''\" FOR EACH a.id",
        "PREDICT SUM(a.x, 0, 3, months) FORECAST 2 TIMEFRAMES FOR a.id = 2024-01-31 ASSUMING COUNT(Day.Year, 0, 1) > 1",
    ],
)
def test_what_kumo_takes_has_no_note(text: str) -> None:
    assert parse(text).notes == ()


def test_a_note_is_given_once_however_often_its_cause_occurs() -> None:
    query = parse("PREDICT a.x NOT IN (1, 2) OR a.x NOT IN (3, 4) FOR EACH a.id WHERE NOT (a.y BETWEEN 1 AND 2)")

    assert [note.split(" is ")[0] for note in query.notes] == ["NOT IN", "BETWEEN a AND b"]


def test_notes_reach_into_conditions_inside_aggregations() -> None:
    query = parse("PREDICT COUNT(a.* WHERE NOT (a.x = :least AND a.y = 1), 0, 1) > 0 FOR EACH a.id")

    assert len(query.notes) == 1
