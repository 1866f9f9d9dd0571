"""One thing that a reader should know before trusting an answer: about what, what was found, what to do. No tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding matters, the worst first."""

    LEAK = 0
    """Something of the future may reach an input: scores may be too good, and answers worse than they."""
    HOLLOW = 1
    """A score or an answer that says less than it seems to."""
    GUESS = 2
    """Data were read the likelier way; another is possible, and an option chooses it."""
    REMARK = 3
    """Worth knowing; nothing needs to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a reader should look into before trusting the answer.

    Attributes:
        about: The column, or the table where it has no such column: ``orders.status``, ``orders``.
        says: What was found, with its numbers, in whole sentences.
        next_step: What to do about it, with the option that does; empty where nothing needs to be done.
        severity: How much it matters.
    """

    about: str
    says: str
    next_step: str = ""
    severity: Severity = Severity.HOLLOW

    def __str__(self) -> str:
        """What was found, and what to do: two sentences or more."""
        return f"{self.says} {self.next_step}".rstrip()


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once, by severity, in the order given within one.

    Example:
        >>> guess = Finding(about="a.b", says="Read as dates.", severity=Severity.GUESS)
        >>> leak = Finding(about="c", says="Has no time.", severity=Severity.LEAK)
        >>> [str(one) for one in worst_first([guess, leak, guess])]
        ['Has no time.', 'Read as dates.']
    """
    once = {(finding.about, finding.says): finding for finding in findings}
    return tuple(sorted(once.values(), key=lambda finding: finding.severity))
