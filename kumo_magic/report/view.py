"""A view → what its output holds: data for our JupyterLab extension, a widget for other front ends, HTML and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo_magic.graph.graph import Graph
from kumo_magic.report.live import has_kernel
from kumo_magic.report.markup import box, muted

if TYPE_CHECKING:
    from kumo_magic.views import View

MIME = "application/vnd.kumo-magic.view+json"
VERSION = 1


def view_bundle(view: View) -> dict[str, object]:
    """Mime type → content. Which one is shown is the front end's choice.

    Raises:
        KumoMagicError: The view cannot be shown; says why.
    """
    data = {"version": VERSION, "of": view.name, "answer": view.answer()}
    html, text = _static(view)
    return {**_widget(view, data), MIME: data, "text/html": html, "text/plain": text}


def _widget(view: View, data: dict[str, object]) -> dict[str, object]:
    """The widget's bundle; nothing where no front end could draw it."""
    if not has_kernel():
        return {}
    from kumo_magic.report.view_widget import ViewWidget  # opens a comm

    found = ViewWidget(name=view.name, view=data)._repr_mimebundle_()
    return dict(found[0]) if found else {}


def _static(view: View) -> tuple[str, str]:
    """HTML without scripts, and plain text, for whoever cannot draw the answer."""
    match view.kind:
        case "scores" if not isinstance(view.subject, Graph):
            from kumo_magic.report.scores_view import scores_view_html, scores_view_text  # loads matplotlib

            return str(scores_view_html(view.subject)), scores_view_text(view.subject)
        case kind:
            return str(box(muted(f"{kind}: this front end draws no views."))), repr(view)
