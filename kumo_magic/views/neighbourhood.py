"""A run, one of its rows, a day → what was known of the row then: the rows around it, as the network samples them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kumo_magic.asked_rows import named_rows
from kumo_magic.errors import DataError, OptionError
from kumo_magic.graph.stype import Stype
from kumo_magic.labelling.asked_time import date_us
from kumo_magic.layout.rings import lay_out_rings
from kumo_magic.learners.networks import Networks
from kumo_magic.learners.training import EVALUATION_SEED
from kumo_magic.timeline.neighbours import is_known
from kumo_magic.timeline.times import ALWAYS, microseconds
from kumo_magic.views.known_rows import KnownRow, KnownRows, has_time, known_rows
from kumo_magic.views.moments import age_words, ahead_words, moments_until
from kumo_magic.views.plain import moment, shortened, text
from kumo_magic.views.row import Row

if TYPE_CHECKING:
    from kumo_magic.graph.table import Table
    from kumo_magic.prediction import Prediction
    from kumo_magic.sampling.sampler import Strategy
    from kumo_magic.tasks.preparation import Preparation
    from kumo_magic.views.answers import Answer

MOST_ROWS = 150
_MOST_HOPS, _MOST_FAN_OUT = 4, 64
_HOPS, _FAN_OUT = 2, 16  # where no network has its own
_FAN_OUTS = (48, 32, 24, 16, 12, 8, 6, 4, 3, 2, 1)
_MOST_COLUMNS = 12
_LONGEST_VALUE, _LONGEST_KEY = 80, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """Whose neighbourhood, as of when.

    Attributes:
        row: Position in the entity table.
        own_us: The anchor of the row in the run.
        anchor_us: As of when it is asked for, at most that.
    """

    row: int
    own_us: int
    anchor_us: int


def neighbourhood_answer(
    run: Prediction, row: Row, *, at: object = None, hops: object = None, fan_out: object = None
) -> Answer:
    """The sampled rows around the row's entity, each with its place, its values and from when on it is known.

    Args:
        run: Whose model and tables.
        row: Whose.
        at: An earlier day; None for the row's own anchor.
        hops: How far to go, 1 to 4; None for as far as the network of the run goes.
        fan_out: Most children per row and link, 1 to 64; None for that of the network. Fewer come where more than 150
            rows would.

    Raises:
        DataError: The key is not in the entity table, or the entity was not known by then.
        OptionError: ``at`` is later than the row's anchor, or a number is not of its range.
    """
    model = run.model.up_to_date()
    preparation = model.fitted.preparation
    network = next((learner for learner in model.fitted.learners if isinstance(learner, Networks)), None)
    asked = _asked(preparation, row.line, at)
    most_hops = _whole(hops, "hops", _MOST_HOPS) or (_HOPS if network is None else len(network.sampler.fan_outs))
    most = _whole(fan_out, "fan_out", _MOST_FAN_OUT) or (_FAN_OUT if network is None else network.sampler.fan_outs[0])
    strategy: Strategy = "mixed" if network is None else network.sampler.strategy
    found, num_hops, num_fan_out = _sampled(preparation, asked, most_hops, most, strategy)
    return {
        "type": "neighbourhood",
        "row": row.named,
        "key": shortened(text(run.plan.keys_in(row.line).iloc[0]), _LONGEST_KEY),
        "entity_key": run.plan.entity_key,
        "hops": num_hops,
        "fan_out": num_fan_out,
        "is_earlier": asked.anchor_us < asked.own_us,
        **_drawing(preparation, found, asked.anchor_us),
        "notes": _notes(preparation, found, num_hops, num_fan_out, most_hops, most),
    }


def _asked(preparation: Preparation, line: pd.DataFrame, at: object) -> _Asked:
    plan = preparation.plan
    population = named_rows(plan, line)
    own_us = int(preparation.known_from(population.entity_rows, population.anchor_us)[0])
    anchor_us = own_us if at is None else date_us(plan, at, "at")
    row = int(population.entity_rows[0])
    if anchor_us > own_us:
        raise OptionError(
            f"at={text(at)!r} is later than the row's anchor, {_time(own_us)}. Choose that day or an earlier one."
        )
    since_us = int(preparation.timeline.row_times[plan.entity_table][row])
    if not is_known(since_us, anchor_us):
        key = text(plan.keys_in(line).iloc[0])
        raise DataError(
            f"{plan.entity_key} {shortened(key, _LONGEST_KEY)} was not known yet on {_time(anchor_us)}.",
            table=plan.entity_table,
            column=plan.entity_key,
            example=key,
        )
    return _Asked(row=row, own_us=own_us, anchor_us=anchor_us)


def _whole(value: object, name: str, most: int) -> int | None:
    """The number, or None where none was given.

    Raises:
        OptionError: It is no whole number of the range.
    """
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise OptionError(f"{name}= is a whole number from 1 to {most}, not {value!r}.")
    return value


def _sampled(
    preparation: Preparation, asked: _Asked, most_hops: int, most: int, strategy: Strategy
) -> tuple[KnownRows, int, int]:
    """The largest sample of at most `MOST_ROWS` rows: fewer children per row first, then fewer hops."""
    rows, anchors = np.array([asked.row]), np.array([asked.anchor_us])
    found, hops, fan_out = None, 1, 1
    for hops, fan_out in _sizes(most_hops, most):
        sampler = preparation.sampler(hops=hops, fan_out=fan_out, strategy=strategy)
        neighbourhood = sampler.neighbourhood(rows, anchors, EVALUATION_SEED)
        found = neighbourhood
        if sum(len(neighbourhood.nodes(table)) for table in preparation.timeline.row_times) <= MOST_ROWS:
            break
    assert found is not None
    return known_rows(found, preparation.plan.entity_table, hops), hops, fan_out


def _sizes(most_hops: int, most: int) -> Iterator[tuple[int, int]]:
    for hops in range(most_hops, 0, -1):
        for fan_out in (most, *(fewer for fewer in _FAN_OUTS if fewer < most)):
            yield hops, fan_out


def _drawing(preparation: Preparation, found: KnownRows, anchor_us: int) -> dict[str, object]:
    """Places, tables, rows, edges and the moments of the slider."""
    rings = lay_out_rings([row.parent for row in found.rows])
    tables = list(dict.fromkeys(row.table for row in found.rows))
    columns = {name: _columns(preparation.graph.tables[name]) for name in tables}
    links = list(dict.fromkeys(link for _, _, link in found.edges))
    moments_us, moments = moments_until(anchor_us, [row.known_us for row in found.rows if row.known_us != ALWAYS])
    return {
        "size": round(rings.size),
        "radii": [round(radius) for radius in rings.radii],
        "anchor": _time(anchor_us),
        "zone": preparation.plan.time_zone,
        "moments": moments,
        "tables": [{"name": name, "columns": columns[name]} for name in tables],
        "links": [{"table": link.table, "column": link.column, "parent": link.parent} for link in links],
        "nodes": [
            {
                "table": tables.index(row.table),
                "hop": row.hop,
                "parent": row.parent,
                "x": round(x),
                "y": round(y),
                "from": int(np.searchsorted(moments_us, row.known_us)),
                "left_out": row.num_left_out,
                "age": age_words(anchor_us - row.time_us) if has_time(row) else None,
                "time": _time(row.time_us) if has_time(row) else None,
                **_values(preparation.graph.tables[row.table], row, columns[row.table], anchor_us, moments_us),
            }
            for row, (x, y) in zip(found.rows, rings.places, strict=True)
        ],
        # One text: a notebook's file has a line for every number of a list.
        "edges": " ".join(f"{child},{parent},{links.index(link)}" for child, parent, link in found.edges),
    }


def _columns(table: Table) -> list[str]:
    """The columns whose values are shown: the key first, without what the model leaves out."""
    shown = [name for name, column in table.columns.items() if column.stype is not Stype.IGNORED]
    shown.sort(key=lambda name: name != table.primary_key)
    return shown[:_MOST_COLUMNS]


def _values(
    table: Table, row: KnownRow, columns: list[str], anchor_us: int, moments_us: np.ndarray
) -> dict[str, object]:
    """The row's key and values. A time after the anchor is none; ``late`` says which are known at later moments."""
    values, late = [], {}
    for place, name in enumerate(columns):
        value = table.frame[name].iloc[row.row]
        if isinstance(value, pd.Timestamp):
            value_us = int(microseconds(pd.Series([value]))[0])
            if table.columns[name].is_known:  # with its row, whatever the moment
                words = ahead_words(value_us, anchor_us)
                values.append(shortened(f"{text(value)} ({words})" if words else text(value), _LONGEST_VALUE))
                continue
            if not is_known(value_us, anchor_us):
                values.append("")
                continue
            if value_us > row.known_us:
                late[str(place)] = int(np.searchsorted(moments_us, value_us))
        values.append(shortened(text(value), _LONGEST_VALUE))
    key = table.primary_key
    name = f"row {row.row + 1:,}" if key is None else text(table.frame[key].iloc[row.row])
    return {"key": shortened(name, _LONGEST_KEY), "values": values, "late": late}


def _notes(preparation: Preparation, found: KnownRows, hops: int, fan_out: int, most_hops: int, most: int) -> list[str]:
    num_left_out = sum(row.num_left_out for row in found.rows)
    notes = [
        f"{len(found.rows):,} {'row' if len(found.rows) == 1 else 'rows'} within {hops} "
        f"{'hop' if hops == 1 else 'hops'}, sampled as for the network: at most {fan_out} per row and link."
    ]
    if num_left_out:
        notes.append(f"{num_left_out:,} more rows that point at these were known by then and are left out.")
    if (hops, fan_out) != (most_hops, most):
        notes.append(f"A sample of up to {most} rows per row and link in {most_hops} hops would be too large to draw.")
    still = [name for name in dict.fromkeys(row.table for row in found.rows) if _is_timeless(preparation, name)]
    if still:
        words = "have no time column: their values are" if len(still) > 1 else "has no time column: its values are"
        notes.append(f"{' and '.join(still)} {words} those of today.")
    return notes


def _is_timeless(preparation: Preparation, table: str) -> bool:
    return preparation.graph.tables[table].time_column is None and not preparation.timeline.is_temporal[table]


def _time(time_us: int) -> str:
    return moment(pd.Timestamp(time_us, unit="us"))
