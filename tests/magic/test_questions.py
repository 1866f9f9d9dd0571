from types import SimpleNamespace

import pytest
from comm.base_comm import CommManager

from kumo_magic.magic.questions import TARGET, offer_answers, withdraw_answers
from kumo_magic.views import reply

GOOD = "%%predict shop --as few\nPREDICT COUNT(orders.*, 0, 30, days) = 0\nFOR EACH users.user_id;\n"


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("asked", "answers"),
    [
        ({"number": 7, "type": "check", "cell": GOOD}, [{"number": 7, "answer": []}]),
        ({"number": 7, "type": "hover", "cell": GOOD, "place": 0}, [{"number": 7, "answer": None}]),
        ({"number": "7", "type": "check", "cell": GOOD}, []),
        ({"number": 7, "type": "check", "cell": ["%%predict"]}, []),
        ({"number": 7, "type": "check", "cell": "%%predict\n" + "x" * 60_000}, []),
        ({"number": 7, "type": "hover", "cell": GOOD, "place": -1}, []),
        ({"number": 7, "type": "hover", "cell": GOOD}, []),
        ({"number": 7, "type": "run", "cell": GOOD}, []),
        (
            {"number": 7, "type": "view", "of": "another kernel's", "question": {"type": "scores"}},
            [{"number": 7, "answer": reply("another kernel's", {"type": "scores"})}],
        ),
        ({"number": 7, "type": "view", "of": "x", "question": "scores"}, []),
        ({}, []),
        ("text", []),
    ],
)
def test_the_kernel_answers_a_question_of_the_right_form_only(shell, asked: object, answers: list) -> None:
    sent: list[dict] = []
    heard: list = []
    comm = SimpleNamespace(on_msg=heard.append, send=sent.append)
    manager = CommManager()
    kernel_shell = SimpleNamespace(kernel=SimpleNamespace(comm_manager=manager), user_ns=shell.user_ns)
    offer_answers(kernel_shell)
    manager.targets[TARGET](comm, {})

    heard[0]({"content": {"data": asked}})

    assert sent == answers
    withdraw_answers(kernel_shell)
    assert manager.targets == {}
