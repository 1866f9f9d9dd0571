"""Names of tables and columns → their words. Knows no rows."""

from __future__ import annotations

import re

KEY_ENDINGS = frozenset(
    {"id", "ids", "key", "code", "no", "nr", "num", "number", "uuid", "guid", "pk", "fk", "sku", "upc"}
)
"""Last words of a column that identifies something."""

GENERIC_KEYS = frozenset({"id", "key", "code", "no", "nr", "number", "uuid", "guid", "pk", "index", "name", "rowid"})
"""Names of a key that say nothing about whose key it is."""

_WAREHOUSE_PREFIXES = frozenset({"dim", "fact", "fct", "tbl", "stg", "raw", "src", "vw"})
_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "indices": "index",
    "data": "data",
}


def words_of(name: str) -> tuple[str, ...]:
    """The lower-case words of a snake_case, kebab-case or camelCase name, without digits that number them.

    Example:
        >>> words_of("OwnerUserId"), words_of("home_team_2"), words_of("Invoice No.")
        (('owner', 'user', 'id'), ('home', 'team'), ('invoice', 'no'))
    """
    spaced = _WORD_STARTS.sub(" ", name).lower()
    words = [word.rstrip("0123456789") or word for word in re.split(r"[^\w]+|_+", spaced) if word]
    return tuple(words[:-1] if len(words) > 1 and words[-1].isdigit() else words)


def singular(word: str) -> str:
    """The singular of an English noun; a word that is none already stays as it is.

    Example:
        >>> [singular(word) for word in ("categories", "classes", "boxes", "houses", "users", "status", "address")]
        ['category', 'class', 'box', 'house', 'user', 'status', 'address']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith(("ss", "us", "is")) or len(word) < 4:
        return word
    if word.endswith("ies"):
        return word.removesuffix("ies") + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word.removesuffix("es")
    return word.removesuffix("s")


def noun_of(table: str) -> tuple[str, ...]:
    """The words of one row of a table: ``dim_order_items`` holds an (order, item).

    Example:
        >>> noun_of("dim_order_items"), noun_of("campaigns_households")
        (('order', 'item'), ('campaign', 'household'))
    """
    words = words_of(table)
    if len(words) > 1 and words[0] in _WAREHOUSE_PREFIXES:
        words = words[1:]
    return tuple(singular(word) for word in words)


def is_key_of(column: str, table: str) -> bool:
    """Whether a column's name is the table's noun and a key ending: user_id, userId, userid, id_user of users.

    Example:
        >>> [is_key_of(column, "order_items") for column in ("order_item_id", "OrderItemsId", "orderitemid", "item_id")]
        [True, True, True, False]
    """
    words = [singular(word) for word in words_of(column)]
    joined, noun = "".join(words), "".join(noun_of(table))
    if len(words) > 1 and words[0] in ("id", "fk"):
        joined = "".join([*words[1:], words[0]])
    return joined.startswith(noun) and joined.removeprefix(noun) in KEY_ENDINGS
