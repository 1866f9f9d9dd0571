import base64
import re
from xml.etree import ElementTree

import pandas as pd
import pytest

from kumo_magic.graph import Graph
from kumo_magic.report.schema_shapes import FIXED
from kumo_magic.report.schema_svg import schema_html, schema_svg, schema_text

HOSTILE = "<script>alert(\"1\")</script> & 'x'"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def shop(shop_frames: dict[str, pd.DataFrame]) -> Graph:
    return Graph.from_data(shop_frames, name="shop")


@pytest.fixture
def hostile() -> Graph:
    child = pd.DataFrame({"id": [1, 2], HOSTILE: [1, 2]})
    return Graph.from_data(
        {HOSTILE: pd.DataFrame({"id": [1, 2]}), "child": child}, name=HOSTILE, links=[("child", HOSTILE, HOSTILE)]
    )


def image_of(html: str) -> str:
    found = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert found is not None
    return base64.b64decode(found[1]).decode()


def test_the_svg_is_xml_with_a_title_and_a_description(shop: Graph) -> None:
    root = ElementTree.fromstring(schema_svg(shop))

    assert root.findtext(f"{SVG}title") == "The tables of shop"
    assert "orders.user_id points at users" in (root.findtext(f"{SVG}desc") or "")


def test_the_svg_shows_every_table_with_its_number_of_rows(shop: Graph) -> None:
    texts = [element.text for element in ElementTree.fromstring(schema_svg(shop)).iter(f"{SVG}text")]

    assert {"users", "items", "orders", "3 rows", "2 rows", "6 rows"} <= set(texts)


def test_the_svg_in_the_page_takes_its_colours_from_the_theme(shop: Graph) -> None:
    svg = schema_svg(shop)

    assert "var(--jp-layout-color1" in svg
    assert "currentColor" in svg


def test_the_svg_of_an_image_has_its_own_paper_and_no_colours_of_a_theme(shop: Graph) -> None:
    svg = schema_svg(shop, palette=FIXED)

    assert f'fill="{FIXED.paper}"' in svg
    assert "--jp-layout" not in svg


def test_names_cannot_break_out_of_the_svg(hostile: Graph) -> None:
    svg = schema_svg(hostile)

    assert "<script" not in svg
    assert any(HOSTILE in (element.text or "") for element in ElementTree.fromstring(svg).iter(f"{SVG}title"))


def test_names_cannot_break_out_of_the_html(hostile: Graph) -> None:
    html = schema_html(hostile)

    assert "<script" not in html
    assert "<script" not in image_of(html)


def test_the_html_needs_no_style_sheet_no_script_and_no_inline_svg(shop: Graph) -> None:
    html = schema_html(shop)

    assert not re.search(r"<(style|script|svg|link)\b", html)
    assert ElementTree.fromstring(image_of(html)).tag == f"{SVG}svg"


def test_the_html_says_in_words_what_the_image_shows(shop: Graph) -> None:
    html = schema_html(shop)

    assert 'alt="Tables: users (3 rows), items (2 rows), orders (6 rows). Links:' in html
    assert "<details" in html
    assert "orders.user_id" in html


def test_the_text_has_one_line_per_table_and_link(shop: Graph) -> None:
    lines = schema_text(shop).splitlines()

    assert "  orders: 6 rows, key order_id, time date" in lines
    assert "  orders.item_id → items" in lines


def test_a_graph_without_links_is_drawn() -> None:
    graph = Graph.from_data({"users": pd.DataFrame({"id": [1, 2]})})

    assert "No links." in schema_svg(graph)
    assert schema_html(graph)
