"""Graph → its columns as arrays, each made once per feature table. Knows no anchors.

Which columns are read is decided by their order in their table, and by rows up to the cut alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from kumo_magic.features.categories import MISSING, Categories, fit_categories
from kumo_magic.features.columns import columns_of, numbers
from kumo_magic.features.cut_facts import CutFacts
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.link import Link
from kumo_magic.graph.stype import Stype
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.timeline.times import microseconds

_MOST_KEYS = 200  # of a key that points nowhere, such as a status: with more values it is a name and no category


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedColumn:
    """A categorical column: int32 [rows], negative for missing and unseen; and the values of the codes."""

    codes: np.ndarray
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnReader:
    """The columns that features are made of, as of a cut: categories are those of rows up to it.

    ``facts`` are what was read up to the cut before; what they lack is read, and added.
    """

    timeline: Timeline
    graph: Graph
    cut_us: int
    facts: CutFacts = field(default_factory=CutFacts, repr=False, compare=False)
    _numbers: dict[tuple[str, str], np.ndarray] = field(default_factory=dict, repr=False, compare=False)
    _coded: dict[tuple[str, str, int], CodedColumn] = field(default_factory=dict, repr=False, compare=False)
    _parents: dict[Link, np.ndarray] = field(default_factory=dict, repr=False, compare=False)
    _categorical: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def number_columns(self, table: str) -> tuple[str, ...]:
        """Names of the table's columns of numbers, in the table's order."""
        return columns_of(self.graph.tables[table], Stype.NUMERICAL)

    def category_columns(self, table: str) -> tuple[str, ...]:
        """Names of the table's categorical columns, and of its keys of few values that point nowhere."""
        if table not in self._categorical:
            source = self.graph.tables[table]
            links = {link.column for link in self.graph.links if link.table == table} | {source.primary_key}
            keys = [name for name in columns_of(source, Stype.KEY) if name not in links]
            few = {name for name in keys if self._has_few_values(table, name)}
            categorical = few.union(columns_of(source, Stype.CATEGORICAL))
            self._categorical[table] = tuple(name for name in source.columns if name in categorical)
        return self._categorical[table]

    def numbers(self, table: str, column: str) -> np.ndarray:
        """The column as float64 [rows], NaN for missing."""
        if (table, column) not in self._numbers:
            self._numbers[table, column] = numbers(self.graph.tables[table].frame[column])
        return self._numbers[table, column]

    def known_dates(self, table: str) -> tuple[str, ...]:
        """Names of the table's dates that are known when their row is written."""
        source = self.graph.tables[table]
        return tuple(name for name in columns_of(source, Stype.TIMESTAMP) if source.columns[name].is_known)

    def dates_us(self, table: str, column: str) -> np.ndarray:
        """The column of dates as int64 microseconds [rows], NEVER for missing."""
        if (table, column) not in self._numbers:
            self._numbers[table, column] = microseconds(self.graph.tables[table].frame[column])
        return self._numbers[table, column]

    def coded(self, table: str, column: str, most: int) -> CodedColumn:
        """The column as codes of its ``most`` most frequent values up to the cut."""
        if (table, column, most) not in self._coded:
            categories = self._categories(table, column, most)
            codes = categories.codes(self.graph.tables[table].frame[column])
            self._coded[table, column, most] = CodedColumn(codes=codes, values=categories.values)
        return self._coded[table, column, most]

    def numbers_above(self, link: Link, column: str) -> np.ndarray:
        """A parent's column of numbers for each child row, float64 [rows]; NaN where the parent is not known yet."""
        if (str(link), column) not in self._numbers:
            rows, above = self.parents(link), self.numbers(link.parent, column)
            self._numbers[str(link), column] = np.append(above, np.nan)[rows]  # -1 reads the last one
        return self._numbers[str(link), column]

    def coded_above(self, link: Link, column: str, most: int) -> CodedColumn:
        """A parent's column as codes for each child row; missing where the parent is not known yet."""
        if (str(link), column, most) not in self._coded:
            rows, above = self.parents(link), self.coded(link.parent, column, most)
            codes = np.append(above.codes, np.int32(MISSING))[rows]
            self._coded[str(link), column, most] = CodedColumn(codes=codes, values=above.values)
        return self._coded[str(link), column, most]

    def parents(self, link: Link) -> np.ndarray:
        """The parent row of each child row, int32 [rows]; -1 for none, and for one that becomes known later."""
        if link not in self._parents:
            rows = self.timeline.links[link].parent_rows
            found = np.flatnonzero(rows >= 0)
            parent_times = self.timeline.row_times[link.parent][rows[found]]
            found = found[known_mask(parent_times, self.timeline.row_times[link.table][found])]
            parents = np.full(len(rows), -1, dtype=np.int32)
            parents[found] = rows[found]
            self._parents[link] = parents
        return self._parents[link]

    def has_missing(self, table: str, column: str) -> bool:
        """Whether the column of numbers lacks a value in some row up to the cut."""
        known = self.facts.has_missing
        if (table, column) not in known:
            known[table, column] = bool(np.isnan(self.numbers(table, column))[self._known(table)].any())
        return known[table, column]

    def _has_few_values(self, table: str, column: str) -> bool:
        num_values = len(self._categories(table, column, _MOST_KEYS + 1).values)
        return 1 < num_values <= _MOST_KEYS

    def _categories(self, table: str, column: str, most: int) -> Categories:
        known = self.facts.categories
        if (table, column, most) not in known:
            fitted = fit_categories(self.graph.tables[table].frame[column], self._known(table), most=most)
            known[table, column, most] = fitted.values
        return Categories(values=known[table, column, most])

    def _known(self, table: str) -> np.ndarray:
        return known_mask(self.timeline.row_times[table], self.cut_us)
