"""What is said about mistakes, word for word. A reader of the list judges whether a message teaches."""

from pathlib import Path

import pytest

from kumo_magic.errors import QueryError
from kumo_magic.graph import Graph
from kumo_magic.plan import bind
from kumo_magic.query import parse

_LIST = Path(__file__).parent.parent / "queries" / "messages_proud.txt"
_STAGES = {"syntax", "name", "type", "clause", "time", "join"}


def _messages() -> list[tuple[str, str]]:
    """Queries, and the stage, place and words of the error."""
    blocks = _LIST.read_text(encoding="utf-8").strip("\n").split("\n\n====\n\n")
    pairs = [block.partition("\n----\n") for block in blocks]
    return [(query, message) for query, _, message in pairs]


_PROUD = _messages()


@pytest.mark.parametrize(("query", "message"), _PROUD)
def test_a_mistake_is_explained_in_these_words(store: Graph, query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        bind(parse(query), store)

    assert f"{caught.value.stage} {caught.value.line}:{caught.value.column}\n{caught.value}" == message


def test_the_messages_we_are_proud_of_cover_every_stage() -> None:
    stages = {message.partition(" ")[0] for _, message in _PROUD}

    assert stages == _STAGES
    assert len(_PROUD) >= 30
