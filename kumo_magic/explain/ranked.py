"""Fitted learners of a ranking, one row and one item → its RankedExplanation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logit

from kumo_magic.explain.brought_by import brought_by
from kumo_magic.explain.channel_words import said_of_channels
from kumo_magic.explain.faithfulness import Faithfulness, plan_deletion
from kumo_magic.explain.flip import Decide, find_flip, one_after_the_other, strongest
from kumo_magic.explain.listed_item import ListedItem, listed_item
from kumo_magic.explain.ranked_explanation import RankedExplanation
from kumo_magic.explain.standing import PastOfEntity, Standings
from kumo_magic.learn.answers import item_column
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.timeline.times import DAY_US

MOST_HIDDEN = 100
"""Past items that are hidden one by one, those of the newest events; and newest events."""
_MOST_ROUNDS = 20
_LEAST_SCORE = 1e-12


def explain_ranked(
    fitted: FittedLearners, frame: pd.DataFrame, entity_row: int, anchor_us: int, *, item: object = None
) -> RankedExplanation:
    """Why the item is listed where it is.

    Args:
        fitted: What answers.
        frame: [entity key, anchor_time], one line.
        entity_row: Position in the entity table.
        anchor_us: Microseconds since 1970.
        item: Its key; None for the first of the list that the ranker knows.

    Raises:
        OptionError: The ranker counts nothing in the list, or the item is not among the row's candidates.
    """
    plan = fitted.preparation.plan
    listed = listed_item(fitted, frame, entity_row, anchor_us, item)
    past, keys = listed.past, listed.keys
    parts = _past_items(past, listed.item)
    whole, nothing = np.empty(0, dtype=np.int64), np.arange(len(past.items))
    found = past.standings(listed.item, [whole, nothing, *parts.hidden])
    alone = past.standings(listed.item, [np.setdiff1d(nothing, one) for one in parts.hidden], with_ranks=False)
    effects = parts.described(past, found).assign(alone=alone.scores)
    flip, faithfulness = _of_parts(listed, parts, effects, found)
    order = np.argsort(-effects["effect"].to_numpy(), kind="stable")
    brought = brought_by(past.objective.source, entity_row, anchor_us, listed.item)
    through = brought.through.assign(item=_keys(keys, brought.through["item"]))
    effects = effects.assign(item=_keys(keys, effects["item"]))
    return RankedExplanation(
        row=(plan.keys_in(frame).iloc[0], frame.iloc[0]["anchor_time"]),
        entity_key=plan.entity_key,
        item_column=item_column(plan),
        item=keys.iloc[listed.item],
        listed=listed.listed,
        rank=int(found.ranks[0]),
        num_candidates=listed.num_candidates,
        k=past.objective.k,
        weight=listed.weight,
        score=float(found.scores[0]),
        baseline=float(found.scores[1]),
        rank_of_baseline=int(found.ranks[1]) or None,
        past_items=effects.iloc[order].reset_index(drop=True),
        channels=brought.channels.assign(says=said_of_channels(listed, brought, through, plan)),
        through=through,
        events=_events(listed, found.scores[0]),
        flip=None if flip is None else effects.iloc[list(flip)].reset_index(drop=True),
        faithfulness=faithfulness,
        notes=_notes(listed, parts.num_left_out),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _PastItems:
    """Items of a past, each with all its events."""

    items: np.ndarray  # int64 [past items], row of the item table
    hidden: list[np.ndarray]  # of each, positions of its events
    num_left_out: int  # items that are not hidden one by one

    def described(self, past: PastOfEntity, found: Standings) -> pd.DataFrame:
        """The frame of past items; what is found of them begins at the third place."""
        newest = np.array([past.times[events[-1]] for events in self.hidden], dtype=np.int64)
        return pd.DataFrame(
            {
                "item": self.items,
                "events": np.array([len(events) for events in self.hidden], dtype=np.int64),
                "days_since_last": (past.anchor_us - newest) / DAY_US,
                **_effects(found.scores[0], found.scores[2:]),
                "rank_without": pd.array(found.ranks[2:], dtype="Int64"),
            }
        ).assign(rank_without=lambda frame: frame["rank_without"].mask(frame["rank_without"] == 0))


def _past_items(past: PastOfEntity, item: int) -> _PastItems:
    """The item itself where it is in the past, then those of the newest events."""
    newest_first = past.items[::-1]
    _, first = np.unique(newest_first, return_index=True)
    items = newest_first[np.sort(first)]
    items = np.concatenate([items[items == item], items[items != item]])
    kept = items[:MOST_HIDDEN]
    return _PastItems(
        items=kept,
        hidden=[np.flatnonzero(past.items == one) for one in kept],
        num_left_out=len(items) - len(kept),
    )


def _of_parts(
    listed: ListedItem, parts: _PastItems, effects: pd.DataFrame, found: Standings
) -> tuple[tuple[int, ...] | None, Faithfulness | None]:
    """Places of the past items that keep the item among the best, and whether the effects are faithful."""
    if not len(parts.items):
        return None, None
    past, k = listed.past, listed.past.objective.k

    def without(places: list[int]) -> np.ndarray:
        return np.concatenate([parts.hidden[place] for place in places])

    def decide(lists: list[list[int]]) -> np.ndarray:
        ranks = past.standings(listed.item, [without(places) for places in lists]).ranks
        return ((ranks > 0) & (ranks <= k)).astype(np.int64)

    strengths = effects["effect"].to_numpy()
    everything = without(list(range(len(parts.items))))
    falls = past.standings(listed.item, [everything], with_ranks=False).scores[0] <= found.scores[0]
    deletion = plan_deletion(strengths, falls=bool(falls))
    answers = past.standings(listed.item, [without(places) for places in deletion.hidden], with_ranks=False)
    faithfulness = deletion.read(float(found.scores[0]), answers.scores)
    if found.ranks[0] > k:
        return None, faithfulness
    return flip_of((strengths, effects["alone"].to_numpy()), decide), faithfulness


def flip_of(orders: tuple[np.ndarray, ...], decide: Decide) -> tuple[int, ...] | None:
    """The first flip found by one of these orders, each of the greatest values first.

    Past items that stand in for one another have no effect by themselves; what each does alone finds them.
    """
    for values in orders:
        order = strongest(values)
        flip = (
            find_flip(order, decide(one_after_the_other(order)), 1, decide, most_rounds=_MOST_ROUNDS) if order else None
        )
        if flip is not None:
            return flip
    return None


def _events(listed: ListedItem, score: float) -> pd.DataFrame:
    """The newest events of the past with the effect of each, in order of time."""
    past = listed.past
    newest = np.arange(len(past.items))[-MOST_HIDDEN:]
    found = past.standings(listed.item, [np.array([place]) for place in newest], with_ranks=False)
    return pd.DataFrame(
        {
            "item": _keys(listed.keys, past.items[newest]),
            "time": pd.DatetimeIndex(past.times[newest].astype("datetime64[us]")),
            **_effects(score, found.scores),
        }
    )


def _effects(score: float, without: np.ndarray) -> dict[str, np.ndarray]:
    """Columns of a frame of effects."""
    return {
        "without": without,
        "effect": score - without,
        "logit_effect": _logit(np.array([score])) - _logit(without),
    }


def _logit(scores: np.ndarray) -> np.ndarray:
    return np.asarray(logit(np.clip(scores, _LEAST_SCORE, 1 - _LEAST_SCORE)))


def _keys(keys: pd.Series, rows: pd.Series | np.ndarray) -> pd.api.extensions.ExtensionArray | np.ndarray:
    return keys.take(np.asarray(rows, dtype=np.int64)).array


def _notes(listed: ListedItem, num_left_out: int) -> tuple[str, ...]:
    notes = []
    if listed.weight < 1:
        notes.append(
            f"The ranker alone is explained; it counts {listed.weight:.0%} in the list, the graph network the rest."
        )
    if num_left_out:
        notes.append(
            f"Only {MOST_HIDDEN:,} past items, those of the newest events, were hidden one by one; "
            f"{num_left_out:,} others stay."
        )
    if len(listed.past.items) > MOST_HIDDEN:
        notes.append(f"Of the single events, only the newest {MOST_HIDDEN:,} were hidden one by one.")
    return tuple(notes)
