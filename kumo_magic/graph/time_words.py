"""Names of columns → what they say about a time: that there is one, and whose. Knows no values."""

from __future__ import annotations

from kumo_magic.graph.naming import words_of

# fmt: off
MOMENT_WORDS = frozenset({
    "date", "dat", "datum", "time", "timestamp", "tstamp", "datetime", "dttm", "ts", "dt", "at", "on", "day",
    "when", "epoch", "unix", "moment",
})
"""Words that say of a column that it holds moments."""
PERIOD_WORDS = frozenset({
    "month", "ym", "yyyymm", "yearmonth", "period", "week", "yearweek", "quarter", "yyyymmdd", "ymd", "cohort",
    "fiscal",
})
"""Words of a stretch of time, whose numbers such as 202301 may be its first day."""
YEAR_WORDS = frozenset({"year", "yr", "season", "jahr"})
"""Words of a year, which a number may be."""
BEGINNINGS = frozenset({
    "create", "created", "creation", "joined", "join", "signup", "registered", "registration", "register", "opened",
    "open", "inserted", "start", "started", "begin", "began", "begun", "entered", "enrolled", "enrollment",
})
"""Words of the time at which a row began."""
BIRTHS = ("birth", "dob", "born", "bday")
"""Beginnings of words of the day on which a person was born, who was no customer then."""
LEAVINGS = (
    "terminat", "deceas", "death", "died", "exit", "left", "leav", "unsubscri", "churn", "deactivat", "resign",
    "retire", "discontinu", "closed", "close", "closing", "closure", "end", "ended", "ending", "until", "valid_to",
    "cancel", "delet", "disabled", "removed", "archiv", "lapsed", "withdr", "last_day",
)
"""Beginnings of words of the day on which a row ended, the surest first."""
ENDS_OF_EVENTS = frozenset({"closed", "close", "closing", "closure", "cancel", "delet", "removed", "archiv"})
"""Of these, those that happen to orders, tickets and posts as well, which are no members that leave."""
PLANS = (
    "expect", "planned", "plan", "estimat", "eta", "schedul", "forecast", "projected", "anticipat", "promis", "due",
    "deadline", "limit", "expir", "expiry", "renew", "next", "upcoming", "future", "target", "maturity", "matures",
    "warranty",
)
"""Beginnings of words of a day that lay ahead when the row was written."""
CHANGES = ("updat", "modif", "edit", "edited", "last", "chang", "latest", "recent")
"""Beginnings of words of the time of the last change, which is overwritten."""
LOADS = (
    "load", "etl", "elt", "dw", "dwh", "ingest", "fivetran", "airbyte", "sdc", "stitch", "batch", "extract",
    "export", "import", "imported", "sync", "dbt", "replicat", "warehouse", "staged", "staging", "cdc", "dump",
    "snapshot",
)
"""Beginnings of words of the time at which rows were copied, which says nothing about when they happened."""
SNAPSHOTS = frozenset({"snapshot", "batch"})
"""Of these, those that can be when a row that is measured again and again was measured."""
LATER_STAGES = (
    "ship", "deliver", "approv", "paid", "payment", "complet", "finish", "resolv", "return", "refund", "receiv",
    "fulfil", "review", "process", "settle", "posted",
)
"""Beginnings of words of what happens to a row after it began."""
_SHORT = frozenset({
    "eta", "due", "end", "ended", "ending", "exit", "left", "dw", "dwh", "etl", "elt", "sdc", "cdc", "dbt", "plan",
    "edit", "import",
})
_NO_TIMES = ("candidate", "mandate", "runtime", "lifetime", "overtime", "uptime", "downtime", "sometime", "update")
# fmt: on


def starts_with(column: str, beginnings: tuple[str, ...] | frozenset[str]) -> str:
    """The first of the beginnings that a word of the name has, or nothing. The short ones must be whole words.

    Example:
        >>> [starts_with(name, LEAVINGS) for name in ("termination_date", "gender", "valid_to")]
        ['terminat', '', 'valid_to']
    """
    words = words_of(column)
    name = f"_{'_'.join(words)}_"
    for beginning in beginnings:
        if "_" in beginning and f"_{beginning}_" in name:
            return beginning
        if any(word == beginning if beginning in _SHORT else word.startswith(beginning) for word in words):
            return beginning
    return ""


def is_moment_word(word: str) -> bool:
    """Whether a word says that its column holds moments.

    Example:
        >>> [is_moment_word(word) for word in ("at", "bestelldat", "startdate", "candidate")]
        [True, True, True, False]
    """
    return word in MOMENT_WORDS or (
        word.endswith(("date", "time", "stamp", "datum", "dat")) and not word.endswith(_NO_TIMES)
    )


def is_time_name(column: str) -> bool:
    """Whether a name says that the column holds times, so that numbers in it may be some.

    Example:
        >>> [is_time_name(name) for name in ("order_date", "Created", "yearmonth", "amount", "zip_code", "day")]
        [True, True, True, False, False, True]
    """
    words = words_of(column)
    if any(is_moment_word(word) and word not in ("at", "on") for word in words) or words[-1:] in (("at",), ("on",)):
        return True
    return bool((PERIOD_WORDS | BEGINNINGS) & set(words)) or starts_with(column, CHANGES) in ("updat", "modif")
