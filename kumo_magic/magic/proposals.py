"""What completion proposes: texts with their kind, and the characters that they replace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A text to write, and what it is: a keyword, a column, a value."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Texts that may replace ``fragment``, the characters before the cursor."""

    fragment: str
    found: tuple[Proposal, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts alone."""
        return tuple(proposal.text for proposal in self.found)


def beginning_like(fragment: str, texts: Iterable[str], kind: str) -> Proposals:
    """The texts that begin like the fragment, whatever their case."""
    begun = fragment.casefold()
    found = (Proposal(text=text, kind=kind) for text in dict.fromkeys(texts) if text.casefold().startswith(begun))
    return Proposals(fragment=fragment, found=tuple(found))
