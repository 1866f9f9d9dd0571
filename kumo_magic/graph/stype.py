"""Semantic types of columns, named as in pytorch-frame. No frames."""

from __future__ import annotations

from enum import StrEnum


class Stype(StrEnum):
    """What a column means to a model."""

    NUMERICAL = "numerical"
    CATEGORICAL = "categorical"  # booleans too, as the two categories false and true
    MULTICATEGORICAL = "multicategorical"
    TEXT = "text"
    TIMESTAMP = "timestamp"
    KEY = "key"  # primary and foreign keys: they link rows, and are no input
    IGNORED = "ignored"  # constant or empty columns, or what the user left out
