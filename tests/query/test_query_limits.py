"""Whatever the text, the answer is a tree or a QueryError, and it comes soon."""

import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kumo_magic.errors import QueryError, QuerySyntaxError
from kumo_magic.query import PredictiveQuery, parse
from kumo_magic.query.vocabulary import MAX_CHARACTERS, MAX_NESTING, RESERVED

_QUERIES = (
    "PREDICT COUNT(orders.* VIA orders.user_id WHERE orders.status IN ('paid', \"it's\") AND NOT orders.x IS NULL, "
    "-INF, 30, days) > 2.5 OR NOT (EXISTS(a.*, 0, 1)) RANK TOP 5 FOR users.user_id IN (1, :ids) # comment\n"
    "WHERE users.born BETWEEN 2024-01-31 AND 2024-02-29 12:00:00 ASSUMING `a b`.c LIKE '%x\\n' -- comment\n;",
    "predict sum(orders.amount, 0, 1, week) forecast 3 timeframes for each users.user_id where users.a starts with 'x'",
)
_PIECES = st.sampled_from(
    [
        *sorted(RESERVED),
        *"()',;:.*=<>!-+%`\"\\#\n\t &|[]{}",
        *["a.b", "a.*", "a", "1", "-2", "2.5", "2024-01-31", "12:00:00", ":x", "'x'", '"x"', "--", "==", "<>", "''"],
        *["SELECT", "FROM", "DISTINCT", "MEDIAN(", "é", "“", "\u200b", "\x00", "\ufeff", "🍵", "1e999", "2024-99-99"],
    ]
)


def _answer(text: str) -> PredictiveQuery | QueryError:
    """What parse says; the text of an error is made, too."""
    try:
        return parse(text)
    except QueryError as error:
        answer = error
    assert str(answer)
    assert all(0 <= each.span.start <= each.span.end <= len(text) for each in answer.errors)
    return answer


@settings(deadline=None, max_examples=300)
@given(st.data(), st.sampled_from(_QUERIES), st.integers(1, 4))
def test_a_query_with_pieces_cut_out_or_put_in_gives_a_tree_or_a_query_error(
    data: st.DataObject, text: str, num_changes: int
) -> None:
    for _ in range(num_changes):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + data.draw(st.just("") | _PIECES | st.text(max_size=2)) + text[end:]

    answer = _answer(text)

    if isinstance(answer, PredictiveQuery):
        assert parse(str(answer)) == answer


@settings(deadline=None, max_examples=300)
@given(st.lists(_PIECES, max_size=25), st.sampled_from(["", " "]))
def test_words_and_signs_in_any_order_give_a_tree_or_a_query_error(pieces: list[str], between: str) -> None:
    _answer(between.join(pieces))
    _answer("PREDICT " + between.join(pieces))
    _answer("PREDICT a.b FOR EACH a.id WHERE " + between.join(pieces))


@pytest.mark.parametrize("text", _QUERIES)
def test_a_query_cut_off_anywhere_gives_a_tree_or_a_query_error(text: str) -> None:
    answers = [_answer(text[:end]) for end in range(len(text))]

    assert any(isinstance(answer, QuerySyntaxError) for answer in answers)


def test_a_text_past_the_limit_is_refused_at_its_first_character_too_many() -> None:
    text = "PREDICT a.x FOR EACH a.id".ljust(MAX_CHARACTERS + 1)

    with pytest.raises(QuerySyntaxError, match="20,001 characters") as caught:
        parse(text)

    assert caught.value.span.start == MAX_CHARACTERS
    assert parse(text[:-1]).text == text[:-1]


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("NOT ", ""), ("(NOT ", ")"), ("COUNT(b.* WHERE ", ", 0, 1) > 1")]
)
def test_nesting_is_read_up_to_its_limit_and_refused_past_it(opening: str, closing: str) -> None:
    levels = MAX_NESTING // 2 if opening == "(NOT " else MAX_NESTING
    text = f"PREDICT a.x = 1 FOR EACH a.id WHERE {opening * levels}a.y = 1{closing * levels}"
    deeper = text.replace("a.y = 1", "(a.y = 1)")

    assert parse(str(parse(text))) == parse(text)
    with pytest.raises(QuerySyntaxError, match="deeper than 64") as caught:
        parse(deeper)
    assert caught.value.span.text(deeper) == "("
    assert caught.value.span.start == deeper.index("(a.y")


def test_a_deep_query_is_read_from_deep_inside_other_calls() -> None:
    def called_at(depth: int) -> PredictiveQuery:
        return called_at(depth - 1) if depth else parse(f"PREDICT {'(' * 64}a.x = 1{')' * 64} FOR EACH a.id")

    limit = sys.getrecursionlimit()

    assert called_at(700) == parse("PREDICT a.x = 1 FOR EACH a.id")
    assert sys.getrecursionlimit() == limit


def _filled(unit: str, *, before: str = "", after: str = "", joint: str = "") -> str:
    """A text of nearly the longest length that repeats one piece."""
    before = f"PREDICT a.x FOR EACH a.id WHERE {before}"
    room = MAX_CHARACTERS - len(before) - len(after)
    return before + joint.join([unit] * (room // len(unit + joint))) + after


@pytest.mark.parametrize(
    "text",
    [
        _filled("a.x=1", joint=" OR "),
        _filled("(a.x=1)", joint=" AND "),
        _filled("NOT a.x NOT IN (1,2)", joint=" OR "),
        _filled("COUNT(a.*,-1,0)>1", joint=" OR "),
        _filled("1", before="a.x IN (", after=")", joint=","),
        _filled("1", before="a.x IN (", after="", joint=","),
        _filled("a.x", before="COUNT(a.* VIA ", after=",0,1)>1", joint=","),
        _filled("a.x=1", joint=" OR ", after=" +"),
        _filled("a.x=1 FOR EACH a.id WHERE "),
        _filled("WHERE "),
        _filled("SELECT "),
        _filled("(a.x=1 OR ", joint=") AND "),
        _filled("("),
        _filled(")"),
        _filled("NOT "),
        _filled("COUNT("),
        _filled("x"),
        _filled("x."),
        _filled("9"),
        _filled("9", before="a.x="),
        _filled("1.", before="a.x="),
        _filled("'"),
        _filled("'", before="a.x="),
        _filled("\\", before="a.x='"),
        _filled("''", before="a.x='"),
        _filled("`"),
        _filled("# "),
        _filled("-- "),
        _filled(" ", after="a.x=1"),
        _filled("x ", before="a.x="),
        _filled("é"),
    ],
    ids=lambda text: text[32:52].strip(),
)
def test_the_longest_text_of_any_pattern_is_answered_in_time(text: str) -> None:
    started = time.process_time()
    _answer(text)

    # No measurement (those are benchmarks): what takes milliseconds now would take minutes if it backtracked.
    assert time.process_time() - started < 60


def test_threads_that_parse_at_once_get_their_own_trees() -> None:
    texts = [f"PREDICT {'(' * 60}a.x = {i}{')' * 60} FOR EACH a.id" for i in range(20)]
    trees: dict[str, PredictiveQuery] = {}
    threads = [threading.Thread(target=lambda text=text: trees.update({text: parse(text)})) for text in texts]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [str(trees[text]).splitlines()[0] for text in texts] == [f"PREDICT a.x = {i}" for i in range(20)]


def test_settings_of_pyparsing_that_another_library_made_change_nothing() -> None:
    code = f"""
import pyparsing
pyparsing.ParserElement.enable_packrat()
pyparsing.ParserElement.set_default_whitespace_chars(" ")
from kumo_magic.errors import QueryError
from kumo_magic.query import parse
assert parse(str(parse({_QUERIES[0]!r}))) == parse({_QUERIES[0]!r})
assert parse("PREDICT " + "(" * 64 + "a.x = 1" + ")" * 64 + "\\n\\tFOR EACH a.id").each
try:
    parse("PREDICT MEDIAN(a.x, 0, 1) FOR EACH a.id")
except QueryError as error:
    assert error.span.start == 8
"""

    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (finished.returncode, finished.stderr) == (0, "")
