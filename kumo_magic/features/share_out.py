"""How many each of some may have of a bounded number. Knows no columns."""

from __future__ import annotations


def share_out(wanted: list[int], most: int) -> list[int]:
    """Give ``most`` in turns, one at a time, to whoever wants more.

    Example:
        >>> share_out([9, 1, 3], 8)
        [4, 1, 3]
    """
    given = [0] * len(wanted)
    while most > 0 and given != wanted:
        for position, number in enumerate(wanted):
            if given[position] < number and most > 0:
                given[position] += 1
                most -= 1
    return given
