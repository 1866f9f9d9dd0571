"""Text before the cursor → what may come next there. Knows the order of words, no tables and no types.

A walk along the grammar's rules, rule by rule, over the tokens before the cursor: where they run out, the place is
known. A mistake on the way costs only its own clause: the walk goes on at the next word that begins one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NoReturn

from kumo_magic.query.cursor import names_of
from kumo_magic.query.position import Operand, Position, Wanted
from kumo_magic.query.predictive_query import Function, Operator, Unit
from kumo_magic.query.tokens import Token, TokenKind

_FOR = ("FOR EACH", "FOR")
_PAIRS = {"STARTS": "WITH", "ENDS": "WITH"}
_KEYS = (TokenKind.COLUMN, TokenKind.KEY)
_SCALARS = (TokenKind.STRING, TokenKind.DATE, TokenKind.NUMBER, TokenKind.PARAMETER, TokenKind.OPEN_QUOTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scope:
    """Where a condition stands. ``follow`` are the words behind it; a bare target may only stand at the top."""

    clause: str
    inside: tuple[str, ...] = ()
    follow: tuple[str, ...] = ()
    is_top: bool = True


class _ReachedError(Exception):
    """The tokens have run out."""

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.position = position


class _LostError(Exception):
    """A token stands where no rule has a place for it."""


def position_after(tokens: tuple[Token, ...]) -> Position:
    """What may come behind the tokens; nothing where they make no sense."""
    walk = _Walk(tokens)
    rule: Callable[[], None] = walk.query
    while True:
        try:
            rule()
        except _ReachedError as reached:
            return reached.position
        except _LostError:
            walk.index = _next_clause(tokens, walk.index)
            if walk.index == len(tokens):
                return Position()
            rule = walk.clauses


def _next_clause(tokens: tuple[Token, ...], index: int) -> int:
    """The first word at or behind a place that begins a clause; a WHERE only outside of parentheses."""
    depth = 0
    for place in range(index, len(tokens)):
        depth = max(0, depth + {"(": 1, ")": -1}.get(tokens[place].text, 0))
        if tokens[place].word in ("FOR", "ASSUMING") or (tokens[place].word == "WHERE" and depth == 0):
            return place
    return len(tokens)


class _Walk:
    """The rules of the grammar. Each takes its tokens, or ends the walk with the position it has reached."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self.tokens = tokens
        self.index = 0
        self.entity = ""
        self.is_temporal: bool | None = None

    def query(self) -> None:
        """The whole query."""
        if self._take(Position(words=("PREDICT",))).word != "PREDICT":
            self._lose()
        self._condition(_Scope(clause="PREDICT", follow=_FOR))
        if self._look(Position(words=_FOR)).word in ("FORECAST", "RANK", "CLASSIFY"):
            self._output()
        self.clauses()

    def clauses(self) -> NoReturn:
        """FOR and what is behind it; where a mistake was passed, whichever of them comes first."""
        assuming = () if self.is_temporal is False else ("ASSUMING",)
        token = self._take(Position(words=_FOR))
        if token.word == "FOR":
            self._entity()
            token = self._take(Position(words=("WHERE", *assuming)))
        if token.word == "WHERE":
            self._condition(_Scope(clause="WHERE", follow=assuming))
            token = self._take(Position(words=assuming))
        if token.word == "ASSUMING":
            self._condition(_Scope(clause="ASSUMING"))
            self._take(Position())
        self._lose()

    def _entity(self) -> None:
        key = Position(wanted=frozenset({Wanted.KEY}), clause="FOR")
        token = self._take(replace(key, words=("EACH",)))
        is_each = token.word == "EACH"
        if is_each:
            token = self._take(key)
        self._require(token.kind in _KEYS)
        self.entity, name = names_of(token.text)
        if is_each:
            return
        operator = self._take(Position(words=("=", "IN")))
        selected = Operand(table=self.entity, name=name)
        match operator.word or operator.text:
            case "=":
                self._value(selected, Operator.EQ, _Scope(clause="FOR"))
            case "IN":
                self._list(selected, Operator.IN, _Scope(clause="FOR"))
            case _:
                self._lose()

    def _output(self) -> None:
        if self._take(Position()).word == "FORECAST":
            self._require(self._take(Position()).kind == TokenKind.NUMBER)
            self._require(self._take(Position(words=("TIMEFRAMES",))).word == "TIMEFRAMES")
        elif self._look(Position(words=("TOP", *_FOR))).word == "TOP":
            self.index += 1
            self._require(self._take(Position()).kind == TokenKind.NUMBER)

    def _condition(self, scope: _Scope) -> None:
        is_complete = self._factor(scope)
        while is_complete and self._look(Position(words=("AND", "OR", *scope.follow))).word in ("AND", "OR"):
            self.index += 1
            is_complete = self._factor(replace(scope, is_top=False))

    def _factor(self, scope: _Scope) -> bool:
        """A condition without AND and OR; False for a bare operand, which only a target may be."""
        wanted = Position(words=("NOT",), wanted=frozenset({Wanted.OPERAND}), clause=scope.clause, inside=scope.inside)
        token = self._take(wanted)
        while token.word == "NOT":
            scope = replace(scope, is_top=False)
            token = self._take(wanted)
        if token.text == "(":
            self._condition(replace(scope, follow=(), is_top=False))
            self._require(self._take(Position()).text == ")")
            return True
        operand = self._operand(token, scope)
        if scope.clause == "PREDICT" and not scope.inside:
            self.is_temporal = operand.has_window
        if operand.function == Function.EXISTS:
            return True
        is_label = scope.clause == "PREDICT" and scope.is_top and not scope.inside
        ways = {Wanted.OPERATOR, Wanted.LABEL_END} if is_label else {Wanted.OPERATOR}
        place = Position(wanted=frozenset(ways), operand=operand, clause=scope.clause, inside=scope.inside)
        following = self._look(place)
        if is_label and following.word in ("FORECAST", "RANK", "CLASSIFY", "FOR"):
            return False
        self._comparison(operand, scope, replace(place, wanted=frozenset({Wanted.OPERATOR})))
        return True

    def _operand(self, token: Token, scope: _Scope) -> Operand:
        if token.kind == TokenKind.COLUMN:
            table, name = names_of(token.text)
            return Operand(table=table, name=name)
        self._require(token.word in tuple(Function))
        return self._call(Function(token.word), scope)

    def _call(self, function: Function, scope: _Scope) -> Operand:
        """From the aggregation's parenthesis to the one that closes it."""
        place = Position(clause=scope.clause, inside=scope.inside, function=function)
        self._require(self._take(Position()).text == "(")
        written = self._take(replace(place, wanted=frozenset({Wanted.CALL_COLUMN})))
        self._require(written.kind == TokenKind.COLUMN)
        table, name = names_of(written.text)
        token = self._take(Position(words=("VIA", "WHERE")))
        past = ("-INF",) if scope.clause == "WHERE" or scope.inside else ()
        start: Token | None = None
        if token.word == "VIA":
            keys = replace(place, wanted=frozenset({Wanted.FOREIGN_KEY}))
            self._require(self._take(keys).kind in _KEYS)
            token = self._take(Position(words=("WHERE",)))
            while token.text == "," and start is None:
                start = self._take(replace(keys, words=past))
                if start.kind in _KEYS:
                    start, token = None, self._take(Position(words=("WHERE",)))
        if token.word == "WHERE":
            inner = _Scope(clause=scope.clause, inside=(*scope.inside, table), is_top=False)
            self._condition(inner)
            token = self._take(Position())
        has_window = token.text == ","
        if has_window:
            token = self._window(start or self._take(Position(words=past)))
        self._require(token.text == ")")
        return Operand(table=table, name=name, function=function, has_window=has_window)

    def _window(self, start: Token) -> Token:
        """Bounds and unit; returns the token behind them."""
        if start.text == "-":
            self._require(self._take(Position(words=("INF",))).word in ("INF", "INFINITY"))
        else:
            self._require(start.kind == TokenKind.NUMBER)
        self._require(self._take(Position()).text == ",")
        self._require(self._take(Position()).kind == TokenKind.NUMBER)
        token = self._take(Position())
        if token.text == ",":
            self._require(self._take(Position(words=tuple(Unit))).kind == TokenKind.WORD)
            token = self._take(Position())
        return token

    def _comparison(self, operand: Operand, scope: _Scope, place: Position) -> None:
        token = self._take(place)
        written = token.word or token.text
        if written == "IS":
            following = self._take(replace(place, begun="IS"))
            if following.word == "NOT":
                following = self._take(replace(place, begun="IS NOT"))
            if following.word == "IN":
                self._list(operand, Operator.IN, scope)
            else:
                self._require(following.word == "NULL")
            return
        if written == "NOT":
            written = f"NOT {self._take(replace(place, begun='NOT')).word}"
        elif written in _PAIRS:
            written = f"{written} {self._take(replace(place, begun=written)).word}"
        self._require(written in tuple(Operator))
        operator = Operator(written)
        if operator in (Operator.IN, Operator.NOT_IN):
            self._list(operand, operator, scope)
            return
        self._value(operand, operator, scope)
        if operator == Operator.BETWEEN:
            self._require(self._take(Position(words=("AND",))).word == "AND")
            self._value(operand, operator, scope)

    def _list(self, operand: Operand, operator: Operator, scope: _Scope) -> None:
        place = _value_place(operand, operator, scope)
        token = self._take(place)
        if token.kind == TokenKind.PARAMETER:
            return
        self._require(token.text == "(")
        while token.text != ")":
            self._constant(replace(place, is_in_list=True))
            token = self._take(Position())
            self._require(token.text in (",", ")"))

    def _value(self, operand: Operand, operator: Operator, scope: _Scope) -> None:
        self._constant(_value_place(operand, operator, scope))

    def _constant(self, place: Position) -> None:
        token = self._take(place)
        self._require(token.kind in _SCALARS or token.word in ("TRUE", "FALSE", "NULL"))

    def _look(self, position: Position) -> Token:
        """The next token, which stays; where there is none, the walk has reached the position."""
        if self.index == len(self.tokens):
            raise _ReachedError(replace(position, entity=self.entity, is_temporal=self.is_temporal))
        return self.tokens[self.index]

    def _take(self, position: Position) -> Token:
        token = self._look(position)
        self.index += 1
        return token

    def _require(self, is_in_place: bool) -> None:
        if not is_in_place:
            self._lose()

    def _lose(self) -> NoReturn:
        """End the rule at the token taken last, which may begin a clause."""
        self.index -= 1
        raise _LostError


def _value_place(operand: Operand, operator: Operator, scope: _Scope) -> Position:
    return Position(
        wanted=frozenset({Wanted.VALUE}), operand=operand, operator=operator, clause=scope.clause, inside=scope.inside
    )
