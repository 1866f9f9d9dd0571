"""An Explanation at the end of a cell is shown as a picture with words."""

import pandas as pd
import pytest

from kumo_magic.explain import Explanation, RankedExplanation
from kumo_magic.plan.task_type import TaskType


def test_an_explanation_is_shown_as_html_and_as_text_until_the_extension_is_unloaded(shell) -> None:
    effects = pd.DataFrame({"name": ["visits"], "rows": [3], "without": [0.3], "effect": [0.6]})
    nothing = effects.iloc[:0].assign(time=pd.Series(dtype="datetime64[us]"))
    explanation = Explanation(
        row=(5, pd.Timestamp("2024-04-01")),
        entity_key="user_id",
        task_type=TaskType.REGRESSION,
        answer_name="prediction",
        prediction=0.9,
        baseline=0.2,
        tables=effects,
        paths=effects,
        columns=effects,
        windows=effects,
        rows=nothing,
        events=nothing,
        flip=None,
        faithfulness=None,
        words="user_id 5: the prediction is 0.9.",
    )

    html = shell.display_formatter.formatters["text/html"]
    assert "user_id 5: the prediction is 0.9." in html.lookup(explanation)(explanation)
    shown, _ = shell.display_formatter.format(explanation)
    assert "visits" in shown["text/plain"]
    shell.run_line_magic("unload_ext", "kumo_magic")
    with pytest.raises(KeyError):
        html.lookup(explanation)
    shell.run_line_magic("load_ext", "kumo_magic")


def test_a_listed_items_explanation_is_shown_alike(shell) -> None:
    nothing = pd.DataFrame({"item": [], "effect": []})
    channels = pd.DataFrame(
        {"channel": ["new"], "brought": [True], "rank": [1], "score": [4.0], "says": ["new: 4 days"]}
    )
    explanation = RankedExplanation(
        row=(5, pd.Timestamp("2024-04-01")),
        entity_key="user_id",
        item_column="item_id",
        item="tea",
        listed=1,
        rank=1,
        num_candidates=9,
        k=3,
        weight=1.0,
        score=0.5,
        baseline=0.5,
        rank_of_baseline=1,
        past_items=nothing,
        channels=channels,
        through=nothing,
        events=nothing,
        flip=None,
        faithfulness=None,
    )

    html = shell.display_formatter.formatters["text/html"]
    assert "item_id tea is listed 1st of 9 candidates." in html.lookup(explanation)(explanation)
    shown, _ = shell.display_formatter.format(explanation)
    assert "  new: 4 days" in shown["text/plain"]
    shell.run_line_magic("unload_ext", "kumo_magic")
    with pytest.raises(KeyError):
        html.lookup(explanation)
    shell.run_line_magic("load_ext", "kumo_magic")
