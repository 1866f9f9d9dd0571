"""Fitted learners, one row, an item's key → the item that is asked about, and where it stands in the list."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.errors import OptionError
from kumo_magic.explain.standing import PastOfEntity, past_of_entity
from kumo_magic.graph.key_rows import key_rows
from kumo_magic.graph.table import Table
from kumo_magic.learn.answers import item_column
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.learn.fuse import LISTED
from kumo_magic.learners.ranker import Ranker
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.ranking import RankingObjective

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """An item among the candidates of one row.

    Attributes:
        past: Of the row's entity.
        item: Row of the item table.
        table: Of the items.
        listed: Place in the model's list, from 1; None where it is beyond the list.
        num_candidates: Of the row, with this one.
        weight: How much the ranker counts in the list.
    """

    past: PastOfEntity
    item: int
    table: Table
    listed: int | None
    num_candidates: int
    weight: float

    @property
    def keys(self) -> pd.Series:
        """The keys of all items, by row."""
        return self.table.keys

    def value_of(self, column: str) -> object:
        """What the item has in a column."""
        return self.table.frame[column].iloc[self.item]


def listed_item(
    fitted: FittedLearners, frame: pd.DataFrame, entity_row: int, anchor_us: int, key: object = None
) -> ListedItem:
    """The item with this key, or the first of the list that the ranker knows.

    Args:
        fitted: What answers.
        frame: [entity key, anchor_time], one line.
        entity_row: Position in the entity table.
        anchor_us: Microseconds since 1970.
        key: Of the item; None for the first of the list.

    Raises:
        OptionError: The ranker counts nothing in the list, there are no candidates, or the item is not among them.
    """
    plan, objective, ranker = fitted.preparation.plan, fitted.objective, _counted_ranker(fitted)
    assert isinstance(objective, RankingObjective)
    assert plan.item_table is not None
    past = past_of_entity(ranker, objective, entity_row, anchor_us)
    candidates = past.candidates()
    items = plan.graph[plan.item_table]
    keys = items.keys
    who = f"{plan.entity_key} {plan.keys_in(frame).iloc[0]}"
    if not len(candidates):
        raise OptionError(f"There is no item that the ranker could list for {who}: nothing to explain.")
    listed = _list(fitted, frame, entity_row, anchor_us)
    known = listed[np.isin(listed, candidates)]
    if key is None:
        item = int(known[0] if len(known) else candidates[0])
    else:
        item = _row_of(key, items, item_column(plan))
        if item not in candidates:
            best = ", ".join(repr(keys.iloc[row]) for row in (known if len(known) else candidates)[:_MOST_NAMED])
            raise OptionError(
                f"{item_column(plan)} {key!r} is not among the {len(candidates):,} candidates of {who}: "
                f"{_why_none(past, item)}. Ask about one that is, such as {best}."
            )
    place = np.flatnonzero(listed == item)
    return ListedItem(
        past=past,
        item=item,
        table=items,
        listed=int(place[0]) + 1 if len(place) else None,
        num_candidates=len(candidates),
        weight=fitted.weights[ranker.name],
    )


def _counted_ranker(fitted: FittedLearners) -> Ranker:
    for one in fitted.learners:
        if isinstance(one, Ranker) and fitted.weights[one.name] > 0:
            return one
    raise OptionError(
        "This ranking cannot be explained: its lists come from the graph network alone, and only what the ranker of "
        "candidates lists can be traced to past items. Fit with a larger budget, or see run.model.fitted.weights."
    )


def _list(fitted: FittedLearners, frame: pd.DataFrame, entity_row: int, anchor_us: int) -> np.ndarray:
    """The model's list of the row, item rows, best first, int64."""
    rows, anchors = np.array([entity_row]), np.array([anchor_us])
    if sum(weight > 0 for weight in fitted.weights.values()) == 1:  # the ranker, which reads no features of rows
        examples = Examples(entity_rows=rows, anchor_us=anchors, features=np.empty((1, 0), dtype=np.float32))
    else:
        _, examples = fitted.preparation.asked(frame, rows, anchors)
    assert isinstance(fitted.objective, RankingObjective)
    outputs = fitted.outputs(examples, max(LISTED, fitted.objective.k))[0]
    return outputs[np.isfinite(outputs[:, 1]), 0].astype(np.int64)


def _row_of(key: object, items: Table, column: str) -> int:
    (row,) = key_rows(items, pd.Series([key], dtype=object))
    if row < 0:
        raise OptionError(f"There is no {column} {key!r} in {items.name!r}. Give a key as that table has it.")
    return int(row)


def _why_none(past: PastOfEntity, item: int) -> str:
    if past.objective.excludes_seen and item in past.items:
        return "it is in the own past, and items of the own past are left out of this list"
    if past.objective.source.item_times[item] > past.anchor_us:
        return "it does not exist yet at the anchor time"
    return "no channel brings it (own past, popular, new, had together, same attributes)"
