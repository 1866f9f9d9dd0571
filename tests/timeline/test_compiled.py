"""Kernels are kept on disk, but never with a rule of time that is no longer the one in the source."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kumo_magic
from kumo_magic.timeline.compiled import ROOMS

PACKAGE = Path(kumo_magic.__file__).parent
ASK = """
import numpy as np
from kumo_magic.features.windows import window_bounds
times = np.array([1, 5, 9], dtype=np.int64)
starts, stops = window_bounds(
    np.array([0, 3], dtype=np.int64), np.arange(3, dtype=np.int32), times,
    np.array([0], dtype=np.int64), np.array([5], dtype=np.int64), np.array([2], dtype=np.int64),
)
print(int(stops[0]), sum(window_bounds.stats.cache_hits.values()))
"""


def known_rows(copy: Path) -> tuple[int, int]:
    """How many of the rows at 1, 5 and 9 a window sees at 5, and how often it was found compiled on disk."""
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    answer = subprocess.run(
        [sys.executable, "-c", ASK], env=environment, cwd=copy, capture_output=True, text=True, check=True
    )
    known, hits = answer.stdout.split()
    return int(known), int(hits)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package's source alone, without anything that was compiled before."""
    shutil.copytree(
        PACKAGE, tmp_path / "kumo_magic", ignore=shutil.ignore_patterns("__pycache__", "static", "*.parquet")
    )
    return tmp_path


def test_an_edited_rule_of_time_reaches_callers_that_were_compiled_before(copy: Path) -> None:
    assert known_rows(copy) == (2, 0)
    assert known_rows(copy) == (2, 1)
    rule = copy / "kumo_magic" / "timeline" / "neighbours.py"
    rule.write_text(rule.read_text().replace("return time <= anchor_us\n", "return time < anchor_us\n", 1))

    assert known_rows(copy) == (1, 0)


def test_every_kernel_is_made_by_the_decorator_in_a_room_whose_source_counts() -> None:
    made_elsewhere = [
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if re.search(r"^from numba|^import numba", file.read_text(), re.MULTILINE)
    ]
    rooms = {file.relative_to(PACKAGE).parts[0] for file in PACKAGE.rglob("*.py") if "@compiled\n" in file.read_text()}

    assert made_elsewhere == ["timeline/compiled.py"]
    assert rooms == set(ROOMS)
