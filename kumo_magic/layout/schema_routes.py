"""Tables in columns → which gutters and gaps each link's line runs through. Chooses ways; knows no widths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo_magic.graph.link import Link

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The way of one line.

    Attributes:
        link: Whose line it is.
        start: The column of the foreign key's box.
        end: The column of the parent's box.
        leaves_right: Whether it leaves its box on the right side.
        enters_right: Whether it enters the parent's box on the right side.
        gutters: The gutters it runs through, in order; gutter i lies left of column i.
        gaps: The (column, gap) it crosses between two gutters; gap i lies above box i.
    """

    link: Link
    start: int
    end: int
    leaves_right: bool
    enters_right: bool
    gutters: tuple[int, ...]
    gaps: tuple[tuple[int, int], ...]


def plan_passages(
    graph: Graph,
    columns: list[list[str]],
    ends: Mapping[Link, tuple[float, float]],
    gap_middles: Mapping[tuple[int, int], float],
) -> list[Passage]:
    """A way for every link: straight through a gutter where the boxes are neighbours, else through gaps.

    Args:
        graph: Whose links they are.
        columns: The tables of each column, top to bottom.
        ends: About how high each link's foreign key and key are.
        gap_middles: About how high each (column, gap) is.
    """
    place = {name: number for number, column in enumerate(columns) for name in column}
    use: Counter[int] = Counter()
    passages: list[Passage] = []
    for link in graph.links:
        start, end = place[link.table], place[link.parent]
        if start == end:
            # A line to the same column loops through the gutter beside it that has fewer lines.
            goes_right = use[start + 1] < use[start] if start else True
            gutters, leaves_right, enters_right = [start + goes_right], goes_right, goes_right
        elif start > end:
            gutters, leaves_right, enters_right = list(range(start, end, -1)), False, True
        else:
            gutters, leaves_right, enters_right = list(range(start + 1, end + 1)), True, False
        crossed = range(start - 1, end, -1) if start > end else range(start + 1, end)
        use.update(gutters)
        passages.append(
            Passage(
                link=link,
                start=start,
                end=end,
                leaves_right=leaves_right,
                enters_right=enters_right,
                gutters=tuple(gutters),
                gaps=_nearest_gaps(crossed, columns, ends[link], gap_middles),
            )
        )
    return passages


def _nearest_gaps(
    crossed: range, columns: list[list[str]], ends: tuple[float, float], gap_middles: Mapping[tuple[int, int], float]
) -> tuple[tuple[int, int], ...]:
    """In each crossed column the gap that makes the way to the end the shortest."""
    here, goal = ends
    chosen: list[tuple[int, int]] = []
    for column in crossed:
        gap = min(
            range(len(columns[column]) + 1),
            key=lambda gap: abs(gap_middles[column, gap] - here) + abs(gap_middles[column, gap] - goal),
        )
        chosen.append((column, gap))
        here = gap_middles[column, gap]
    return tuple(chosen)
