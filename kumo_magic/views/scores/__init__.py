"""A run → the scores of its held-out rows, as pictures' data. Scores nothing itself."""

from kumo_magic.views.scores.answer import scores_answer

__all__ = ["scores_answer"]
