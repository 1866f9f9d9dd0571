"""Where reading stopped and what was looked for there. Facts only; the sentences are made elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kumo_magic.query.predictive_query import Function
from kumo_magic.query.tokens import Scan, Token, TokenKind
from kumo_magic.query.vocabulary import CLAUSES
from kumo_magic.span import Span

_LONGEST_SHOWN = 40
NOTHING = Token(TokenKind.OTHER, "", Span(0, 0))
"""Stands before the first token and behind the last one."""


class Expected(StrEnum):
    """What the grammar was looking for where it failed. The values are the grammar's names for its elements."""

    PREDICT = "PREDICT"
    OPERAND = "an aggregation or a column"
    COLUMN = "a column"
    KEY = "the key column of the entities"
    OPEN = "'('"
    AGGREGATION_END = "',' or the aggregation's ')'"
    COMMA = "','"
    WINDOW_START = "the window's start"
    WINDOW_END = "the window's end"
    UNIT = "a unit of time"
    COMPARISON = "a comparison"
    VALUE = "a constant"
    LIST_ITEM = "an element of the list"
    LIST_END = "',' or the list's ')'"
    BETWEEN_AND = "AND and the upper end"
    CONDITION_END = "')'"
    WHOLE_NUMBER = "a whole number"
    TIMEFRAMES = "TIMEFRAMES"
    FOR = "FOR EACH or FOR"
    END = "the end of the query"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A failure in words: what is wrong, what to do, and where if not at the token in the way."""

    problem: str
    hint: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A query that cannot be read on at one of its tokens."""

    scan: Scan
    index: int
    expected: Expected

    def ahead(self, steps: int = 0) -> Token:
        """The token that is in the way, or one of its neighbours."""
        index = self.index + steps
        return self.scan.tokens[index] if 0 <= index < len(self.scan.tokens) else NOTHING

    @property
    def token(self) -> Token:
        """The token that is in the way."""
        return self.ahead()

    @property
    def previous(self) -> Token:
        """The token before it."""
        return self.ahead(-1)

    @property
    def span(self) -> Span:
        """The characters in the way; nothing, right behind the last token, where the text has ended."""
        return self.scan.span_at(self.index)

    @property
    def found(self) -> str:
        """What is in the way, for the middle of a sentence."""
        return shown(self.token) if self.token.text else "the end of the query"

    @property
    def is_at_end(self) -> bool:
        """Whether the text, or the clause, has ended."""
        return not self.token.text or self.token.text == ";" or self.token.word in CLAUSES

    @property
    def is_call(self) -> bool:
        """Whether a word with a parenthesis behind it is in the way."""
        return bool(self.token.word) and self.ahead(1).text == "("

    @property
    def touches_previous(self) -> bool:
        """Whether no blank lies before the token that is in the way."""
        return self.index > 0 and self.previous.span.end == self.token.span.start

    @property
    def clause(self) -> str:
        """The clause in which it is, by its keyword; a WHERE inside an aggregation is a clause too."""
        return next((token.word for token in reversed(self.before) if token.word in CLAUSES), "")

    @property
    def call(self) -> tuple[Token, ...]:
        """The innermost open aggregation: its name, its parenthesis and all up to the token in the way."""
        depth = 0
        for i in range(self.index - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(self.scan.tokens[i].text, 0)
            if depth < 0:
                if i > 0 and self.scan.tokens[i - 1].word in tuple(Function):
                    return self.scan.tokens[i - 1 : self.index]
                depth = 0
        return ()

    @property
    def behind(self) -> tuple[Token, ...]:
        """The tokens behind the one in the way."""
        return self.scan.tokens[self.index + 1 :]

    @property
    def before(self) -> tuple[Token, ...]:
        """The tokens before the one in the way."""
        return self.scan.tokens[: self.index]


def shown(token: Token) -> str:
    """The token's text between quotes, shortened; a string keeps its own quotes."""
    text = token.text if len(token.text) <= _LONGEST_SHOWN else f"{token.text[:_LONGEST_SHOWN]}…"
    return text if token.kind in (TokenKind.STRING, TokenKind.OPEN_QUOTE) else f"'{text}'"
