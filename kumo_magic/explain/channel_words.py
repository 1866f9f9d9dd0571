"""Channels of an item → what each says of it, in plain words. Computes nothing."""

from __future__ import annotations

import pandas as pd

from kumo_magic.candidates.channels import ENTITIES, NEW, OWN, POPULAR, SIBLINGS, VISITS, segment_channel
from kumo_magic.explain.brought_by import BroughtBy
from kumo_magic.explain.listed_item import ListedItem
from kumo_magic.features.spans import duration_words
from kumo_magic.plan.plan import PredictionPlan

_MOST_NAMED = 3
_TEMPLATES = {
    OWN: "own past",
    POPULAR: "popular overall: {events} in the last {horizon}",
    NEW: "new: there for {days}",
    ENTITIES: "had by those who had {through}",
    VISITS: "had on the same day as {through}",
    SIBLINGS: "same {attributes} as {through}",
}
_OF_SEGMENT = "popular where {segment}: {score:.1%} of the recent events"


def said_of_channels(listed: ListedItem, brought: BroughtBy, through: pd.DataFrame, plan: PredictionPlan) -> list[str]:
    """A phrase for each line of the channels.

    Args:
        listed: The item.
        brought: Its channels.
        through: [channel, item, share], items as keys.
        plan: Knows the entity table.
    """
    source = listed.past.objective.source
    entities = plan.graph[plan.entity_table].frame
    segments = {
        segment_channel(one): f"{one.name} is {entities[one.name].iloc[listed.past.entity_row]}"
        for one in source.segments
    }
    attributes = [f"{one.name} ({listed.value_of(one.name)})" for one in source.attributes if one.name in brought.alike]
    return [
        _TEMPLATES.get(str(channel), _OF_SEGMENT).format(
            segment=segments.get(str(channel)),
            score=score,
            events=number_of(int(score), "event"),
            days=number_of(int(score), "day"),
            horizon=duration_words(source.horizon_days),
            through=_named(through[through["channel"] == channel]),
            attributes=" and ".join(attributes),
        )
        for channel, score in zip(brought.channels["channel"], brought.channels["score"], strict=True)
    ]


def number_of(number: int, noun: str) -> str:
    """A number and its noun.

    Example:
        >>> number_of(1, "event"), number_of(2000, "day")
        ('1 event', '2,000 days')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _named(through: pd.DataFrame) -> str:
    """The past items that give most, with their shares where there are several."""
    if len(through) == 1:
        return str(through["item"].iloc[0])
    named = [f"{item} {share:.0%}" for item, share in zip(through["item"], through["share"], strict=True)]
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return ", ".join(named[:_MOST_NAMED]) + more
