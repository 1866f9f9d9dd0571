"""The lists of queries: what is written there is read, or refused, as it says there."""

import re
from pathlib import Path

import pytest

from kumo_magic.errors import QuerySyntaxError
from kumo_magic.query import parse

_LISTS = Path(__file__).parent.parent / "queries"


def _entries(name: str) -> list[tuple[str, str]]:
    """The heading and the query of each block; blank lines are between blocks."""
    blocks = (_LISTS / name).read_text(encoding="utf-8").strip().split("\n\n")
    return [(heading.removeprefix("# "), query) for heading, _, query in (block.partition("\n") for block in blocks)]


@pytest.mark.parametrize(("heading", "query"), _entries("valid.pql"))
def test_a_valid_query_is_read_and_its_canonical_text_reads_back(heading: str, query: str) -> None:
    parsed = parse(query)

    assert parse(str(parsed)) == parsed, heading
    assert str(parse(str(parsed))) == str(parsed)
    assert parsed.text == query


@pytest.mark.parametrize(("heading", "query"), _entries("invalid.pql"))
def test_an_invalid_query_is_refused_at_its_first_wrong_characters(heading: str, query: str) -> None:
    place, _, token = heading.partition(" | ")[0].partition(" ")

    with pytest.raises(QuerySyntaxError) as caught:
        parse(query)

    assert (f"{caught.value.line}:{caught.value.column}", caught.value.span.text(query)) == (place, token)
    assert caught.value.stage == "syntax"
    assert re.fullmatch(r"[A-Z0-9'\\].*\.", caught.value.problem)
