"""What a terminal shows of a graph."""

import pandas as pd

from kumo_magic.graph import Graph


def test_notes_stand_below_the_links_with_what_was_guessed_first() -> None:
    rooms = pd.DataFrame({"room_id": [1, 2, 3, 3], "name": list("abcc"), "size": [1, 2, 3, 4]})
    stays = pd.DataFrame({"room": [1, 2], "lasted": pd.to_timedelta([1, 2], unit="h")})

    lines = repr(Graph.from_data({"rooms": rooms, "stays": stays})).splitlines()

    assert [line.split(" ")[3] for line in lines[-2:]] == ["rooms.room_id", "stays.lasted"]


def test_many_notes_are_cut_and_counted() -> None:
    stays = pd.DataFrame({f"part {place}": pd.to_timedelta([1, 2], unit="h") for place in range(15)})

    lines = repr(Graph.from_data({"stays": stays})).splitlines()

    assert sum(line.startswith("  Note: ") for line in lines) == 12
    assert lines[-1] == "  and 3 more: graph.notes"
