from itertools import combinations
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.layout.rings import MARGIN, RADIUS, lay_out_rings


def test_the_root_stands_in_the_middle_and_its_children_on_a_ring_around_it() -> None:
    rings = lay_out_rings([-1, 0, 0, 0, 0])

    assert rings.places[0] == (RADIUS + MARGIN, RADIUS + MARGIN)
    assert [hypot(x - rings.places[0][0], y - rings.places[0][1]) for x, y in rings.places[1:]] == pytest.approx(
        [RADIUS] * 4
    )


def test_a_row_by_itself_has_no_rings() -> None:
    rings = lay_out_rings([-1])

    assert rings.radii == ()
    assert len(rings.places) == 1


def test_a_grandchild_stands_behind_its_parent() -> None:
    rings = lay_out_rings([-1, 0, 1])
    (x, y), (child_x, child_y), (grandchild_x, grandchild_y) = rings.places

    assert child_x == pytest.approx(x)
    assert grandchild_x == pytest.approx(x)
    assert abs(grandchild_y - y) == pytest.approx(2 * abs(child_y - y))


@settings(deadline=None, max_examples=60)
@given(choices=st.lists(st.integers(0, 10_000), max_size=149))
def test_of_any_tree_no_two_rows_lie_upon_each_other_and_none_outside(choices: list[int]) -> None:
    parents = [-1, *(choice % (place + 1) for place, choice in enumerate(choices))]

    rings = lay_out_rings(parents)

    assert all(0 < x < rings.size and 0 < y < rings.size for x, y in rings.places)
    assert all(hypot(x - u, y - v) > 0.5 for (x, y), (u, v) in combinations(rings.places, 2))
    assert lay_out_rings(parents) == rings
