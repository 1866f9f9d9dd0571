"""Rows at their anchors → HeteroData: each row's own neighbourhood, with nothing after its anchor."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import torch
from torch_geometric.data import HeteroData

from kumo_magic.graph.link import Link
from kumo_magic.sampling.encoding import EncodedGraph
from kumo_magic.sampling.neighbourhood import Neighbourhood
from kumo_magic.timeline.timeline import Timeline
from kumo_magic.timeline.times import days_before

Strategy = Literal["mixed", "newest", "uniform"]
"""Which children of a row are sampled when there are more than the fan-out."""

_LEAST_FAN_OUT = 4
_DECAY = 4


class Sampler:
    """Draws the neighbourhoods of rows of one table.

    Along each link come a row's children that are known at the seed's anchor, and its parents when they are. Of more
    children than the fan-out the strategy chooses: ``newest`` the newest, ``uniform`` a draw without replacement from
    all, ``mixed`` half the newest and half a draw from the older ones. The fan-out falls to a quarter from hop to hop,
    to four at least.

    Args:
        timeline: The index of time.
        encoded: The columns of every row, of the same graph.
        table: The entity table.
        hops: How far to go.
        fan_out: Most children per row and link in the first hop.
        strategy: Which children are chosen.
    """

    def __init__(
        self,
        timeline: Timeline,
        encoded: EncodedGraph,
        *,
        table: str,
        hops: int = 2,
        fan_out: int = 16,
        strategy: Strategy = "mixed",
    ) -> None:
        self.timeline = timeline
        self.encoded = encoded
        self.table = table
        self.strategy: Strategy = strategy
        self.fan_outs = tuple(max(fan_out // _DECAY**hop, min(fan_out, _LEAST_FAN_OUT)) for hop in range(hops))
        self._links: tuple[Link, ...] = tuple(timeline.links)
        self._identities = _identities(encoded.tables[table].key, len(timeline.row_times[table]))

    def sample(self, rows: np.ndarray, anchor_us: np.ndarray, seed: int) -> HeteroData:
        """The neighbourhoods of these rows; each depends on the row's key, its anchor, the seed and the past alone.

        Args:
            rows: int64 [seeds], positions in the entity table, each known at its anchor.
            anchor_us: int64 [seeds].
            seed: Of the random draws.
        """
        return self._batch(self.neighbourhood(rows, anchor_us, seed))

    def neighbourhood(self, rows: np.ndarray, anchor_us: np.ndarray, seed: int) -> Neighbourhood:
        """The rows and edges that `sample` makes tensors of."""
        rows = np.array(rows, dtype=np.int64)  # copies: kernels are compiled for arrays that can be written
        anchor_us = np.array(anchor_us, dtype=np.int64)
        neighbourhood = Neighbourhood(self.timeline, self.table, rows, anchor_us, seed, self._identities[rows])
        for fan_out in self.fan_outs:
            neighbourhood.step(fan_out, _num_newest(self.strategy, fan_out))
        return neighbourhood

    def _batch(self, neighbourhood: Neighbourhood) -> HeteroData:
        batch, anchor_us = HeteroData(), neighbourhood.anchor_us
        for table, encoded in self.encoded.tables.items():
            nodes = neighbourhood.nodes(table)  # int64 [nodes, 3]: seed, row, hop
            node_seeds, node_rows = np.ascontiguousarray(nodes[:, 0]), np.ascontiguousarray(nodes[:, 1])
            storage = batch[table]
            for name, values in encoded.take(torch.from_numpy(node_rows)).items():
                storage[name] = values
            anchors = anchor_us[node_seeds]
            elapsed = days_before(
                encoded.timestamps_us.take(node_rows, axis=0),
                anchors[:, None],
                is_known_ahead=encoded.is_known_ahead,
            )
            storage.elapsed = torch.from_numpy(elapsed.astype(np.float32))
            age = days_before(self.timeline.row_times[table].take(node_rows), anchors)
            storage.age = torch.from_numpy(age.astype(np.float32))
            storage.seed = torch.from_numpy(node_seeds)
            storage.hop = torch.from_numpy(np.ascontiguousarray(nodes[:, 2]))
            storage.num_nodes = len(nodes)
        for link in self._links:
            edge_index = torch.from_numpy(neighbourhood.edges(link))
            batch[link.table, link.column, link.parent].edge_index = edge_index
            batch[link.parent, f"rev_{link.column}", link.table].edge_index = edge_index.flip(0)
        batch[self.table].batch_size = len(anchor_us)
        batch.anchor_us = torch.from_numpy(anchor_us)
        return batch


def _num_newest(strategy: Strategy, fan_out: int) -> int:
    """How many of the fan-out are the newest children; the others are drawn."""
    match strategy:
        case "newest":
            return fan_out
        case "uniform":
            return 0
        case "mixed":
            return fan_out - fan_out // 2


def _identities(key: pd.Series | None, num_rows: int) -> np.ndarray:
    """A number per row that stays the same when other rows come and go, uint64 [rows]; the position without a key."""
    if key is None:
        return np.arange(num_rows, dtype=np.uint64)
    return pd.util.hash_pandas_object(key, index=False).to_numpy(dtype=np.uint64)
