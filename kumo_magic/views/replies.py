"""What a front end asks → what it gets: an answer, or in words why there is none. Trusts nothing that comes in."""

from __future__ import annotations

from collections.abc import Mapping

from kumo_magic.errors import KumoMagicError
from kumo_magic.views.answers import Answer, answer_of
from kumo_magic.views.subjects import subject_of

_GONE = "This kernel does not have that run or graph (any more). Run its cell again."


def reply(name: str, question: Mapping[str, object]) -> Answer:
    """The answer about the subject of that name."""
    subject = subject_of(name)
    if subject is None:
        return _problem(_GONE)
    try:
        return answer_of(subject, question)
    except KumoMagicError as error:
        return _problem(str(error))


def _problem(words: str) -> Answer:
    return {"type": "problem", "words": words}
