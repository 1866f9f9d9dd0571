"""What a user calls a table → frames by name, with what was decided on the way. A file per kind of source."""

from kumo_magic.graph.reading.raw_table import RawTable
from kumo_magic.graph.reading.sources import Data, Source, read_sources, read_table, read_tables

__all__ = ["Data", "RawTable", "Source", "read_sources", "read_table", "read_tables"]
