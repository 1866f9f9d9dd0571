"""What a user sees in JupyterLab: progress, Stop, the record, and the record after reopening without trust."""

import json
import re
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser]

_SHOP = """
import numpy as np
import pandas as pd

rng = np.random.default_rng(0)
users = pd.DataFrame({"user_id": np.arange(400), "tier": rng.choice(["gold", "silver"], 400)})
pace = rng.gamma(2.0, 12.0, 400)
orders = pd.DataFrame({"user_id": rng.choice(400, 9000, p=(1 / pace) / (1 / pace).sum())})
orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.uniform(0, 400, 9000), unit="D").round("min")
orders["amount"] = rng.lognormal(3, 1, 9000).round(2)
orders.insert(0, "order_id", np.arange(9000))
"""
_QUERY = "PREDICT COUNT(orders.*, 0, 30, days) = 0\nFOR EACH users.user_id"


def setup(*cells: str) -> tuple[str, ...]:
    return (f"%load_ext kumo_magic\n{_SHOP}", "%graph shop users orders", *cells)


@pytest.mark.small
def test_a_cell_shows_progress_and_keeps_a_record_that_needs_no_trust(page: Page, lab, tmp_path: Path) -> None:
    lab.write("run.ipynb", *setup(f"%%predict shop --as leaving --budget 12s\n{_QUERY}"))
    lab.open(page, "run.ipynb")
    lab.run_all(page)
    live = page.locator(".kumo-live")

    expect(live).to_be_visible()
    expect(live.locator(".kumo-live-time")).to_contain_text("of 12 s")
    expect(live.locator("polyline").first).to_be_attached()
    page.screenshot(path=tmp_path / "live_light.png")

    record = page.locator(".jp-OutputArea-output", has_text="Learning curve")
    expect(record).to_be_visible()
    expect(live).to_have_count(0)
    expect(page.locator(".jp-OutputArea-output table.dataframe th", has_text="probability")).to_be_visible()
    page.screenshot(path=tmp_path / "record_light.png")
    for summary in record.locator("summary").all():
        summary.click()
    page.screenshot(path=tmp_path / "record_light_open.png")

    lab.save(page)
    saved = json.loads((lab.folder / "run.ipynb").read_text())
    assert "widgets" not in saved["metadata"]
    assert "widget-view" not in json.dumps(saved["cells"][-1])
    saved["cells"].append(new_markdown_cell("changed outside, so the signature does not hold"))
    (lab.folder / "untrusted.ipynb").write_text(json.dumps(saved))
    lab.open(page, "untrusted.ipynb")
    assert not page.evaluate(
        "() => [...window.jupyterapp.shell.currentWidget.content.widgets].every((cell) => cell.model.trusted)"
    )
    record = page.locator(".jp-OutputArea-output", has_text="Learning curve")
    expect(record).to_contain_text("test rows")
    expect(record.locator("td b").first).to_be_visible()
    for summary in record.locator("summary").all():
        summary.click()
    chart = record.locator("img[alt^='Learning curve']")
    expect(chart).to_be_visible()
    assert chart.evaluate("(image) => image.complete && image.naturalWidth > 0")
    page.screenshot(path=tmp_path / "untrusted.png")


def test_stop_ends_training_and_keeps_what_is_best_so_far(page: Page, lab, tmp_path: Path) -> None:
    lab.write("stop.ipynb", *setup(f"%%predict shop --as leaving --budget 5min\n{_QUERY}", "len(leaving)"))
    lab.open(page, "stop.ipynb")
    lab.set_theme(page, "JupyterLab Dark")
    lab.run_all(page)
    live = page.locator(".kumo-live")
    expect(live.locator("circle")).to_be_attached()
    page.screenshot(path=tmp_path / "live_dark.png")

    live.get_by_role("button", name=re.compile("Stop")).click()

    record = page.locator(".jp-OutputArea-output", has_text="Learning curve")
    expect(record).to_be_visible(timeout=20_000)
    expect(record).to_contain_text("stopped by you")
    expect(page.locator(".jp-OutputArea-output", has_text=re.compile("^400$"))).to_be_visible()
    page.screenshot(path=tmp_path / "stopped.png")


def test_the_notebooks_own_interrupt_keeps_what_is_best_so_far(page: Page, lab) -> None:
    lab.write("interrupt.ipynb", *setup(f"%%predict shop --as leaving --budget 5min\n{_QUERY}"))
    lab.open(page, "interrupt.ipynb")
    lab.run_all(page)
    expect(page.locator(".kumo-live circle")).to_be_attached()

    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:interrupt-kernel'); }")

    record = page.locator(".jp-OutputArea-output", has_text="Learning curve")
    expect(record).to_contain_text("stopped by you")
    expect(page.locator(".jp-OutputArea-output table.dataframe")).to_be_visible()


def test_a_mistake_in_the_query_shows_a_caret_and_no_traceback(page: Page, lab) -> None:
    query = "PREDICT COUNT(ordes.*, 0, 30, days) = 0 FOR EACH users.user_id"
    lab.write("mistake.ipynb", *setup(f"%%predict shop\n{query}"))
    lab.open(page, "mistake.ipynb")
    lab.run_all(page)

    error = page.locator(".jp-OutputArea-output", has_text="Did you mean")
    expect(error).to_contain_text("^^^^")
    expect(error).not_to_contain_text("Traceback")
    expect(page.locator(".kumo-live")).to_have_count(0)
