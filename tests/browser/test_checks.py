"""Marks under mistakes while a query is typed, and facts on hover, in the kernel's own words."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser]

_SHOP = """%load_ext kumo_magic
import pandas as pd
users = pd.DataFrame({"user_id": range(5), "tier": ["gold", "silver"] * 2 + ["gold"]})
dates = pd.date_range("2024-01-01", periods=20)
orders = pd.DataFrame({"order_id": range(20), "user_id": [*range(5)] * 4, "date": dates})"""
_QUERY = "%%predict shop\n# 🙂\nPREDICT COUNT(ordes.*, 0, 30, dayz) = 0\nFOR EACH users.user_id"
_MARKS = ".cm-lintRange-error"


@pytest.mark.parametrize("app", ["lab/tree", "notebooks"])
def test_mistakes_are_marked_and_mended_as_one_types(page: Page, lab, tmp_path: Path, app: str) -> None:
    name = f"checks_{app[:3]}.ipynb"  # a kernel of its own
    lab.write(name, _SHOP, "%graph shop users orders", _QUERY, "ordes = dayz")
    lab.open(page, name, app=app)
    cells = page.locator(".jp-CodeCell")
    query = cells.nth(2)
    expect(query.locator(".cm-line span").first).to_be_visible()
    page.wait_for_timeout(1500)
    expect(page.locator(_MARKS)).to_have_count(0)  # the kernel has not loaded kumo-magic

    run_setup(page)

    expect(query.locator(_MARKS)).to_have_text(["dayz"])  # the names are looked up once the words are right
    query.locator(_MARKS).hover()
    tip = page.locator(".cm-tooltip-lint")
    expect(tip).to_contain_text("'dayz' is not a unit of time. Did you mean days?")
    page.screenshot(path=tmp_path / "light.png")
    tip.get_by_role("button", name="Write days").click()
    expect(query.locator(_MARKS)).to_have_text(["ordes"])
    lab.set_theme(page, "JupyterLab Dark")
    query.locator(_MARKS).hover()
    expect(tip).to_contain_text("The graph has no table 'ordes'. Did you mean 'orders'?")
    page.screenshot(path=tmp_path / "dark.png")
    tip.get_by_role("button", name="Write orders").click()
    expect(query.locator(".cm-content")).to_contain_text("COUNT(orders.*, 0, 30, days)")
    expect(query.locator(_MARKS)).to_have_count(0)
    query.get_by_text("orders", exact=True).hover()
    expect(page.locator(".kumo-magic-facts")).to_contain_text("orders: 20 rows")
    expect(page.locator(".kumo-magic-facts")).to_contain_text("time date from 2024-01-01 to 2024-01-20")
    page.screenshot(path=tmp_path / "facts.png")
    query.get_by_text("COUNT", exact=True).hover()
    expect(page.locator(".kumo-magic-facts")).to_contain_text("COUNT: how many values")
    lab.set_theme(page, "JupyterLab Light")

    query.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" WEHRE users.tier = 'gold'")

    expect(query.locator(_MARKS)).to_have_text(["WEHRE"])
    assert page.locator(_MARKS).count() == 1  # none in the Python cells

    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    expect(page.locator(_MARKS)).to_have_count(0)
    run_setup(page)
    expect(query.locator(_MARKS)).to_have_text(["WEHRE"])


@pytest.mark.parametrize("app", ["lab/tree", "notebooks"])
def test_lines_of_ours_and_graph_cells_are_marked_too(page: Page, lab, tmp_path: Path, app: str) -> None:
    name = f"lines_{app[:3]}.ipynb"
    line = 'text = """\n%graph ordes\n"""\n%predict shop --ass x PREDICT COUNT(orders.*, 0, 30) FOR EACH users.user_id'
    lab.write(name, _SHOP, "%graph shop users orders", "%%graph other users\nordes\n--key users=user_id", line)
    lab.open(page, name, app=app)
    run_setup(page)

    cells = page.locator(".jp-CodeCell")
    expect(cells.nth(2).locator(_MARKS)).to_have_text(["ordes"])
    expect(cells.nth(3).locator(_MARKS)).to_have_text(["--ass"])
    cells.nth(2).locator(_MARKS).hover()
    tip = page.locator(".cm-tooltip-lint")
    expect(tip).to_contain_text("There is no variable 'ordes' in the notebook. Did you mean orders?")
    page.screenshot(path=tmp_path / "graph_cell.png")
    tip.get_by_role("button", name="Write orders").click()
    expect(cells.nth(2).locator(_MARKS)).to_have_count(0)
    cells.nth(3).locator(_MARKS).hover()
    tip.get_by_role("button", name="Write --as").click()
    expect(page.locator(_MARKS)).to_have_count(0)
    cells.nth(3).get_by_text("COUNT", exact=True).hover()
    expect(page.locator(".kumo-magic-facts")).to_contain_text("COUNT: how many values")


@pytest.mark.parametrize("app", ["lab/tree", "notebooks"])
def test_while_the_kernel_is_busy_names_are_held_against_what_was_known(
    page: Page, lab, tmp_path: Path, app: str
) -> None:
    name = f"busy_{app[:3]}.ipynb"
    query = "%%predict shop\nPREDICT COUNT(orders.*, 0, 30, days) = 0\nFOR EACH "
    lab.write(name, _SHOP, "%graph shop users orders", "import time\ntime.sleep(25)", query)
    lab.open(page, name, app=app)
    run_setup(page)
    cells = page.locator(".jp-CodeCell")
    expect(cells.nth(1).locator(".jp-OutputArea-output")).to_be_visible()
    hint = page.get_by_text("Kernel busy: checks resume after.")
    cells.nth(2).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(hint).to_have_count(0)

    cells.nth(3).locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("users.usr_id WEHRE usrs.tier = 'gold'")

    expect(hint).to_be_visible()
    guesses = cells.nth(3).locator(".cm-lintRange-warning")
    expect(guesses).to_have_text(["usr_id", "WEHRE", "usrs"])
    guesses.first.hover()
    tip = page.locator(".cm-tooltip-lint")
    expect(tip).to_contain_text("'users' has no column 'usr_id'. Did you mean user_id? (The kernel is busy")
    page.screenshot(path=tmp_path / "busy.png")
    tip.get_by_role("button", name="Write user_id").click()
    expect(guesses).to_have_text(["WEHRE", "usrs"])

    expect(hint).to_have_count(0)  # the cell has run: the kernel's own words again
    expect(cells.nth(3).locator(_MARKS)).to_have_text(["WEHRE"])
    expect(guesses).to_have_count(0)


def run_setup(page: Page) -> None:
    for place in range(2):
        page.locator(".jp-CodeCell").nth(place).locator(".cm-content").click()
        page.keyboard.press("Shift+Enter")
