"""A link: a foreign key of one table that points at the primary key of another. No rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """``table.column -> parent`` (its primary key)."""

    table: str
    column: str
    parent: str

    def __str__(self) -> str:
        return f"{self.table}.{self.column} → {self.parent}"
