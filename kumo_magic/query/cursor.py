"""Text up to the cursor → the tokens before it, and what is being typed there. Knows characters only."""

from __future__ import annotations

from dataclasses import dataclass

from kumo_magic.query.tokens import Token, TokenKind, scan
from kumo_magic.query.vocabulary import MAX_CHARACTERS, MAX_NESTING

_TYPED = "_"
"""Stands where the cursor is, so that there always is a token that is being typed."""
_NUMBERS = (TokenKind.NUMBER, TokenKind.DATE, TokenKind.STRING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The end of a text that is being typed.

    ``fragment`` are the characters that a proposal replaces. ``begun`` is the part of them that was typed of a name,
    a word or a text, without quotes and colon; ``table`` is the table before it, where a dot is between them.
    """

    tokens: tuple[Token, ...]
    fragment: str
    begun: str
    table: str | None = None
    quote: str = ""

    @property
    def is_parameter(self) -> bool:
        """Whether the name of a parameter is being typed."""
        return self.fragment.startswith(":")


def cursor_in(text: str) -> Cursor | None:
    """The end of the text; None where nothing can be proposed: in a comment, a number, or text past the limits."""
    if len(text) >= MAX_CHARACTERS:
        return None
    pieces = scan(text + _TYPED)
    if pieces.clean[-1] != _TYPED or pieces.too_deep(MAX_NESTING) is not None:
        return None
    *before, last = pieces.tokens
    start = last.span.start
    touched = before[-1] if before and before[-1].span.end == start else None
    if touched is not None and touched.kind in _NUMBERS and last.kind != TokenKind.OPEN_QUOTE:
        return None
    fragment = text[start:]
    match last.kind:
        case TokenKind.COLUMN:
            table, name = names_of(last.text)
            return Cursor(tokens=tuple(before), fragment=fragment, begun=name[:-1], table=table)
        case TokenKind.OPEN_QUOTE if last.text.startswith("`"):
            *tables, dot = before or [last]
            if dot.text == "." and tables and tables[-1].kind == TokenKind.WORD:
                table = tables[-1]
                fragment = text[table.span.start :]
                begun = last.text[1:-1]
                return Cursor(tokens=tuple(tables[:-1]), fragment=fragment, begun=begun, table=table.text.strip("`"))
            return Cursor(tokens=tuple(before), fragment=fragment, begun=last.text[1:-1])
        case TokenKind.OPEN_QUOTE:
            return Cursor(tokens=tuple(before), fragment=fragment, begun=last.text[1:-1], quote=last.text[0])
        case TokenKind.WORD if touched is not None and touched.text in ("-", "!"):
            fragment = text[touched.span.start :]
            return Cursor(tokens=tuple(before[:-1]), fragment=fragment, begun=fragment)
        case TokenKind.PARAMETER:
            return Cursor(tokens=tuple(before), fragment=fragment, begun=fragment[1:])
        case _:
            return Cursor(tokens=tuple(before), fragment=fragment, begun=fragment)


def names_of(column: str) -> tuple[str, str]:
    """The table and the name of a written ``table.name``, without backticks and blanks."""
    table, _, name = column.partition(".") if not column.startswith("`") else _behind_backtick(column)
    return table.strip().strip("`"), name.strip().strip("`")


def _behind_backtick(column: str) -> tuple[str, str, str]:
    end = column.find("`", 1) + 1
    return column[:end], ".", column[end:].lstrip().removeprefix(".")
