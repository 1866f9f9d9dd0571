"""Names of tables → nouns in a sentence, where English allows it. Knows no plan."""

from __future__ import annotations

import re

from kumo_magic.graph.naming import singular

_PLAIN_NAME = re.compile(r"[a-z]+(_[a-z]+)*")
_NO_PLURALS = ("news", "series", "species", "status", "address")
_SOUNDS_LIKE_U = ("user", "uni", "use", "usage", "util", "euro", "one")
_SILENT_H = ("hour", "honest", "heir")
_PEOPLE = frozenset(
    re.findall(
        r"\w+",
        "account admin agent applicant athlete author borrower buyer candidate child client clinician constructor "
        "contact contributor customer doctor donor driver employee friend guest holder household lead learner "
        "member merchant owner passenger patient people person player profile reader seller student subscriber "
        "supplier teacher tenant traveler traveller user vendor viewer visitor voter worker",
    )
)


def noun(table: str) -> str | None:
    """What one row is called: ``invoice_lines`` → invoice line. None for a name that is no plain plural.

    Example:
        >>> noun("invoice_lines"), noun("categories"), noun("Sales 2024"), noun("qualifying"), noun("status")
        ('invoice line', 'category', None, None, None)
    """
    if _PLAIN_NAME.fullmatch(table) is None:
        return None
    *before, last = table.split("_")
    one = singular(last)
    if one == last or last in _NO_PLURALS or len(one) < 2:
        return None
    return " ".join([*before, one])


def plural(table: str) -> str:
    """What several rows are called, for a table that has a noun.

    Example:
        >>> plural("invoice_lines")
        'invoice lines'
    """
    return table.replace("_", " ")


def with_article(words: str) -> str:
    """The noun with a or an, as it sounds.

    Example:
        >>> with_article("invoice"), with_article("user"), with_article("hour"), with_article("visit")
        ('an invoice', 'a user', 'an hour', 'a visit')
    """
    is_vowel = words.startswith(_SILENT_H) or (words[0] in "aeiou" and not words.startswith(_SOUNDS_LIKE_U))
    return f"{'an' if is_vowel else 'a'} {words}"


def pronoun(words: str) -> str:
    """They for people, it for things.

    Example:
        >>> pronoun("customer"), pronoun("wind turbine")
        ('they', 'it')
    """
    return "they" if words.rsplit(" ", maxsplit=1)[-1] in _PEOPLE else "it"
