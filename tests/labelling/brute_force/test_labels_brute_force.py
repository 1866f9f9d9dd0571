"""Labels agree, row for row, with loops over rows, on drawn tables and drawn queries."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import ibis
import numpy as np
import pytest

from kumo_magic.errors import DataError
from kumo_magic.labelling import build_population
from kumo_magic.labelling.label_rows import label_expression
from kumo_magic.labelling.source import open_source
from kumo_magic.plan import PredictionPlan, bind
from kumo_magic.query import parse
from kumo_magic.query.predictive_query import PredictiveQuery

Check = Callable[[int, int], Counter[str]]

ZONES = [None, None, "UTC", "America/New_York", "Asia/Kolkata"]
SEEDS = range(1_000, 1_440)
EACH_IS_DRAWN = (
    *("SUM", "AVG", "MIN", "MAX", "COUNT", "COUNT_DISTINCT", "EXISTS", "FIRST", "LAST", "LIST_DISTINCT"),
    *("NOT", "AND", "OR", "IN", "LIKE", "BETWEEN", "CONTAINS", "IS NULL", "IS NOT NULL"),
    *("VIA", "FORECAST", "ASSUMING", "WHERE", "EACH", "months", "years", "cities", "-INF", ":p0"),
    *(r"IN :p\d", r"LIST_DISTINCT\(orders.note", r"WHERE [^,]*\w+\(\w+\.\S+ WHERE"),
)


def microseconds(anchors: list[dt.datetime]) -> np.ndarray:
    return np.array(anchors, dtype="datetime64[us]").astype(np.int64)


def found_rows(plan: PredictionPlan, text: str | None, anchors: list[dt.datetime]) -> tuple[str, list[dict[str, Any]]]:
    """The rows of the label's SQL on the plan's tables, and the SQL: the first world's serves its siblings."""
    source = open_source(plan)
    anchor_us = microseconds(anchors) if plan.is_temporal else None
    if text is None:
        text = str(ibis.to_sql(label_expression(plan, source, anchor_us), dialect="duckdb"))
    elif anchor_us is not None:
        source.anchors(anchor_us)
        source.anchors(anchor_us, steps=max(2, plan.forecast_steps))
    return text, source.connection.sql(text).to_arrow_table().to_pylist()


@pytest.fixture
def check(world: Any, writer: Any, draw_rows: Any, moments: Any) -> Check:
    """``check(seed, num_worlds)`` compares one drawn query on several drawn worlds."""
    return partial(_check, world, writer, draw_rows, moments)


def _check(world: Any, writer: Any, draw_rows: Any, moments: Any, seed: int, num_worlds: int) -> Counter[str]:
    """One drawn query on several drawn worlds; what was drawn is counted."""
    random = Random(seed)
    drawn = writer(random)
    text = drawn.query()
    query, compiled, facts = parse(text), None, Counter[str]()
    anchors = sorted(random.sample(moments[4:16], random.randint(1, 3)))
    for number in range(num_worlds):
        loops = world(draw_rows(random), zone=random.choice(ZONES), params=drawn.params)
        plan = bind(query, loops.graph(), drawn.params)
        if plan.is_temporal:
            is_same_sql = "LIST_DISTINCT" not in text  # else the keys that exist decide about the SQL
            compiled, rows = found_rows(plan, compiled if is_same_sql else None, anchors)
            keys = [(row["row"], row["anchor_time"], row.get("step", 1)) for row in rows]
            steps = range(1, plan.forecast_steps + 1)
            population = [(*pair, step) for pair in loops.population(query, anchors) for step in steps]
            labels = loops.labels(query, anchors)
        else:
            rows = found_rows(plan, None, anchors)[1]
            keys = [(row["row"],) for row in rows]
            population, labels = static_labels(loops, query)
        known = [row["came_true"] and row["label"] is not None for row in rows]
        assert sorted(keys) == sorted(population), (seed, text)
        found = {key: row["label"] for key, row, is_known in zip(keys, rows, known, strict=True) if is_known}
        assert found == labels, (seed, text)
        if number == 0 and plan.is_temporal:
            check_population(loops, query, plan, anchors[-1])
        facts += Counter(cases=1, labels=len(labels), rows=len(rows))
    return facts


def static_labels(loops: Any, query: PredictiveQuery) -> tuple[list[tuple[int]], dict[tuple[int], Any]]:
    """All rows that WHERE keeps, and the labels of those whose value is known."""
    base, now = query.entity.table, dt.datetime.max
    kept = [
        (place, row)
        for place, row in enumerate(loops.tables[base])
        if query.where is None or loops.truth(query.where, base, row, now)
    ]
    labels = {(place,): loops.label(query.target, base, row, now) for place, row in kept}
    return [(place,) for place, _ in kept], {key: label for key, label in labels.items() if label is not None}


def check_population(loops: Any, query: PredictiveQuery, plan: PredictionPlan, at: dt.datetime) -> None:
    """Whom the query asks about: FOR EACH those that WHERE keeps, FOR those that it names, if they exist."""
    rows = loops.tables[query.entity.table]
    expected = [place for place, _ in loops.population(query, [at])]
    if plan.selection is not None:
        value = plan.selection.value
        wanted = value if isinstance(value, tuple) else (value,)
        places = {row[query.entity.name]: place for place, row in enumerate(rows)}
        if not all(key in places for key in wanted):
            with pytest.raises(DataError, match="has no"):
                build_population(plan, at)
            return
        expected = sorted(places[key] for key in wanted)

    assert build_population(plan, at).entity_rows.tolist() == expected


def test_labels_are_those_of_loops_over_rows(check: Check) -> None:
    facts = sum((check(seed, 4) for seed in range(12)), Counter[str]())

    assert facts["cases"] == 48
    assert facts["labels"] > 40


@pytest.mark.slow
@pytest.mark.parametrize("first_seed", SEEDS[::110])
def test_many_labels_are_those_of_loops_over_rows(check: Check, first_seed: int) -> None:
    facts = sum((check(seed, 5) for seed in range(first_seed, first_seed + 110)), Counter[str]())

    assert facts["cases"] == 550
    assert facts["labels"] > 1_000


def test_the_drawn_queries_have_everything_in_them(writer: Any) -> None:
    texts = [writer(Random(seed)).query() for seed in SEEDS]
    counts = {name: sum(bool(re.search(rf"(?<!\w){name}(?!\w)", text)) for text in texts) for name in EACH_IS_DRAWN}

    assert {name: count for name, count in counts.items() if count < 8} == {}
