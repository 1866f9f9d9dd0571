"""Write the students' copies of the course from the solved notebooks, which are its one source.

    python -m notebooks.make_course

Cells tagged `solution` are emptied, but for the comment lines at their top; all else is the same.
"""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

import nbformat

COURSE = Path(__file__).parent
SOLVED = COURSE / "solutions"


def main() -> None:
    """Write every student's copy."""
    for solved in solved_notebooks():
        student_path(solved).write_text(student_copy(solved), encoding="utf-8")
        print(f"{solved.relative_to(COURSE)} -> {student_path(solved).name}")


def solved_notebooks() -> list[Path]:
    """The sources, in the order of the course."""
    return sorted(SOLVED.glob("*.ipynb"))


def student_path(solved: Path) -> Path:
    """Where the student's copy of a solved notebook lies."""
    return COURSE / solved.name


def student_copy(solved: Path) -> str:
    """The file that students get, without answers and outputs."""
    notebook = nbformat.read(solved, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if "solution" in cell.metadata.get("tags", []):
            cell.source = "\n".join(takewhile(lambda line: line.startswith("#"), cell.source.splitlines()))
    return nbformat.writes(notebook, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main()
