"""The front end's questions, on a comm of their own: a cell's mistakes, what stands at a place, what there is.

What comes in is not trusted, since a notebook that is not trusted reaches a live kernel too: it is read as text, never
run. A question is {number, type: "check", cell}, {number, type: "hover", cell, place},
{number, type: "view", of, question} or {number, type: "inventory"}, its answer {number, answer}.
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
    """Send the answer; a question of another form has none. Each loads what it needs, rooms and all."""
    asked = message["content"]["data"]
    if not isinstance(asked, dict) or len(str(asked.get("cell", ""))) > _MOST_CHARACTERS:
        return
    match asked:
        case {"number": int(number), "type": "inventory"}:
            from kumo_magic.magic.inventory import take_inventory

            comm.send({"number": number, "answer": take_inventory(shell.user_ns)})
        case {"number": int(number), "type": "check", "cell": str(cell)}:
            from kumo_magic.magic.check import mistakes_in

            comm.send({"number": number, "answer": mistakes_in(cell, shell.user_ns)})
        case {"number": int(number), "type": "hover", "cell": str(cell), "place": int(place)} if place >= 0:
            from kumo_magic.magic.hover import facts_at

            comm.send({"number": number, "answer": facts_at(cell, place, shell.user_ns)})
        case {"number": int(number), "type": "view", "of": str(name), "question": dict(question)}:
            from kumo_magic.views import reply

            comm.send({"number": number, "answer": reply(name, question)})
        case _:
            return
