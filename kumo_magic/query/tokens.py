"""Text → tokens with their places, and the same text without comments. Knows characters, no order of words.

The grammar reads the cleaned text; the tokens serve the limits, the portability notes and the wording of mistakes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kumo_magic.span import Span

NAME = r"(?:[A-Za-z_][A-Za-z0-9_]*+|`[^`\r\n]++`)"
COLUMN = rf"{NAME}\s*+\.\s*+(?:{NAME}|\*)"
KEY = rf"{NAME}\s*+\.\s*+\(\s*+{NAME}(?:\s*+,\s*+{NAME})++\s*+\)"
"""The columns of a key of several: ``lines.(order_id, line_no)``."""
WORD_END = rf"(?![A-Za-z0-9_])(?!\s*+\.\s*+(?:{NAME}|\*))"
"""A word ends here and is no table's name: ``last.status`` is a column, whatever LAST means elsewhere."""

STRING = r"""(?:'(?:[^'\\\r\n]|\\[^\r\n]|'')*+'|"(?:[^"\\\r\n]|\\[^\r\n]|"")*+")"""
DATE = r"[0-9]{4}(?P<between>[-/.])[0-9]{1,2}(?P=between)[0-9]{1,2}(?![0-9])(?:\s++[0-9]{1,2}:[0-9]{2}:[0-9]{2})?+"
NUMBER = r"-?[0-9]++(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+"
PARAMETER = r":[A-Za-z_][A-Za-z0-9_]*+"


class TokenKind(StrEnum):
    """What a run of characters is. The order is the order in which they are tried."""

    KEY = "key"
    COLUMN = "column"
    WORD = "word"
    STRING = "string"
    DATE = "date"
    NUMBER = "number"
    PARAMETER = "parameter"
    OPERATOR = "operator"
    OPEN_QUOTE = "open_quote"
    OTHER = "other"


_PATTERNS: dict[TokenKind, str] = {
    TokenKind.KEY: KEY,
    TokenKind.COLUMN: COLUMN,
    TokenKind.WORD: NAME,
    TokenKind.STRING: STRING,
    TokenKind.DATE: DATE,
    TokenKind.NUMBER: NUMBER,
    TokenKind.PARAMETER: PARAMETER,
    TokenKind.OPERATOR: r"<=|>=|!=|=|<|>",
    TokenKind.OPEN_QUOTE: r"['\"`][^\r\n]*+",
    TokenKind.OTHER: r"\S",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()))
# A quote left open keeps the line break behind it, so that it cannot be closed by a quote on a later line.
_QUOTED_OR_BLANK = re.compile(
    rf"(?P<quoted>{STRING}|`[^`\r\n]++`|['\"`][^\r\n]*+[\r\n]?)|(?P<comment>\#[^\r\n]*+|--[^\r\n]*+)|(?P<blank>[^\S ])"
)


@dataclass(frozen=True, slots=True)
class Token:
    """One run of characters; a comment inside it counts as blanks."""

    kind: TokenKind
    text: str
    span: Span

    @property
    def word(self) -> str:
        """The token in upper case where it is a bare word, else nothing."""
        return self.text.upper() if self.kind == TokenKind.WORD and not self.text.startswith("`") else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """The text in pieces. ``clean`` has a blank for every character of a comment and every other white space."""

    text: str
    clean: str
    tokens: tuple[Token, ...]
    first_sql_comment: int | None

    def index_at(self, offset: int) -> int:
        """The position of the token at or after a character; the number of tokens where none follows."""
        return next((i for i, token in enumerate(self.tokens) if token.span.end > offset), len(self.tokens))

    def span_at(self, index: int) -> Span:
        """The characters of a token; past the last one, the place right behind it."""
        if index < len(self.tokens):
            return self.tokens[index].span
        end = self.tokens[-1].span.end if self.tokens else 0
        return Span(end, end)

    def too_deep(self, limit: int) -> Span | None:
        """The first parenthesis or NOT that lies inside more than ``limit`` others."""
        opened: list[int] = []
        negations = 0
        for token in self.tokens:
            if token.text == "(":
                opened.append(negations + 1)
                negations = 0
            elif token.text == ")":
                del opened[-1:]
                negations = 0
            else:
                negations = negations + 1 if token.word == "NOT" else 0
            if (opened or negations) and sum(opened) + negations > limit:
                return token.span
        return None


def scan(text: str) -> Scan:
    """The tokens of a text; every character belongs to one, to a comment or to white space."""
    sql_comments: list[int] = []

    def blank(match: re.Match[str]) -> str:
        if match["quoted"] is not None:
            return match["quoted"]
        if match[0].startswith("--"):
            sql_comments.append(match.start())
        return " " * len(match[0])

    clean = _QUOTED_OR_BLANK.sub(blank, text)
    tokens = tuple(
        Token(TokenKind(match.lastgroup or ""), match[0], Span(match.start(), match.end()))
        for match in _TOKEN.finditer(clean)
    )
    return Scan(text=text, clean=clean, tokens=tokens, first_sql_comment=sql_comments[0] if sql_comments else None)
