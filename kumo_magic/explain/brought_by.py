"""An entity's past and an item → which channels brought the item, and through which past items. Scores nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from kumo_magic.candidates.attributes import Codes
from kumo_magic.candidates.channels import (
    ENTITIES,
    NEW,
    OWN,
    POPULAR,
    SIBLINGS,
    VISITS,
    Channels,
    ages_of,
)
from kumo_magic.candidates.own_past import own_past
from kumo_magic.candidates.source import CandidateSource

COLUMNS = ("channel", "brought", "rank", "score")


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBy:
    """How one item came to be a candidate.

    Attributes:
        channels: [channel, brought, rank, score]: a row for each channel that brought the item or knows it, those that
            brought it first. ``rank`` is its place by this channel among all that the channels bring, ``score`` what
            the channel says: decayed visits (own), events of the last horizon (popular), days (new), else a similarity
            or a share.
        through: [channel, item, share]: what past items give to the channel's score, item rows, greatest first.
        alike: Attributes in which the item equals some item of the past.
    """

    channels: pd.DataFrame
    through: pd.DataFrame
    alike: tuple[str, ...]


def brought_by(source: CandidateSource, entity_row: int, anchor_us: int, item: int) -> BroughtBy:
    """What brought the item, which must be a candidate.

    Args:
        source: Of the candidates.
        entity_row: Position in the entity table.
        anchor_us: Microseconds since 1970.
        item: Row of the item table.
    """
    past = own_past(source.events, np.array([entity_row]), anchor_us, source.horizon_days)
    found = source.channels_of(past, np.array([entity_row]), anchor_us)
    items, _ = source.as_of(anchor_us)
    held = past.decayed(len(items.exists))
    ages = ages_of(items)
    known = {
        OWN: held.toarray()[0][found.item],
        POPULAR: items.features[found.item, 0].astype(np.float64),
        **found.scores,
    }
    rows = [_row(name, scores, found, item) for name, scores in known.items()]
    if item in found.brought[NEW]:
        rows.append((NEW, True, int((ages[found.item] < ages[item]).sum()) + 1, float(ages[item])))
    shown = pd.DataFrame([row for row in rows if row[1] or row[3] > 0], columns=list(COLUMNS))
    shown = shown.sort_values(["brought", "rank"], ascending=[False, True], kind="stable").reset_index(drop=True)
    given = _given(source, held, anchor_us, item)
    parts = [_shares(name, held.indices, values) for name, values in given.items() if name in set(shown["channel"])]
    return BroughtBy(
        channels=shown,
        through=pd.concat([_shares("", held.indices[:0], np.empty(0)), *parts], ignore_index=True),
        alike=tuple(one.name for one in source.attributes if _has_like(one, held.indices, item)),
    )


def _row(name: str, scores: np.ndarray, found: Channels, item: int) -> tuple[str, bool, int, float]:
    own = float(scores[found.item == item][0])
    return name, item in found.brought[name], int((scores > own).sum()) + 1, own


def _given(source: CandidateSource, held: sparse.csr_array, anchor_us: int, item: int) -> dict[str, np.ndarray]:
    """What each past item gives to a channel's score of the item, channel → float64 [past items]."""
    items, shelf = source.as_of(anchor_us)
    weights, past = held.data, held.indices
    of_siblings = np.zeros(len(past))
    for one in source.attributes:
        code = one.codes[item]
        total = weights[one.codes[past] >= 0].sum()
        if code >= 0 and total > 0:
            of_siblings += weights * (one.codes[past] == code) / total * float(shelf.by_value[one.name][code, item])
    return {
        ENTITIES: weights * _entries(items.of_entities, past, item),
        VISITS: weights * _entries(items.of_visits, past, item),
        SIBLINGS: of_siblings,
    }


def _entries(matrix: sparse.csr_array, rows: np.ndarray, column: int) -> np.ndarray:
    """The entries of some rows in one column, float64."""
    if not len(rows):
        return np.empty(0)
    return np.asarray(matrix[rows].tocsc()[:, [column]].toarray()).ravel()


def _shares(channel: str, items: np.ndarray, values: np.ndarray) -> pd.DataFrame:
    """A row per past item that gives something, the greatest share first."""
    order = np.argsort(-values, kind="stable")
    order = order[values[order] > 0]
    shares = values[order] / values[order].sum() if len(order) else np.empty(0)
    return pd.DataFrame({"channel": channel, "item": items[order].astype(np.int64), "share": shares})


def _has_like(attribute: Codes, past: np.ndarray, item: int) -> bool:
    code = attribute.codes[item]
    return bool(code >= 0 and (attribute.codes[past] == code).any())
