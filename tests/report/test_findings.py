"""The box above the scores: the worst first, few lines, no leak folded."""

from kumo_magic.finding import Finding, Severity
from kumo_magic.report.findings import findings_html, findings_text, folded, title_of


def some(num: int, severity: Severity) -> list[Finding]:
    return [
        Finding(about=f"t{place}", says=f"'t{place}' is odd.", next_step="Look.", severity=severity)
        for place in range(num)
    ]


def test_three_lines_are_shown_and_the_rest_is_counted() -> None:
    lines = findings_text(some(5, Severity.HOLLOW))

    assert lines[:3] == [f"Warning: 't{place}' is odd. Look." for place in range(3)]
    assert lines[3].startswith("and 2 more")


def test_no_leak_is_folded() -> None:
    shown, more = folded([*some(5, Severity.LEAK), *some(2, Severity.GUESS)])

    assert [finding.severity for finding in shown] == [Severity.LEAK] * 5
    assert [finding.severity for finding in more] == [Severity.GUESS] * 2


def test_what_is_folded_opens_on_a_click_and_is_escaped() -> None:
    hostile = Finding(about="<b>", says="<script>alert(1)</script>", next_step="<i>")

    html = findings_html([*some(3, Severity.HOLLOW), hostile], "Title")

    assert "and 1 more" in html
    assert "<script>" not in html
    assert html.index("<details") < html.index("&lt;script&gt;")


def test_nothing_to_say_draws_nothing() -> None:
    assert findings_html([], "Title") == ""
    assert findings_text([]) == []


def test_the_title_counts_leaks_apart() -> None:
    assert title_of(some(1, Severity.LEAK)) == "1 possible leak to know before you trust the answer"
    assert title_of([*some(2, Severity.LEAK), *some(1, Severity.HOLLOW)]).startswith(
        "2 possible leaks and 1 other thing"
    )
    assert title_of(some(2, Severity.GUESS)).startswith("2 things")
