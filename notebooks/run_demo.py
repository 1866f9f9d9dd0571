"""Run the quickstart notebook in a fresh kernel, tell what it answered, and keep it as an HTML page.

    python -m notebooks.run_demo [--budget 60s]

Exits with 0 only when every cell ran.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

NOTEBOOK = Path(__file__).with_name("01_first_prediction.ipynb")
PAGE = NOTEBOOK.with_suffix(".html")
_BUDGET = re.compile(r"--budget \S+")
_SECONDS_PER_CELL = 1800


def main(arguments: list[str] | None = None) -> int:
    """Run, print, write; the exit code."""
    parser = argparse.ArgumentParser(description="Run the quickstart notebook on the packaged data.")
    parser.add_argument("--budget", help="for each prediction, in place of the notebook's own")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the HTML page goes")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    notebook = with_budget(nbformat.read(NOTEBOOK, as_version=4), options.budget)
    print(f"Running {NOTEBOOK.name} ...", flush=True)
    failure = execute(notebook)
    options.page.write_text(page_of(notebook), encoding="utf-8")
    if failure is not None:
        print(failure, file=sys.stderr)
        return 1
    print(f"\nDone in {time.perf_counter() - began:.0f} s. The notebook with its reports: {options.page}")
    return 0


def with_budget(notebook: nbformat.NotebookNode, budget: str | None) -> nbformat.NotebookNode:
    """The notebook with another budget in each of its cells; None changes nothing."""
    if budget is not None:
        for cell in notebook.cells:
            cell.source = _BUDGET.sub(f"--budget {budget}", cell.source)
    return notebook


def execute(notebook: nbformat.NotebookNode) -> str | None:
    """Run every cell, printing answers as they come; what went wrong, or None."""

    def report(cell: nbformat.NotebookNode, cell_index: int, execute_reply: object) -> None:
        del cell_index, execute_reply
        if cell.cell_type == "code":
            tell(cell)

    client = NotebookClient(
        notebook,
        timeout=_SECONDS_PER_CELL,
        kernel_name="python3",
        store_widget_state=False,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        on_cell_executed=report,
        resources={"metadata": {"path": str(NOTEBOOK.parent)}},
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return str(error)
    return None


def tell(cell: nbformat.NotebookNode) -> None:
    """Print the cell's source and the text of what it showed."""
    shown = [text for output in cell.outputs if (text := text_of(output))]
    if shown:
        print(f"\n{'-' * 100}\n{cell.source}\n")
        print("\n\n".join(shown), flush=True)


def text_of(output: nbformat.NotebookNode) -> str:
    """An output as plain text; empty when it has none."""
    if output.output_type == "stream":
        return output.text.rstrip()
    if output.output_type == "error":
        return f"{output.ename}: {output.evalue}"
    return output.data.get("text/plain", "").rstrip()


def page_of(notebook: nbformat.NotebookNode) -> str:
    """The notebook with its outputs as one HTML page."""
    page, _ = HTMLExporter(embed_images=True).from_notebook_node(notebook)
    return page


if __name__ == "__main__":
    sys.exit(main())
