"""What names a row, in a question of a view or in a user's own words → the row of the run that is meant, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.asked_rows import one_row
from kumo_magic.errors import OptionError
from kumo_magic.views.cells import row_of
from kumo_magic.views.lines import Lines, lines_of
from kumo_magic.views.plain import text

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction

_LONGEST_PART = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A part of a line that can be asked about by itself: an item, a step, a class."""

    part: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row to ask the model about.

    Attributes:
        line: One line as `Model.explain` takes it.
        named: How later questions name it, as JSON.
        choices: The parts of its line; none of a line of one row, and of a row that the frame does not have.
    """

    line: pd.DataFrame
    named: Mapping[str, object]
    choices: tuple[Choice, ...] = ()


def row_named(run: Prediction, named: object) -> Row:
    """The row of a question {place, key, anchor, part}; place is None for one that the frame does not have.

    Raises:
        OptionError: The question is of another form, or the frame has another row at that place by now.
    """
    match named:
        case {"place": int(place), "key": str(key), "anchor": anchor, "part": part}:
            return _in_frame(run, place, key, anchor, part)
        case {"place": None, "key": str(key), "anchor": anchor}:
            return _elsewhere(run, key, anchor)
        case _:
            raise OptionError("A row is asked for by its place, its key and its anchor time.")


def row_meant(run: Prediction, row: object = None) -> Row:
    """The row that a user names as `Model.explain` takes it; None is the first of the frame.

    Raises:
        OptionError: Several rows are given, or the frame has none.
    """
    lines = lines_of(run)
    if row is None:
        if not len(lines):
            raise OptionError("The run predicted no rows, so there is none to explain.")
        return _of_line(lines, 0, None)
    line = one_row(run.plan, run.model.labels, row)
    named = _named(run, line)
    keys, anchors = lines.keys.iloc[lines.firsts], lines.frame["anchor_time"].iloc[lines.firsts]
    is_meant = (keys.map(str) == named["key"]) & (anchors.map(_anchor_text) == named["anchor"])
    found = np.flatnonzero(is_meant.to_numpy())
    if not len(found):
        return Row(line=line, named=named)
    part = None if lines.part is None or lines.part not in line else text(line[lines.part].iloc[0])
    return _of_line(lines, int(found[0]), part)


def _in_frame(run: Prediction, place: int, key: str, anchor: object, part: object) -> Row:
    lines = lines_of(run)
    here = np.flatnonzero(lines.rows == place)
    if not len(here):
        raise OptionError("The run's frame no longer has this row: it changed. Run the cell of this view again.")
    found = row_of(lines, place)
    if (found["key"], found["anchor"]) != (key, anchor):
        raise OptionError(
            f"The run's frame was sorted or changed since this was drawn: in the place of {key} is {found['key']} now. "
            "Run the cell of this view again."
        )
    return _of_line(lines, int(lines.line_of_rows[here[0]]), part if isinstance(part, str) else None)


def _of_line(lines: Lines, line: int, part: str | None) -> Row:
    """The row of a line, or the one of its rows that is about that part; the first where none is."""
    places = lines.places(line)
    named = row_of(lines, lines.first(line))
    if lines.part is None:
        return Row(line=lines.frame.iloc[places[:1]], named=named)
    parts = [text(lines.frame[lines.part].iloc[place]) for place in places.tolist()]
    if part is not None and part not in parts:
        raise OptionError(f"{part[:_LONGEST_PART]} is no {lines.part} of this row any more.")
    chosen = 0 if part is None else parts.index(part)
    prefix = "step " if lines.part == "step" else ""
    return Row(
        line=lines.frame.iloc[places[[chosen]]],
        named={**named, "part": parts[chosen]},
        choices=tuple(
            Choice(part=each, name=f"{prefix}{each}", is_chosen=number == chosen) for number, each in enumerate(parts)
        ),
    )


def _elsewhere(run: Prediction, key: str, anchor: object) -> Row:
    """A row of the entity table, whether it was predicted or not."""
    plan = run.plan
    keys = plan.graph[plan.entity_table].frame[plan.entity_key]
    found = np.flatnonzero((keys.map(str) == key).to_numpy())
    if not len(found):
        raise OptionError(f"{plan.entity_table} has no {plan.entity_key} {key[:_LONGEST_PART]} any more.")
    try:
        when = pd.NaT if anchor is None else pd.Timestamp(str(anchor))
    except ValueError as error:
        raise OptionError("The anchor time of a row is a date.") from error
    line = plan.graph[plan.entity_table].key_frame(found[:1]).assign(anchor_time=pd.Series([when]))
    return Row(line=line, named=_named(run, line))


def _named(run: Prediction, line: pd.DataFrame) -> dict[str, object]:
    if not set(run.plan.key_columns) <= set(line):
        raise OptionError(f"The row has no {run.plan.entity_key!r}. Give the key, or a line of the run's frame.")
    return {
        "place": None,
        "key": str(run.plan.keys_in(line).iloc[0]),
        "anchor": _anchor_text(line["anchor_time"].iloc[0]),
        "part": None,
    }


def _anchor_text(when: object) -> str | None:
    found = pd.Timestamp(str(when)) if not isinstance(when, pd.Timestamp) else when
    return None if pd.isna(found) else found.isoformat()
