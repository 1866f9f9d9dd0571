"""The quickstart notebook and its runner."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = nbformat.read(ROOT / "notebooks" / "01_first_prediction.ipynb", as_version=4)


def test_the_notebook_stores_no_outputs() -> None:
    code = [cell for cell in NOTEBOOK.cells if cell.cell_type == "code"]

    assert [cell.outputs for cell in code] == [[]] * len(code)
    assert {cell.execution_count for cell in code} == {None}


def test_every_prediction_of_the_notebook_has_a_budget() -> None:
    predictions = [cell.source for cell in NOTEBOOK.cells if cell.source.startswith("%%predict shop --as")]

    assert len(predictions) == 4
    assert all("--budget 60s" in source for source in predictions)


@pytest.mark.slow
def test_the_demo_runs_prints_its_answers_and_writes_a_page(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    command = [sys.executable, "-m", "notebooks.run_demo", "--budget", "12s", "--page", str(page)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("graph network") >= 4
    assert "stock_code" in ran.stdout
    assert "data:image/svg+xml" in page.read_text()
    assert "widget-view" not in page.read_text()
