import base64
import re
from xml.etree import ElementTree

import pytest

from kumo_magic.report.neighbourhood import neighbourhood_html, neighbourhood_text

HOSTILE = "<script>alert(\"1\")</script> & 'x'"


def answer(name: str = "orders", num_orders: int = 2) -> dict:
    """A user with orders, as the view says it."""
    node = {"hop": 1, "parent": 0, "left_out": 0, "age": "2 days before the anchor", "time": "2024-05-30", "late": {}}
    user = node | {"table": 0, "hop": 0, "parent": -1, "x": 50, "y": 50, "from": 0, "age": None, "time": None}
    orders = [
        node | {"table": 1, "x": place, "y": 5, "from": 3, "key": f"o{place}", "values": [f"o{place}", HOSTILE]}
        for place in range(num_orders)
    ]
    return {
        "type": "neighbourhood",
        "row": {"place": 0, "key": HOSTILE, "anchor": None},
        "key": HOSTILE,
        "entity_key": "user_id",
        "hops": 1,
        "fan_out": 16,
        "is_earlier": False,
        "size": 100,
        "radii": [40],
        "anchor": "2024-06-01",
        "zone": "UTC",
        "moments": ["2024-05-30", "2024-06-01"],
        "tables": [{"name": "users", "columns": ["user_id"]}, {"name": name, "columns": ["order_id", "note"]}],
        "links": [{"table": name, "column": "user_id", "parent": "users"}],
        "nodes": [user | {"key": HOSTILE, "values": [HOSTILE]}, *orders],
        "edges": " ".join(f"{place + 1},0,0" for place in range(num_orders)),
        "notes": ["A note."],
    }


def test_the_picture_has_words_and_a_table() -> None:
    html = neighbourhood_html(answer())

    assert 'alt="What was known of user_id' in html
    assert "users: 1 row, orders: 2 rows" in html
    assert "2 days before the anchor" in html
    assert "<details" in html


def test_names_and_values_cannot_break_out() -> None:
    html = neighbourhood_html(answer(name=HOSTILE))
    image = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)

    assert image is not None
    svg = base64.b64decode(image[1]).decode()
    assert "<script" not in html
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).tag.endswith("svg")


@pytest.mark.parametrize("num_orders", [0, 149])
def test_many_rows_and_none_are_shown(num_orders: int) -> None:
    html = neighbourhood_html(answer(num_orders=num_orders))

    assert len(html) < 80_000
    assert ("110 more rows are not listed" in html) == (num_orders == 149)


def test_the_text_has_a_line_for_each_table() -> None:
    assert neighbourhood_text(answer(num_orders=1)).splitlines()[1:] == ["  users: 1 row", "  orders: 1 row", "A note."]
