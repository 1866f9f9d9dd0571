"""A view as a widget: data in, questions of the front end out to the view's room and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from kumo_magic.views import reply

_STATIC = Path(__file__).parent / "static"


class ViewWidget(anywidget.AnyWidget):
    """The picture, in ``view``. ``name`` is the subject that questions are for."""

    _esm = _STATIC / "view.js"
    _css = _STATIC / "view.css"

    view = traitlets.Dict().tag(sync=True)
    name = traitlets.Unicode()

    def __init__(self, **traits: Any) -> None:
        super().__init__(**traits)
        self.on_msg(self._hear)

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        """Answer {number, question}; a message of another form has no answer."""
        del widget, buffers
        match content:
            case {"number": int(number), "question": dict(question)}:
                self.send({"number": number, "answer": reply(self.name, question)})
            case _:
                return
