"""Which tables every anchor sees whole, and how that is said before training and beside the scores."""

import numpy as np
import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.finding import Severity
from kumo_magic.labelling import build_label_table
from kumo_magic.labelling.label_warnings import label_warnings
from kumo_magic.labelling.tables_without_time import seen_whole, tables_without_time
from kumo_magic.question import bind
from kumo_magic.report.record import record

STAYS = "PREDICT COUNT(loans.*, 0, 30) > 0 FOR EACH readers.reader_id WHERE EXISTS(loans.*, -INF, 0)"
Tables = dict[str, pd.DataFrame]


@pytest.fixture
def library() -> Tables:
    """Eighty readers who borrow books of a genre for a year."""
    random = np.random.default_rng(2)
    loans = pd.DataFrame(
        {
            "reader_id": random.integers(1, 81, 1500),
            "book_id": random.integers(1, 41, 1500),
            "date": pd.Timestamp("2022-01-01") + pd.to_timedelta(np.sort(random.integers(0, 365, 1500)), unit="D"),
        }
    )
    return {
        "readers": pd.DataFrame({"reader_id": np.arange(1, 81), "age": random.integers(8, 80, 80)}),
        "genres": pd.DataFrame({"genre_id": [1, 2, 3], "name": ["crime", "poems", "maps"]}),
        "books": pd.DataFrame({"book_id": np.arange(1, 41), "genre_id": random.integers(1, 4, 40)}),
        "loans": loans,
    }


def whole_in(tables: Tables) -> tuple[str, ...]:
    return seen_whole(bind(STAYS, km.Graph.from_data(tables)))


def test_events_of_the_entity_without_a_time_are_seen_whole(library: Tables) -> None:
    visits = library["loans"][["reader_id"]].assign(minutes=5)

    assert whole_in(library | {"visits": visits}) == ("visits",)


def test_the_column_that_may_be_its_time_is_named(library: Tables) -> None:
    visits = library["loans"][["reader_id"]].assign(
        door="north", at=library["loans"]["date"].dt.strftime("%d %B at %H:%M")
    )
    stamped = library["loans"][["reader_id"]].assign(loaded_at=pd.Timestamp("2023-01-05"))

    steps = {
        one.about: one.next_step
        for one in tables_without_time(bind(STAYS, km.Graph.from_data(library | {"visits": visits, "scans": stamped})))
    }

    assert "--time scans.loaded_at" in steps["scans"]
    assert "No column of it holds dates" in steps["visits"]


def test_a_persons_day_of_creation_is_no_time_of_their_visits(library: Tables) -> None:
    first = library["loans"].groupby("reader_id")["date"].min().reindex(library["readers"]["reader_id"]).to_numpy()
    readers = library["readers"].assign(created_at=first)
    visits = library["loans"][["reader_id"]].assign(minutes=5)
    plan = bind(STAYS, km.Graph.from_data(library | {"readers": readers, "visits": visits}))

    (finding,) = [one for one in tables_without_time(plan) if one.about == "visits"]

    assert seen_whole(plan) == ("visits",)
    assert finding.severity is Severity.LEAK
    assert "count as known from readers.created_at on, the future's too" in finding.says


@pytest.mark.parametrize("entity", ["readers.reader_id", "books.book_id"])
def test_lines_of_what_happened_have_its_time(library: Tables, entity: str) -> None:
    first = library["loans"].groupby("reader_id")["date"].min().reindex(library["readers"]["reader_id"]).to_numpy()
    loans = library["loans"].assign(loan_id=range(1500))
    returns = pd.DataFrame({"loan_id": range(1500), "back": loans["date"] + pd.Timedelta(days=21)})
    stamps = pd.DataFrame({"loan_id": [*range(1500), *range(500)], "desk": 1})
    tables = library | {"readers": library["readers"].assign(created_at=first), "loans": loans}
    graph = km.Graph.from_data(tables | {"returns": returns, "stamps": stamps})

    plan = bind(f"PREDICT COUNT(loans.*, 0, 30) > 0 FOR EACH {entity}", graph)

    assert seen_whole(plan) == ()
    assert [one.severity for one in tables_without_time(plan) if one.about == "stamps"] == [Severity.REMARK]


def test_what_a_category_has_is_no_event(library: Tables) -> None:
    assert whole_in(library) == ()


def test_a_table_with_one_row_for_each_entity_describes_it(library: Tables) -> None:
    cards = pd.DataFrame({"reader_id": np.arange(1, 81), "colour": ["red", "blue"] * 40})

    assert whole_in(library | {"cards": cards}) == ()


def test_a_table_that_no_link_leads_to_is_not_read(library: Tables) -> None:
    shelves = pd.DataFrame({"shelf_id": [1, 2], "room": ["a", "b"]})
    moves = pd.DataFrame({"shelf_id": [1, 1, 2, 2, 2], "to": list("abcab")})

    assert whole_in(library | {"shelves": shelves, "moves": moves}) == ()


def test_tables_that_the_question_does_not_reach_are_told_with_the_link_that_would(library: Tables) -> None:
    marks = pd.DataFrame({"reader": [f"{number:04}" for number in range(1, 81)] * 2, "points": 3})
    shelves = pd.DataFrame({"shelf_id": [1, 2], "room": ["a", "b"]})
    moves = pd.DataFrame({"shelf_id": [1, 1, 2, 2, 2], "to": list("abcab")})
    plan = bind(STAYS, km.Graph.from_data(library | {"marks": marks, "shelves": shelves, "moves": moves}))

    told = {one.about: one for one in label_warnings(plan, build_label_table(plan)) if "nothing of it" in one.says}

    assert set(told) == {"marks", "shelves", "moves"}
    assert "marks['reader'] = marks['reader']" in told["marks"].next_step
    assert "--link moves.COLUMN=TABLE" in told["moves"].next_step


def test_the_run_says_first_what_every_anchor_saw_whole_and_that_its_rows_saw_it(library: Tables) -> None:
    visits = library["loans"][["reader_id"]].assign(minutes=5)
    told: list[object] = []

    run = km.predict(
        STAYS,
        km.Graph.from_data(library | {"visits": visits}),
        budget="10s",
        preset="fast",
        learners=["linear"],
        notify=told.append,
    )

    assert (run.warnings[0].about, run.warnings[0].severity) == ("visits", Severity.LEAK)
    assert "--time visits." in run.warnings[0].next_step
    kinds = [type(event).__name__ for event in told]
    assert kinds.index("Warned") < kinds.index("BaselineScored")
    made = record(run)
    assert made.text.splitlines()[0].startswith("May leak: 'visits' points at readers and has no time column")
    assert made.html.index("possible leak") < made.html.index("True for ")
    assert "and all of visits, later rows too: they have no time" in made.text


def test_rows_of_tables_with_times_saw_nothing_later_than_their_anchor(library: Tables) -> None:
    run = km.predict(STAYS, km.Graph.from_data(library), budget="10s", preset="fast", learners=["linear"])

    assert "each row saw what was known at its own anchor. " in record(run).text


def test_a_date_that_is_always_the_same_is_named_where_a_time_is_missing(library: Tables) -> None:
    loans = library["loans"].assign(date=pd.Timestamp("2023-05-05"))

    with pytest.raises(km.QueryError, match="date is always 2023-05-05") as caught:
        bind(STAYS, km.Graph.from_data(library | {"loans": loans}))

    assert "graph['loans'].time_column = 'date'" in caught.value.hint
