"""The course: students' copies come from the solved notebooks, fail unsolved, and run when solved."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import kumo_magic as km
from notebooks.make_course import COURSE, solved_notebooks, student_copy, student_path

SMALL = "02_your_own_tables"
NUM_EXERCISES = 3
SECONDS_PER_CELL = 300

Notebook = nbformat.NotebookNode


def each_notebook(*, slow: bool) -> list:
    """Every solved notebook; the slow ones marked so, one of them as the small case too."""
    marks = {True: [pytest.mark.slow], False: []}[slow]
    return [
        pytest.param(path, id=path.stem, marks=[*marks, pytest.mark.small] if slow and path.stem == SMALL else marks)
        for path in solved_notebooks()
    ]


def tagged(notebook: Notebook, tag: str) -> list[Notebook]:
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def run(notebook: Notebook, path: Path, *, goes_on: bool) -> None:
    """Run every cell in a fresh kernel; with ``goes_on`` also after a cell that failed."""
    client = NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        store_widget_state=False,
        allow_errors=goes_on,
        extra_arguments=["--IPKernelApp.log_level=ERROR"],
        resources={"metadata": {"path": str(path)}},
    )
    client.execute()


def error_of(cell: Notebook) -> Notebook | None:
    return next((output for output in cell.get("outputs", []) if output.output_type == "error"), None)


@pytest.mark.parametrize("solved", each_notebook(slow=False))
def test_the_students_copy_is_the_solved_notebook_without_its_answers(solved: Path) -> None:
    assert student_path(solved).read_text(encoding="utf-8") == student_copy(solved), (
        "Run python -m notebooks.make_course: the students' copy is not what the solved notebook makes."
    )


@pytest.mark.parametrize("solved", each_notebook(slow=False))
def test_the_solved_notebook_stores_no_outputs(solved: Path) -> None:
    code = [cell for cell in nbformat.read(solved, as_version=4).cells if cell.cell_type == "code"]

    assert [cell.outputs for cell in code] == [[]] * len(code)
    assert {cell.execution_count for cell in code} == {None}


@pytest.mark.parametrize("solved", each_notebook(slow=False))
def test_each_of_three_exercises_has_an_answer_and_a_check_that_fails_without_it(solved: Path) -> None:
    notebook = nbformat.read(student_path(solved), as_version=4)
    checks = tagged(notebook, "check")

    assert len(checks) == len(tagged(notebook, "solution")) == NUM_EXERCISES
    for number, check in enumerate(checks, start=1):
        with pytest.raises(AssertionError, match=rf"^Exercise {number} is open: "):
            exec(compile(check.source, f"{solved.stem} check {number}", "exec"), {"km": km})


@pytest.mark.parametrize("solved", each_notebook(slow=True))
def test_the_solved_notebook_runs(solved: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(solved, as_version=4)
    run(notebook, tmp_path, goes_on=False)

    told = [cell.outputs[0].text for cell in tagged(notebook, "check")]
    assert all(f"Exercise {number} is solved" in text for number, text in enumerate(told, start=1))


@pytest.mark.slow
@pytest.mark.parametrize("solved", each_notebook(slow=False))
def test_of_the_students_copy_the_checks_fail_and_nothing_else(solved: Path, tmp_path: Path) -> None:
    notebook = nbformat.read(student_path(solved), as_version=4)
    run(notebook, tmp_path, goes_on=True)

    failed = [cell for cell in notebook.cells if error_of(cell) is not None]
    assert [cell.id for cell in failed] == [cell.id for cell in tagged(notebook, "check")]
    assert {error_of(cell).ename for cell in failed} == {"AssertionError"}


def test_every_notebook_after_the_first_comes_from_a_solved_one() -> None:
    students = sorted(path.name for path in COURSE.glob("[0-9]*.ipynb"))

    assert students == ["01_first_prediction.ipynb", *[path.name for path in solved_notebooks()]]
