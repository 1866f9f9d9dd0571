"""The front end's question "what is wrong with this cell?" on a comm of its own. Knows messages, no queries.

What comes in is not trusted, since a notebook that is not trusted reaches a live kernel too: it is read as text, never
run. The cell's text and a number go in, that number and the mistakes come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

TARGET = "kumo_magic.check"
_MOST_CHARACTERS = 50_000


def offer_checks(shell: InteractiveShell) -> None:
    """The shell's kernel answers checks; nothing where there is no kernel."""
    manager = _manager(shell)
    if manager is not None:
        manager.register_target(TARGET, lambda comm, _: comm.on_msg(lambda message: _answer(comm, message, shell)))


def withdraw_checks(shell: InteractiveShell) -> None:
    """The kernel knows no checks any more."""
    manager = _manager(shell)
    if manager is not None and TARGET in manager.targets:
        manager.unregister_target(TARGET, manager.targets[TARGET])


def _manager(shell: InteractiveShell) -> Any:
    """The kernel's comms; None in a terminal."""
    return getattr(getattr(shell, "kernel", None), "comm_manager", None)


def _answer(comm: Any, message: dict[str, Any], shell: InteractiveShell) -> None:
    """Send the mistakes; a question of another form has no answer."""
    from kumo_magic.magic.check import mistakes_in  # loads the rooms of queries and tables

    asked = message["content"]["data"]
    number, cell = asked.get("number"), asked.get("cell")
    if isinstance(number, int) and isinstance(cell, str) and len(cell) <= _MOST_CHARACTERS:
        comm.send({"number": number, "mistakes": mistakes_in(cell, shell.user_ns)})
