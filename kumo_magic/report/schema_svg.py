"""Graph → its drawing: an SVG that follows the theme, static HTML that survives a sanitizer, and plain text."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from kumo_magic.graph.summary import columns_by_stype, summarise
from kumo_magic.layout.schema_layout import lay_out
from kumo_magic.report import markup
from kumo_magic.report.schema_shapes import FIXED, THEMED, Palette, box_shape, line_ends, line_shape
from kumo_magic.views.query_path import NO_QUERY, QueryPath

if TYPE_CHECKING:
    from kumo_magic.graph.graph import Graph
    from kumo_magic.graph.table import Table


def schema_svg(graph: Graph, *, palette: Palette = THEMED, path: QueryPath = NO_QUERY) -> str:
    """The graph as one SVG element: a box per table, a line per link, and a description for screen readers."""
    layout = lay_out(graph)
    title = escape(f"The tables of {graph.name}", quote=True)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{title}" '
        f'width="{layout.width:.0f}" height="{layout.height:.0f}" '
        f'viewBox="0 0 {layout.width:.0f} {layout.height:.0f}" '
        f'style="max-width:100%;height:auto;color:{palette.text};'
        "font-family:var(--jp-ui-font-family, system-ui, -apple-system, 'Segoe UI', sans-serif)\">",
        f"<title>{title}</title><desc>{escape(describe(graph, path), quote=True)}</desc>",
    ]
    if palette.paper != "none":
        parts.append(f'<rect width="100%" height="100%" rx="10" fill="{palette.paper}"/>')
    parts += [line_shape(line, is_on_path=line.link in path.links) for line in layout.lines]
    parts += [box_shape(box, palette, path.roles.get(box.card.name)) for box in layout.boxes]
    parts += [line_ends(line) for line in layout.lines]
    return "".join([*parts, "</svg>"])


def describe(graph: Graph, path: QueryPath = NO_QUERY) -> str:
    """The graph in a sentence or two, for those who cannot see it."""
    roles = {name: f", {role}" for name, role in path.roles.items()}
    tables = ", ".join(
        f"{table.name} ({table.num_rows:,} rows{roles.get(table.name, '')})" for table in graph.tables.values()
    )
    links = "; ".join(f"{link.table}.{link.column} points at {link.parent}" for link in graph.links)
    return f"Tables: {tables}. " + (f"Links: {links}." if links else "No links.")


def schema_html(graph: Graph, path: QueryPath = NO_QUERY) -> str:
    """The drawing as an image, and its facts as tables below. Needs no style sheet, no script and no trust."""
    width = round(lay_out(graph).width)
    image = markup.picture(schema_svg(graph, palette=FIXED, path=path), describe(graph, path), width)
    links = [(f"{link.table}.{link.column}", link.parent, reason) for link, reason in graph.link_reasons.items()]
    facts = [
        markup.table(
            ("Table", "Rows", "Primary key", "Time", "Columns"),
            [_facts(table) for table in graph.tables.values()],
            numeric=[1],
        ),
        markup.table(("Foreign key", "Points at", "Why"), links) if links else "",
        markup.listing(graph.notes) if graph.notes else "",
    ]
    return str(markup.box(image, markup.details(f"Tables and links of {graph.name}", *facts)))


def schema_text(graph: Graph) -> str:
    """Tables and links, one per line, for a terminal."""
    return summarise(graph)


def _facts(table: Table) -> tuple[str, ...]:
    columns = "; ".join(f"{stype}: {', '.join(names)}" for stype, names in columns_by_stype(table).items())
    times = ", ".join(name for name in (table.time_column, table.end_time_column) if name)
    return table.name, f"{table.num_rows:,}", table.primary_key or "none", times or "none", columns or "none"
