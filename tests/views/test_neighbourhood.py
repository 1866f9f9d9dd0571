import json

import numpy as np
import pandas as pd
import pytest

from kumo_magic.errors import DataError, OptionError
from kumo_magic.prediction import Prediction
from kumo_magic.views import neighbourhood, reply
from kumo_magic.views.moments import moments_until
from kumo_magic.views.neighbourhood import MOST_ROWS

NOW = pd.Timestamp("2024-06-01")
DAY_US = 86_400_000_000


def rows_of(answer: dict, table: str) -> list[dict]:
    """The nodes of one table, values by column."""
    place = [each["name"] for each in answer["tables"]].index(table)
    columns = answer["tables"][place]["columns"]
    return [
        node | dict(zip(columns, node["values"], strict=True)) for node in answer["nodes"] if node["table"] == place
    ]


def ask(run: Prediction, key: int = 0, **details: object) -> dict:
    return dict(run.view("neighbourhood", row=key, **details).answer())  # type: ignore[arg-type]


def test_the_row_itself_comes_first_with_its_newest_orders_around_it(run: Prediction) -> None:
    answer = ask(run)  # user 0 orders every second day: on 1 January, 3 January and so on

    assert (answer["nodes"][0]["key"], answer["nodes"][0]["hop"]) == ("0", 0)
    dates = [row["date"] for row in rows_of(answer, "orders")]
    assert dates[0] == "2024-06-01"
    assert dates == sorted(dates, reverse=True)
    assert rows_of(answer, "orders")[0]["age"] == "at the anchor"
    assert answer["anchor"] == "2024-06-01"
    assert json.dumps(answer, allow_nan=False)


def test_what_is_left_out_is_counted(run: Prediction) -> None:
    answer = ask(run, fan_out=8)  # 77 orders up to 1 June, 8 of them drawn

    assert len(rows_of(answer, "orders")) == 8
    assert answer["nodes"][0]["left_out"] == 69
    assert any("69 more rows" in note for note in answer["notes"])


def test_edges_lead_from_child_to_parent(run: Prediction) -> None:
    answer = ask(run)

    for edge in answer["edges"].split():
        child, parent, link = map(int, edge.split(","))
        assert answer["tables"][answer["nodes"][child]["table"]]["name"] == answer["links"][link]["table"]
        assert answer["tables"][answer["nodes"][parent]["table"]]["name"] == answer["links"][link]["parent"]


def test_a_row_is_seen_from_the_first_moment_at_which_it_was_known(run: Prediction) -> None:
    answer = ask(run)

    for order in rows_of(answer, "orders"):
        assert answer["moments"][order["from"]] >= order["date"]
        assert order["from"] == 0 or answer["moments"][order["from"] - 1] < order["date"]


def test_a_row_without_a_time_is_known_from_the_first_row_that_leads_to_it(run: Prediction) -> None:
    answer = ask(run, hops=3)
    first = min(line["from"] for line in rows_of(answer, "lines"))

    assert [item["key"] for item in rows_of(answer, "items")] == ["a"]
    assert rows_of(answer, "items")[0]["from"] == first
    assert first > 0 or answer["moments"][0] >= min(row["date"] for row in rows_of(answer, "orders"))


def test_a_later_time_in_a_row_is_not_told_before_it_was_known(run: Prediction) -> None:
    orders = rows_of(ask(run), "orders")  # paid 20 days after the order

    assert orders[0]["paid_on"] == ""  # on 20 June
    old = next(row for row in orders if row["date"] <= "2024-05-10")
    place = str(ask(run)["tables"][1]["columns"].index("paid_on"))
    assert old["paid_on"] != ""
    assert old["late"][place] >= old["from"]


def test_as_of_an_earlier_day_nothing_later_is_told(run: Prediction) -> None:
    answer = ask(run, at="2024-03-01", hops=3)

    assert answer["is_earlier"]
    assert answer["anchor"] == "2024-03-01"
    assert max(row["date"] for row in rows_of(answer, "orders")) <= "2024-03-01"


def test_a_later_day_than_the_anchor_is_refused(run: Prediction) -> None:
    with pytest.raises(OptionError, match=r"later than the row's anchor, 2024-06-01"):
        ask(run, at="2024-06-02")


@pytest.mark.parametrize("details", [{"hops": 0}, {"hops": 5}, {"fan_out": 0}, {"fan_out": 65}, {"hops": True}])
def test_numbers_out_of_range_are_refused(run: Prediction, details: dict[str, int]) -> None:
    with pytest.raises(OptionError, match="is a whole number from 1 to"):
        ask(run, **details)


def test_a_date_that_is_none_is_refused(run: Prediction) -> None:
    with pytest.raises(OptionError, match="is no date"):
        ask(run, at="the day before")


def test_at_most_so_many_rows_are_drawn(run: Prediction, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(ask(run, hops=4, fan_out=64)["nodes"]) <= MOST_ROWS

    monkeypatch.setattr(neighbourhood, "MOST_ROWS", 20)
    answer = ask(run, hops=4, fan_out=64)
    assert len(answer["nodes"]) <= 20
    assert any("of up to 64 rows" in note for note in answer["notes"])


def test_the_same_question_has_the_same_answer(run: Prediction) -> None:
    assert ask(run, hops=3) == ask(run, hops=3)


def test_a_front_end_asks_by_place_and_key(run: Prediction) -> None:
    view = run.view("neighbourhood", row=run.frame.iloc[5])
    answer = dict(view.answer())

    again = reply(view.name, {"type": "neighbourhood", "row": answer["row"], "at": answer["moments"][3]})

    assert again["anchor"] == answer["moments"][3]
    assert again["row"] == answer["row"]


def test_a_neighbourhood_without_a_row_is_that_of_the_first(run: Prediction) -> None:
    assert run.view("neighbourhood").answer() == run.view("neighbourhood", row=run.frame.iloc[0]).answer()


def test_an_unknown_key_is_told(run: Prediction) -> None:
    with pytest.raises(DataError, match="not in 'users'"):
        ask(run, key=4711)


def test_the_figure_shows_every_row(run: Prediction) -> None:
    view = run.view("neighbourhood", row=0)

    drawn = sum(len(each.get_offsets()) for each in view.plot().axes[0].collections)
    assert drawn == len(dict(view.answer())["nodes"])  # type: ignore[arg-type]


def test_moments_are_whole_days_up_to_the_anchor() -> None:
    anchor = int(NOW.value // 1000) + 3_600_000_000  # one o'clock
    moments, words = moments_until(anchor, [anchor - 400 * DAY_US])

    assert words[-1] == "2024-06-01 01:00"
    assert all(len(word) == len("2024-01-01") for word in words[:-1])
    assert np.all(np.diff(moments) > 0)
    assert moments[-1] == anchor
    assert len(moments) <= 42


def test_events_of_one_instant_have_one_moment() -> None:
    anchor = int(NOW.value // 1000)

    assert moments_until(anchor, [anchor])[1] == ["2024-06-01"]
    assert moments_until(anchor, [])[1] == ["2024-06-01"]


def test_a_column_that_is_asked_for_is_not_shown() -> None:
    import kumo_magic as km
    from kumo_magic.graph import Graph
    from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings

    users = pd.DataFrame({"user_id": range(60), "age": [20.0, 30.0, 40.0] * 20, "tier": ["a", "b"] * 30})
    graph = Graph.from_data({"users": users}, name="people")
    schedule = Schedule(trees=TreeSchedule(settings=TreeSettings(), num_rounds=3))
    run = km.predict("PREDICT users.age FOR EACH users.user_id", graph, schedule=schedule)

    answer = ask(run, key=3)

    assert answer["tables"] == [{"name": "users", "columns": ["user_id", "tier"]}]
