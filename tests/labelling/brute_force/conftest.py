"""Draws small tables and the texts of queries over them, for labels in loops to be compared on."""

import datetime as dt
import re
from random import Random
from typing import Any

import pandas as pd
import pytest

MOMENTS = [
    dt.datetime(2024, month, day, hour)
    for month, day in [(1, 29), (1, 31), (2, 1), (2, 28), (2, 29), (3, 1), (3, 30), (3, 31), (4, 30), (5, 31)]
    for hour in (0, 12)
] + [dt.datetime(2024, 2, 29, 0, 0, 1), dt.datetime(2024, 2, 29, 0, 2), dt.datetime(2023, 2, 28)]
NUMBERS = [None, -1.0, 0.0, 0.1, 0.7, 2.0]

# What a column may be: of which kind, and what it is compared with.
COLUMNS = {
    "cities": {"size": "number"},
    "users": {"age": "number", "tier": "text", "joined": "time", "city_id": "foreign"},
    "makers": {"rank": "number"},
    "items": {"price": "number", "maker_id": "foreign"},
    "orders": {
        "amount": "number",
        "status": "text",
        "paid": "truth",
        "tags": "set",
        "note": "words",
        "due": "time",
        "order_id": "key",
        "item_id": "foreign",
    },
    "returns": {"reason": "text"},
    "messages": {"length": "number"},
}
PARENTS = {"orders": ["users", "items"], "returns": ["orders"], "users": ["cities"], "items": ["makers"]}
CHILDREN = {"users": ["orders"], "items": ["orders"], "orders": ["returns"]}
REACHED = {
    "cities": ["users", "orders", "returns"],
    "users": ["orders", "orders", "returns", "items", "makers", "messages"],
    "makers": ["orders"],
    "items": ["orders", "returns"],
    "orders": ["returns"],
}
KEYS = {"cities": "city_id", "users": "user_id", "makers": "maker_id", "items": "item_id", "orders": "order_id"}
VIA = {
    ("users", "items"): ["", " VIA orders.user_id, orders.item_id"],
    ("users", "makers"): ["", " VIA orders.user_id, orders.item_id, items.maker_id"],
    ("users", "messages"): [" VIA messages.sender_id", " VIA messages.reader_id"],
    ("cities", "returns"): ["", " VIA users.city_id, orders.user_id, returns.order_id"],
}
CONSTANTS = {
    "number": ["-1", "0", "0.4", "0.8", "2"],
    "count": ["0", "1", "2"],
    "key": ["1", "2", "3"],
    "text": ["'gold'", "'open'", "'pa_d'", "'late'"],
    "words": ["'a b'", "'b'", "'A'"],
    "set": ["'x'", "'y'"],
    "truth": ["true", "false"],
    "time": ["2024-02-29", "'2024-02-29'", "2024-03-01 12:00:00"],
}  # in ascending order
MEMBERS = {"item_id": ["'a'", "'z'"], "maker_id": ["1", "9"], "city_id": ["'P'"], "reason": ["'late'"]}
MEMBERS |= {"status": ["'open'"], "tier": ["'tin'"], "tags": ["'x'", "'y'"], "note": ["'a b'", "'b'"]}
UNITS = ["seconds", "minutes", "hours", "days", "weeks"] + ["months", "quarters", "years"] * 2
PATTERNS = ["'pa%'", "'%d'", "'%a%'", "'pa_d'", "'%'", "'_ b'"]
LABELLED = {"number": "SUM AVG MIN MAX FIRST LAST", "text": "FIRST LAST LIST_DISTINCT", "truth": "FIRST LAST"}
LABELLED |= {"set": "LIST_DISTINCT", "foreign": "LIST_DISTINCT"}
COMPARED = LABELLED | {"time": "MIN MAX FIRST LAST", "words": "MIN MAX FIRST LAST LIST_DISTINCT", "key": "FIRST LAST"}
SELDOM = ["LIST_DISTINCT(orders.item_id", "LIST_DISTINCT(items.maker_id", "LAST(messages.length VIA messages.reader_id"]
SELDOM += ["FIRST(orders.status", "FIRST(messages.length VIA messages.sender_id"]
COUNTS = ["COUNT", "COUNT_DISTINCT", "EXISTS"]


def draw_tables(random: Random) -> dict[str, list[dict[str, Any]]]:
    """Small tables with ties, gaps, duplicates and orphans."""
    pick = random.choice

    def rows(most: int, key: str | None = None, **columns: list[Any]) -> list[dict[str, Any]]:
        keys = random.sample(range(1, most + 1), random.randint(most // 2, most))
        drawn = [{name: pick(values) for name, values in columns.items()} for _ in keys]
        drawn[1:1] = drawn[:1] if random.random() < 0.3 and len(drawn) < most else []
        return [({key: number} if key else {}) | row for number, row in zip([*keys, most + 1], drawn, strict=False)]

    when = [None, *random.sample(MOMENTS, 5), *MOMENTS[8:12]]
    tables = {
        "cities": [{"city_id": name, "size": pick(NUMBERS)} for name in random.sample("PQ", random.randint(1, 2))],
        "users": rows(
            6,
            "user_id",
            city_id=[None, "P", "P", "Q", "?"],
            tier=[None, "gold", "tin"],
            age=NUMBERS,
            joined=[None, *MOMENTS[:6]],
            closed=[None, None, *MOMENTS[8:20]],
        ),
        "makers": rows(2, "maker_id", rank=NUMBERS),
        "items": [
            {"item_id": name, "maker_id": pick([None, 1, 1, 2, 9]), "price": pick(NUMBERS)}
            for name in random.sample("abc", random.randint(1, 3))
        ],
        "orders": rows(
            16,
            "order_id",
            user_id=[None, 1, 1, 2, 3, 4, 9],
            item_id=[None, "a", "a", "b", "z"],
            amount=NUMBERS,
            status=[None, "open", "paid", "pa_d"],
            paid=[None, True, False],
            tags=[None, [], ["x"], ["y", "x"], ["x", "x"]],
            note=[None, "a b", "b a", "A"],
            due=[None, *MOMENTS[6:16]],
            date=when,
        ),
        "returns": rows(6, "return_id", order_id=[None, 1, 2, 3, 4, 5, 99], reason=[None, "late", "torn"], date=when),
        "messages": rows(6, sender_id=[None, 1, 2, 9], reader_id=[None, 1.0, 2.0, 3.0], length=NUMBERS, sent=when),
    }
    tables["orders"].append(dict.fromkeys(tables["orders"][0]) | {"order_id": 77, "tags": ["x"]})  # types the column
    if tables["returns"]:
        tables["returns"][0]["order_id"] = 77  # a link of which no value matches would be refused
    return tables


def python_value(constant: str) -> Any:
    """What a notebook's variable holds for a constant of the language."""
    if constant in ("true", "false"):
        return constant == "true"
    if constant.strip("'").startswith("2024"):
        return dt.datetime.fromisoformat(constant.strip("'"))
    if "'" in constant:
        return constant[1:-1]
    return float(constant) if "." in constant else int(constant)


class Writer:
    """Draws the text of a query that binds, and its parameters."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.params: dict[str, Any] = {}

    def query(self) -> str:
        pick = self.random.choice
        entity = pick(["users", "users", "users", "items", "orders", "cities", "makers"])
        kind = pick(["label", "label", "condition", "condition", "forecast", "static", "seldom"])
        if kind == "forecast":
            function, column = pick([("SUM", "amount"), ("AVG", "amount"), ("LAST", "amount"), ("COUNT", "*")])
            entity = "users"
            inside = self.condition(lambda: self.own_column("orders", entity), 0.4, " WHERE ")
            target = f"{function}(orders.{column}{inside}, {self.window('future')}) FORECAST {pick([2, 3])} TIMEFRAMES"
        elif kind == "static":
            entity = pick(["users", "orders"])
            target = pick(["users.age", ""] if entity == "users" else ["orders.amount", ""])
            target = target or self.condition(lambda: self.own_column(entity, entity))
        elif kind == "seldom":
            entity = "users"
            target = f"{pick(SELDOM)}, {self.window('future')})"
        elif kind == "label":
            target = self.aggregation(entity, "future", label=True)[0]
        else:
            target = self.condition(lambda: self.leaf(entity, "future"))
        bare = entity in ("users", "orders", "items") and (kind == "static" or self.random.random() < 0.4)
        where = self.condition(
            (lambda: self.own_column(entity, entity)) if bare else (lambda: self.leaf(entity, "past")),
            0.35,
            " WHERE ",
        )
        assuming = "" if kind == "static" else self.condition(lambda: self.leaf(entity, "future"), 0.15, " ASSUMING ")
        whom = f"FOR EACH {entity}.{KEYS[entity]}"
        if self.random.random() < 0.25:
            ids = {"cities": ["'P'", "'Q'"], "items": ["'a'", "'b'"]}.get(entity, ["1", "2"])
            whom = f"FOR {entity}.{KEYS[entity]} " + pick([f"= {ids[0]}", f"IN ({', '.join(ids)})"])
        return f"PREDICT {target} {whom}{where}{assuming}"

    def condition(self, leaf: Any, share: float = 1, before: str = "") -> str:
        """A leaf, or NOT, AND, OR of leaves; or nothing."""
        if self.random.random() >= share:
            return ""
        shape = self.random.choice(["{}", "{}", "NOT {}", "{} AND {}", "{} OR NOT {}", "NOT ({} OR {})"])
        return before + re.sub(r"\{\}", lambda _: leaf(), shape)

    def leaf(self, entity: str, clause: str) -> str:
        if "orders" in REACHED[entity] and self.random.random() < 0.06:
            inside = self.condition(lambda: self.inner("orders", entity, clause), 0.4, " WHERE ")
            return self.compared(f"LIST_DISTINCT(orders.note{inside}, {self.window(clause)})", "list")
        text, kind = self.aggregation(entity, clause)
        return text if text.startswith("EXISTS") else self.compared(text, kind)

    def aggregation(self, base: str, clause: str, *, label: bool = False, nested: bool = False) -> tuple[str, str]:
        """An aggregation over what the base table reaches, and the kind of its value."""
        pick = self.random.choice
        table = pick(CHILDREN[base] if nested else REACHED[base])
        kinds = {name: kind for name, kind in COLUMNS[table].items() if kind in (LABELLED if label else COMPARED)}
        column = pick([*kinds, "*"])
        functions = ["COUNT", "EXISTS"] if column == "*" else [*COUNTS, *COMPARED[kinds[column]].split() * 2]
        if (base, column) in [("items", "item_id"), ("cities", "city_id"), ("makers", "maker_id")]:
            functions = COUNTS
        function = pick(functions)
        is_list_of_keys = function == "LIST_DISTINCT" and kinds[column] == "foreign"
        via = pick(VIA.get((base, table), [""]))
        hidden = base if is_list_of_keys else ""
        share = 0.25 if nested else 0.4
        inside = self.condition(lambda: self.inner(table, hidden, clause), share, " WHERE ")
        kind = {"COUNT": "count", "COUNT_DISTINCT": "count", "LIST_DISTINCT": "list"}.get(function)
        return f"{function}({table}.{column}{via}{inside}, {self.window(clause)})", kind or kinds.get(column, "truth")

    def inner(self, table: str, hidden: str, clause: str) -> str:
        """A condition inside an aggregation: its own row, parents, and aggregations of its children."""
        if table in CHILDREN and hidden not in CHILDREN[table] and self.random.random() < 0.3:
            text, kind = self.aggregation(table, clause, nested=True)
            return text if text.startswith("EXISTS") else self.compared(text, kind)
        return self.own_column(table, hidden)

    def own_column(self, table: str, hidden: str) -> str:
        """A comparison of the row's own column, or of a parent's one link up."""
        parents = [parent for parent in PARENTS.get(table, []) if parent != hidden]
        here = self.random.choice([table, table, *parents])
        columns = {name: kind for name, kind in COLUMNS[here].items() if kind not in ("foreign", "key")}
        name = self.random.choice(list(columns))
        return self.compared(f"{here}.{name}", columns[name])

    def compared(self, operand: str, kind: str) -> str:
        pick = self.random.choice
        if kind == "foreign" or (self.random.random() < 0.15 and kind != "list"):
            return f"{operand} IS {pick(['', 'NOT '])}NULL"
        if kind in ("set", "list"):
            column = re.findall(r"\w+\.(\w+)", operand)[0]
            return f"{operand} {pick(['', 'NOT '])}CONTAINS {pick(MEMBERS[column])}"
        constant = pick(CONSTANTS[kind])
        given = self.given(constant)
        operators = ["=", "!="]
        operators += ["<", "<=", ">", ">=", "BETWEEN"] if kind in ("number", "count", "key", "time") else []
        operators += ["IN", "NOT IN"] if kind != "truth" and kind != "words" else []
        operators += ["LIKE", "NOT LIKE", "CONTAINS", "STARTS WITH", "ENDS WITH"] if kind in ("text", "words") else []
        match pick(operators):
            case "IN" | "NOT IN" as operator:
                some = self.random.sample(CONSTANTS[kind], self.random.randint(1, 2))
                if self.random.random() < 0.3:
                    return f"{operand} {operator} {self.given_list([python_value(one) for one in some])}"
                return f"{operand} {operator} ({', '.join(some)})"
            case "BETWEEN":
                above = CONSTANTS[kind][CONSTANTS[kind].index(constant) :]
                return f"{operand} BETWEEN {given} AND {pick(above)}"
            case "LIKE" | "NOT LIKE" as operator:
                return f"{operand} {operator} {pick(PATTERNS)}"
            case operator:
                return f"{operand} {operator} {given}"

    def given(self, constant: str) -> str:
        """The constant, or now and then a parameter in its place."""
        if self.random.random() > 0.15 or constant.startswith("2024"):
            return constant
        return self.named(python_value(constant))

    def given_list(self, values: list[Any]) -> str:
        """A parameter that holds the values in one of the ways a notebook has."""
        return self.named(self.random.choice([list, tuple, pd.Series, pd.Index])(values))

    def named(self, value: Any) -> str:
        name = f"p{len(self.params)}"
        self.params[name] = value
        return f":{name}"

    def window(self, clause: str) -> str:
        unit = self.random.choice(UNITS)
        start, end = sorted(self.random.sample(range(4), 2))
        start, end = (30 * start, 30 * end) if unit == "days" and self.random.random() < 0.5 else (start, end)
        if clause == "past":
            start, end = -end, -start
            return f"{'-INF' if self.random.random() < 0.25 else start}, {end}, {unit}"
        return f"{start}, {end}, {unit}"


@pytest.fixture(scope="session")
def moments() -> list[dt.datetime]:
    """Times that anchors are drawn from: those of the rows."""
    return MOMENTS


@pytest.fixture(scope="session")
def draw_rows() -> Any:
    """``draw_rows(random)`` gives small tables."""
    return draw_tables


@pytest.fixture(scope="session")
def writer() -> type[Writer]:
    """``writer(random).query()`` gives the text of a query."""
    return Writer
