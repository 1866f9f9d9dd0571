"""Frames → Graph. Knows columns, keys and links; no queries.

Read `graph`, then `table` and `column`; `snapshot` cleans a frame, `inference` guesses what the user did not say.
"""

from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.graph.registry import graphs
from kumo_magic.graph.stype import Stype

__all__ = ["Graph", "Link", "Stype", "graphs"]
