"""The front end's questions about a cell, on a comm of their own: its mistakes, and what stands at a place.

What comes in is not trusted, since a notebook that is not trusted reaches a live kernel too: it is read as text, never
run. A question is {number, type: "check", cell} or {number, type: "hover", cell, place},
its answer {number, answer}.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

TARGET = "kumo_magic.ask"
_MOST_CHARACTERS = 50_000


def offer_answers(shell: InteractiveShell) -> None:
    """The shell's kernel answers; nothing where there is no kernel."""
    manager = _manager(shell)
    if manager is not None:
        manager.register_target(TARGET, lambda comm, _: comm.on_msg(lambda message: _answer(comm, message, shell)))


def withdraw_answers(shell: InteractiveShell) -> None:
    """The kernel answers no more."""
    manager = _manager(shell)
    if manager is not None and TARGET in manager.targets:
        manager.unregister_target(TARGET, manager.targets[TARGET])


def _manager(shell: InteractiveShell) -> Any:
    """The kernel's comms; None in a terminal."""
    return getattr(getattr(shell, "kernel", None), "comm_manager", None)


def _answer(comm: Any, message: dict[str, Any], shell: InteractiveShell) -> None:
    """Send the answer; a question of another form has none."""
    asked = message["content"]["data"]
    match asked:
        case {"number": int(number), "cell": str(cell), **rest} if len(cell) <= _MOST_CHARACTERS:
            pass
        case _:
            return
    match rest:
        case {"type": "check"}:
            from kumo_magic.magic.check import mistakes_in  # loads the rooms of queries and tables

            comm.send({"number": number, "answer": mistakes_in(cell, shell.user_ns)})
        case {"type": "hover", "place": int(place)} if place >= 0:
            from kumo_magic.magic.hover import facts_at  # loads them too

            comm.send({"number": number, "answer": facts_at(cell, place, shell.user_ns)})
