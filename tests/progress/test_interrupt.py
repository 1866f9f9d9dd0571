from collections.abc import Callable

import pytest

from kumo_magic.progress.interrupt import despite_interrupt


def interrupted(times: int) -> Callable[[], str]:
    """Work that is interrupted so many times before it ends."""
    left = [times]

    def work() -> str:
        if left[0] > 0:
            left[0] -= 1
            raise KeyboardInterrupt
        return "answer"

    return work


@pytest.mark.parametrize(("times", "expected"), [(0, ("answer", False)), (1, ("answer", True))])
def test_one_interrupt_leaves_a_result_and_is_told(times: int, expected: tuple[str, bool]) -> None:
    assert despite_interrupt(interrupted(times)) == expected


def test_a_second_interrupt_aborts() -> None:
    with pytest.raises(KeyboardInterrupt):
        despite_interrupt(interrupted(2))
