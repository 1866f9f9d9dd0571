"""A view → what its output holds: data for our JupyterLab extension, a widget for other front ends, HTML and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo_magic.graph.graph import Graph
from kumo_magic.views.query_path import query_path
from kumo_magic.views.view import view_of

if TYPE_CHECKING:
    from kumo_magic.views import View
    from kumo_magic.views.answers import Answer

MIME = "application/vnd.kumo-magic.view+json"
VERSION = 1


def view_bundle(view: View) -> dict[str, object]:
    """Mime type → content. Which one is shown is the front end's choice.

    Raises:
        KumoMagicError: The view cannot be shown; says why.
    """
    answer, html, text = _drawn(view)
    data = {"version": VERSION, "of": view.name, "answer": answer}
    return {**_widget(view, data), MIME: data, "text/html": html, "text/plain": text}


def _drawn(view: View) -> tuple[Answer, str, str]:
    """What the view answers; and for whoever cannot draw that, HTML without scripts and plain text."""
    match view.kind:
        case "predictions":
            from kumo_magic.report.predictions import predictions_html, predictions_text  # each loads what it needs

            answer = view.answer()
            return answer, predictions_html(answer), predictions_text(answer)
        case "why":
            from kumo_magic.report.why import why_drawn

            return why_drawn(view)
        case "scores" if not isinstance(view.subject, Graph):
            from kumo_magic.report.scores_view import scores_view_html, scores_view_text  # loads matplotlib

            return view.answer(), str(scores_view_html(view.subject)), scores_view_text(view.subject)
        case "graph":
            from kumo_magic.report.schema_svg import schema_html, schema_text

            if isinstance(view.subject, Graph):
                return view.answer(), schema_html(view.subject), schema_text(view.subject)
            plan = view.subject.plan
            return view.answer(), schema_html(plan.graph, query_path(plan)), schema_text(plan.graph)
        case _:
            from kumo_magic.report.neighbourhood import neighbourhood_html, neighbourhood_text

            answer = view.answer()
            return answer, neighbourhood_html(answer), neighbourhood_text(answer)


def graph_bundle(graph: Graph) -> dict[str, object]:
    """The same of a graph that is the value of a cell: without a widget, which would be dead in the saved notebook.

    Where our extension does not draw, its picture and its summary stand there, which the other formatters write.
    """
    view = view_of(graph, "graph")
    return {MIME: {"version": VERSION, "of": view.name, "answer": view.answer()}}


def _widget(view: View, data: dict[str, object]) -> dict[str, object]:
    """The widget's bundle; nothing where no front end could draw it."""
    from kumo_magic.report.live import has_kernel  # loads the widgets' library

    if not has_kernel():
        return {}
    from kumo_magic.report.view_widget import ViewWidget  # opens a comm

    found = ViewWidget(name=view.name, view=data)._repr_mimebundle_()
    return dict(found[0]) if found else {}
