"""How a run was made → the same run once more, with another text or day. The pipeline says how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.errors import OptionError

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A run's arguments, kept with what runs them: same graph, options, budget and seed.

    Attributes:
        run: (text, the prediction anchor, whether the splits that the user set are kept) → a run.
        labels: The user's own label table, where there was one.
    """

    run: Callable[[str, pd.Timestamp, bool], Prediction]
    labels: pd.DataFrame | None = None


def again_of(prediction: Prediction) -> Again:
    """How to make the run again.

    Raises:
        OptionError: A trained model answered, so that the run had no options of its own to learn with.
    """
    if prediction.again is None:
        raise OptionError(
            "A trained model gave this answer, so there is nothing to fit again: its training had options of its own. "
            "Run the query without model=."
        )
    return prediction.again
