"""Names with columns of numbers, gathered one by one into a table. Knows no graph."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True, slots=True)
class FeatureBlock:
    """Features of n rows, in the order in which they were added."""

    num_rows: int
    names: list[str] = field(default_factory=list)
    columns: list[np.ndarray] = field(default_factory=list)  # float32 [rows] each

    def add(self, name: str, values: np.ndarray) -> None:
        """Append one feature: n numbers, NaN for unknown; what float32 cannot hold becomes its largest number."""
        self.names.append(name)
        self.columns.append(np.clip(values, -_LARGEST, _LARGEST).astype(np.float32))

    def extend(self, other: FeatureBlock, *, most: int | None = None) -> None:
        """Append the features of another block of the same rows, the first ``most`` of them."""
        self.names.extend(other.names[:most])
        self.columns.extend(other.columns[:most])

    def write(self, values: np.ndarray) -> None:
        """Put the features into float32 [rows, features], as many as it has room for."""
        for position, column in enumerate(self.columns[: values.shape[1]]):
            values[:, position] = column
