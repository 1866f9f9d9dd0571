"""Seconds of `%load_ext kumo_magic` in a fresh IPython, beside those of importing torch, in turns.

python benchmarks/load_time.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys

_LOAD = """
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
began = time.perf_counter()
shell.run_line_magic("load_ext", "kumo_magic")
print(time.perf_counter() - began)
"""
_TORCH = "import time; began = time.perf_counter(); import torch; print(time.perf_counter() - began)"


def seconds(code: str) -> float:
    """What the code prints last, in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    pairs = [(seconds(_LOAD), seconds(_TORCH)) for _ in range(rounds)]
    load, torch = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"%load_ext kumo_magic {load:.3f} s, import torch {torch:.3f} s (medians of {rounds})")


if __name__ == "__main__":
    main()
