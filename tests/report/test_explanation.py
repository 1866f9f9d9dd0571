"""An explanation is drawn with its words, its strongest parts and its events; names are escaped."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from kumo_magic.explain import Explanation
from kumo_magic.plan.task_type import TaskType
from kumo_magic.report.explanation import explanation_html, explanation_text


def effects(*named: tuple[str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(named, columns=["name", "effect"])
    return frame.assign(rows=3, without=0.9 - frame["effect"], logit_effect=2 * frame["effect"])


@pytest.fixture
def explanation() -> Explanation:
    times = pd.to_datetime(["2024-03-01", "2024-01-01"])
    rows = effects(("visits 7", 0.3), ("visits 1", -0.1)).assign(time=times)
    return Explanation(
        row=(5, pd.Timestamp("2024-04-01")),
        entity_key="user_id",
        task_type=TaskType.BINARY,
        answer_name="probability",
        prediction=0.9,
        baseline=0.2,
        tables=effects(("visits", 0.6), ("<orders>", -0.1)),
        paths=effects(("visits", 0.6)),
        columns=effects(("visits.pages", 0.2)),
        windows=effects(("last 20 days before", 0.5)),
        rows=rows,
        events=rows.iloc[::-1],
        flip=rows.iloc[:1],
        faithfulness=None,
        words="user_id 5: the probability is 90.0%.",
    )


def test_html_says_the_words_and_opens_to_paths_windows_and_rows(explanation: Explanation) -> None:
    html = explanation_html(explanation)

    assert "the probability is 90.0%" in html
    assert html.count("data:image/svg+xml") == 3
    for words in ("Paths", "Windows of time", "Without 1 row", "2024-03-01"):
        assert words in html
    assert "<orders>" not in html
    assert "&lt;orders&gt; -0.1" in html


def test_an_answer_without_events_is_drawn_without_a_timeline(explanation: Explanation) -> None:
    nothing = explanation.rows.iloc[:0]

    html = explanation_html(replace(explanation, rows=nothing, events=nothing, flip=None))
    assert html.count("data:image/svg+xml") == 2
    assert "the decision is another" not in html


def test_text_lists_the_strongest_first(explanation: Explanation) -> None:
    text = explanation_text(explanation)

    assert text.startswith(explanation.words)
    assert re.search(r"visits +\+0\.6\n +<orders> +-0\.1", text)
