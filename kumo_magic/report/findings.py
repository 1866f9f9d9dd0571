"""Findings → the box that a reader sees first: the worst on top, a few lines, never a leak folded. Judges nothing."""

from __future__ import annotations

from collections.abc import Sequence

from kumo_magic.finding import Finding, Severity
from kumo_magic.report.markup import LEAK, WARNING, Markup, details, element
from kumo_magic.report.numbers import count

MAX_LINES = 3


def folded(findings: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    """What is shown at once and what opens on a click: every leak, and others up to three lines in all."""
    num_leaks = sum(finding.severity is Severity.LEAK for finding in findings)
    cut = max(num_leaks, MAX_LINES)
    return list(findings[:cut]), list(findings[cut:])


def findings_html(findings: Sequence[Finding], title: str, *, is_folded: bool = True) -> Markup:
    """One box behind a strip of colour, red where something may leak; nothing where there is nothing to say.

    Args:
        findings: The worst first.
        title: What stands above them.
        is_folded: Whether all but the worst open on a click.
    """
    if not findings:
        return Markup("")
    shown, more = folded(findings) if is_folded else (list(findings), [])
    style = (
        f"border-left: 4px solid {accent_of(findings)}; background-color: rgba(128, 128, 128, 0.1); "
        "padding: 6px 12px; margin: 0 0 10px 0"
    )
    return element(
        "div",
        element("div", title, style="font-weight: 600; margin: 0 0 2px 0"),
        _listed(shown),
        *([details(f"and {count(len(more))} more", _listed(more))] if more else []),
        style=style,
    )


def findings_text(findings: Sequence[Finding], *, is_folded: bool = True) -> list[str]:
    """The same as lines of text."""
    shown, more = folded(findings) if is_folded else (list(findings), [])
    rest = [f"and {count(len(more))} more, in the notes and in run.warnings"] if more else []
    return [*[_line(finding) for finding in shown], *rest]


def accent_of(findings: Sequence[Finding]) -> str:
    """The colour of the worst."""
    return LEAK if any(finding.severity is Severity.LEAK for finding in findings) else WARNING


def title_of(findings: Sequence[Finding]) -> str:
    """``1 leak and 2 warnings to look into before you trust the answer``."""
    num_leaks = sum(finding.severity is Severity.LEAK for finding in findings)
    others = len(findings) - num_leaks
    parts = [count(num_leaks, "possible leak")] if num_leaks else []
    parts += [count(others, "thing" if num_leaks == 0 else "other thing")] if others else []
    return f"{' and '.join(parts)} to know before you trust the answer"


def _listed(findings: Sequence[Finding]) -> Markup:
    items = [
        element(
            "li",
            *([] if names_it(finding) else [element("b", finding.about), ": "]),
            finding.says,
            *([" ", element("i", "→ ", finding.next_step)] if finding.next_step else []),
            style="margin: 3px 0",
        )
        for finding in findings
    ]
    return element("ul", *items, style="margin: 0; padding-left: 18px")


def _line(finding: Finding) -> str:
    about = "" if names_it(finding) else f" ({finding.about})"
    kind = "May leak" if finding.severity is Severity.LEAK else "Warning"
    return f"{kind}{about}: {finding}"


def names_it(finding: Finding) -> bool:
    """Whether the sentence begins with what it is about."""
    return finding.says.startswith((finding.about, f"'{finding.about}'"))
