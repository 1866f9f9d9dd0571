"""The words of the language and the options of the magics → `src/vocabulary.json`, which colours are given by.

    python labextension/write_vocabulary.py

Run after a change of `kumo_magic/query/vocabulary.py` or of a magic's options; a test compares.
"""

from __future__ import annotations

import json
from pathlib import Path

from kumo_magic.magic.options import Command
from kumo_magic.magic.request import PREDICT
from kumo_magic.magic.runs_magic import RUNS
from kumo_magic.magic.tables import GRAPH
from kumo_magic.query.vocabulary import FUNCTIONS, KEYWORDS, OPERATOR_SPELLINGS, UNIT_SPELLINGS

FILE = Path(__file__).parent / "src" / "vocabulary.json"
_CONSTANTS = ("NULL", "TRUE", "FALSE", "INF", "INFINITY")


def vocabulary() -> dict[str, object]:
    """Each kind of word, sorted; units in lower case, all else in upper case as it is usually written."""
    operators = {word for spelling in OPERATOR_SPELLINGS for word in spelling.split() if word.isalpha()}
    operators |= {"AND", "OR", "NOT"}
    return {
        "keywords": sorted(set(KEYWORDS) - operators - set(_CONSTANTS)),
        "operators": sorted(operators - set(_CONSTANTS)),
        "functions": sorted(function.value for function in FUNCTIONS),
        "units": sorted(UNIT_SPELLINGS),
        "constants": sorted(_CONSTANTS),
        "options": {"graph": _options(GRAPH), "predict": _options(PREDICT), "runs": _options(RUNS)},
    }


def _options(command: Command) -> list[str]:
    return sorted([*(f"--{option.name}" for option in command.options), "--help"])


def as_text() -> str:
    """What the file holds."""
    return json.dumps(vocabulary(), indent=2) + "\n"


if __name__ == "__main__":
    FILE.write_text(as_text(), encoding="utf-8")
