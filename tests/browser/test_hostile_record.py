"""A saved record can hold anything: nothing in it runs, and what is no data of ours leaves the plain record."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Page, expect

from kumo_magic.report.data import MIME

pytestmark = [pytest.mark.browser]

_HOSTILE = "<img src=x onerror=\"document.title='HACKED'\"><script>document.title='HACKED'</script>"
_LONG = "\u202eright to left\u202c 🙂 " + "x" * 10_000
_HTML = f'<p>plain</p>{_HOSTILE}<div><div class="kumo-magic-scores"><table></table></div></div>'
_DATA = {
    "version": 2,
    "of": "no kernel has it",
    "metrics": [{"name": _HOSTILE, "higher_is_better": True}],
    "learners": [
        {"learner": _HOSTILE, "kind": _LONG, "values": [0.5], "shown": [_HOSTILE], "is_best": [True]},
        {"learner": "unknown", "kind": "model", "values": [None], "shown": ["–"], "is_best": [False]},
    ],
    "curve": None,
    "cuts": {
        "split": _HOSTILE,
        "num_rows": 2,
        "num_true": 1,
        "num_decided": 1,
        "chosen": 1,
        "thresholds": [0.2, 0.4],
        "num_predicted": [2, 1],
        "num_hits": [1, 1],
    },
}
_NOT_OURS = [
    {**_DATA, "version": 1},
    {**_DATA, "learners": [{"learner": "short", "kind": "", "values": [], "shown": [], "is_best": []}]},
    {**_DATA, "cuts": {**_DATA["cuts"], "thresholds": ["0.2", None]}},
    {**_DATA, "curve": {"metric": "AUROC"}},
    "text",
    None,
]


def test_nothing_runs_and_foreign_data_leaves_the_plain_record(page: Page, lab) -> None:
    outputs = [
        new_output("display_data", data={MIME: copy.deepcopy(data), "text/html": _HTML, "text/plain": "twin"})
        for data in (_DATA, *_NOT_OURS)
    ]
    outputs.append(new_output("display_data", data={MIME: _DATA, "text/plain": f"twin {_HOSTILE}"}))
    cells = [new_code_cell("1", outputs=[output]) for output in outputs]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(new_notebook(cells=cells, metadata=metadata), lab.folder / "hostile.ipynb")

    lab.open(page, "hostile.ipynb")

    records = page.locator(".kumo-record")
    expect(records).to_have_count(len(cells))
    ours = records.first
    expect(ours.locator("thead button").last).to_contain_text("onerror")
    ours.locator("thead button").last.click()
    expect(ours.locator("tbody tr").first).to_contain_text("onerror")
    ours.locator("input").press("ArrowLeft")
    expect(ours.locator(".kumo-record-words")).to_contain_text("2 <img")
    for place in range(1, 1 + len(_NOT_OURS)):
        expect(records.nth(place)).to_contain_text("plain")
        expect(records.nth(place).locator("input, button")).to_have_count(0)
    expect(records.last.locator("pre")).to_contain_text("twin <img")
    assert page.locator(".kumo-record img[onerror], .kumo-record script").count() == 0
    assert "HACKED" not in page.title()
