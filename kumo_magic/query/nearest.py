"""A word that the language has not → the word that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_LONGEST = 30


def nearest_word(word: str, choices: Iterable[str]) -> str | None:
    """The choice that a word spells but for its case, its plural, or a few letters; None where none is near."""
    by_letters = {choice.upper().replace(" ", ""): choice for choice in choices}
    letters = word.upper()
    if len(letters) > _LONGEST:
        return None
    for spelling in (letters, f"{letters}S", letters.removesuffix("S"), letters.removesuffix("ES")):
        if spelling in by_letters:
            return by_letters[spelling]
    close = difflib.get_close_matches(letters, by_letters, n=1, cutoff=0.65)
    return by_letters[close[0]] if close else None
