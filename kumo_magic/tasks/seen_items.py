"""Past labels → whether items of an entity's own past are worth listing again, and the note that says so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kumo_magic.features.item_events import ItemEvents

_LEAST_SHARE = 0.01
"""Of labels that are repeats: below it, own items only take the places of others."""
_BLOCK_ROWS = 5_000
"""Whose own pasts are in memory at once."""


def seen_items(
    events: ItemEvents,
    true_items: Sequence[np.ndarray],
    entity_rows: np.ndarray,
    anchor_us: np.ndarray,
    rows: np.ndarray,
    asked: bool | None,
) -> tuple[bool, str]:
    """Whether own past items are left out, as asked or else by the given rows; and why, for people."""
    is_seen = are_seen(events, [true_items[row] for row in rows], entity_rows[rows], anchor_us[rows])
    repeats = np.concatenate([np.empty(0, dtype=bool), *is_seen])
    share = float(repeats.mean()) if len(repeats) else 0.0
    excludes = share < _LEAST_SHARE if asked is None else asked
    does = "are left out" if excludes else "stay in the lists"
    why = f"of the past labels {share:.0%} were repeats" if asked is None else f"as asked; {share:.0%} were repeats"
    return (
        excludes,
        f"Items of an entity's own past {does}: {why}. exclude_seen= (--exclude-seen, --keep-seen) decides otherwise.",
    )


def are_seen(
    events: ItemEvents, items: Sequence[np.ndarray], entity_rows: np.ndarray, anchor_us: np.ndarray
) -> list[np.ndarray]:
    """Per row, which of its items are in the entity's past at the row's anchor, bool; -1 is in none."""
    lengths = np.fromiter(map(len, items), dtype=np.int64, count=len(items))
    ends = lengths.cumsum()
    flat = np.concatenate([np.empty(0, dtype=np.int64), *items])
    row = np.repeat(np.arange(len(items)), lengths)
    is_seen = np.zeros(len(flat), dtype=bool)
    for start in range(0, len(items), _BLOCK_ROWS):
        block = slice(start, start + _BLOCK_ROWS)
        own_keys = events.seen(entity_rows[block], anchor_us[block])
        pairs = slice(ends[start] - lengths[start], ends[min(start + _BLOCK_ROWS, len(items)) - 1])
        is_seen[pairs] = np.isin((row[pairs] - start) * np.int64(events.num_items) + flat[pairs], own_keys)
    return np.split(is_seen & (flat >= 0), ends[:-1]) if len(items) else []
