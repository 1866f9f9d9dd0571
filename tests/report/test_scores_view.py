"""What stands of a scores view where no script runs."""

import re
from dataclasses import replace
from typing import Any

from kumo_magic.report.scores_view import scores_view_html, scores_view_text


def scored(make_run) -> Any:
    """A run that has both scores that pictures of truth values name."""
    evaluation = make_run().evaluation
    return make_run(evaluation=replace(evaluation, metrics=evaluation.metrics.assign(**{"average precision": 0.5})))


def test_without_scripts_there_are_the_sentence_the_table_and_pictures_with_their_numbers(make_run) -> None:
    html = scores_view_html(scored(make_run))

    assert "On 4 test rows" in html
    assert "<b>blend</b>" in html
    pictures = re.findall(r'<img alt="([^"]+)" src="data:image/(png|svg\+xml);base64', html)
    assert [kind for _, kind in pictures] == ["png", "png", "svg+xml", "png", "png"]
    assert all("numbers" in words or "Predicted and observed" in words for words, _ in pictures)
    assert html.count("<table") > len(pictures)
    assert html.count('open="open"') == 1
    assert "<script" not in html
    assert len(html) < 150_000


def test_labels_of_one_kind_leave_out_what_compares_both(make_run) -> None:
    run = scored(make_run)
    run.evaluation.frame["label"] = True

    html = scores_view_html(run)

    assert "false positive rate" not in html
    assert "Calibration" in html


def test_a_terminal_gets_the_sentence_and_the_table(make_run) -> None:
    text = scores_view_text(make_run())

    assert text.startswith("On 4 test rows")
    assert "* best of its column." in text
