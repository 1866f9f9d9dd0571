"""Text → PredictiveQuery. Knows characters and the grammar, no tables."""

from kumo_magic.query.parser import parse
from kumo_magic.query.predictive_query import PredictiveQuery

__all__ = ["PredictiveQuery", "parse"]
