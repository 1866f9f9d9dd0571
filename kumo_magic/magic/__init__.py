"""Cell text → a frame in the notebook. The front door: options, names, displays. Loads nothing heavy by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["load_ipython_extension", "unload_ipython_extension"]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magics, their completion, and the picture of a graph."""
    from kumo_magic.magic.extension import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take away what loading added; graphs, runs and variables stay."""
    from kumo_magic.magic.extension import unload

    unload(shell)
