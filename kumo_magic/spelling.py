"""A name or text that is not there → the ones that were probably meant. Knows no tables and no language."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

_LEAST_LIKE = 0.65
_SHORTEST_BEGINNING = 3
_SHORTEST_PART = 4
_MOST_COMPARED = 2_000
"""Choices whose letters are compared one by one, the first ones: a column may have a million texts."""


def letters(text: str) -> str:
    """What is left of a text without case, accents, blanks and signs.

    Example:
        >>> letters(" Côte-d'Or ")
        'cotedor'
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in decomposed if sign.isalnum())
    return kept or text.strip()


def nearest_name(name: str, choices: Iterable[str]) -> str | None:
    """The choice that differs in case, plural or signs only, begins like the name, has nearly its letters, or holds it.

    Example:
        >>> nearest_name("Trans", ["customers", "transactions_train"])
        'transactions_train'
        >>> nearest_name("Order", ["order_items", "orders"])
        'orders'
    """
    bare = {_bare(choice): choice for choice in reversed(list(choices))}
    wanted = _bare(name)
    if wanted in bare:
        return bare[wanted]
    if len(wanted) >= _SHORTEST_BEGINNING:
        begun = [one for one in reversed(bare) if one.startswith(wanted)]
        if begun:
            return bare[min(begun, key=len)]
    close = difflib.get_close_matches(wanted, bare, n=1, cutoff=_LEAST_LIKE)
    if close:
        return bare[close[0]]
    held = [one for one in reversed(bare) if _holds(one, wanted) or _holds(wanted, one)]
    return bare[min(held, key=lambda one: abs(len(one) - len(wanted)))] if held else None


def nearest_texts(text: str, choices: Iterable[str], most: int = 3) -> list[str]:
    """The choices nearest to a text, best first: those of the same letters, else of a beginning, else of most letters.

    Example:
        >>> nearest_texts("Paid ", ["paid", "unpaid", "open"])
        ['paid']
    """
    choices, wanted = list(choices), letters(text)
    same = [choice for choice in choices if letters(choice) == wanted]
    if same:
        return same[:most]
    choices = choices[:_MOST_COMPARED]
    bare = {letters(choice): choice for choice in reversed(choices)}
    begun = [
        one
        for one in reversed(bare)
        if min(len(one), len(wanted)) >= _SHORTEST_BEGINNING and (one.startswith(wanted) or wanted.startswith(one))
    ]
    close = difflib.get_close_matches(wanted, bare, n=most, cutoff=_LEAST_LIKE)
    return [bare[one] for one in dict.fromkeys([*begun, *close])][:most]


def _bare(name: str) -> str:
    return letters(name).removesuffix("s")


def _holds(long: str, short: str) -> bool:
    return len(short) >= _SHORTEST_PART and short in long
