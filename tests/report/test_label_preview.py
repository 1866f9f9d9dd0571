"""What `--labels` and `--plan` show, on tables small enough to add up."""

import base64
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kumo_magic.finding import Finding
from kumo_magic.graph import Graph
from kumo_magic.labelling import build_label_table, sql
from kumo_magic.labelling.label_warnings import label_warnings
from kumo_magic.labelling.planned_anchors import planned_anchors
from kumo_magic.plan import bind
from kumo_magic.plan.task_type import TaskType
from kumo_magic.query import parse
from kumo_magic.report.label_chart import label_svg, label_words
from kumo_magic.report.label_columns import MOST_COLUMNS, label_columns
from kumo_magic.report.label_preview import label_preview
from kumo_magic.report.plan_preview import plan_record
from kumo_magic.report.record import Record

CHURN = "PREDICT COUNT(orders.*, 0, 30) = 0 FOR EACH users.user_id"
HOSTILE = '<img src=x onerror="alert(1)">'


class Tags(HTMLParser):
    """Every tag with its attributes; checks that tags close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def graph_of(num_days: int = 420) -> Graph:
    users = pd.DataFrame({"user_id": np.arange(20), "tier": ["gold", HOSTILE] * 10, "age": np.arange(20) + 0.5})
    days = [(user, day) for user in range(20) for day in range(user, num_days, 10 + 9 * (user % 5))]
    orders = pd.DataFrame(days, columns=["user_id", "day"])
    orders["date"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(orders.pop("day"), unit="D")
    orders.insert(0, "order_id", np.arange(len(orders)))
    orders["amount"] = np.arange(len(orders)) % 7 + 0.5
    orders["item_id"] = np.arange(len(orders)) % 5
    orders["kind"] = np.array([HOSTILE, "b", "c", "d", "e", "f", "g"])[np.arange(len(orders)) % 7]
    return Graph.from_data({"users": users, "orders": orders, "items": pd.DataFrame({"item_id": range(5)})})


@pytest.fixture(scope="module")
def graph() -> Graph:
    return graph_of()


def preview(query: str, graph: Graph, **options: Any) -> Record:
    plan = bind(parse(query), graph)
    labels = build_label_table(plan, **options)
    return label_preview(plan, labels, label_warnings=label_warnings(plan, labels))


def svg_of(html: str) -> str:
    (data,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    return base64.b64decode(data).decode()


def test_it_begins_with_how_much_was_found_and_what_is_asked(graph: Graph) -> None:
    assert preview(CHURN, graph).text.splitlines()[:2] == [
        "260 labels at 13 anchor times, before any training.",
        "For every user: will they have no order in the next 30 days?",
    ]


def test_the_picture_has_its_own_ground_its_splits_and_words(graph: Graph) -> None:
    html = preview(CHURN, graph).html
    svg = svg_of(html)
    ((_, image),) = [(tag, attributes) for tag, attributes in Tags(html).found if tag == "img"]

    assert '<rect width="740" height="268" rx="6" fill="#fbfbfd"/>' in svg
    assert [name for name in re.findall(r">(\w+)</text>", svg) if name in ("train", "val", "test")] == [
        "train",
        "val",
        "test",
    ]
    assert svg.count("stroke-dasharray") == 2
    assert str(image["alt"]).startswith("Labels per anchor time. train: ")


def test_the_numbers_of_the_picture_are_a_table_in_the_twin(graph: Graph) -> None:
    plan = bind(parse(CHURN), graph)
    labels = build_label_table(plan)
    text = label_preview(plan, labels).text
    rows = re.findall(r"^(\d{4}-\d\d-\d\d) +(train|val|test) +(\d+) +\S+%$", text, flags=re.MULTILINE)

    assert [(split, int(num_rows)) for _, split, num_rows in rows] == [
        (row.split, row.num_rows) for row in labels.anchors.itertuples()
    ]


def test_warnings_name_their_column_and_the_next_step_in_both_twins(graph: Graph) -> None:
    shown = preview(CHURN, graph)

    assert "Before you train: " in shown.html
    assert "<b>users</b>: No activity filter" in shown.html
    assert "Warning (users): No activity filter" in shown.text
    for twin in (shown.html, shown.text):
        assert "WHERE COUNT(orders.*, -30, 0, days) &gt; 0" in twin or "(orders.*, -30, 0, days) > 0" in twin


def test_a_note_that_a_warning_tells_is_not_told_again(graph: Graph) -> None:
    plan = bind(parse(CHURN), graph)
    labels = build_label_table(plan)
    warning = Finding(about="orders", says=labels.notes[0], next_step="Do it.")

    assert label_preview(plan, labels, label_warnings=[warning]).text.count(labels.notes[0]) == 1


def test_rows_that_were_dropped_are_counted_with_their_reason(graph: Graph) -> None:
    text = preview("PREDICT AVG(orders.amount, 0, 7) FOR EACH users.user_id WHERE users.age > 9", graph).text
    left_out = text.split("Who is left out:\n")[1]

    assert left_out.startswith(
        "- 11 of 20 users have a label.\n- 9 users have none at any anchor time: not kept by WHERE"
    )
    assert re.search(r"- \d+ rows left out because the target is undefined\.", left_out)
    assert left_out.count("the target is undefined") == 1


def test_examples_are_of_every_class(graph: Graph) -> None:
    text = preview(CHURN, graph).text
    examples = text.split("for example:\n")[1].split("\n\n")[0]

    assert set(re.findall(r"(true|false) +test", examples)) <= {"true", "false"}
    assert "window ends" in examples.splitlines()[0]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("PREDICT SUM(orders.amount, 0, 30) FOR EACH users.user_id", "median (10% to 90%)"),
        ("PREDICT SUM(orders.amount, 0, 3) FOR EACH users.user_id", "mean (10% to 90%)"),
        ("PREDICT LIST_DISTINCT(orders.item_id, 0, 30) RANK TOP 2 FOR EACH users.user_id", "items per row"),
        ("PREDICT LAST(orders.kind, 0, 30) FOR EACH users.user_id", "classes"),
        ("PREDICT SUM(orders.amount, 0, 10) FORECAST 3 TIMEFRAMES FOR EACH users.user_id", "step"),
        ("PREDICT users.age FOR EACH users.user_id", "without time"),
        ("PREDICT orders.kind FOR EACH orders.order_id", "times in "),
    ],
)
def test_every_task_has_a_preview_and_hostile_values_stay_text(graph: Graph, query: str, title: str) -> None:
    shown = preview(query, graph)

    assert title in shown.text
    assert HOSTILE not in shown.html
    assert HOSTILE not in svg_of(shown.html)
    assert [tag for tag, attributes in Tags(shown.html).found if "onerror" in attributes] == []


def test_the_html_uses_only_what_sanitizers_keep(graph: Graph) -> None:
    tags = Tags(preview(CHURN, graph).html).found

    assert {tag for tag, _ in tags}.isdisjoint({"style", "svg", "script", "link", "iframe"})
    assert {name for _, attributes in tags for name in attributes} <= {"style", "scope", "alt", "src", "width"}


def test_many_anchors_share_columns_and_no_row_is_lost(graph: Graph) -> None:
    plan = bind(parse(CHURN), graph)
    labels = build_label_table(plan, step="1 day")
    shown = label_columns(labels, TaskType.BINARY)

    assert shown.num_anchors > 300
    assert len(shown.columns) <= MOST_COLUMNS
    assert sum(column.num_rows for column in shown.columns) == len(labels.frame)
    assert [column.split for column in shown.columns][:: len(shown.columns) - 1] == ["train", "test"]
    assert len(label_words(shown)) < 600
    assert len(label_svg(shown)) < 30_000


def test_the_plan_shows_its_anchors_and_hides_the_sql_behind_a_click(graph: Graph) -> None:
    plan = bind(parse(CHURN), graph)
    shown = plan_record(plan, sql(plan), anchors=planned_anchors(plan), warnings=["'orders' changed."])

    assert shown.text.splitlines()[:3] == [
        "Note: 'orders' changed.",
        "For every user: will they have no order in the next 30 days?",
        "It is a binary classification: the answer is true or false.",
    ]
    assert "13 anchor times" in shown.text
    assert re.search(r"^train +\d+ +2024-", shown.text, flags=re.MULTILINE)
    assert shown.html.index("<details") < shown.html.index("SELECT")
    assert Tags(shown.html).found


def test_a_plan_without_anchors_says_why(graph: Graph) -> None:
    plan = bind(parse("PREDICT users.age FOR EACH users.user_id"), graph)

    assert "There are no anchor times" in plan_record(plan, "SELECT", anchors=None).text
    assert plan_record(plan, "SELECT", anchors=None, problem="Too short.").text.startswith("Note: Too short.")


def test_the_preview_loads_no_torch() -> None:
    modules = "kumo_magic.labelling.label_warnings, kumo_magic.report.label_preview, kumo_magic.report.plan_preview"
    command = f"import sys, {modules}; sys.exit('torch' in sys.modules or 'kumo_magic.pipeline' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0
