"""A tree → places on rings around its root, in pixels. The same tree has the same places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin, tau

RADIUS = 250.0
MARGIN = 24.0
_CROWDED = 15.0
_STAGGER = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """Places in a square, and the radii of the rings in it."""

    size: float
    places: tuple[tuple[float, float], ...]
    radii: tuple[float, ...]


def lay_out_rings(parents: Sequence[int]) -> Rings:
    """The root in the middle, its children on the first ring, theirs on the second, each near its parent.

    Args:
        parents: Of each node, -1 for the root, which comes first; a parent comes before its children. Siblings stand
            in their order, clockwise from the top.
    """
    depths, leaves = [0] * len(parents), [0] * len(parents)
    children: list[list[int]] = [[] for _ in parents]
    for node, parent in enumerate(parents[1:], start=1):
        depths[node] = depths[parent] + 1
        children[parent].append(node)
    for node in reversed(range(len(parents))):
        leaves[node] = sum(leaves[child] for child in children[node]) or 1
    deepest = max(depths)
    radii = tuple(RADIUS * ring / deepest for ring in range(1, deepest + 1))
    middle = RADIUS + MARGIN
    starts, places = [0.0] * len(parents), [(middle, middle)] * len(parents)
    for node, own in enumerate(children):
        angle = starts[node]
        for number, child in enumerate(own):
            starts[child], width = angle, tau * leaves[child] / leaves[0]
            radius = radii[depths[child] - 1]
            if width * radius < _CROWDED:  # neighbours on the ring would touch
                radius += _STAGGER if number % 2 else -_STAGGER
            turn = angle + width / 2 - pi / 2
            places[child] = (middle + radius * cos(turn), middle + radius * sin(turn))
            angle += width
    return Rings(size=2 * middle, places=tuple(places), radii=radii)
