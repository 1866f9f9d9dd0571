"""Texts and lists of categories → up to eight codes per cell. Knows no tensors."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.features.categories import as_text

BAG_SIZE = 8
NUM_WORD_CODES = 4096
_WORD = re.compile(r"\w+")
_SEPARATOR = re.compile(r"\s*[|;,]\s*")
_MOST_SIGNS = 400
_FIRST_KNOWN = 2  # 0 pads, 1 is unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class Bag:
    """The codes of each row, stored once per distinct cell: ``codes[distinct[row]]``, 0 padding to eight."""

    distinct: np.ndarray  # int32 [rows]
    codes: np.ndarray  # int64 [distinct cells + 1, 8]; the last one is empty, for a missing cell


def word_bag(column: pd.Series) -> Bag:
    """The first eight different words of each text, hashed into 4,095 buckets; the same hash in every process."""
    return _bag(column, str, _word_codes)


def item_bag(column: pd.Series, items: tuple[str, ...]) -> Bag:
    """The first eight items of each cell as codes: 1 for an unseen one, 2 and up for the known ``items``."""
    position = {item: code for code, item in enumerate(items, start=_FIRST_KNOWN)}
    return _bag(column, _cell_text, lambda cell: [position.get(item, 1) for item in _items(cell)])


def fit_items(column: pd.Series, known: np.ndarray, *, most: int) -> tuple[str, ...]:
    """The most frequent items in the cells of the known rows (bool [rows]), ties in the order of the text."""
    cells, texts = _factorize(column, _cell_text)
    counts: Counter[str] = Counter()
    for cell, times in zip(texts, np.bincount(cells[known & (cells >= 0)], minlength=len(texts)), strict=True):
        if times:
            counts.update(dict.fromkeys(_items(cell), int(times)))
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(item for item, _ in ranked[:most])


def _bag(column: pd.Series, text: Callable[[object], str], encode: Callable[[str], list[int]]) -> Bag:
    cells, texts = _factorize(column, text)
    codes = np.zeros((len(texts) + 1, BAG_SIZE), dtype=np.int64)
    for row, cell in enumerate(texts):
        encoded = encode(cell)[:BAG_SIZE]
        codes[row, : len(encoded)] = encoded
    distinct = np.where(cells >= 0, cells, len(texts)).astype(np.int32)
    return Bag(distinct=distinct, codes=codes)


def _factorize(column: pd.Series, text: Callable[[object], str]) -> tuple[np.ndarray, list[str]]:
    """A number per row (-1 for missing), and the text of each number."""
    try:
        cells, values = pd.factorize(column)
    except TypeError:  # lists and arrays have no hash
        cells, values = pd.factorize(column.map(text, na_action="ignore"))
        return cells, list(values)
    return cells, [text(value) for value in values]


def _word_codes(text: str) -> list[int]:
    words = dict.fromkeys(_WORD.findall(text[:_MOST_SIGNS].lower()))
    return [1 + zlib.crc32(word.encode()) % (NUM_WORD_CODES - 1) for word in words]


def _cell_text(cell: object) -> str:
    """A list becomes text, with a sign after each item that no item holds."""
    if isinstance(cell, Iterable) and not isinstance(cell, str):
        return "".join(f"{as_text(item)}\x1f" for item in cell)
    return as_text(cell)


def _items(cell: str) -> list[str]:
    """The different items of a cell: of a list, or of a text with items between ``|``, ``;`` or ``,``."""
    parts = cell.split("\x1f") if "\x1f" in cell else _SEPARATOR.split(cell.strip())
    return list(dict.fromkeys(part for part in parts if part))
