"""One warning of the doctor, in words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a reader should look into before trusting the answer.

    Attributes:
        about: The column, or the table where it has no such column: ``orders.status``, ``orders``.
        says: What was found, with its numbers.
        next_step: What to do about it.
    """

    about: str
    says: str
    next_step: str

    def __str__(self) -> str:
        """Two lines: what was found, and what to do."""
        return f"{self.says}\n{self.next_step}"
