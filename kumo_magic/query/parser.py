"""Text → PredictiveQuery, or a QuerySyntaxError for the first mistake of each clause. Knows no tables."""

from __future__ import annotations

import dataclasses
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pyparsing import ParseBaseException, ParserElement, ParseResults

from kumo_magic.errors import QueryClauseError, QuerySyntaxError, raise_together
from kumo_magic.query.conditions import IncompleteError
from kumo_magic.query.failure import Expected, Failure
from kumo_magic.query.grammar import grammar
from kumo_magic.query.literals import MisreadError
from kumo_magic.query.marks import Entity, LoneTop, Matches
from kumo_magic.query.mistakes import describe
from kumo_magic.query.portability import portability_notes
from kumo_magic.query.predictive_query import PredictiveQuery
from kumo_magic.query.tokens import Scan, Token, scan
from kumo_magic.query.vocabulary import MAX_CHARACTERS, MAX_NESTING
from kumo_magic.span import Span

_ONE_AT_A_TIME = threading.Lock()
_FRAMES = 20_000


def parse(text: str) -> PredictiveQuery:
    """The syntax tree of one query.

    Raises:
        QuerySyntaxError: The text is no query; ``errors`` has the first mistake of each clause.
        QueryClauseError: The query has a TOP without its RANK or CLASSIFY.

    Example:
        >>> query = parse("predict count(orders.*, 0, 30) = 0 for each users.user_id")
        >>> print(query)
        PREDICT COUNT(orders.*, 0, 30, days) = 0
        FOR EACH users.user_id
    """
    if len(text) > MAX_CHARACTERS:
        span = Span(MAX_CHARACTERS, MAX_CHARACTERS + 1)
        hint = f"The limit is {MAX_CHARACTERS:,}. Bind a long list as a parameter, :name."
        raise QuerySyntaxError(f"The query has {len(text):,} characters.", span=span, source=text, hint=hint)
    pieces = scan(text)
    if (span := pieces.too_deep(MAX_NESTING)) is not None:
        hint = "Take parentheses away, or split the question."
        raise QuerySyntaxError(f"The query nests deeper than {MAX_NESTING} levels.", span=span, source=text, hint=hint)
    with _room_for_recursion():
        read = _read(grammar().query, pieces.clean, pieces)
        if isinstance(read, QuerySyntaxError):
            raise_together([read, *_later_mistakes(pieces, read.span)])
    assert isinstance(read, ParseResults)
    return _query(read, pieces)


def _query(read: Matches, pieces: Scan) -> PredictiveQuery:
    entity: Entity = read["entity"]
    output = read.get("output")
    if isinstance(output, LoneTop):
        hint = f"Write RANK TOP {output.k}, or CLASSIFY TOP {output.k}."
        raise QueryClauseError("TOP stands without RANK.", span=output.span, source=pieces.text, hint=hint)
    query = PredictiveQuery(
        target=read["target"],
        entity=entity.key,
        each=entity.each,
        output=output,
        selection=entity.selection,
        where=read.get("where"),
        assuming=read.get("assuming"),
        text=pieces.text,
    )
    return dataclasses.replace(query, notes=portability_notes(query, pieces))


def _read(element: ParserElement, clean: str, pieces: Scan) -> ParseResults | QuerySyntaxError:
    """What the element makes of the text, or its first mistake in words."""
    try:
        return element.parse_string(clean)
    except MisreadError as misread:
        return QuerySyntaxError(misread.problem, span=misread.span, source=pieces.text, hint=misread.hint)
    except IncompleteError as incomplete:
        return describe(Failure(scan=pieces, index=pieces.index_at(incomplete.offset), expected=Expected.COMPARISON))
    except ParseBaseException as failed:
        expected = Expected((failed.msg or "").removeprefix("Expected "))
        return describe(Failure(scan=pieces, index=pieces.index_at(failed.loc), expected=expected))


def _later_mistakes(pieces: Scan, mistake: Span) -> Iterator[QuerySyntaxError]:
    """The first mistake of each clause that begins at or behind an earlier mistake."""
    starts = _clause_starts(pieces, mistake.start)
    ends = [*(token.span.start for token in starts[1:]), len(pieces.clean)]
    for token, end in zip(starts, ends, strict=False):
        alone = " " * token.span.start + pieces.clean[token.span.start : end]
        read = _read(grammar().clauses[token.word], alone, pieces)
        if isinstance(read, QuerySyntaxError) and read.span != mistake:
            yield read


def _clause_starts(pieces: Scan, offset: int) -> list[Token]:
    """The words at or behind an offset that begin a clause; of a word that stands twice, the first.

    FOR and ASSUMING never stand between parentheses, so they begin one whatever was left open before them.
    """
    starts: dict[str, Token] = {}
    depth = 0
    for token in pieces.tokens:
        if token.word in ("FOR", "ASSUMING"):
            depth = 0
        depth = max(0, depth + {"(": 1, ")": -1}.get(token.text, 0))
        if token.span.start >= offset and depth == 0 and token.word in grammar().clauses:
            starts.setdefault(token.word, token)
    return list(starts.values())


@contextmanager
def _room_for_recursion() -> Iterator[None]:
    """Python frames for the deepest query allowed, which needs some 3,000 where the usual limit is 1,000.

    The limit belongs to the whole interpreter, so only one thread at a time raises it and puts it back.
    """
    with _ONE_AT_A_TIME:
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(max(usual, _FRAMES))
        try:
            yield
        finally:
            sys.setrecursionlimit(usual)
