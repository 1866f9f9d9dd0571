"""The panel beside a notebook: graphs, runs and the query builder; by keyboard, with hostile names, while busy."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

import kumo_magic as km
from kumo_magic.graph.graph import Graph
from kumo_magic.magic.inventory import graph_facts

pytestmark = [pytest.mark.browser]

_EXTENSION = Path(__file__).parents[2] / "labextension"
_AXE = _EXTENSION / "node_modules" / "axe-core" / "axe.min.js"
_SHOP = """%load_ext kumo_magic
import pandas as pd
users = pd.DataFrame({"user_id": range(5), "tier": ["gold", "silver"] * 2 + ["gold"], "age": [20, 30, 40, 50, 61]})
items = pd.DataFrame({"item_id": range(4), "price": [1.5, 2.5, 3.5, 9.0]})
orders = pd.DataFrame({"order_id": range(20), "user_id": [*range(5)] * 4, "item_id": [*range(4)] * 5})
orders["amount"] = [place * 1.25 for place in range(20)]
orders["date"] = pd.date_range("2024-01-01", periods=20)"""
_GRAPH = "%graph shop users items orders"
_APPS = pytest.mark.parametrize("app", ["lab/tree", "notebooks"])


def open_panel(page: Page, lab, app: str, *cells: str, name: str) -> Locator:
    """The panel beside a notebook of a kernel of its own."""
    page.set_viewport_size({"width": 1280, "height": 900})
    notebook = f"{name}_{app[:3]}.ipynb"
    lab.write(notebook, *cells)
    lab.open(page, notebook, app=app)
    page.evaluate("() => window.jupyterapp.commands.execute('kumo-magic:show-panel')")
    panel = page.locator("#kumo-magic-panel")
    expect(panel).to_be_visible()
    return panel


def run_cell(page: Page, place: int) -> None:
    page.locator(".jp-CodeCell").nth(place).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")


def source(page: Page, place: int) -> str:
    return page.evaluate(
        "(place) => window.jupyterapp.shell.currentWidget.content.widgets[place].model.sharedModel.getSource()", place
    )


def item(panel: Locator, name: str) -> Locator:
    return panel.get_by_role("treeitem", name=re.compile(f"^{name},")).first


def field(panel: Locator, label: str) -> Locator:
    return panel.get_by_label(label, exact=True).first


def expect_accessible(page: Page) -> None:
    """No rule of WCAG A and AA is broken, wide or narrow, and nothing needs to be scrolled sideways."""
    page.evaluate(_AXE.read_text())
    for width in (1280, 800):
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate("() => axe.run('#kumo-magic-panel', { runOnly: ['wcag2a', 'wcag2aa', 'best-practice'] })")
        worst = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"]) for each in worst] == []
        assert page.locator("#kumo-magic-panel").evaluate("(panel) => panel.scrollWidth <= panel.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 900})


def expect_accessible_in_both_themes(page: Page, lab, shots: Path, name: str) -> None:
    for theme in ("Light", "Dark"):
        lab.set_theme(page, f"JupyterLab {theme}")
        expect_accessible(page)
        page.screenshot(path=shots / f"{name}_{theme.lower()}.png")
    lab.set_theme(page, "JupyterLab Light")


@_APPS
def test_the_panel_says_what_to_do_until_there_is_a_graph(page: Page, lab, tmp_path: Path, app: str) -> None:
    panel = open_panel(page, lab, app, "1", _SHOP.partition("\n")[2], name="states")
    status = panel.locator(".kumo-magic-state")

    expect(status).to_contain_text("not loaded in this kernel")
    expect_accessible_in_both_themes(page, lab, tmp_path, app[:3])
    panel.get_by_role("button", name="Insert it as a cell").press("Enter")
    assert source(page, 1) == "%load_ext kumo_magic"
    page.keyboard.press("Shift+Enter")
    expect(status).to_contain_text("There is no graph yet")
    run_cell(page, 2)
    expect(panel.locator("pre").first).to_have_text("%graph shop users items orders")
    panel.get_by_role("button", name="Insert it as a cell").click()
    page.keyboard.press("Shift+Enter")

    expect(item(panel, "shop")).to_be_visible()
    expect(status).to_be_hidden()
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    expect(status).to_contain_text("not loaded in this kernel")
    expect(panel.get_by_role("tree")).to_be_hidden()
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    expect(status).to_contain_text("has no kernel")
    if app == "lab/tree":
        page.evaluate("() => window.jupyterapp.commands.execute('launcher:create')")
        expect(status).to_contain_text("No notebook has the focus")


@_APPS
def test_names_are_found_and_written_by_keyboard(page: Page, lab, tmp_path: Path, app: str) -> None:
    panel = open_panel(page, lab, app, _SHOP, _GRAPH, "%%predict shop\nPREDICT SUM(orders.", name="tree")
    run_cell(page, 0)
    run_cell(page, 1)
    expect(item(panel, "shop")).to_be_visible()
    page.locator(".jp-CodeCell").nth(2).locator(".cm-content").click()
    page.keyboard.press("Control+End")

    page.evaluate("() => window.jupyterapp.commands.execute('kumo-magic:show-panel')")
    expect(item(panel, "shop")).to_be_focused()
    page.keyboard.press("End")
    expect(item(panel, "orders")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(item(panel, "orders")).to_have_attribute("aria-expanded", "true")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    expect(item(panel, "amount|date")).to_be_visible()
    item(panel, "amount").focus()
    expect_accessible_in_both_themes(page, lab, tmp_path, app[:3])
    item(panel, "amount").press("Enter")

    assert source(page, 2) == "%%predict shop\nPREDICT SUM(orders.amount"
    expect(page.locator(".jp-CodeCell").nth(2).locator(".cm-content")).to_be_focused()
    page.keyboard.type(", 0, 30) FOR EACH ")
    item(panel, "users").locator(".kumo-magic-twisty").click()
    item(panel, "user_id").click()
    assert source(page, 2).endswith("FOR EACH users.user_id")
    item(panel, "orders").focus()
    page.keyboard.press("ArrowLeft")
    expect(item(panel, "orders")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Tab")
    expect(panel.get_by_role("button", name="Ask a question")).to_be_focused()


@_APPS
def test_a_query_is_built_by_choice_and_checked(page: Page, lab, tmp_path: Path, app: str) -> None:
    panel = open_panel(page, lab, app, _SHOP, _GRAPH, "1", name="builder")
    run_cell(page, 0)
    run_cell(page, 1)
    expect(item(panel, "shop")).to_be_visible()
    panel.get_by_role("button", name="Ask a question").press("Enter")

    field(panel, "Predict").select_option("the sum of a column")
    expect(field(panel, "Of table")).to_have_value(json.dumps(["orders", []], separators=(",", ":")))
    field(panel, "Column").select_option("amount")
    field(panel, "Ask").select_option("is more than")
    expect(panel.locator(".kumo-magic-builder")).to_contain_text("Type the number to compare with.")
    panel.get_by_label("Value").locator("visible=true").fill("12.5")
    field(panel, "To").fill("0")
    expect(panel.locator(".kumo-magic-builder")).to_contain_text("the earlier one first")
    expect(panel.get_by_role("button", name="Write the cell")).to_be_disabled()
    field(panel, "To").fill("2")
    field(panel, "Unit").select_option("weeks")
    field(panel, "Only those that were active before").check()
    field(panel, "In the last").fill("60")
    field(panel, "Only where").select_option("tier")
    field(panel, "Name of the answer").fill("users")
    expect(panel.locator(".kumo-magic-builder")).to_contain_text("'users' is a table of the graph 'shop'")
    field(panel, "Name of the answer").fill("large")
    expect(panel.locator(".kumo-magic-builder")).to_contain_text("Checked by the kernel: it can run.")
    expect_accessible_in_both_themes(page, lab, tmp_path, app[:3])
    panel.get_by_role("button", name="Write the cell").press("Enter")

    cell = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex")
    assert cell == 3
    assert source(page, cell) == (
        "%%predict shop --as large\nPREDICT SUM(orders.amount, 0, 2, weeks) > 12.5\nFOR EACH users.user_id\n"
        "WHERE COUNT(orders.*, -60, 0, days) > 0 AND users.tier = 'gold'"
    )
    expect(page.locator(".jp-CodeCell").nth(cell).locator(".jp-OutputArea-output")).to_have_count(0)


_ALL_CELLS = """async ([code, graph]) => {
  const q = await import(`data:text/javascript;base64,${btoa(unescape(encodeURIComponent(code)))}`);
  const value = (operator, column) => ({ nothing: '', number: '2', text: "'x'", choice: column?.values[0]?.written }
    [operator.takes]);
  const [queries, seen] = [[], new Set()];
  for (const entity of q.entitiesOf(graph)) {
    for (const aim of q.aimsOf(graph, entity)) {
      for (const path of aim === 'value' ? [null] : q.pathsOf(graph, entity, aim)) {
        for (const column of q.needsColumn(aim) ? q.columnsOf(graph, entity, aim, path) : [null]) {
          const made = q.comparisonsOf(aim, column).map(operator => ({ operator, value: value(operator, column) }));
          const actives = path === null ? [null] : [null, ...q.pathsOf(graph, entity, 'rows')];
          const about = q.conditionColumnsOf(entity, aim, column);
          const conditions = [null, ...about.flatMap(column => q.operatorsOf(column).map(operator =>
            ({ column, comparison: { operator, value: value(operator, column) } })))];
          const window = { start: 0, end: 3, unit: q.UNITS[queries.length % q.UNITS.length] };
          const past = { start: -9, end: 0, unit: 'days' };
          const add = (comparison, active, condition) => queries.push(q.queryOf({ entity, aim, path, column, top: 3,
            window, comparison, active: active && { path: active, window: past }, condition }));
          const all = aim === 'happens' ? made : [null, ...made];
          all.forEach(comparison => add(comparison, null, null));
          actives.forEach(active => add(all[0], active, null));
          if (!seen.has(entity.name + aim)) {
            conditions.forEach(condition => add(all.at(-1), actives.at(-1), condition));
          }
          seen.add(entity.name + aim);
        }
      }
    }
  }
  return queries;
}"""


def hostile_frames(shop_frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Names that need backticks, two ways to one table, sets, truth values and empty columns."""
    orders = shop_frames["orders"].rename(columns={"amount": "count", "status": "a b 🙂"})
    users = shop_frames["users"].assign(
        tags=[["x"], ["x", "y"], []], is_new=[True, False, True], note=["it's", "two words", "a\\b"], empty=None
    )
    return {"users": users, "order by": orders, "items": shop_frames["items"]}


def two_ways(shop_frames: dict[str, pd.DataFrame]) -> Graph:
    orders = shop_frames["orders"].rename(columns={"user_id": "buyer_id"}).assign(payer_id=[1, 2, 3, 1, 2, 3])
    links = [("orders", "buyer_id", "users"), ("orders", "payer_id", "users")]
    return Graph.from_data({**shop_frames, "orders": orders}, name="twice", links=links)


@pytest.mark.parametrize(
    "graph_of",
    [
        lambda frames: Graph.from_data(frames, name="shop"),
        lambda frames: Graph.from_data(hostile_frames(frames), name="hostile"),
        two_ways,
    ],
)
def test_whatever_the_builder_offers_binds(page: Page, shop_frames, graph_of: Callable[..., Graph]) -> None:
    graph = graph_of(shop_frames)
    code = (_EXTENSION / "lib" / "panel" / "query.js").read_text()

    queries = page.evaluate(_ALL_CELLS, [code, graph_facts(graph)])

    assert len(queries) > 150
    for query in queries:
        km.bind(query, graph)


_HOSTILE = """<img src=x onerror="document.title='HACKED'"><script>document.title='HACKED'</script>"""
_NAMES = (_HOSTILE, "\u202eright to left\u202c שלום", "🙂 'single' \"double\"", "x" * 10_000, "back`tick")


@_APPS
def test_hostile_names_stay_text_and_break_no_layout(page: Page, lab, tmp_path: Path, app: str) -> None:
    columns = f"names = {_NAMES!a}\nframe = pd.DataFrame({{name: ['a', 'b'] * 2 for name in names}})"
    tables = (
        "km.Graph.from_data({name: frame.assign(key=range(4), date=pd.Timestamp('2024-01-01')) for name in names}, "
        "name=names[0], keys={name: 'key' for name in names}, times={name: 'date' for name in names}).register()"
    )
    cells = (f"{_SHOP}\nimport kumo_magic as km", f"{columns}\n{tables};", "")
    panel = open_panel(page, lab, app, *cells, name="hostile")
    run_cell(page, 0)
    run_cell(page, 1)
    graph = panel.get_by_role("treeitem").first
    expect(graph).to_contain_text("onerror")

    graph.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(panel.get_by_role("treeitem")).to_have_count(1 + len(_NAMES) + len(_NAMES) + 2)
    panel.get_by_role("button", name="Ask a question").click()
    expect(panel.locator(".kumo-magic-builder")).to_contain_text("A question needs a graph with a plain name")
    expect(field(panel, "Of table")).to_be_hidden()
    expect_accessible_in_both_themes(page, lab, tmp_path, app[:3])
    page.locator(".jp-CodeCell").nth(2).locator(".cm-content").click()
    panel.get_by_role("treeitem").nth(2).focus()
    page.keyboard.press("Enter")

    assert source(page, 2) == f"`{_NAMES[0]}`.`{_NAMES[0]}`"
    assert "HACKED" not in page.title()
    assert page.locator("#kumo-magic-panel :is(img, script)").count() == 0


def test_runs_are_listed_and_their_queries_become_cells(page: Page, lab, tmp_path: Path) -> None:
    history = """later = [orders.assign(order_id=orders.order_id + 20 * k, date=orders.date + pd.Timedelta(days=9 * k))
    for k in range(30)]
orders = pd.concat(later, ignore_index=True)"""
    query = "PREDICT SUM(orders.amount, 0, 5, days)\nFOR EACH users.user_id"
    cells = (f"{_SHOP}\n{history}", _GRAPH, f"%%predict shop --budget 5s --report none\n{query}")
    panel = open_panel(page, lab, "lab/tree", *cells, name="runs")
    for place in range(3):
        run_cell(page, place)

    run = panel.get_by_role("button", name="1 · PREDICT SUM(orders.amount, 0, 5, days)")
    run.press("Enter")

    expect(run).to_have_attribute("aria-expanded", "true")
    expect(panel.get_by_label("Query of run 1")).to_have_text(query)
    expect(panel.locator("dl")).to_contain_text("best baseline")
    expect_accessible_in_both_themes(page, lab, tmp_path, "runs")
    panel.get_by_role("button", name="Insert the query as a cell").press("Enter")
    place = page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex")
    assert source(page, place) == f"%%predict shop\n{query}"


def test_a_busy_kernel_leaves_what_was_known_before(page: Page, lab, tmp_path: Path) -> None:
    panel = open_panel(page, lab, "lab/tree", _SHOP, _GRAPH, "import time; time.sleep(20)", name="busy")
    run_cell(page, 0)
    run_cell(page, 1)
    expect(item(panel, "shop")).to_be_visible()
    status = panel.locator(".kumo-magic-state")
    expect(status).to_be_hidden()

    run_cell(page, 2)

    expect(status).to_have_text("The kernel is busy: this is what was known before.")
    expect(item(panel, "shop")).to_be_visible()
    panel.get_by_role("button", name="Ask a question").click()
    expect(panel.get_by_label("The cell that is written")).to_contain_text("FOR EACH users.user_id")
    field(panel, "Predict").select_option("how many there will be")
    expect(panel.locator(".kumo-magic-builder")).to_contain_text("The kernel is busy: it checks")
    page.screenshot(path=tmp_path / "busy.png")
    expect(status).to_be_hidden()
    expect(panel.locator(".kumo-magic-builder")).to_contain_text("Checked by the kernel: it can run.")
