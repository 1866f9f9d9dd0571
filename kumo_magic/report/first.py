"""The first answer of a run → a few lines of it, as text. Draws nothing."""

from __future__ import annotations

from typing import TypedDict

from kumo_magic.progress.events import FirstAnswer
from kumo_magic.report.numbers import MISSING, count, moment, number

_MOST_ROWS = 5
_MOST_COLUMNS = 7


class FirstState(TypedDict):
    """A small table; plain JSON."""

    words: str
    columns: list[str]
    rows: list[list[str]]


def first_state(event: FirstAnswer) -> FirstState:
    """The first rows and columns of the answer, and whose it is."""
    frame = event.frame.iloc[:_MOST_ROWS, :_MOST_COLUMNS]
    return FirstState(
        words=(
            f"First answer, by {event.learner} ({event.metric} {number(event.score)} on the validation rows): "
            f"{len(frame)} of {count(event.num_asked, 'row')}. The run goes on; Stop keeps the best so far."
        ),
        columns=[str(column) for column in frame],
        rows=[[_text(value) for value in row] for row in frame.itertuples(index=False)],
    )


def _text(value: object) -> str:
    """A cell of the frame, for people."""
    import pandas as pd  # there is a frame, so it is loaded

    if isinstance(value, pd.Timestamp):
        return moment(value)
    if isinstance(value, float):
        return MISSING if value != value else number(value)
    return str(value)
