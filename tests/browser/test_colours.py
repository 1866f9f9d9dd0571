"""What the JupyterLab extension colours: our cells and lines, and nothing else."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = [pytest.mark.browser]

_QUERY = """%%predict shop --as leaving --nonsense 3
# who leaves
PREDICT COUNT(orders.*, 0, 30, days) = 0
FOR EACH users.user_id WHERE users.tier = 'gold' AND for_each > 2024-01-31"""
_PYTHON = """def PREDICT(COUNT):
    text = '''
%predict inside a string COUNT(orders.*)
'''
    return COUNT % 2 + days"""
_LINES = """shop = 3
%predict shop --as few PREDICT COUNT(orders.*, 0, 30) FOR EACH users.user_id
days = %predict shop --budget 10s PREDICT SUM(orders.amount, 0, 7, days) FOR users.user_id = 3
if shop: print("FOR EACH")"""
_SHELL = "%%bash\n%predict shop PREDICT COUNT(orders.*)"
_GRAPH = "%%graph shop\nusers orders  # two tables\n--key users=user_id"
_COLOURS = """(editor) => {
  const found = [];
  for (const line of editor.querySelectorAll('.cm-line')) {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    let before = '';
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const { color } = getComputedStyle(node.parentElement);
      if (color === before) {
        found.at(-1)[0] += node.textContent;
      } else {
        found.push([node.textContent, color]);
      }
      before = color;
    }
  }
  return found;
}"""
_THEME = """(names) => {
  const probe = document.body.appendChild(document.createElement('span'));
  const colours = names.map((name) => {
    probe.style.color = `var(--jp-mirror-editor-${name}-color)`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return colours;
}"""


def colours_of(cell: Locator) -> list[tuple[str, str]]:
    """Each run of characters of one colour in an editor, without blanks around it."""
    return [(text.strip(), colour) for text, colour in cell.locator(".cm-editor").evaluate(_COLOURS) if text.strip()]


def theme_colours(page: Page, *names: str) -> list[str]:
    return page.evaluate(_THEME, list(names))


def expect_query_colours(page: Page, cell: Locator) -> None:
    names = ("keyword", "builtin", "number", "atom", "string", "comment", "attribute", "variable-2", "property", "meta")
    keyword, function, number, unit, text, comment, option, table, column, magic = theme_colours(page, *names)
    found = colours_of(cell)
    expected = {
        "%%predict": magic,
        "--as": option,
        "# who leaves": comment,
        "PREDICT": keyword,
        "COUNT": function,
        "orders": table,
        "30": number,
        "days": unit,
        "FOR": keyword,
        "EACH": keyword,
        "user_id": column,
        "'gold'": text,
        "AND": keyword,
        "2024-01-31": number,
    }
    assert {word: colour for word, colour in found if word in expected} == expected
    plain = {colour for word, colour in found if "--nonsense" in word or word == "for_each"}
    assert len(plain) == 1
    assert plain.isdisjoint({keyword, option})


@pytest.mark.small
@pytest.mark.parametrize("app", ["lab/tree", "notebooks"])
def test_query_cells_have_the_languages_colours_and_python_cells_have_pythons(
    page: Page, lab, tmp_path: Path, app: str
) -> None:
    lab.write("colours.ipynb", _QUERY, _PYTHON, _LINES, _SHELL, _GRAPH)
    lab.open(page, "colours.ipynb", app=app)
    query, python, lines, shell, graph = page.locator(".jp-CodeCell").all()
    expect(python.locator(".cm-line span", has_text="return")).to_be_visible()
    expect(query.locator(".cm-line span").first).to_be_visible()
    expect(lines.locator(".kumo-magic-plain").first).to_be_attached()

    expect_query_colours(page, query)
    keyword, function, unit, option, comment, definition, text = theme_colours(
        page, "keyword", "builtin", "atom", "attribute", "comment", "def", "string"
    )
    of_python = colours_of(python)
    assert [word for word, colour in of_python if colour == keyword] == ["def", "return"]
    assert ("PREDICT", definition) in of_python
    assert ("%predict inside a string COUNT(orders.*)", text) in of_python
    assert python.locator("[class*=kumo]").count() == 0
    assert shell.locator("[class*=kumo]").count() == 0
    assert function not in dict(colours_of(shell)).values()
    of_lines = colours_of(lines)
    assert ("--as", option) in of_lines
    assert of_lines.count(("PREDICT", keyword)) == 2
    assert {("COUNT", function), ("SUM", function), ("days", unit), ("--budget", option), ("if", keyword)} <= {
        *of_lines
    }
    assert ('"FOR EACH"', text) in of_lines
    assert {("# two tables", comment), ("--key", option)} <= {*colours_of(graph)}
    page.screenshot(path=tmp_path / "light.png")

    lab.set_theme(page, "JupyterLab Dark")

    expect_query_colours(page, query)
    page.screenshot(path=tmp_path / "dark.png")
    lab.set_theme(page, "JupyterLab Light")


def test_colours_follow_the_first_line_as_it_is_typed(page: Page, lab) -> None:
    lab.write("typed.ipynb", "PREDICT COUNT(orders.*, 0, 30, days)")
    lab.open(page, "typed.ipynb")
    cell = page.locator(".jp-CodeCell").first
    (keyword,) = theme_colours(page, "keyword")
    assert keyword not in dict(colours_of(cell)).values()

    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("%%predict\n")

    assert dict(colours_of(cell))["PREDICT"] == keyword

    for _ in range(4):
        page.keyboard.press("Control+z")

    assert cell.locator(".cm-content").inner_text().startswith("PREDICT")
    assert keyword not in dict(colours_of(cell)).values()


def test_a_markdown_cell_and_a_text_file_stay_as_they_are(page: Page, lab) -> None:
    (lab.folder / "query.txt").write_text(_QUERY)
    page.goto(f"{lab.address}/lab/tree/query.txt?token={lab.token}&reset")
    editor = page.locator(".jp-FileEditor")
    expect(editor.locator(".cm-line").first).to_be_visible()

    assert len({colour for _, colour in colours_of(editor)}) == 1
