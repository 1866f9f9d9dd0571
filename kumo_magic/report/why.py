"""A view of why a row is answered so → its answer, HTML and plain text. The model is asked once for all three."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo_magic.explain import Explanation
from kumo_magic.report.explanation import explanation_html, explanation_text
from kumo_magic.report.ranked_explanation import ranked_explanation_html, ranked_explanation_text
from kumo_magic.views.why import explained_by, why_view_answer

if TYPE_CHECKING:
    from kumo_magic.views import View
    from kumo_magic.views.answers import Answer


def why_drawn(view: View) -> tuple[Answer, str, str]:
    """The answer, and the explanation as notebooks show it.

    Raises:
        KumoMagicError: The row cannot be explained; says why.
    """
    found = explained_by(view)
    answer, explanation = why_view_answer(found), found.explanation
    if isinstance(explanation, Explanation):
        return answer, explanation_html(explanation), explanation_text(explanation)
    return answer, ranked_explanation_html(explanation), ranked_explanation_text(explanation)
