from itertools import combinations, pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.datasets import online_retail
from kumo_magic.graph import Graph
from kumo_magic.layout.schema_boxes import Box, Label
from kumo_magic.layout.schema_cards import shorten, text_width
from kumo_magic.layout.schema_layout import WIDTH, Line, SchemaLayout, lay_out

ROOM = 0.01


def linked(pairs: list[tuple[int, int]], num_tables: int, *, num_columns: int = 2, name: str = "table") -> Graph:
    """Tables of two rows; (child, parent) by number."""
    frames = {}
    for table in range(num_tables):
        foreign = {f"{name}_{parent}_ref": [1, 2] for child, parent in pairs if child == table}
        values = {f"value_{number}": [0.5, 1.5] for number in range(num_columns)}
        frames[f"{name}_{table}"] = pd.DataFrame({"key": [1, 2], **foreign, **values})
    links = [(f"{name}_{child}", f"{name}_{parent}_ref", f"{name}_{parent}") for child, parent in pairs]
    return Graph.from_data(frames, infer=False, keys=dict.fromkeys(frames, "key"), links=links)


def overlap(one: Box | Label, other: Box | Label) -> bool:
    return (
        one.x < other.x + other.width - ROOM
        and other.x < one.x + one.width - ROOM
        and one.y < other.y + other.height - ROOM
        and other.y < one.y + one.height - ROOM
    )


def crosses(line: Line, box: Box) -> bool:
    for (x, y), (to_x, to_y) in pairwise(line.points):
        inside_x = min(x, to_x) < box.x + box.width - ROOM and max(x, to_x) > box.x + ROOM
        inside_y = min(y, to_y) < box.y + box.height - ROOM and max(y, to_y) > box.y + ROOM
        if inside_x and inside_y:
            return True
    return False


def check(layout: SchemaLayout) -> None:
    labels = [label for box in layout.boxes for label in box.labels]
    points = [point for line in layout.lines for point in line.points]

    assert layout.width <= WIDTH + ROOM
    assert not [1 for one, other in combinations(layout.boxes, 2) if overlap(one, other)]
    assert not [1 for one, other in combinations(labels, 2) if overlap(one, other)]
    assert not [line.link for line in layout.lines for box in layout.boxes if crosses(line, box)]
    assert all(box.x >= 0 and box.x + box.width <= layout.width + ROOM for box in layout.boxes)
    assert all(box.y >= 0 and box.y + box.height <= layout.height for box in layout.boxes)
    assert all(0 <= x <= layout.width and 0 <= y <= layout.height for x, y in points)
    for box in layout.boxes:
        assert all(box.x <= label.x and label.x + label.width <= box.x + box.width + ROOM for label in box.labels)
        assert all(box.y <= label.y and label.y + label.height <= box.y + box.height for label in box.labels)


@pytest.fixture(scope="module")
def retail() -> Graph:
    return Graph.from_data(online_retail())


def test_the_packaged_data_is_drawn_without_overlaps(retail: Graph) -> None:
    check(lay_out(retail))


def test_tables_stand_right_of_the_tables_they_point_at(retail: Graph) -> None:
    left = {box.card.name: box.x for box in lay_out(retail).boxes}

    assert left["customers"] < left["invoices"] < left["invoice_lines"]
    assert left["products"] < left["invoice_lines"]


@pytest.mark.parametrize("num_tables", [1, 2, 4, 20])
def test_a_chain_is_drawn_without_overlaps(num_tables: int) -> None:
    check(lay_out(linked([(table, table - 1) for table in range(1, num_tables)], num_tables)))


@pytest.mark.parametrize("num_tables", [2, 4, 20])
@pytest.mark.parametrize("is_hub_a_parent", [True, False])
def test_a_star_is_drawn_without_overlaps(num_tables: int, is_hub_a_parent: bool) -> None:
    pairs = [(table, 0) if is_hub_a_parent else (0, table) for table in range(1, num_tables)]

    check(lay_out(linked(pairs, num_tables)))


def test_twenty_tables_that_all_point_at_all_earlier_ones_are_drawn_without_overlaps() -> None:
    check(lay_out(linked([(child, parent) for child in range(20) for parent in range(child)], 20)))


def test_a_table_that_points_at_itself_has_a_line_around_its_side() -> None:
    layout = lay_out(linked([(0, 0)], 1))

    check(layout)
    assert len({x for x, _ in layout.lines[0].points}) == 2


def test_long_and_wide_names_stay_in_their_boxes() -> None:
    check(
        lay_out(
            linked(
                [(table, 0) for table in range(1, 12)], 12, name="a_very_long_name_of_a_WAREHOUSE_表_with_many_words"
            )
        )
    )


@settings(deadline=None, max_examples=80)
@given(
    num_tables=st.integers(1, 20),
    num_columns=st.integers(0, 14),
    pairs=st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30, unique=True),
)
def test_any_graph_is_drawn_without_overlaps(num_tables: int, num_columns: int, pairs: list[tuple[int, int]]) -> None:
    known = [(child, parent) for child, parent in pairs if max(child, parent) < num_tables]

    layout = lay_out(linked(known, num_tables, num_columns=num_columns))

    check(layout)
    assert len(layout.boxes) == num_tables
    assert {(line.link.table, line.link.parent) for line in layout.lines} == {
        (f"table_{child}", f"table_{parent}") for child, parent in known
    }


@settings(deadline=None, max_examples=60)
@given(
    num_tables=st.integers(2, 12),
    pairs=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=20, unique=True),
)
def test_level_parts_of_lines_to_different_tables_never_lie_upon_each_other(
    num_tables: int, pairs: list[tuple[int, int]]
) -> None:
    known = [(child, parent) for child, parent in pairs if max(child, parent) < num_tables]

    layout = lay_out(linked(known, num_tables))

    for one, other in combinations(layout.lines, 2):
        if one.link.parent == other.link.parent:
            continue
        for (x, y), (to_x, to_y) in pairwise(one.points):
            for (u, v), (to_u, to_v) in pairwise(other.points):
                if y == to_y and v == to_v and abs(y - v) < 2:
                    assert min(x, to_x) >= max(u, to_u) or min(u, to_u) >= max(x, to_x)


def test_a_long_table_shows_its_keys_links_and_times_and_counts_the_rest() -> None:
    box = next(box for box in lay_out(linked([(0, 1), (0, 2)], 3, num_columns=25)).boxes if box.card.name == "table_0")

    assert [placed.row.mark for placed in box.rows][:3] == ["key", "link", "link"]
    assert box.labels[-1].text == "+ 18 more"


def test_the_same_graph_is_drawn_the_same_twice(retail: Graph) -> None:
    assert lay_out(retail) == lay_out(retail)


def test_a_text_is_cut_to_its_room() -> None:
    cut = shorten("warehouse_identifier", 60, 12)

    assert cut.endswith("…")
    assert text_width(cut, 12) <= 60
