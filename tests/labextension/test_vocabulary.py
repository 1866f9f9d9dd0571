"""The words that the front end colours are the words that the parser reads."""

import json
import runpy
from pathlib import Path

import pytest

from kumo_magic.query.tokens import TokenKind, scan
from kumo_magic.query.vocabulary import RESERVED

FOLDER = Path(__file__).parents[2] / "labextension"


@pytest.fixture(scope="module")
def written() -> dict:
    return json.loads((FOLDER / "src" / "vocabulary.json").read_text())


def test_the_file_is_what_the_python_side_says_now(written: dict) -> None:
    script = runpy.run_path(str(FOLDER / "write_vocabulary.py"))

    assert written == script["vocabulary"](), "run: python labextension/write_vocabulary.py"


def test_every_reserved_word_has_exactly_one_colour(written: dict) -> None:
    kinds = ("keywords", "operators", "functions", "units", "constants")
    words = [word.upper() for kind in kinds for word in written[kind]]

    assert sorted(words) == sorted(RESERVED)


def test_a_coloured_word_is_one_word_to_the_parser(written: dict) -> None:
    for word in written["functions"] + written["keywords"]:
        tokens = scan(f"{word} x").tokens

        assert [token.kind for token in tokens] == [TokenKind.WORD, TokenKind.WORD], word
