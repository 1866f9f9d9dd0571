"""What a cell shows while it runs: a widget in a notebook, a line of text in a terminal. Values in, `stop` out.

The Stop button has a comm of its own on which the main shell publishes nothing. ipykernel 7.4 sends what the front end
says on a comm to the shell that last published on it; for a comm that is updated while the cell runs that is the busy
main shell, and the click would be heard only afterwards. ipykernel 6 hears no comm at all while the cell runs: a click
that is not acknowledged within two seconds becomes an interrupt of the kernel, where our JupyterLab extension is.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, TextIO

import anywidget
import traitlets
from IPython.core.getipython import get_ipython
from IPython.display import DisplayHandle, display
from ipywidgets import Widget

from kumo_magic.progress.events import Event, StageFinished, Stopped, TrainingStep, Warned
from kumo_magic.report.findings import findings_text
from kumo_magic.report.progress import Preparation, ProgressState, progress_state, text_line

_STATIC = Path(__file__).parent / "static"
_SECONDS_BETWEEN_UPDATES = 0.1


class Display(Protocol):
    """Something that follows a run."""

    @property
    def stop(self) -> Callable[[], bool]:
        """Tells whether the user pressed Stop; may be asked at any time."""
        ...

    def ready(self) -> None:
        """The imports are done: the run's clock starts now."""
        ...

    def notify(self, event: Event) -> None:
        """Show an event."""
        ...

    def close(self, bundle: Mapping[str, object]) -> None:
        """Put what stays, by mime type, in place of what moved. Called once, whatever happened."""
        ...


class LiveWidget(anywidget.AnyWidget):
    """The moving picture. All of it is in ``state``; ``stop_model`` names the widget that hears the button."""

    _esm = _STATIC / "live.js"
    _css = _STATIC / "live.css"

    state = traitlets.Dict().tag(sync=True)
    stop_model = traitlets.Unicode().tag(sync=True)


class StopSignal:
    """An event that a message of the front end sets, on a comm of its own; the front end is told that it was heard."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._widget = Widget()
        self._widget.on_msg(self._hear)
        # Opening the comm published on it; see above. The attribute is ipykernel's own, and absent elsewhere.
        vars(self._widget.comm).pop("_reply_subshell_id", None)

    @property
    def model_id(self) -> str:
        """What the front end calls the comm."""
        return str(self._widget.model_id)

    def is_set(self) -> bool:
        """Whether Stop was pressed."""
        return self._event.is_set()

    def close(self) -> None:
        """Close the comm."""
        self._widget.close()

    def _hear(self, widget: Widget, content: object, buffers: object) -> None:
        """Runs in a thread of the kernel's, so it does nothing else."""
        del content, buffers
        self._event.set()
        widget.send({"type": "heard"})


class NotebookDisplay:
    """The widget, at most ten times a second, and in the end a static record in its place."""

    def __init__(self, *, title: str, budget_seconds: float, preparation: Preparation) -> None:
        self._title = title
        self._budget_seconds = budget_seconds
        self._preparation = preparation
        self._events: list[Event] = []
        self._began = time.perf_counter()
        self._published = -1.0
        self._signal = StopSignal()
        self._widget = LiveWidget(state=self._state(), stop_model=self._signal.model_id)
        handle = display(_bundle_of(self._widget, title), raw=True, display_id=True)
        assert isinstance(handle, DisplayHandle)
        self._handle = handle

    @property
    def stop(self) -> Callable[[], bool]:
        """Whether the button was pressed."""
        return self._signal.is_set

    def ready(self) -> None:
        """Imports are over; the clock starts."""
        now = time.perf_counter()
        self._preparation = Preparation(words=self._preparation.words, seconds=now - self._began)
        self._began = now
        self._publish()

    def notify(self, event: Event) -> None:
        """Draw the event, unless a picture was sent within the last tenth of a second and this is a mere step."""
        self._events.append(event)
        is_mere_step = isinstance(event, TrainingStep) and event.score is None
        if not is_mere_step or time.perf_counter() - self._published >= _SECONDS_BETWEEN_UPDATES:
            self._publish()

    def close(self, bundle: Mapping[str, object]) -> None:
        """Replace the widget by the record; nothing of it stays in the saved notebook."""
        self._handle.update(dict(bundle), raw=True)
        self._widget.layout.close()
        self._widget.close()
        self._signal.close()

    def _publish(self) -> None:
        self._published = time.perf_counter()
        self._widget.state = dict(self._state())

    def _state(self) -> ProgressState:
        return progress_state(
            self._events,
            title=self._title,
            budget_seconds=self._budget_seconds,
            preparation=self._preparation,
            seconds=0.0 if self._preparation.seconds is None else time.perf_counter() - self._began,
            is_stopping=self._signal.is_set(),
        )


class TerminalDisplay:
    """One line that is overwritten, or a line per stage where the output is no terminal. Stop is Ctrl-C here."""

    def __init__(self, *, budget_seconds: float, preparation: Preparation, output: TextIO | None = None) -> None:
        self._budget_seconds = budget_seconds
        self._preparation = preparation
        self._events: list[Event] = []
        self._began = time.perf_counter()
        self._written = -1.0
        self._width = 0
        self._output = output or sys.stdout
        self._write(text_line((), preparation, seconds=0.0, budget_seconds=budget_seconds))

    @property
    def stop(self) -> Callable[[], bool]:
        """Never: a terminal interrupts."""
        return _never

    def ready(self) -> None:
        """The clock starts."""
        self._began = time.perf_counter()

    def notify(self, event: Event) -> None:
        """Write the line anew."""
        self._events.append(event)
        if isinstance(event, Warned):
            self._warn(event)
            return
        now = time.perf_counter()
        is_interactive = self._output.isatty()
        is_due = now - self._written >= _SECONDS_BETWEEN_UPDATES if is_interactive else False
        if is_due or isinstance(event, StageFinished | Stopped):
            seconds = now - self._began
            self._written = now
            self._write(
                text_line(self._events, self._preparation, seconds=seconds, budget_seconds=self._budget_seconds)
            )

    def close(self, bundle: Mapping[str, object]) -> None:
        """Write the record's text."""
        text = bundle["text/plain"]
        if self._output.isatty():
            self._output.write("\r" + " " * self._width + "\r")
        self._output.write(f"{text}\n" if text else "")
        self._output.flush()

    def _warn(self, event: Warned) -> None:
        """Leave the warnings above the line that is overwritten."""
        if self._output.isatty():
            self._output.write("\r" + " " * self._width + "\r")
        self._output.writelines(f"{line}\n" for line in findings_text(event.findings))
        self._output.flush()

    def _write(self, line: str) -> None:
        if self._output.isatty():
            line = line[:118]
            self._output.write("\r" + line.ljust(self._width))
            self._width = len(line)
        else:
            self._output.write(line + "\n")
        self._output.flush()


class SilentDisplay:
    """Nothing to see, during and after."""

    @property
    def stop(self) -> Callable[[], bool]:
        """Never: interrupt the kernel."""
        return _never

    def ready(self) -> None:
        """Nothing."""

    def notify(self, event: Event) -> None:
        """Nothing."""
        del event

    def close(self, bundle: Mapping[str, object]) -> None:
        """Nothing."""
        del bundle


def open_display(*, title: str, budget_seconds: float) -> Display:
    """The display that suits where the code runs, already showing that work has begun."""
    preparation = Preparation(words="Loading PyTorch." if "torch" not in sys.modules else "Ready.")
    if has_kernel():
        return NotebookDisplay(title=title, budget_seconds=budget_seconds, preparation=preparation)
    return TerminalDisplay(budget_seconds=budget_seconds, preparation=preparation)


def has_kernel() -> bool:
    """Whether this process is a kernel, so that a front end may draw."""
    return getattr(get_ipython(), "kernel", None) is not None


def _never() -> bool:
    return False


def _bundle_of(widget: LiveWidget, title: str) -> dict[str, object]:
    """The widget's bundle, with words for front ends that draw no widgets."""
    found = widget._repr_mimebundle_()
    words = f"{title}: running. This front end draws no widgets; the result follows."
    return {**(found[0] if found else {}), "text/plain": words}
