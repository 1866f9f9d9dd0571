"""A RankedExplanation → a few plain sentences, from a template."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.candidates.channels import POPULAR
from kumo_magic.explain.channel_words import number_of

if TYPE_CHECKING:
    from kumo_magic.explain.ranked_explanation import RankedExplanation

_MOST_NAMED = 3
_LEAST_EFFECT = 0.01
"""Of the log odds: a past item that moves them less is not said to have brought anything."""


def sentences_of(why: RankedExplanation) -> list[str]:
    """Where the item stands, what of the past put it there, and which channels brought it."""
    said = [_place(why)]
    if why.past_items.empty:
        said.append(f"Nothing is known of the past of {_who(why)}, so no past item brought it.")
    else:
        said += [*_own(why), *_past(why), _baseline(why)]
    said.append(f"It is among the candidates through {_listed(_some(_channels(why)))}.")
    if why.flip is not None:
        number, best = len(why.flip), "best" if why.weight == 1 else "ranker's best"
        items = "past item" if number == 1 else f"{number} past items"
        said.append(f"Without the {items} {_listed(_some(why.flip['item']))} it would not be among the {best} {why.k}.")
    if why.faithfulness is not None and why.faithfulness.ratio is not None:
        said.append(
            f"Hiding past items in this order moves the score {why.faithfulness.ratio:.1f} times as fast as in a "
            "random order."
        )
    return said


def ordinal(place: int) -> str:
    """The place in words.

    Example:
        >>> [ordinal(place) for place in (1, 2, 3, 11, 21, 112)]
        ['1st', '2nd', '3rd', '11th', '21st', '112th']
    """
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"


def _who(why: RankedExplanation) -> str:
    return f"{why.entity_key} {why.row[0]}"


def _place(why: RankedExplanation) -> str:
    what = f"{_who(why)}: {why.item_column} {why.item} is "
    where = "not in the list" if why.listed is None else f"listed {ordinal(why.listed)}"
    if why.weight == 1 and why.listed == why.rank:
        return f"{what}{where} of {why.num_candidates:,} candidates."
    return f"{what}{where}; the ranker has it {ordinal(why.rank)} of {why.num_candidates:,} candidates."


def _own(why: RankedExplanation) -> list[str]:
    own = why.past_items[why.past_items["item"] == why.item]
    return [
        f"The past has it {_times(int(events))}, last {_days(days)} ago; "
        f"without {'that' if events == 1 else 'those'} {_would_stand(place)}."
        for events, days, place in zip(own["events"], own["days_since_last"], own["rank_without"], strict=True)
    ]


def _past(why: RankedExplanation) -> list[str]:
    """The past items that brought it, beside itself."""
    others = why.past_items[why.past_items["item"] != why.item]
    strong = others[others["logit_effect"] >= _LEAST_EFFECT].head(_MOST_NAMED)
    if strong.empty:
        return _no_single_one(why, has_own=len(others) < len(why.past_items))
    first = strong.iloc[0]
    said = [
        f"The past item that did most for it is {first['item']} ({_times(int(first['events']))}, last "
        f"{_days(first['days_since_last'])} ago): without it, {_would_stand(first['rank_without'])}."
    ]
    if len(strong) > 1:
        said.append(f"After it {'comes' if len(strong) == 2 else 'come'} {_listed(_some(strong['item'].iloc[1:]))}.")
    return said


def _no_single_one(why: RankedExplanation, *, has_own: bool) -> list[str]:
    if has_own:
        return ["No other past item makes a difference by itself."]
    if why.flip is not None and len(why.flip) == 1:
        return []  # it pushes others ahead
    is_worse = why.rank_of_baseline is None or why.rank_of_baseline > why.rank
    return ["No single past item brought it" + (": several stand in for one another." if is_worse else ".")]


def _channels(why: RankedExplanation) -> pd.Series:
    """What the channels say that brought it, with its place in each; being popular with no event says nothing."""
    brought = why.channels[why.channels["brought"]]
    told = brought[(brought["score"] > 0) | (brought["channel"] != POPULAR)]
    told = brought if told.empty else told
    return told["says"] + " (" + told["rank"].map(ordinal) + ")"


def _baseline(why: RankedExplanation) -> str:
    return f"With nothing known of the past, {_would_stand(why.rank_of_baseline)}."


def _would_stand(place: object) -> str:
    if place is None or place is pd.NA:
        return "it would not be among the candidates"
    return f"it would stand {ordinal(int(str(place)))}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")


def _days(days: float) -> str:
    whole = int(days)
    return "less than a day" if whole == 0 else number_of(whole, "day")


def _some(items: pd.Series) -> list[str]:
    shown = [str(item) for item in items.iloc[:_MOST_NAMED]]
    return [*shown, f"{len(items) - _MOST_NAMED:,} more"] if len(items) > _MOST_NAMED else shown


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
