"""What a neighbourhood shows → a picture and a table that need no script, and plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import cos, pi, sin
from typing import Any

from kumo_magic.report import markup, strokes

_COLOURS = ("#2b6cb0", "#b0620b", "#1f7a53", "#a3427a", "#6a5acd", "#6b7a1f", "#a0562f", "#2b7f93")
_CORNERS = (0, 4, 3, 8, 5, 6, 7, 9)
"""Of the shape of each table's rows; 0 is a circle."""
_MOST_ROWS = 40
_LEGEND = 20


def neighbourhood_html(answer: Mapping[str, Any]) -> str:
    """The picture, what was left out of it, and a table of the rows, the nearest first."""
    heading = markup.element("div", _title(answer), style="font-size: 15px; font-weight: 600; margin: 0 0 4px 0")
    rows = [_row(answer, node) for node in answer["nodes"][:_MOST_ROWS]]
    more = len(answer["nodes"]) - len(rows)
    table = markup.table(("Table", "Row", "Hops", "When", "Values"), rows, numeric=[2])
    return str(
        markup.box(
            heading,
            markup.picture(_svg(answer), _alternative(answer), answer["size"]),
            *[markup.muted(note) for note in answer["notes"]],
            markup.details(
                "The rows as a table", table, markup.muted(f"{more:,} more rows are not listed.") if more else ""
            ),
        )
    )


def neighbourhood_text(answer: Mapping[str, Any]) -> str:
    """The title, then how many rows of each table there are."""
    return "\n".join([_title(answer), *(f"  {words}" for words in _legend(answer)), *answer["notes"]])


def _title(answer: Mapping[str, Any]) -> str:
    zone = f" {answer['zone']}" if answer["zone"] else ""
    return f"What was known of {answer['entity_key']} {answer['key']} on {answer['anchor']}{zone}"


def _alternative(answer: Mapping[str, Any]) -> str:
    return f"{_title(answer)}: {', '.join(_legend(answer))}, on rings around it. The table below lists them."


def _legend(answer: Mapping[str, Any]) -> Iterator[str]:
    for place, table in enumerate(answer["tables"]):
        num_rows = sum(node["table"] == place for node in answer["nodes"])
        yield f"{table['name']}: {num_rows:,} {'row' if num_rows == 1 else 'rows'}"


def _row(answer: Mapping[str, Any], node: Mapping[str, Any]) -> tuple[object, ...]:
    table = answer["tables"][node["table"]]
    named = zip(table["columns"], node["values"], strict=True)
    values = ", ".join(f"{name} {value}" for name, value in named if value and value != node["key"])
    return table["name"], node["key"], node["hop"], node["age"] or "no time of its own", values


def _svg(answer: Mapping[str, Any]) -> str:
    size, nodes = int(answer["size"]), answer["nodes"]
    middle = size / 2
    parts = [
        f'<circle cx="{middle}" cy="{middle}" r="{radius}" fill="none" stroke="{strokes.GRID}"/>'
        for radius in answer["radii"]
    ]
    for edge in answer["edges"].split():
        child, parent, _ = map(int, edge.split(","))
        one, other = nodes[child], nodes[parent]
        parts.append(strokes.line(one["x"], one["y"], other["x"], other["y"], "#b9c0ca"))
    parts += [shape(node["table"], node["x"], node["y"], 9 if node["hop"] == 0 else 6) for node in reversed(nodes)]
    for place, words in enumerate(_legend(answer)):
        y = size + _LEGEND * place
        parts += [shape(place, 16, y, 6), strokes.words(30, y + 4, words, strokes.INK)]
    return strokes.canvas(size, size + _LEGEND * len(answer["tables"]), *parts)


def shape(table: int, x: float, y: float, radius: float) -> str:
    """The sign of a row of that table, by its place in the legend."""
    colour, corners = _COLOURS[table % len(_COLOURS)], _CORNERS[table % len(_CORNERS)]
    if not corners:
        return strokes.dot(x, y, radius, colour)
    turns = [2 * pi * corner / corners - pi / 2 + (pi / 4 if corners == 4 else 0) for corner in range(corners)]
    points = " ".join(f"{x + 1.15 * radius * cos(turn):.1f},{y + 1.15 * radius * sin(turn):.1f}" for turn in turns)
    return f'<polygon points="{points}" fill="{colour}"/>'
