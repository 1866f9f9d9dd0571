"""A schema and an entity table → which edge types lead to rows how many hops away. No rows."""

from __future__ import annotations

from kumo_magic.sampling.schema import EdgeType, GraphSchema


def inward_edge_types(schema: GraphSchema, entity_table: str, hops: int) -> tuple[frozenset[EdgeType], ...]:
    """The edge types along which a row at each hop, from 0 on, can have neighbours one hop farther from the seed.

    They follow from how `Sampler` steps: down to all children, and up to parents unless the row was reached from there.
    No batch decides, so a layer that is built from them treats a row alike in any company.
    """
    links = list(zip(schema.edge_types[::2], schema.edge_types[1::2], strict=True))
    reached: set[tuple[str, EdgeType | None]] = {(entity_table, None)}  # with the link that led down to it
    types_by_hop: list[frozenset[EdgeType]] = []
    for _ in range(hops):
        types: set[EdgeType] = set()
        farther: set[tuple[str, EdgeType | None]] = set()
        for table, came_down in reached:
            for to_parent, to_child in links:
                child, _, parent = to_parent
                if table == parent:
                    types.add(to_parent)
                    farther.add((child, to_parent))
                if table == child and came_down != to_parent:
                    types.add(to_child)
                    farther.add((parent, None))
        types_by_hop.append(frozenset(types))
        reached = farther
    return tuple(types_by_hop)
