"""A run or a graph ↔ the name that front ends call it by. Keeps none alive."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.prediction import Prediction

    Subject = Prediction | Graph

_subjects: WeakValueDictionary[str, Subject] = WeakValueDictionary()


def name_of(subject: Subject) -> str:
    """A name that no other run, graph or kernel has: views of an earlier kernel must not show another's runs."""
    for name, known in _subjects.items():
        if known is subject:
            return name
    name = secrets.token_hex(8)
    _subjects[name] = subject
    return name


def subject_of(name: str) -> Subject | None:
    """Whom the name means; None where this kernel does not have it, or no longer."""
    return _subjects.get(name)
