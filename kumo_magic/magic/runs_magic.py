"""`%runs`: the runs of this kernel, listed or compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kumo_magic.errors import OptionError
from kumo_magic.magic.options import Command, Line

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction

RUNS = Command(
    usage=("%runs", "%runs 3 5   compare two or more"),
    words="The runs of this kernel (the last ten), with their queries, scores and times.",
)


def named_runs(line: Line) -> dict[int, Prediction]:
    """The runs that the line names.

    Raises:
        OptionError: There is no such run.
    """
    from kumo_magic.session import runs

    known = runs()
    for word in line.words:
        if not word.isdecimal() or int(word) not in known:
            listed = ", ".join(map(str, known)) or "none yet"
            raise OptionError(f"There is no run {word!r}. Runs kept: {listed}.")
    return {int(word): known[int(word)] for word in line.words}


def show_runs(line: Line, show: Callable[[str, str], None]) -> None:
    """Show every run, or those that the line names side by side.

    Raises:
        OptionError: There is no such run.
    """
    from kumo_magic.report.run_list import run_comparison, run_list
    from kumo_magic.session import runs

    named = named_runs(line)
    shown = run_comparison(named) if named else run_list(runs())
    show(shown.html, shown.text)
