"""The words of the language, each with one line that says what it does. Data only: completion and help read it too."""

from __future__ import annotations

from kumo_magic.query.predictive_query import Function, Operator, Unit

MAX_CHARACTERS = 20_000
"""Longer text is refused before anything reads it."""

MAX_NESTING = 64
"""Parentheses, and NOTs in a row, inside one another."""

FUNCTIONS: dict[Function, str] = {
    Function.SUM: "the sum of a number column's values in the window; 0 where there are none",
    Function.AVG: "the mean of a number column's values in the window",
    Function.MIN: "the smallest value in the window",
    Function.MAX: "the largest value in the window",
    Function.COUNT: "how many values, or with table.* how many rows, the window holds",
    Function.COUNT_DISTINCT: "how many different values the window holds",
    Function.EXISTS: "whether the window holds a value, or with table.* a row; a condition by itself",
    Function.FIRST: "the earliest value in the window",
    Function.LAST: "the latest value in the window",
    Function.LIST_DISTINCT: "the set of different values in the window; of a foreign key: which rows it points at",
}

OPERATORS: dict[Operator, str] = {
    Operator.EQ: "equal to",
    Operator.NE: "different from; false for NULL",
    Operator.LT: "less than, or earlier than",
    Operator.LE: "at most, or at the latest",
    Operator.GT: "greater than, or later than",
    Operator.GE: "at least, or at the earliest",
    Operator.IN: "one of a list: IN (1, 2)",
    Operator.NOT_IN: "none of a list; false for NULL",
    Operator.IS_NULL: "has no value",
    Operator.IS_NOT_NULL: "has a value",
    Operator.CONTAINS: "text with this text in it, or a set with this member",
    Operator.NOT_CONTAINS: "text without this text in it, or a set without this member",
    Operator.STARTS_WITH: "text that begins with this text",
    Operator.ENDS_WITH: "text that ends with this text",
    Operator.LIKE: "text of this pattern: % stands for any text, _ for one character",
    Operator.NOT_LIKE: "text not of this pattern",
    Operator.BETWEEN: "from a to b, both included: BETWEEN a AND b",
}

UNITS: dict[Unit, str] = {
    Unit.SECONDS: "seconds",
    Unit.MINUTES: "minutes",
    Unit.HOURS: "hours",
    Unit.DAYS: "days; what a window without a unit is counted in",
    Unit.WEEKS: "weeks of 7 days",
    Unit.MONTHS: "calendar months; clipped to the month's last day",
    Unit.QUARTERS: "3 calendar months each",
    Unit.YEARS: "12 calendar months each",
}

KEYWORDS: dict[str, str] = {
    "PREDICT": "starts a query; what is to be predicted follows",
    "FORECAST": "FORECAST n TIMEFRAMES: the target in n consecutive windows",
    "TIMEFRAMES": "ends FORECAST n TIMEFRAMES",
    "RANK": "RANK TOP k: the k most likely members of a set, best first",
    "CLASSIFY": "yes or no for each member of a set",
    "TOP": "how many members RANK or CLASSIFY returns: TOP k",
    "FOR": "FOR table.key = x, or IN (x, y): the entities to predict",
    "EACH": "FOR EACH table.key: every entity of the table",
    "WHERE": "keeps entities, or inside an aggregation rows, of which the condition holds",
    "ASSUMING": "takes a condition on the future as given",
    "VIA": "the foreign keys to follow from the entity to the aggregated table, from the entity outwards",
    "AND": "all of the conditions; binds tighter than OR",
    "OR": "any of the conditions",
    "NOT": "the condition does not hold; binds tighter than AND",
    "IS": "IS NULL or IS NOT NULL",
    "NULL": "no value",
    "TRUE": "the truth value true",
    "FALSE": "the truth value false",
    "INF": "-INF as a window's start: all of the past",
}

CLAUSES: tuple[str, ...] = ("PREDICT", "FORECAST", "RANK", "CLASSIFY", "TOP", "FOR", "WHERE", "ASSUMING")
"""The words that begin a clause, in the order the clauses must have."""

SINGULAR_UNITS: dict[str, Unit] = {unit.value.removesuffix("s"): unit for unit in Unit}

UNIT_SPELLINGS: dict[str, Unit] = {unit.value: unit for unit in Unit} | SINGULAR_UNITS

OPERATOR_SPELLINGS: dict[str, Operator] = {operator.value: operator for operator in Operator} | {"IS IN": Operator.IN}

RESERVED: frozenset[str] = frozenset(
    {
        *KEYWORDS,
        *(function.value for function in Function),
        *(spelling.upper() for spelling in UNIT_SPELLINGS),
        *(word for spelling in OPERATOR_SPELLINGS for word in spelling.split() if word.isalpha()),
        "INFINITY",
    }
)
"""Words that a table or column may be called only between backticks, to be safe in every grammar."""

NEARBY_FUNCTIONS: dict[str, Function] = {
    "AVERAGE": Function.AVG,
    "MEAN": Function.AVG,
    "MEDIAN": Function.AVG,
    "TOTAL": Function.SUM,
    "MINIMUM": Function.MIN,
    "MAXIMUM": Function.MAX,
    "ANY": Function.EXISTS,
    "LIST": Function.LIST_DISTINCT,
    "SET": Function.LIST_DISTINCT,
    "DISTINCT": Function.LIST_DISTINCT,
    "UNIQUE": Function.LIST_DISTINCT,
    "NUNIQUE": Function.COUNT_DISTINCT,
    "NEWEST": Function.LAST,
    "LATEST": Function.LAST,
    "EARLIEST": Function.FIRST,
}
"""What other languages call something that this one has, or has something close to."""

NEARBY_UNITS: dict[str, Unit] = {
    "s": Unit.SECONDS,
    "sec": Unit.SECONDS,
    "secs": Unit.SECONDS,
    "m": Unit.MINUTES,
    "min": Unit.MINUTES,
    "mins": Unit.MINUTES,
    "h": Unit.HOURS,
    "hr": Unit.HOURS,
    "hrs": Unit.HOURS,
    "d": Unit.DAYS,
    "w": Unit.WEEKS,
    "wk": Unit.WEEKS,
    "mo": Unit.MONTHS,
    "q": Unit.QUARTERS,
    "y": Unit.YEARS,
    "yr": Unit.YEARS,
    "yrs": Unit.YEARS,
}

FOREIGN_WORDS: dict[str, str] = {
    "SELECT": "There are no sub-queries.",
    "FROM": "Tables are named in their columns: table.column.",
    "JOIN": "Foreign keys of the graph join the tables.",
    "ON": "Foreign keys of the graph join the tables.",
    "GROUP": "FOR EACH table.key says what one row stands for.",
    "HAVING": "Write the condition after WHERE.",
    "ORDER": "Sort the frame that comes back.",
    "LIMIT": "Write FOR table.key IN (...) to name the entities, or cut the frame that comes back.",
    "AS": "Columns of the frame that comes back have fixed names.",
    "CASE": "Predict a condition instead.",
    "UNION": "Ask one query after the other.",
    "WITH": "There are no sub-queries.",
}
"""Words of SQL that the language has not, and what to do instead."""
