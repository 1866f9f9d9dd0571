"""Sampled rows of one hop and a link → the rows of the next hop along it, as of each seed's anchor. Kernels.

A row is placed once per seed; an edge is remembered at its child row, which has at most one parent along a link.
Which rows are known is asked of `timeline.neighbours`.
"""

from __future__ import annotations

import numpy as np

from kumo_magic.timeline.compiled import compiled
from kumo_magic.timeline.neighbours import is_known

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31 = np.uint64(27), np.uint64(30), np.uint64(31)


def random_states(seed: int, identities: np.ndarray, anchor_us: np.ndarray) -> np.ndarray:
    """The state of each seed node's own stream of random numbers, uint64 [seeds].

    It depends on the seed number, the row's identity (uint64) and its anchor alone, so neither the batch nor rows that
    are not yet known have a say.
    """
    number = np.uint64(seed & 0xFFFFFFFFFFFFFFFF)
    return mixed(identities ^ mixed(anchor_us.astype(np.uint64) ^ mixed(np.full(1, number, dtype=np.uint64))))


def mixed(states: np.ndarray) -> np.ndarray:
    """The finalizer of SplitMix64 (Steele, Lea and Flood 2014) for whole arrays, uint64."""
    states = states + _GOLDEN
    states = (states ^ (states >> _S30)) * _FIRST_FACTOR
    states = (states ^ (states >> _S27)) * _SECOND_FACTOR
    return states ^ (states >> _S31)


@compiled
def draw(states: np.ndarray, seed: int, bound: int) -> int:
    """A whole number in ``[0, bound)`` from the seed's own stream, which moves on."""
    states[seed] += _GOLDEN
    state = states[seed]
    state = (state ^ (state >> _S30)) * _FIRST_FACTOR
    state = (state ^ (state >> _S27)) * _SECOND_FACTOR
    state = state ^ (state >> _S31)
    return int(state % np.uint64(bound))


@compiled
def place(slots: np.ndarray, nodes: np.ndarray, num_nodes: int, seed: int, row: int, hop: int) -> int:
    """The node of this seed and row; a new one gets the number ``num_nodes``.

    Args:
        slots: int32, a hash table of node numbers, -1 where free; its length is a power of two and it is never full.
        nodes: int64 [capacity, 3], seed, row and hop of each node.
        num_nodes: How many there are.
        seed: Whose neighbourhood.
        row: Position in the table.
        hop: Hops from the seed, of a new node.
    """
    mask = len(slots) - 1
    key = (np.uint64(seed) << np.uint64(32)) ^ np.uint64(row)
    slot = np.int64(((key * _GOLDEN) >> _S31) & np.uint64(mask))
    while slots[slot] >= 0:
        node = int(slots[slot])
        if nodes[node, 0] == seed and nodes[node, 1] == row:
            return node
        slot = (slot + 1) & mask
    slots[slot] = num_nodes
    nodes[num_nodes, 0] = seed
    nodes[num_nodes, 1] = row
    nodes[num_nodes, 2] = hop
    return num_nodes


@compiled
def place_all(slots: np.ndarray, nodes: np.ndarray, num_nodes: int) -> None:
    """Fill an empty hash table with the nodes there are."""
    mask = len(slots) - 1
    for node in range(num_nodes):
        key = (np.uint64(nodes[node, 0]) << np.uint64(32)) ^ np.uint64(nodes[node, 1])
        slot = np.int64(((key * _GOLDEN) >> _S31) & np.uint64(mask))
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
        slots[slot] = node


@compiled
def step_to_children(
    rows: np.ndarray,
    starts: np.ndarray,
    stops: np.ndarray,
    parents: np.ndarray,
    first: int,
    states: np.ndarray,
    fan_out: int,
    num_newest: int,
    slots: np.ndarray,
    children: np.ndarray,
    num_children: int,
    parent_of: np.ndarray,
    hop: int,
) -> int:
    """Place children of the parent nodes from ``first`` on and return how many child nodes there are then.

    The known children of the n-th of them are ``rows[starts[n]:stops[n]]`` (int64 [parent nodes]), oldest first. All
    when they fit in the fan-out; otherwise the ``num_newest`` newest of them (at most the fan-out), and a uniform draw
    without replacement from the others for the rest of the fan-out.
    ``parent_of`` (int64 [child nodes]) gets each child's parent node.
    """
    num_uniform = fan_out - num_newest
    chosen = np.empty(fan_out, dtype=np.int64)
    for number_of_parent in range(len(starts)):
        parent = first + number_of_parent
        seed = int(parents[parent, 0])
        start, stop = int(starts[number_of_parent]), int(stops[number_of_parent])
        num_known = stop - start
        number = min(num_known, fan_out)
        for position in range(number if num_known <= fan_out else num_newest):
            chosen[position] = stop - 1 - position
        if num_known > fan_out:
            for position in range(num_uniform):  # Floyd's algorithm: so many different ones of the older
                bound = num_known - fan_out + position + 1
                place_drawn = start + draw(states, seed, bound)
                for earlier in range(num_newest, num_newest + position):
                    if chosen[earlier] == place_drawn:
                        place_drawn = start + bound - 1
                        break
                chosen[num_newest + position] = place_drawn
        for position in range(number):
            child = place(slots, children, num_children, seed, int(rows[chosen[position]]), hop)
            num_children = max(num_children, child + 1)
            parent_of[child] = parent
    return num_children


@compiled
def step_to_parents(
    parent_rows: np.ndarray,
    parent_times: np.ndarray,
    children: np.ndarray,
    first: int,
    last: int,
    anchor_us: np.ndarray,
    slots: np.ndarray,
    parents: np.ndarray,
    num_parents: int,
    parent_of: np.ndarray,
    hop: int,
) -> int:
    """Place the known parents of the child nodes ``[first, last)`` and return how many parent nodes there are then.

    A child that was reached from its parent does not step back.
    """
    rows = np.empty(last - first, dtype=np.int64)
    for position in range(last - first):  # a loop of its own, because reads from far away overlap when nothing else is
        child = first + position
        rows[position] = -1 if parent_of[child] >= 0 else parent_rows[children[child, 1]]
    for position in range(last - first):
        row = rows[position]
        if row < 0:
            continue
        child = first + position
        seed = int(children[child, 0])
        if is_known(int(parent_times[row]), int(anchor_us[seed])):
            parent = place(slots, parents, num_parents, seed, row, hop)
            num_parents = max(num_parents, parent + 1)
            parent_of[child] = parent
    return num_parents
