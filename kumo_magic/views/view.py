"""What `run.view()` gives: a question to a run or a graph, which a notebook shows as its picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kumo_magic.errors import OptionError
from kumo_magic.views.answers import Answer, answer_of
from kumo_magic.views.subjects import name_of

if TYPE_CHECKING:
    from kumo_magic.picture import Picture
    from kumo_magic.views.subjects import Subject

KINDS = ("predictions", "why", "scores", "graph", "neighbourhood")
"""The views of a run."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """A picture to look at and to ask more of. `report/view.py` draws it."""

    subject: Subject = field(repr=False)
    question: Mapping[str, object]

    @property
    def name(self) -> str:
        """What front ends call the subject."""
        return name_of(self.subject)

    @property
    def kind(self) -> str:
        """Which of `KINDS`."""
        return str(self.question["type"])

    def plot(self, kind: str | None = None) -> Picture:
        """The picture as a matplotlib figure, for papers.

        Args:
            kind: Of a scores view as `Evaluation.plot` takes it; None for the first that there is of the task.

        Raises:
            OptionError: The view has no such figure.
            KumoMagicError: It cannot be shown; says why.
        """
        from kumo_magic.views.figures import figure_of  # matplotlib is not for those who only look

        return figure_of(self, kind)

    def answer(self) -> Answer:
        """What the picture shows, as plain JSON; made anew each time.

        Raises:
            KumoMagicError: It cannot be shown; says why.
        """
        return answer_of(self.subject, self.question)


def view_of(subject: Subject, kind: str, **details: object) -> View:
    """The view of that kind.

    Raises:
        OptionError: There is no such view.
    """
    if kind not in KINDS:
        raise OptionError(f"There is no view {kind!r}. Choose from {', '.join(map(repr, KINDS))}.")
    return View(subject=subject, question={"type": kind, **details})
