"""The predictions explorer in JupyterLab: sort, filter, search, open a row; what is left of it without a kernel."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Locator, Page, expect

from kumo_magic.report.view import MIME

pytestmark = [pytest.mark.browser]

_SHOP = """
%load_ext kumo_magic
import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
users = pd.DataFrame({"user_id": np.arange(100), "city": rng.choice(["Rome", "Oslo"], 100)})
orders = pd.DataFrame({"user_id": rng.integers(0, 100, 1500), "amount": rng.lognormal(3, 1, 1500).round(2)})
orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 400, 1500), unit="D")
orders.insert(0, "order_id", np.arange(1500))
"""
_RUN = """
%%predict shop --run run --budget 6s --learners baseline,trees --report none
PREDICT COUNT(orders.*, 0, 30, days) = 0 FOR EACH users.user_id;
"""
_AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
_HOSTILE = "<img src=x onerror=\"document.title='HACKED'\"><script>document.title='HACKED'</script>"
_LONG = "\u202eright to left\u202c 🙂 " + "x" * 10_000


def keys(view: Locator) -> list[str]:
    return [text.strip(" ▸▾\n") for text in view.locator(".kumo-explorer-row > th").all_inner_texts()]


def expect_accessible(page: Page) -> None:
    """axe-core has nothing serious against the view, wide and narrow, light and dark; nothing sticks out of it."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=_AXE)
    for width in (800, 1280):
        page.set_viewport_size({"width": width, "height": 2600})
        found = page.evaluate("() => axe.run('.kumo-view', { runOnly: ['wcag2a', 'wcag2aa'] })")
        serious = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == []
        for view in page.locator(".kumo-view").all():
            assert view.evaluate("(view) => view.scrollWidth <= view.clientWidth")


def test_rows_are_sorted_filtered_searched_and_opened(page: Page, lab, tmp_path: Path) -> None:
    lab.write("explorer.ipynb", _SHOP, "%graph shop users orders", _RUN.strip(), "run.view()")
    lab.open(page, "explorer.ipynb")
    lab.run_all(page)
    view = page.locator(".kumo-explorer")
    status = view.locator(".kumo-explorer-status")
    expect(status).to_have_text("Rows 1 to 25 of 100.")

    heading = view.get_by_role("button", name="user_id")
    heading.press("Enter")
    expect(view.locator("th[aria-sort=descending]")).to_contain_text("user_id")
    assert keys(view)[:3] == ["99", "98", "97"]
    expect(heading).to_be_focused()
    heading.press("Enter")
    expect(view.locator("th[aria-sort=ascending]")).to_contain_text("user_id")
    view.get_by_role("button", name="Further rows").click()
    expect(status).to_have_text("Rows 26 to 50 of 100.")
    assert keys(view)[0] == "25"

    view.get_by_label("Search").fill("oslo")
    expect(status).to_contain_text("that match, 100 in all.")
    view.get_by_role("spinbutton", name="from").fill("50")
    view.get_by_role("spinbutton", name="from").press("Enter")
    expect(view.get_by_role("img", name=re.compile("of them match"))).to_be_visible()
    view.get_by_role("button", name="Show all").click()
    expect(status).to_have_text("Rows 1 to 25 of 100.")
    chart = view.locator(".kumo-explorer-histogram").bounding_box()
    assert chart is not None
    page.mouse.move(chart["x"] + chart["width"] * 0.6, chart["y"] + 30)
    page.mouse.down()
    page.mouse.move(chart["x"] + chart["width"] * 0.9, chart["y"] + 30)
    page.mouse.up()
    expect(view.get_by_role("spinbutton", name="from")).not_to_have_value("")
    view.get_by_role("button", name="Show all").click()
    view.get_by_label("Predicted").select_option(index=1)
    expect(view.get_by_role("button", name="Show all")).to_be_enabled()
    view.get_by_role("button", name="Show all").click()
    expect(status).to_have_text("Rows 1 to 25 of 100.")

    rows = view.locator(".kumo-explorer-row > th > button")
    rows.nth(0).focus()
    rows.nth(0).press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    rows.nth(1).press("Enter")
    expect(rows.nth(1)).to_have_attribute("aria-expanded", "true")
    expect(view.locator(".kumo-why-first")).to_contain_text("the probability is")
    expect_accessible(page)
    page.screenshot(path=tmp_path / "why_light.png")
    view.get_by_role("tab", name="Why").press("ArrowRight")
    expect(view.get_by_role("img", name=re.compile("^Timeline of"))).to_be_visible()
    told = view.locator(".kumo-history-told")
    expect(told).to_contain_text("effect")
    last = told.inner_text()
    view.get_by_role("slider", name="Event").press("Home")
    assert told.inner_text() != last
    view.locator("summary").click()
    lab.set_theme(page, "JupyterLab Dark")
    expect_accessible(page)
    page.screenshot(path=tmp_path / "history_dark.png")
    view.get_by_role("tab", name="Neighbourhood").click()
    expect(view.get_by_role("tabpanel", name="Neighbourhood")).not_to_contain_text("Sampling")

    lab.save(page)
    saved = json.loads((lab.folder / "explorer.ipynb").read_text())
    saved["cells"].append(new_markdown_cell("changed outside, so the signature does not hold"))
    (lab.folder / "reopened.ipynb").write_text(json.dumps(saved))
    for app in ("lab/tree", "notebooks"):
        lab.open(page, "reopened.ipynb", app=app)
        expect(view.locator(".kumo-explorer-row")).to_have_count(25)
        view.get_by_role("button", name="user_id").click()
        expect(status).to_contain_text("does not answer")
        expect(view.locator(".kumo-explorer-row")).to_have_count(25)
        rows.first.click()
        expect(view.locator(".kumo-detail")).to_contain_text("does not answer")


def test_hostile_rows_run_nothing_and_break_no_layout(page: Page, lab) -> None:
    row = {"place": 0, "key": _HOSTILE, "anchor": None, "part": None}
    names = [_HOSTILE, _LONG, "", "None"]
    effects = [
        {"name": name, "effect": effect, "without": 0.1, "rows": 1, "when": _LONG}
        for name, effect in zip(names, [1e300, -1e-300, None, 0.2], strict=True)
    ]
    history = {
        "type": "history",
        "row": row,
        "anchor": 1e12,
        "anchor_words": _HOSTILE,
        "lanes": [
            {
                "name": name,
                "table": name,
                "total": 1,
                "columns": names,
                "events": [{"time": 9e11, "when": name, "name": name, "values": names}],
            }
            for name in names
        ],
        "left_out": 3,
        "labels": [{"start": 8e11, "end": 9e11, "label": _LONG}],
        "window": {"start": 1e12, "end": 1.1e12, "words": _HOSTILE},
    }
    why = {
        "type": "why",
        "row": row,
        "choices": [{"part": name, "name": name, "is_chosen": name == ""} for name in names],
        "words": [_HOSTILE, _LONG],
        "notes": [_HOSTILE],
        "is_probability": True,
        "prediction": None,
        "baseline": 0.5,
        "groups": [{"title": _HOSTILE, "effects": effects}],
        "events": effects,
        "rows": [],
        "flip": {"changes": _HOSTILE, "names": names},
        "channels": [{"says": _LONG, "place": 1, "has_brought": True}],
        "curve": {"hidden": [0, 1], "in_order": [0, None], "random": [0, 1e300], "ratio": None},
        "history": history,
    }
    parts = [{"name": name, "value": None, "is_told": True} for name in names]
    kinds = [
        {"kind": "key", "text": _HOSTILE},
        {"kind": "text", "text": _LONG},
        {"kind": "number", "value": 1e300},
        {"kind": "probability", "value": 1e-300},
        {"kind": "interval", "low": None, "high": -1e300},
        {"kind": "steps", "values": [None, 1e300]},
        {"kind": "parts", "is_probability": False, "parts": parts, "more": 3},
    ]
    predictions = {
        "type": "predictions",
        **{"title": _HOSTILE, "total": 1, "matching": 1, "page": 0, "num_pages": 1, "page_size": 25, "sort": None},
        **{"descending": True, "search": _HOSTILE, "searched": names},
        "filter": {"low": None, "high": 1e300, "predicted": _HOSTILE},
        "columns": [{"title": _HOSTILE, "kind": cell["kind"], "sort": _HOSTILE} for cell in kinds],
        "lines": [{"row": row, "cells": kinds}],
        "classes": [{"name": name, "lines": 1} for name in names],
        "main": {"name": _HOSTILE, "is_probability": False},
        "histogram": {"edges": [0, 1e300], "counts": [1], "matching": [1], "is_open": True, "threshold": 0.5},
    }
    outputs = [
        new_output("display_data", data={MIME: {"version": 1, "of": "gone", "answer": answer}, "text/plain": "plain"})
        for answer in (predictions, why, {"type": "predictions"})
    ]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [new_code_cell("1", outputs=[output]) for output in outputs]
    nbformat.write(new_notebook(cells=cells, metadata=metadata), lab.folder / "hostile_rows.ipynb")

    lab.open(page, "hostile_rows.ipynb")

    views = page.locator(".kumo-view")
    expect(views).to_have_count(3)
    expect(views.nth(0).locator(".kumo-explorer-row")).to_contain_text("onerror")
    expect(views.nth(1).locator(".kumo-why-first")).to_contain_text("onerror")
    expect_accessible(page)
    views.nth(1).get_by_role("tab", name="History").click()
    expect(views.nth(1).locator(".kumo-history-told")).to_contain_text("onerror")
    expect(views.nth(2)).to_contain_text("plain")
    expect_accessible(page)
    assert page.locator(".kumo-view img, .kumo-view script").count() == 0
    assert "HACKED" not in page.title()
