"""The scores view in a real JupyterLab: every control, by keyboard too, live and reopened without trust."""

import copy
import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Locator, Page, expect

from kumo_magic.report.view import MIME

pytestmark = [pytest.mark.browser]

_SHOP = """%load_ext kumo_magic
import numpy as np
import pandas as pd
import kumo_magic as km
from kumo_magic.learners.schedule import RankerSchedule, Schedule, TreeSchedule, TreeSettings

rng = np.random.default_rng(0)
users = pd.DataFrame({"user_id": np.arange(300), "tier": rng.choice(["gold", "silver"], 300)})
pace = rng.gamma(2.0, 12.0, 300)
orders = pd.DataFrame({"user_id": rng.choice(300, 6000, p=(1 / pace) / (1 / pace).sum())})
orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.uniform(0, 400, 6000), unit="D").round("min")
orders["amount"] = rng.lognormal(3, 1, 6000).round(2)
orders["status"] = rng.choice(["paid", "open", "sent"], 6000)
orders["item_id"] = rng.integers(20, size=6000)
shop = km.Graph.from_data({"users": users, "items": pd.DataFrame({"item_id": range(20)}), "orders": orders})
trees = Schedule(trees=TreeSchedule(settings=TreeSettings(), num_rounds=10))
ranker = Schedule(ranker=RankerSchedule(num_rounds=10, most_rows=400))"""
_WINDOW = "0, 30, days) FOR EACH users.user_id"
_RUNS = (
    'churn = km.predict("PREDICT COUNT(orders.*, 0, 30, days) = 0 FOR EACH users.user_id", shop, schedule=trees)\n'
    'churn.view("scores")',
    f'km.predict("PREDICT SUM(orders.amount, {_WINDOW}", shop, schedule=trees).view("scores")',
    f'km.predict("PREDICT LAST(orders.status, {_WINDOW}", shop, schedule=trees).view("scores")',
    'items = "PREDICT LIST_DISTINCT(orders.item_id, 0, 30) RANK TOP 5 FOR EACH users.user_id"\n'
    'km.predict(items, shop, schedule=ranker).view("scores")',
)
_AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
_HOSTILE = "<img src=x onerror=\"document.title='HACKED'\"><script>document.title='HACKED'</script>"
_LONG = f"{_HOSTILE} \u202eright to left\u202c 🙂 " + "x" * 10_000


def test_every_picture_answers_live_and_reopened_without_trust(page: Page, lab, tmp_path: Path) -> None:
    lab.write("scores.ipynb", _SHOP, *_RUNS)
    lab.open(page, "scores.ipynb")
    lab.run_all(page)
    expect(page.locator(".kumo-view")).to_have_count(4)
    expect_all(page, tmp_path / "live")

    lab.save(page)
    saved = json.loads((lab.folder / "scores.ipynb").read_text())
    assert all(len(json.dumps(each)) < 400_000 for each in saved["cells"])
    saved["cells"].append(new_markdown_cell("changed outside, so the signature does not hold"))
    (lab.folder / "untrusted.ipynb").write_text(json.dumps(saved))
    lab.open(page, "untrusted.ipynb")
    assert not page.evaluate(
        "() => [...window.jupyterapp.shell.currentWidget.content.widgets].every((cell) => cell.model.trusted)"
    )
    lab.set_theme(page, "JupyterLab Dark")
    expect_all(page, tmp_path / "untrusted")


def expect_all(page: Page, shots: Path) -> None:
    """Each view's tabs, rows and controls; nothing sticks out, and axe-core has nothing against any of it."""
    views = page.locator(".kumo-view")
    expect(views).to_have_count(4)
    page.add_script_tag(path=_AXE)
    for place in range(4):
        view = views.nth(place)
        expect_sorting(view)
        tabs = view.get_by_role("tab")
        tabs.first.focus()
        for tab in range(tabs.count()):
            expect(tabs.nth(tab)).to_have_attribute("aria-selected", "true")
            expect(view.get_by_role("tabpanel")).to_have_attribute("aria-labelledby", tabs.nth(tab).get_attribute("id"))
            for summary in view.locator("summary").all():
                summary.click()
            expect_accessible(page, view)
            view.screenshot(path=shots.parent / f"{shots.name}_{place}_{tab}.png")
            tabs.nth(tab).press("ArrowRight")
        expect(tabs.first).to_have_attribute("aria-selected", "true")
        expect(tabs.first).to_be_focused()
    expect_truths(views.nth(0))
    expect_numbers(views.nth(1))
    expect_classes(views.nth(2))
    expect_lists(views.nth(3))


def expect_accessible(page: Page, view: Locator) -> None:
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": 2600})
        found = view.evaluate("(view) => axe.run(view, { runOnly: ['wcag2a', 'wcag2aa'] })")
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        assert view.evaluate("(view) => view.scrollWidth <= view.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 2600})


def expect_sorting(view: Locator) -> None:
    heading = view.locator(".kumo-magic-scores thead button").nth(2)
    heading.click()
    expect(view.locator(".kumo-magic-scores th[aria-sort]")).to_have_count(1)
    expect(heading).to_be_focused()
    assert view.locator(".kumo-magic-scores td").first.evaluate("(cell) => getComputedStyle(cell).textAlign") == "left"


def expect_truths(view: Locator) -> None:
    """ROC with ticks, an anchor's and a segment's rows, the three ways to choose a threshold."""
    lines = view.locator(".kumo-chart polyline.kumo-series")
    expect(lines).to_have_count(2)
    view.get_by_role("checkbox", name="last value").check()
    expect(lines).to_have_count(3)
    view.get_by_role("checkbox", name="last value").uncheck()
    rows = view.locator("select")
    everyone = view.locator(".kumo-note").first.inner_text()
    gold = view.locator("option", has_text="gold").get_attribute("value")
    rows.select_option(gold)
    expect(view.locator(".kumo-note").first).not_to_have_text(everyone)
    expect(rows).to_be_focused()
    rows.select_option("0")
    view.get_by_role("tab", name="Confusion").click()
    words = view.locator(".kumo-words")
    expect(words).to_contain_text("The threshold of this run")
    slider = view.locator("input[type=range]")
    slider.focus()
    slider.press("Home")
    expect(words).to_contain_text("(recall): 100%")
    slider.press("End")
    expect(words).to_contain_text("Nobody is predicted true")
    view.get_by_label("how many rows to treat").check()
    view.get_by_role("spinbutton").fill("30")
    expect(words).to_contain_text("predicted true. Of them right (precision)")
    view.get_by_label("what mistakes cost").check()
    view.get_by_label("A miss costs").fill("0")
    expect(words).to_contain_text("Nobody is predicted true")
    view.get_by_label("A miss costs").fill("1000")
    expect(words).to_contain_text("less than treating nobody")
    expect(words).to_contain_text("--threshold cost:1000:1")
    view.get_by_label("A false alarm costs").fill("-1")
    expect(view.get_by_label("A false alarm costs")).to_have_attribute("aria-invalid", "true")


def expect_numbers(view: Locator) -> None:
    view.get_by_role("tab", name="Predicted and actual").click()
    expect(view.locator("path.kumo-dot-1").nth(20)).to_be_visible()
    before = view.locator(".kumo-chart circle").first.get_attribute("cx")
    view.get_by_label("logarithmic axes").check()
    expect(view.locator(".kumo-chart circle").first).not_to_have_attribute("cx", before or "")
    view.get_by_role("tab", name="Coverage").click()
    expect(view.locator("table", has_text="mean width")).to_contain_text("silver")


def expect_classes(view: Locator) -> None:
    view.get_by_role("tab", name="Confusion").click()
    expect(view.locator(".kumo-matrix")).to_have_count(2)
    view.get_by_label("as shares of the class that happened").check()
    expect(view.locator(".kumo-cell").first).to_contain_text("%")


def expect_lists(view: Locator) -> None:
    view.get_by_role("tab", name="At k").click()
    view.locator("label", has_text="Metric").locator("select").select_option("recall")
    assert (view.locator(".kumo-chart").get_attribute("aria-label") or "").startswith("recall at k")
    view.get_by_role("tab", name="Repeats and new items").click()
    expect(view.get_by_role("tabpanel")).to_contain_text("of the true items are repeats")


def test_hostile_names_run_nothing_and_stay_inside(page: Page, lab) -> None:
    bins = {"learner": _LONG, "rows": [1, 1], "predicted": [0.1, 0.9], "observed": [0.0, 1.0], "error": 0.1}
    matrix = {"learner": _LONG, "counts": [[1, 0], [1e9, 3]]}
    drawn = {"task": "classes", "classes": [_LONG, ""], "matrices": [matrix] * 2, "bins": [bins]}
    group = {
        **{"kind": "all", "column": "", "name": "all rows", "num_rows": 2, "score": 1e-300, "low": None, "high": None},
        **{"baseline": 1e300, "facts": [{"name": _LONG, "value": None}], "drawn": drawn},
    }
    answer = {
        **{"type": "scores", "task": "classes", "title": _LONG, "metric": _LONG, "model": _LONG, "baseline": _HOSTILE},
        "metrics": [{"name": _HOSTILE, "higher_is_better": True}],
        "learners": [{"learner": _LONG, "kind": _LONG, "values": [None], "shown": [_HOSTILE], "is_best": [True]}],
        **{"split": _HOSTILE, "regime": _HOSTILE, "threshold": None, "num_anchors": 2, "parts": None},
        "groups": [
            group,
            {**group, "kind": "anchor", "name": _HOSTILE},
            {**group, "kind": "segment", "column": _LONG, "name": _LONG},
        ],
    }
    broken = {"type": "scores", "task": "truths", "groups": "none"}
    outputs = [
        new_output(
            "display_data", data={MIME: {"version": 1, "of": "x", "answer": copy.deepcopy(each)}, "text/plain": "twin"}
        )
        for each in (answer, broken)
    ]
    cells = [new_code_cell("1", outputs=[output]) for output in outputs]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), lab.folder / "hostile_scores.ipynb")

    lab.open(page, "hostile_scores.ipynb")

    views = page.locator(".kumo-view")
    expect(views).to_have_count(2)
    view = views.first
    for tab in view.get_by_role("tab").all():
        tab.click()
        expect(view.get_by_role("tabpanel")).to_contain_text("onerror")
        for width in (1280, 800):
            page.set_viewport_size({"width": width, "height": 2600})
            assert view.evaluate("(view) => view.scrollWidth <= view.clientWidth")
    expect(views.last).to_contain_text("twin")
    assert page.locator(".kumo-view img, .kumo-view script").count() == 0
    assert "HACKED" not in page.title()
