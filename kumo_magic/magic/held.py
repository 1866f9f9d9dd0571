"""Whether a variable holds a run or a model. Loads neither class: before there is one, no variable does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeGuard

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction
    from kumo_magic.trained_model import Model


def is_run(value: object) -> TypeGuard[Prediction]:
    """Whether it is what a `%%predict` cell or `predict` gave."""
    module = sys.modules.get("kumo_magic.prediction")
    return module is not None and isinstance(value, module.Prediction)


def is_model(value: object) -> TypeGuard[Model]:
    """Whether it is what `fit` or `load` gave."""
    module = sys.modules.get("kumo_magic.trained_model")
    return module is not None and isinstance(value, module.Model)
