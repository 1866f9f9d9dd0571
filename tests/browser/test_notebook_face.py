"""What a user sees in JupyterLab: progress, Stop, the record, and the record after reopening without trust."""

import json
import re
from pathlib import Path

import pytest
from nbformat.v4 import new_markdown_cell
from playwright.sync_api import Locator, Page, expect

from kumo_magic.report.data import MIME

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
_AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
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
    expect_openers(record, words="test rows")
    for summary in record.locator("summary").all():
        summary.click()
    page.screenshot(path=tmp_path / "record_light_open.png")

    lab.save(page)
    saved = json.loads((lab.folder / "run.ipynb").read_text())
    assert "widgets" not in saved["metadata"]
    assert "widget-view" not in json.dumps(saved["cells"][-1])
    saved["cells"].append(new_markdown_cell("changed outside, so the signature does not hold"))
    (lab.folder / "untrusted.ipynb").write_text(json.dumps(saved))
    for output in saved["cells"][2]["outputs"]:
        output["data"].pop(MIME, None)
    (lab.folder / "plain.ipynb").write_text(json.dumps(saved))

    for app in ("lab/tree", "notebooks"):
        record = open_untrusted(page, lab, "untrusted.ipynb", app)
        expect_live_record(record)
        expect_openers(record, words="The kernel does not answer")
        expect_accessible(page)
        page.screenshot(path=tmp_path / f"untrusted_{app[:3]}_light.png")
        lab.set_theme(page, "JupyterLab Dark")
        expect_accessible(page)
        page.screenshot(path=tmp_path / f"untrusted_{app[:3]}_dark.png")
        lab.set_theme(page, "JupyterLab Light")
    plain = open_untrusted(page, lab, "plain.ipynb", "lab/tree")
    expect(plain.locator("input, button")).to_have_count(0)
    expect(plain.locator("td b").first).to_be_visible()
    chart = plain.locator("img[alt^='Learning curve']")
    expect(chart).to_be_visible()
    assert chart.evaluate("(image) => image.complete && image.naturalWidth > 0")
    page.screenshot(path=tmp_path / "plain.png")


def open_untrusted(page: Page, lab, name: str, app: str) -> Locator:
    """The record of a notebook that is not trusted, with all its sections open; its kernel has run nothing."""
    lab.open(page, name, app=app)
    assert not page.evaluate(
        "() => [...window.jupyterapp.shell.currentWidget.content.widgets].every((cell) => cell.model.trusted)"
    )
    record = page.locator(".jp-OutputArea-output", has_text="Learning curve")
    expect(record).to_contain_text("test rows")
    for summary in record.locator("summary").all():
        summary.click()
    return record


def expect_openers(record: Locator, *, words: str) -> None:
    """A button opens a view in place, and closes it again."""
    scores = record.get_by_role("button", name="Scores", exact=True)
    shown = record.locator(".kumo-record-openers .kumo-view")
    scores.press("Enter")
    expect(shown).to_contain_text(words)
    expect(scores).to_have_attribute("aria-expanded", "true")
    scores.click()
    expect(shown).to_be_empty()


def expect_accessible(page: Page) -> None:
    """axe-core has nothing against the record, wide and narrow; nothing sticks out of it."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=_AXE)
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": 2600})
        found = page.evaluate("() => axe.run('.kumo-record', { runOnly: ['wcag2a', 'wcag2aa'] })")
        assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []
        assert page.locator(".kumo-record").evaluate("(record) => record.scrollWidth <= record.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 2600})


def expect_live_record(record: Locator) -> None:
    """Sorting, the slider and the curve answer."""
    heading = record.locator(".kumo-magic-scores thead button", has_text=re.compile("[↑↓]")).first
    better = (lambda scores: sorted(scores, reverse=True)) if "↑" in heading.inner_text() else sorted
    scores = record.locator(".kumo-magic-scores tbody tr td:nth-child(3)")
    heading.click()
    best_first = [float(each) for each in scores.all_inner_texts()]
    assert best_first == better(best_first)
    heading.press("Enter")
    assert [float(each) for each in scores.all_inner_texts()] == best_first[::-1]
    assert len(set(best_first)) > 1
    direction = "ascending" if best_first[0] > best_first[-1] else "descending"
    expect(record.locator(f".kumo-magic-scores th[aria-sort={direction}]")).to_contain_text("▴")

    slider = record.locator("input[type=range]")
    words = record.locator(".kumo-record-words")
    expect(words).to_contain_text("the one of this run")
    slider.focus()
    slider.press("Home")
    expect(words).to_contain_text("Found of all true ones (recall): 100%")
    slider.press("ArrowRight")
    assert slider.input_value() == "1"
    slider.press("End")
    expect(words).not_to_contain_text("(recall): 100%")
    expect(words).to_contain_text("To predict with it: --threshold 0.")
    curve = record.locator("svg[aria-label^='Learning curve']")
    expect(curve).to_be_visible()
    assert curve.locator("polyline").count() >= 2
    expect(record.locator("img[alt^='Learning curve']")).to_have_count(0)


def test_stop_ends_training_and_keeps_what_is_best_so_far(page: Page, lab, tmp_path: Path) -> None:
    lab.write("stop.ipynb", *setup(f"%%predict shop --as leaving --budget 5min\n{_QUERY}", "len(leaving)"))
    lab.open(page, "stop.ipynb")
    lab.set_theme(page, "JupyterLab Dark")
    lab.run_all(page)
    live = page.locator(".kumo-live")
    expect(live.locator("svg text", has_text="graph network")).to_be_attached()
    page.screenshot(path=tmp_path / "live_dark.png")

    live.get_by_role("button", name=re.compile("Stop")).click()

    record = page.locator(".jp-OutputArea-output", has_text="Learning curve")
    expect(record).to_be_visible(timeout=20_000)
    expect(record).to_contain_text("stopped by you")
    expect(page.locator(".jp-OutputArea-output", has_text=re.compile("^400$"))).to_be_visible()
    page.screenshot(path=tmp_path / "stopped.png")


def test_a_stop_that_the_kernel_does_not_hear_interrupts_it(page: Page, lab) -> None:
    deaf = "from kumo_magic.report.live import StopSignal\nStopSignal._hear = lambda *_: None"
    lab.write("deaf.ipynb", *setup(deaf, f"%%predict shop --as leaving --budget 5min\n{_QUERY}", "len(leaving)"))
    lab.open(page, "deaf.ipynb")
    lab.run_all(page)
    live = page.locator(".kumo-live")
    expect(live.locator("svg text", has_text="graph network")).to_be_attached()

    live.get_by_role("button", name=re.compile("Stop")).click()

    expect(live.locator(".kumo-live-status")).to_contain_text("Interrupting the kernel")
    expect(page.locator(".jp-OutputArea-output", has_text="Learning curve")).to_contain_text("stopped by you")
    expect(page.locator(".jp-OutputArea-output", has_text=re.compile("^400$"))).to_be_visible()


def test_the_notebooks_own_interrupt_keeps_what_is_best_so_far(page: Page, lab) -> None:
    lab.write("interrupt.ipynb", *setup(f"%%predict shop --as leaving --budget 5min\n{_QUERY}"))
    lab.open(page, "interrupt.ipynb")
    lab.run_all(page)
    expect(page.locator(".kumo-live svg text", has_text="graph network")).to_be_attached()

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
