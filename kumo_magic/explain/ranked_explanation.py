"""What a user holds of why an item is listed: effects of past items as frames, in words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kumo_magic.explain.faithfulness import Faithfulness
from kumo_magic.explain.ranked_words import sentences_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedExplanation:
    """Why the ranker puts an item where it does: exact occlusion, the same ranker without a part of the row's past.

    An effect is the item's score less its score without that part: as if the entity had never had a past item, or as if
    one event had never happened. Who else had which item stays, and so does what is popular and what goes together, the
    entity's own share in it included. Effects do not add up: parts can stand in for one another.

    Attributes:
        row: The entity's key and the anchor time.
        entity_key: The column of the entity's key.
        item_column: The column of the item's key.
        item: The item's key.
        listed: Its place in the model's list, from 1; None where it is in none.
        rank: Its place by the ranker alone among the row's candidates, from 1.
        num_candidates: How many they are.
        k: How long the query's list is.
        weight: How much the ranker counts in the model's list, from 0 to 1.
        score: How likely the ranker finds the item; not calibrated.
        baseline: The score with nothing known of the past.
        rank_of_baseline: The place then; None where no channel would bring the item.
        past_items: [item, events, days_since_last, without, effect, logit_effect, rank_without, alone]: a row for each
            item of the past, hidden with all its events; what speaks most for the listed item first.
            ``rank_without`` is missing where no channel would bring the item then; ``without`` is the score it would
            have if one did. ``alone`` is the score with nothing in the past but this item.
        channels: [channel, brought, rank, score, says]: what brought the item to the candidates, and its place by
            each channel among all that they bring; ``says`` is for people. Channels that know it but did not bring it
            come after.
        through: [channel, item, share]: of the channels that go through past items, what each of those gives.
        events: [item, time, without, effect, logit_effect]: single events of the past in order of time.
        flip: Of ``past_items`` those without which the item is not among the ranker's best k, as few as a greedy search
            found; None where none do, or it is not among them anyway.
        faithfulness: Whether hiding past items in order of effect moves the score faster than at random; None without.
        notes: What a reader should know.
    """

    row: tuple[object, pd.Timestamp]
    entity_key: str
    item_column: str
    item: object
    listed: int | None
    rank: int
    num_candidates: int
    k: int
    weight: float
    score: float
    baseline: float
    rank_of_baseline: int | None
    past_items: pd.DataFrame
    channels: pd.DataFrame
    through: pd.DataFrame
    events: pd.DataFrame
    flip: pd.DataFrame | None
    faithfulness: Faithfulness | None
    notes: tuple[str, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """The explanation in plain words; the first sentence says where the item stands."""
        return sentences_of(self)

    @property
    def text(self) -> str:
        """The sentences in one piece."""
        return " ".join(self.sentences)

    def __str__(self) -> str:
        return "\n".join([self.text, *self.notes])

    __repr__ = __str__
