"""What a user sees in JupyterLab: progress, Stop, the record, and the record after reopening without trust."""

import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
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


def write_notebook(folder: Path, name: str, *cells: str) -> None:
    setup = [f"%load_ext kumo_magic\n{_SHOP}", "%graph shop users orders"]
    notebook = new_notebook(
        cells=[new_code_cell(cell) for cell in (*setup, *cells)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, folder / name)


def open_notebook(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible()
    # The command needs a kernel; starting to run does not wait for the cells to end.
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel")


def run_all(page: Page) -> None:
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")


def save(page: Page) -> None:
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")


def set_theme(page: Page, theme: str) -> None:
    page.evaluate(f"() => window.jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})")
    page.wait_for_function(f"() => document.body.dataset.jpThemeName === '{theme}'")


@pytest.mark.small
def test_a_cell_shows_progress_and_keeps_a_record_that_needs_no_trust(page: Page, lab, tmp_path: Path) -> None:
    write_notebook(lab.folder, "run.ipynb", f"%%predict shop --as leaving --budget 12s\n{_QUERY}")
    open_notebook(page, lab.url("run.ipynb"))
    run_all(page)
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

    save(page)
    saved = json.loads((lab.folder / "run.ipynb").read_text())
    assert "widgets" not in saved["metadata"]
    assert "widget-view" not in json.dumps(saved["cells"][-1])
    saved["cells"].append(new_markdown_cell("changed outside, so the signature does not hold"))
    (lab.folder / "untrusted.ipynb").write_text(json.dumps(saved))
    open_notebook(page, lab.url("untrusted.ipynb"))
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
    write_notebook(lab.folder, "stop.ipynb", f"%%predict shop --as leaving --budget 5min\n{_QUERY}", "len(leaving)")
    open_notebook(page, lab.url("stop.ipynb"))
    set_theme(page, "JupyterLab Dark")
    run_all(page)
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
    write_notebook(lab.folder, "interrupt.ipynb", f"%%predict shop --as leaving --budget 5min\n{_QUERY}")
    open_notebook(page, lab.url("interrupt.ipynb"))
    run_all(page)
    expect(page.locator(".kumo-live circle")).to_be_attached()

    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:interrupt-kernel'); }")

    record = page.locator(".jp-OutputArea-output", has_text="Learning curve")
    expect(record).to_contain_text("stopped by you")
    expect(page.locator(".jp-OutputArea-output table.dataframe")).to_be_visible()


def test_a_mistake_in_the_query_shows_a_caret_and_no_traceback(page: Page, lab) -> None:
    write_notebook(
        lab.folder, "mistake.ipynb", "%%predict shop\nPREDICT COUNT(ordes.*, 0, 30, days) = 0 FOR EACH users.user_id"
    )
    open_notebook(page, lab.url("mistake.ipynb"))
    run_all(page)

    error = page.locator(".jp-OutputArea-output", has_text="Did you mean")
    expect(error).to_contain_text("^^^^")
    expect(error).not_to_contain_text("Traceback")
    expect(page.locator(".kumo-live")).to_have_count(0)
