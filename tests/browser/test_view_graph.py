"""Graphs and neighbourhoods in JupyterLab: what mouse and keyboard do, hostile data, and the view after reopening."""

import json
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser]

_AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
_SHOP = """
%load_ext kumo_magic
import numpy as np
import pandas as pd
import kumo_magic as km

rng = np.random.default_rng(0)
users = pd.DataFrame({"user_id": np.arange(60), "tier": ["gold", "silver", "gold"] * 20})
items = pd.DataFrame({"item_id": [f"i{n}" for n in range(9)], "price": rng.gamma(2, 10, 9).round(2)})
orders = pd.DataFrame({"order_id": np.arange(900), "user_id": rng.integers(0, 60, 900)})
orders["item_id"] = rng.choice(items["item_id"], 900)
orders["amount"] = rng.gamma(2, 10, 900).round(2)
orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, 900), unit="D")
"""
_HOSTILE = """
bad = "<img src=x onerror=document.title='BAD'><script>document.title='BAD'</script>"
long = "x" * 10_000
values = [bad, long, "\u202eright to left", "🙂", "", None]
odd = km.Graph.from_data({
    bad: pd.DataFrame({"id": range(6), long: values, "value": [np.inf, 1e308, -1e308, 5e-324, np.nan, 0.0]}),
    "child": pd.DataFrame({"key": range(6), bad: range(6), "words": values}),
}, name=bad, links=[("child", bad, bad)])
odd
"""
_RUN = """
from kumo_magic.learners.schedule import Schedule, TreeSchedule, TreeSettings
run = km.predict("PREDICT COUNT(orders.*, 0, 20) FOR EACH users.user_id", km.graphs()["shop"],
                 schedule=Schedule(trees=TreeSchedule(settings=TreeSettings(), num_rounds=3)))
"""


def reopen_untrusted(page: Page, lab, name: str) -> None:
    """The saved notebook as somebody else's, its kernel fresh."""
    lab.save(page)
    saved = json.loads((lab.folder / f"{name}.ipynb").read_text())
    saved["cells"].append(new_markdown_cell("changed outside, so the signature does not hold"))
    (lab.folder / f"{name}_untrusted.ipynb").write_text(json.dumps(saved))
    lab.open(page, f"{name}_untrusted.ipynb")


def saved_view_sizes(lab, name: str) -> list[int]:
    """Bytes of each output in the notebook's file, indented as it is there."""
    saved = json.loads((lab.folder / f"{name}.ipynb").read_text())
    return [len(json.dumps(output, indent=1)) for cell in saved["cells"] for output in cell.get("outputs", [])]


def expect_good_view(page: Page, lab, folder: Path, name: str) -> None:
    """axe-core has nothing against the views, light and dark, wide and narrow, and nothing sticks out of them."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=_AXE)
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        lab.set_theme(page, theme)
        for width in (1280, 800):
            page.set_viewport_size({"width": width, "height": 2600})
            found = page.evaluate("() => axe.run('.kumo-view', { runOnly: ['wcag2a', 'wcag2aa'] })")
            assert [(each["id"], each["nodes"][0]["html"][:300]) for each in found["violations"]] == []
            for view in page.locator(".kumo-view").all():
                assert view.evaluate("(view) => view.scrollWidth <= view.clientWidth")
            page.screenshot(path=folder / f"{name}_{theme[11:]}_{width}.png")
    lab.set_theme(page, "JupyterLab Light")
    page.set_viewport_size({"width": 1280, "height": 2600})


def place_of(box: Locator) -> str | None:
    return box.get_attribute("transform")


def test_what_was_guessed_stands_below_the_drawing(page: Page, lab) -> None:
    guessed = "users['final_visit'] = users['user_id'].map(orders.groupby('user_id')['date'].max())"
    lab.write("guessed.ipynb", f"{_SHOP}\n{guessed}", "%graph shop users items orders")
    lab.open(page, "guessed.ipynb")
    lab.run_all(page)

    expect(page.locator(".kumo-schema-view > .kumo-view-notes")).to_contain_text("--keep users.final_visit")


def test_a_graph_can_be_moved_zoomed_and_asked(page: Page, lab, tmp_path: Path) -> None:
    lab.write("graph.ipynb", _SHOP, "%graph shop users items orders")
    lab.open(page, "graph.ipynb")
    lab.run_all(page)
    view = page.locator(".kumo-schema-view")
    box = view.locator(".kumo-schema-box[aria-label^='orders']")
    expect(box).to_have_attribute("aria-label", "orders, 900 rows")

    at_first = place_of(box)
    box.drag_to(view.locator(".kumo-schema-box[aria-label^='users']"), force=True)
    assert place_of(box) != at_first
    expect(box).to_have_attribute("aria-pressed", "false")
    box.press("ArrowRight")
    box.press("ArrowDown")
    view.get_by_role("button", name="Reset").click()
    assert place_of(box) == at_first

    drawing = view.locator("svg.kumo-schema")
    width = drawing.bounding_box()["width"]
    view.get_by_role("button", name="Zoom in").click()
    assert drawing.bounding_box()["width"] > width
    view.get_by_role("button", name="Zoom out").click()
    drawing.hover(position={"x": 5, "y": 5})
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(200)
    assert drawing.bounding_box()["width"] == pytest.approx(width)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function("(width) => document.querySelector('svg.kumo-schema').clientWidth > width", arg=width + 1)
    view.get_by_role("button", name="Reset").click()

    box.focus()
    box.press("Enter")
    panel = view.get_by_role("region", name="Table orders")
    expect(box).to_have_attribute("aria-pressed", "true")
    expect(panel).to_contain_text("from 2024-01-01 to 2024-10-25")
    expect(panel).to_contain_text("100% of orders find their users")
    expect(panel.get_by_role("img", name="Histogram")).to_have_count(2)
    view.locator("summary").click()
    expect(view).to_contain_text("orders.user_id")
    expect_good_view(page, lab, tmp_path, "graph")
    panel.get_by_role("button", name="Close").press("Enter")
    expect(panel).to_have_count(0)
    expect(box).to_be_focused()

    reopen_untrusted(page, lab, "graph")
    assert max(saved_view_sizes(lab, "graph")) < 150_000
    box.click(force=True)
    expect(panel).to_contain_text("100% of orders find their users")
    expect(panel.get_by_role("img", name="Histogram")).to_have_count(2)


def test_hostile_names_and_values_stay_text(page: Page, lab, tmp_path: Path) -> None:
    lab.write("odd.ipynb", _SHOP, _HOSTILE)
    lab.open(page, "odd.ipynb")
    lab.run_all(page)
    boxes = page.locator(".kumo-schema-box")
    expect(boxes).to_have_count(2)
    for place in range(2):
        boxes.nth(place).click(force=True)
        expect(page.locator(".kumo-schema-panel")).to_be_visible()
        expect_good_view(page, lab, tmp_path, f"odd_{place}")
    assert page.locator(".kumo-view img").count() == 0
    assert "BAD" not in page.title()


def test_a_neighbourhood_is_walked_through_and_taken_back_in_time(page: Page, lab, tmp_path: Path) -> None:
    cells = (_SHOP, "%graph shop users items orders", _RUN, "run.view('graph')", "run.view('neighbourhood', row=3)")
    lab.write("rows.ipynb", *cells)
    lab.open(page, "rows.ipynb")
    lab.run_all(page)
    view = page.locator(".kumo-neighbourhood")
    slider = view.get_by_role("slider", name="As of which day")
    expect(slider).to_be_visible()
    expect(page.locator(".kumo-schema-role")).to_have_text(["entity", "target"])

    nodes = view.locator(".kumo-neighbourhood-node")
    known = view.locator(".kumo-neighbourhood-node:not(.kumo-neighbourhood-unknown)")
    everything = nodes.count()
    seed = view.locator(".kumo-neighbourhood-node[tabindex='0']")
    seed.focus()
    seed.press("ArrowUp")
    side = view.locator(".kumo-neighbourhood-side")
    expect(side).to_contain_text("before the anchor")
    first = side.inner_text()
    page.keyboard.press("ArrowRight")
    assert side.inner_text() != first
    page.keyboard.press("ArrowDown")
    expect(side).to_contain_text("The row that is asked about.")

    for _ in range(15):
        slider.press("ArrowLeft")
    expect(view.locator(".kumo-neighbourhood-moment")).to_contain_text(f"of {everything} rows known")
    assert known.count() < everything
    view.locator("summary").click()
    expect(view.locator("tbody tr")).to_have_count(known.count())
    slider.press("ArrowLeft")
    expect(view.locator("tbody tr")).to_have_count(known.count())
    expect_good_view(page, lab, tmp_path, "rows")

    day = view.locator(".kumo-neighbourhood-moment b").inner_text()
    view.get_by_role("button", name="Sample as of this day").click()
    expect(view.locator("h3")).to_contain_text(f"on {day}")
    view.get_by_role("button", name="Back to the anchor").click()
    expect(nodes).to_have_count(everything)

    reopen_untrusted(page, lab, "rows")
    assert max(saved_view_sizes(lab, "rows")) < 150_000
    slider.press("ArrowLeft")
    slider.press("ArrowLeft")
    assert known.count() < everything
    view.get_by_role("button", name="Sample as of this day").click()
    expect(view.locator(".kumo-view-problem")).to_contain_text("kernel")
