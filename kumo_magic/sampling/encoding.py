"""Graph → every row's columns as tensors, by an encoding fitted to the rows up to a cut. Knows no neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch_geometric.data.storage import NodeStorage

from kumo_magic.features.categories import MISSING, Categories, fit_categories
from kumo_magic.features.columns import columns_of, numbers
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.stype import Stype
from kumo_magic.graph.table import Table
from kumo_magic.sampling.bags import NUM_WORD_CODES, Bag, fit_items, item_bag, word_bag
from kumo_magic.sampling.scaling import NumberScale, fit_scale
from kumo_magic.sampling.schema import EdgeType, GraphSchema, TableSchema
from kumo_magic.timeline.neighbours import known_mask
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.timeline.times import microseconds

_MOST_CATEGORIES = 2000
_FIRST_KNOWN = 2  # 0 is missing (or padding), 1 unseen


@dataclass(frozen=True, slots=True, kw_only=True)
class TableEncoding:
    """How each column of a table becomes numbers. Plain values: it can be pickled, and written as JSON."""

    numerical: dict[str, NumberScale]
    categorical: dict[str, Categories]
    texts: tuple[str, ...]
    items: dict[str, tuple[str, ...]]  # the vocabulary of each multicategorical column
    timestamps: tuple[str, ...]
    has_time: bool

    def schema(self) -> TableSchema:
        """What a model must know of the table."""
        return TableSchema(
            numerical=tuple(self.numerical),
            categorical=tuple((name, _FIRST_KNOWN + len(known.values)) for name, known in self.categorical.items()),
            bags=(
                *[(name, NUM_WORD_CODES) for name in self.texts],
                *[(name, _FIRST_KNOWN + len(items)) for name, items in self.items.items()],
            ),
            timestamps=self.timestamps,
            has_time=self.has_time,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """The encodings of all tables, with the edge types in both directions."""

    tables: dict[str, TableEncoding]
    edge_types: tuple[EdgeType, ...]

    def schema(self) -> GraphSchema:
        """What a model is built from."""
        tables = {name: encoding.schema() for name, encoding in self.tables.items()}
        return GraphSchema(tables=tables, edge_types=self.edge_types)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedTable:
    """All rows of a table. ``key`` is its primary key, which tells rows apart and is no input."""

    numerical: Tensor  # float32 [rows, numerical columns]
    categorical: Tensor  # int32 [rows, categorical columns]
    bags: dict[str, Bag]
    timestamps_us: np.ndarray  # int64 [rows, timestamp columns], NEVER for missing
    is_known_ahead: np.ndarray  # bool [timestamp columns], whether the future of the column is known with its row
    key: pd.Series | None

    def take(self, rows: Tensor) -> dict[str, Tensor]:
        """The batch's fields of these rows (int64 [n]) that do not depend on an anchor."""
        places = rows.numpy()  # NumPy's `take` of rows is several times as fast as indexing with a tensor
        fields = {
            "row": rows,
            "numerical": torch.from_numpy(self.numerical.numpy().take(places, axis=0)),
            "categorical": torch.from_numpy(self.categorical.numpy().take(places, axis=0)).long(),
        }
        for column, bag in self.bags.items():
            fields[f"bag_{column}"] = torch.from_numpy(bag.codes.take(bag.distinct.take(places), axis=0))
        return fields


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedGraph:
    """All rows of all tables, and the schema a model is built from."""

    tables: dict[str, EncodedTable]
    schema: GraphSchema

    def storage(self, table: str) -> NodeStorage:
        """All rows of one table as a batch would hold them, without ``age``, ``elapsed``, ``seed`` and ``hop``."""
        encoded = self.tables[table]
        storage = NodeStorage(_mapping=None)
        for name, values in encoded.take(torch.arange(len(encoded.numerical))).items():
            storage[name] = values
        storage.num_nodes = len(encoded.numerical)
        return storage


def fit_encoding(graph: Graph, timeline: Timeline, cut_us: int) -> Encoding:
    """Scales, categories and vocabularies of the rows with time <= cut; later rows change nothing."""
    tables = {
        name: _fit_table(table, known_mask(timeline.row_times[name], cut_us), timeline.is_temporal[name])
        for name, table in graph.tables.items()
    }
    edge_types: list[EdgeType] = []
    for link in graph.links:
        edge_types += [(link.table, link.column, link.parent), (link.parent, f"rev_{link.column}", link.table)]
    return Encoding(tables=tables, edge_types=tuple(edge_types))


def encode(graph: Graph, encoding: Encoding) -> EncodedGraph:
    """Every row of the graph as tensors."""
    tables = {name: _encode_table(graph.tables[name], columns) for name, columns in encoding.tables.items()}
    return EncodedGraph(tables=tables, schema=encoding.schema())


def _fit_table(table: Table, known: np.ndarray, has_time: bool) -> TableEncoding:
    frame = table.frame
    return TableEncoding(
        numerical={
            name: fit_scale(np.where(known, numbers(frame[name]), np.nan))
            for name in columns_of(table, Stype.NUMERICAL)
        },
        categorical={
            name: fit_categories(frame[name], known, most=_MOST_CATEGORIES)
            for name in columns_of(table, Stype.CATEGORICAL)
        },
        texts=columns_of(table, Stype.TEXT),
        items={
            name: fit_items(frame[name], known, most=_MOST_CATEGORIES)
            for name in columns_of(table, Stype.MULTICATEGORICAL)
        },
        timestamps=columns_of(table, Stype.TIMESTAMP),
        has_time=has_time,
    )


def _encode_table(table: Table, encoding: TableEncoding) -> EncodedTable:
    frame, num_rows = table.frame, table.num_rows
    numerical = np.empty((num_rows, len(encoding.numerical)), dtype=np.float32)
    for position, (name, scale) in enumerate(encoding.numerical.items()):
        numerical[:, position] = scale.apply(numbers(frame[name]))
    categorical = np.empty((num_rows, len(encoding.categorical)), dtype=np.int32)
    for position, (name, categories) in enumerate(encoding.categorical.items()):
        codes = categories.codes(frame[name])
        categorical[:, position] = np.where(codes >= 0, codes + _FIRST_KNOWN, codes != MISSING)
    timestamps_us = np.empty((num_rows, len(encoding.timestamps)), dtype=np.int64)
    for position, name in enumerate(encoding.timestamps):
        timestamps_us[:, position] = microseconds(frame[name])
    bags = {name: word_bag(frame[name]) for name in encoding.texts}
    bags |= {name: item_bag(frame[name], items) for name, items in encoding.items.items()}
    return EncodedTable(
        numerical=torch.from_numpy(numerical),
        categorical=torch.from_numpy(categorical),
        bags=bags,
        timestamps_us=timestamps_us,
        is_known_ahead=np.array([table.columns[name].is_known for name in encoding.timestamps], dtype=bool),
        key=frame[table.primary_key] if table.primary_key is not None else None,
    )
