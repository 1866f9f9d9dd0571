"""The name of a column → what it says about a link to a parent. Knows no values."""

from __future__ import annotations

from dataclasses import dataclass

from kumo_magic.graph.naming import GENERIC_KEYS, KEY_ENDINGS, is_key_of, noun_of, singular, words_of

_SELF_WORDS = frozenset(
    {
        *("parent", "manager", "supervisor", "boss", "reply", "root", "previous", "prev", "original", "ancestor"),
        *("referrer", "inviter", "sponsor", "mentor", "leader"),
    }
)
_SUPERIORS = (("report", "to"), ("reports", "to"), ("managed", "by"), ("supervised", "by"))
_STAFF_ROLES = frozenset({"rep", "representative", "agent", "manager", "advisor", "clerk", "cashier", "salesperson"})
_STAFF = frozenset({"employee", "staff", "worker", "personnel"})
_SHORTEST_ABBREVIATION = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """How strongly a name speaks for a link, 1 to 4.

    Attributes:
        strength: 4 names the parent, 3 is the parent's key, 2 and 1 hint at it.
        least_share: The share of values that must be among the parent's keys.
        words: The finding, to go before "; all of its values are there".
        needs_span: Numbers must reach over the parent's keys, since the name is that of a measure as well.
        is_doubtful: The name may mean something else, so that the link is proposed and not made.
    """

    strength: int
    least_share: float
    words: str
    needs_span: bool = False
    is_doubtful: bool = False


def name_evidence(table: str, column: str, parent: str, key: str) -> Evidence | None:
    """What the name of ``table.column`` says about a link to ``parent``, whose primary key is ``key``."""
    words = tuple(singular(word) for word in words_of(column))
    key_words = tuple(singular(word) for word in words_of(key))
    noun = noun_of(parent)
    is_generic = len(key_words) == 1 and key_words[0] in GENERIC_KEYS
    if not words or not noun:
        return None
    if is_key_of(column, parent) and (table != parent or is_generic):
        return Evidence(strength=4, least_share=0.5, words=f"named after {parent!r}")
    if words == key_words and not is_generic:
        return Evidence(strength=3, least_share=0.5, words=f"named as the key of {parent!r}")
    if table == parent and words[0] in _SELF_WORDS and (words[-1] in KEY_ENDINGS or words[1:] == noun):
        return Evidence(strength=2, least_share=0.9, words=f"named like a row's relation to another row of {parent!r}")
    if table == parent and words[:2] in _SUPERIORS:
        return Evidence(strength=2, least_share=0.9, words=f"named like a row's relation to another row of {parent!r}")
    ends_like_key = not is_generic and len(words) > len(key_words) and words[-len(key_words) :] == key_words
    if ends_like_key or any(is_key_of("_".join(words[start:]), parent) for start in range(1, len(words))):
        return Evidence(strength=2, least_share=0.9, words=f"named like a key of {parent!r}")
    if noun[-1] in _STAFF and _STAFF_ROLES & {*words[-2:]}:
        is_doubtful = words[-1] not in KEY_ENDINGS
        words_found = f"named after a role of {parent!r}"
        return Evidence(strength=1, least_share=1, words=words_found, is_doubtful=is_doubtful)
    if words == noun and table != parent:
        return Evidence(strength=2, least_share=0.9, words=f"named as {parent!r}", needs_span=True)
    if len(words) < 2 or words[-1] not in KEY_ENDINGS:
        return None
    stem, last_noun = words[-2], noun[-1]
    if len(noun) > 1 and stem == last_noun:
        return Evidence(strength=1, least_share=0.9, words=f"named like a key of {parent!r}", needs_span=True)
    if len(stem) >= _SHORTEST_ABBREVIATION and stem != last_noun and last_noun.startswith(stem):
        return Evidence(strength=1, least_share=0.9, words=f"named short for a key of {parent!r}", needs_span=True)
    return None
