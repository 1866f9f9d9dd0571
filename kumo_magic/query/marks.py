"""What the grammar's smallest pieces are before a node of the syntax tree takes them in: words, signs, bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from kumo_magic.query.predictive_query import Column, Comparison, Operator
from kumo_magic.span import Span

Matches: TypeAlias = Any
"""A ParseResults: the pieces that a parse action gets. pyparsing gives them no type."""


@dataclass(frozen=True, slots=True)
class Word:
    """A keyword or sign: upper case, one blank between two words."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Spelled:
    """An operator and where it stands."""

    operator: Operator
    span: Span


@dataclass(frozen=True, slots=True)
class Bound:
    """A window's bound; a value of None is -INF."""

    value: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Via:
    """The foreign keys to follow."""

    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """FOR and what follows it."""

    key: Column
    each: bool
    selection: Comparison | None


@dataclass(frozen=True, slots=True)
class LoneTop:
    """TOP k without RANK or CLASSIFY before it."""

    k: int
    span: Span
