"""What a neighbourhood shows → a matplotlib figure: its rows on rings, a marker for each table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.patches import Circle

from kumo_magic.picture import Picture

if TYPE_CHECKING:
    from collections.abc import Mapping

_COLOURS = ("#2b6cb0", "#b0620b", "#1f7a53", "#a3427a", "#6a5acd", "#6b7a1f", "#a0562f", "#2b7f93")
_MARKERS = ("o", "s", "^", "8", "p", "h", "v", "D")
_EDGE, _RING = "#b9c0ca", "#e2e5ea"


def neighbourhood_figure(answer: Mapping[str, Any]) -> Picture:
    """The rows that were known at the anchor, in the same places as on the page."""
    figure = Picture(figsize=(6.2, 5.2), layout="constrained")
    axes = figure.add_subplot()
    size, nodes = answer["size"], answer["nodes"]
    for radius in answer["radii"]:
        axes.add_patch(Circle((size / 2, size / 2), radius, fill=False, edgecolor=_RING, zorder=0))
    for edge in answer["edges"].split():
        child, parent, _ = map(int, edge.split(","))
        one, other = nodes[child], nodes[parent]
        axes.plot([one["x"], other["x"]], [one["y"], other["y"]], color=_EDGE, linewidth=0.7, zorder=1)
    for place, table in enumerate(answer["tables"]):
        own = [node for node in nodes if node["table"] == place]
        axes.scatter(
            [node["x"] for node in own],
            [node["y"] for node in own],
            s=[90 if node["hop"] == 0 else 32 for node in own],
            color=_COLOURS[place % len(_COLOURS)],
            marker=_MARKERS[place % len(_MARKERS)],
            label=f"{table['name']} ({len(own)})".replace("$", r"\$"),
            zorder=2,
        )
    axes.set(xlim=(0, size), ylim=(size, 0), aspect="equal")
    axes.set_axis_off()
    zone = f" {answer['zone']}" if answer["zone"] else ""
    axes.set_title(
        f"{answer['entity_key']} {answer['key']}, as of {answer['anchor']}{zone}", fontsize=10, parse_math=False
    )
    figure.legend(loc="outside right upper", frameon=False, fontsize=9, markerscale=0.8)
    return figure
