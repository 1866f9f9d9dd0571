"""A graph → boxes, labels and the lines between them, in pixels. Pure numbers: knows no SVG.

Boxes stand in columns. Between the columns are gutters, and between the boxes of a column gaps; lines run in these
alone, so that none crosses a box. Lines to the same table share their way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo_magic.graph.link import Link
from kumo_magic.layout.schema_boxes import Box, place_box
from kumo_magic.layout.schema_cards import HEADING_HEIGHT, ROW_HEIGHT, Card, card_of
from kumo_magic.layout.schema_columns import columns_of_tables
from kumo_magic.layout.schema_routes import Passage, plan_passages

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph

WIDTH = 900
MARGIN = 10
GAP = 22  # with a box's heading and padding it makes whole rows, see _tops
_LANE = 9
_WIDEST_BOX = 232
_NARROWEST_BOX = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A link's way from its foreign key to the parent's key, by corners."""

    link: Link
    points: tuple[tuple[float, float], ...]
    hue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaLayout:
    """The whole drawing."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def lay_out(graph: Graph) -> SchemaLayout:
    """Where every box, label and line of the graph's drawing is; at most `WIDTH` wide."""
    num_tables = len(graph.tables)
    most_rows = 10 if num_tables <= 6 else 7 if num_tables <= 10 else 5
    cards = {name: card_of(graph, table, most_rows) for name, table in graph.tables.items()}
    columns = columns_of_tables(graph, {name: card.height + GAP for name, card in cards.items()})
    hues = {name: hue for hue, name in enumerate(name for name in graph.tables if graph.links_to(name))}

    tops = _tops(columns, cards, {})
    passages = plan_passages(graph, columns, _ends(graph, cards, tops), _gap_middles(columns, cards, tops))
    busy: dict[tuple[int, int], list[str]] = {}
    for passage in passages:
        for crossing in passage.gaps:
            sharing = busy.setdefault(crossing, [])
            sharing += [passage.link.parent] if passage.link.parent not in sharing else []
    tops = _tops(columns, cards, {crossing: len(sharing) for crossing, sharing in busy.items()})
    gap_lanes = _gap_lanes(columns, cards, tops, busy)
    ends = _ends(graph, cards, tops)

    lanes = _gutter_lanes(passages, ends, gap_lanes, num_gutters=len(columns) + 1)
    widths, box_width = _widths(lanes, len(columns))
    lefts = [sum(widths[: place + 1]) + box_width * place for place in range(len(columns))]
    boxes = tuple(
        place_box(cards[name], lefts[place], tops[name], box_width, hues)
        for place, column in enumerate(columns)
        for name in column
    )
    lane_x = [_lane_places(widths, lanes, box_width, gutter) for gutter in range(len(widths))]
    lines = tuple(
        Line(
            link=passage.link,
            points=_points(passage, ends, gap_lanes, lane_x, lefts, box_width),
            hue=hues[passage.link.parent],
        )
        for passage in passages
    )
    lowest = max(box.y + box.height for box in boxes)
    lowest = max([lowest, *(y for line in lines for _, y in line.points)])
    return SchemaLayout(width=sum(widths) + box_width * len(columns), height=lowest + MARGIN, boxes=boxes, lines=lines)


Ends = dict[Link, tuple[float, float]]


def _tops(columns: list[list[str]], cards: dict[str, Card], busy: dict[tuple[int, int], int]) -> dict[str, float]:
    """The top of each box; columns are about centred on the tallest, gaps have room for the lines that cross them.

    All heights are whole steps of a row, and every other column stands half a row lower. So the rows of neighbouring
    columns are never level, and no line can lie upon another one that comes from the other side.
    """
    stacks: list[tuple[list[float], float]] = []
    for place, column in enumerate(columns):
        y, own = float(MARGIN), []
        for row, name in enumerate(column):
            y += _gap_height(busy.get((place, row), 0)) if row else _edge_height(busy.get((place, row), 0))
            own.append(y)
            y += cards[name].height
        stacks.append((own, y + _edge_height(busy.get((place, len(column)), 0))))
    tallest = max(bottom for _, bottom in stacks)
    return {
        name: top + ROW_HEIGHT * round((tallest - bottom) / 2 / ROW_HEIGHT) + ROW_HEIGHT / 2 * (place % 2)
        for place, (column, (own, bottom)) in enumerate(zip(columns, stacks, strict=True))
        for name, top in zip(column, own, strict=True)
    }


def _gap_height(num_lines: int) -> float:
    """The height of a gap between two boxes that so many lines cross."""
    return GAP + ROW_HEIGHT * (num_lines // 2)


def _edge_height(num_lines: int) -> float:
    """The height above or below a column that so many lines take."""
    return ROW_HEIGHT * (num_lines // 2 + 1) if num_lines else 0.0


def _lane_offset(number: int, *, is_above: bool) -> float:
    """How far the line of that number is from the box, at heights where no neighbouring column has a row."""
    if is_above:
        return 15.0 + ROW_HEIGHT * (number // 2) + 7 * (number % 2)
    return 7.0 + ROW_HEIGHT * ((number + 1) // 2) - 7 * (number % 2)


def _gap_lanes(
    columns: list[list[str]], cards: dict[str, Card], tops: dict[str, float], busy: dict[tuple[int, int], list[str]]
) -> dict[tuple[int, int, str], float]:
    """The height of each line in each gap, by the table it leads to."""
    lanes: dict[tuple[int, int, str], float] = {}
    for (place, gap), sharing in busy.items():
        column = columns[place]
        for number, parent in enumerate(sharing):
            if gap == 0:
                lanes[place, gap, parent] = tops[column[0]] - _lane_offset(number, is_above=True)
            else:
                bottom = tops[column[gap - 1]] + cards[column[gap - 1]].height
                lanes[place, gap, parent] = bottom + _lane_offset(number, is_above=False)
    return lanes


def _gap_middles(
    columns: list[list[str]], cards: dict[str, Card], tops: dict[str, float]
) -> dict[tuple[int, int], float]:
    """About how high each (column, gap) is."""
    middles: dict[tuple[int, int], float] = {}
    for place, column in enumerate(columns):
        middles[place, 0] = tops[column[0]] - GAP / 2
        for gap, name in enumerate(column, start=1):
            middles[place, gap] = tops[name] + cards[name].height + GAP / 2
    return middles


def _ends(graph: Graph, cards: dict[str, Card], tops: dict[str, float]) -> Ends:
    """The height of the foreign key and of the parent's key, of each link."""
    return {
        link: (
            _row_y(cards[link.table], link.column, tops[link.table]),
            _row_y(cards[link.parent], str(graph[link.parent].primary_key), tops[link.parent]),
        )
        for link in graph.links
    }


def _row_y(card: Card, column: str, top: float) -> float:
    place = next(number for number, row in enumerate(card.rows) if row.name == column)
    return top + HEADING_HEIGHT + ROW_HEIGHT * (place + 0.5)


def _gutter_lanes(
    passages: list[Passage], ends: Ends, gap_lanes: dict[tuple[int, int, str], float], *, num_gutters: int
) -> list[dict[str, int]]:
    """For each gutter the lane of each parent's line; lines that are not side by side may have the same."""
    reach: list[dict[str, tuple[float, float]]] = [{} for _ in range(num_gutters)]
    for passage in passages:
        heights = _heights(passage, ends, gap_lanes)
        for gutter, low, high in zip(passage.gutters, heights, heights[1:], strict=False):
            before = reach[gutter].get(passage.link.parent, (low, low))
            reach[gutter][passage.link.parent] = (min(low, high, before[0]), max(low, high, before[1]))
    lanes: list[dict[str, int]] = []
    for spans in reach:
        taken: list[float] = []
        chosen: dict[str, int] = {}
        for parent, (low, high) in sorted(spans.items(), key=lambda span: span[1]):
            free = next((lane for lane, until in enumerate(taken) if until + _LANE < low), len(taken))
            taken[free : free + 1] = [high]
            chosen[parent] = free
        lanes.append(chosen)
    return lanes


def _heights(passage: Passage, ends: Ends, gap_lanes: dict[tuple[int, int, str], float]) -> list[float]:
    start, end = ends[passage.link]
    return [start, *(gap_lanes[(*gap, passage.link.parent)] for gap in passage.gaps), end]


def _widths(lanes: list[dict[str, int]], num_columns: int) -> tuple[list[float], float]:
    """The width of each gutter and of the boxes, at most `WIDTH` together."""
    counts = [max(chosen.values(), default=-1) + 1 for chosen in lanes]
    is_outer = [gutter in (0, num_columns) for gutter in range(num_columns + 1)]
    wanted = [
        float(MARGIN if outer and not count else (18 if outer else 30) + _LANE * (count + 1))
        for outer, count in zip(is_outer, counts, strict=True)
    ]
    box_width = min(_WIDEST_BOX, (WIDTH - sum(wanted)) / num_columns)
    if box_width < _NARROWEST_BOX:
        scale = (WIDTH - _NARROWEST_BOX * num_columns) / sum(wanted)
        wanted, box_width = [width * scale for width in wanted], _NARROWEST_BOX
    return wanted, box_width


def _lane_places(widths: list[float], lanes: list[dict[str, int]], box_width: float, gutter: int) -> dict[str, float]:
    left = sum(widths[:gutter]) + box_width * gutter
    num_lanes = max(lanes[gutter].values(), default=0) + 1
    return {parent: left + widths[gutter] * (lane + 1) / (num_lanes + 1) for parent, lane in lanes[gutter].items()}


def _points(
    passage: Passage,
    ends: Ends,
    gap_lanes: dict[tuple[int, int, str], float],
    lane_x: list[dict[str, float]],
    lefts: list[float],
    box_width: float,
) -> tuple[tuple[float, float], ...]:
    heights = _heights(passage, ends, gap_lanes)
    points = [(lefts[passage.start] + box_width * passage.leaves_right, heights[0])]
    for gutter, low, high in zip(passage.gutters, heights, heights[1:], strict=False):
        x = lane_x[gutter][passage.link.parent]
        points += [(x, low), (x, high)]
    points.append((lefts[passage.end] + box_width * passage.enters_right, heights[-1]))
    return tuple(points)
