"""Arrays in memory → the same arrays mapped from files that go when nobody needs them. Knows no graph."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from pathlib import Path

import numpy as np


class MappedFolder:
    """A temporary folder of arrays. It is deleted with this object, at the latest when Python ends."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="kumo_magic_"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)

    def keep(self, name: str, values: np.ndarray) -> np.ndarray:
        """The array, mapped from a file; the system loads its pages when they are read and drops them under pressure.

        Raises:
            OSError: The disk is full, or the folder cannot be written.
        """
        if not values.size:
            return values
        path = self.path / name
        values.tofile(path)
        # Copy-on-write: nothing writes, but kernels are compiled for plain arrays that could be written.
        return np.memmap(path, dtype=values.dtype, mode="c", shape=values.shape).view(np.ndarray)
