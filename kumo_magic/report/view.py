"""A view → what its output holds: data for our JupyterLab extension, a widget for other front ends, HTML and text."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    return {**_widget(view, data), MIME: data, "text/html": str(_html(view)), "text/plain": repr(view)}


def _widget(view: View, data: dict[str, object]) -> dict[str, object]:
    """The widget's bundle; nothing where no front end could draw it."""
    if not has_kernel():
        return {}
    from kumo_magic.report.view_widget import ViewWidget  # opens a comm

    found = ViewWidget(name=view.name, view=data)._repr_mimebundle_()
    return dict(found[0]) if found else {}


def _html(view: View) -> str:
    return box(muted(f"{view.kind}: this front end draws no views."))
