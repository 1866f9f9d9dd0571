"""Where in the text → a Span. Knows characters, no grammar."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``[start, end)`` of the query as the user typed it, counted from 0."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, not {self.start}, {self.end}")

    def to(self, other: Span) -> Span:
        """The span from the start of this one to the end of the other."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def line(self, source: str) -> int:
        """The line the span starts in, counted from 1."""
        return source.count("\n", 0, self.start) + 1

    def column(self, source: str) -> int:
        """The column the span starts in, counted from 1 in characters."""
        return self.start - (source.rfind("\n", 0, self.start) + 1) + 1

    def text(self, source: str) -> str:
        """The characters of the span."""
        return source[self.start : self.end]
