"""The engine on the synthetic shop: CPU seconds and memory of the timeline, CPU microseconds of sampling.

    python benchmarks/engine.py [--millions 1 2 5] [--shuffled]

Every size runs in a process of its own, on one thread. Data, index and peaks are megabytes of 10**6 bytes; peaks are
resident memory over what the process held before the step (Linux only), with the frames and compiled kernels in it.
Sampling is the least of seven rounds, because other work on the machine takes memory bandwidth.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
import torch
from synthetic_shop import make_graph

from kumo_magic.graph.graph import Graph
from kumo_magic.sampling import neighbourhood
from kumo_magic.sampling.encoding import encode, fit_encoding
from kumo_magic.sampling.sampler import Sampler
from kumo_magic.timeline.timeline import Timeline, build_timeline

Result = TypeVar("Result")
BATCH = 512
FAN_OUT = 16
ROUNDS = 7
KERNELS = ("known_bounds", "step_to_children", "step_to_parents")


def timeline_lines(graph: Graph) -> Timeline:
    """Print what building and growing the timeline takes; return it."""
    data = sum(int(table.frame.memory_usage(deep=True).sum()) for table in graph.tables.values())
    timeline, seconds, peak = measured(lambda: build_timeline(graph))
    size = timeline.num_bytes + sum(own_bytes(times) for times in timeline.row_times.values())
    print(f"data                    {data / 1e6:8.0f} MB")
    print(f"timeline build          {seconds:8.2f} CPU-s, index {size / 1e6:.0f} MB, peak {peak:.0f} MB over the data")
    late = graph["tx"].frame.sample(graph["tx"].num_rows // 100, random_state=0)
    late = late.assign(tx_id=np.arange(len(late)) + 10**9, date=late["date"] - pd.Timedelta(hours=1))
    graph.update({"tx": late})
    grown, seconds, peak = measured(lambda: build_timeline(graph, former=timeline))
    print(f"grown by 1% late rows   {seconds:8.2f} CPU-s, peak {peak:.0f} MB over both")
    return grown


def sampling_lines(graph: Graph, timeline: Timeline) -> None:
    """Print what sampling two hops takes per seed: kernels, neighbourhoods and whole batches."""
    random = np.random.default_rng(0)
    last = int(timeline.row_times["tx"].max())
    seeds = []
    for _ in range(100):
        rows = random.integers(0, timeline.num_rows["users"], BATCH)
        joined = timeline.row_times["users"][rows]
        seeds.append((rows, joined + ((last - joined) * random.random(BATCH)).astype(np.int64)))
    encoded = encode(graph, fit_encoding(graph, timeline, last))
    sampler = Sampler(timeline, encoded, table="users", hops=2, fan_out=FAN_OUT)
    sampler.fan_outs = (FAN_OUT, FAN_OUT)
    batch = sampler.sample(*seeds[0], 0)
    whole = min(seconds_of(sampler, seeds) for _ in range(ROUNDS))
    spent = dict.fromkeys(KERNELS, 0.0)
    for name in KERNELS:
        setattr(neighbourhood, name, timed(getattr(neighbourhood, name), name, spent))
    rounds: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        spent.update(dict.fromkeys(KERNELS, 0.0))
        seconds_of(sampler, seeds)
        rounds.append({name: seconds / len(seeds) / BATCH * 1e6 for name, seconds in spent.items()})
    per_seed = min(rounds, key=lambda of_round: sum(of_round.values()))
    words = ", ".join(f"{name} {micro:.2f}" for name, micro in per_seed.items())
    nodes = sum(batch[table].num_nodes for table in graph.tables) / BATCH
    print(f"sampling kernels        {sum(per_seed.values()):8.2f} CPU-us a seed ({words}); {nodes:.1f} nodes a seed")
    print(f"ready HeteroData batch  {whole / len(seeds) / BATCH * 1e6:8.2f} CPU-us a seed")


def seconds_of(sampler: Sampler, seeds: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """CPU seconds of a batch for each of the seeds."""
    started = time.process_time()
    for rows, anchor_us in seeds:
        sampler.sample(rows, anchor_us, 0)
    return time.process_time() - started


def measured(work: Callable[[], Result]) -> tuple[Result, float, float]:
    """The result, CPU seconds, and the peak over the resident memory before, megabytes."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    before, started = resident("VmRSS"), time.process_time()
    result = work()
    return result, time.process_time() - started, resident("VmHWM") - before


def resident(field: str) -> float:
    """Megabytes that the system says the process holds (VmRSS) or held at most (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(field))


def own_bytes(times: np.ndarray) -> int:
    """Bytes of an array; none for one that is a column's own memory."""
    return times.nbytes if times.base is None else 0


def timed(work: Callable[..., object], name: str, spent: dict[str, float]) -> Callable[..., object]:
    """The same, adding the CPU seconds of every call."""

    def timing(*arguments: object) -> object:
        started = time.thread_time()
        result = work(*arguments)
        spent[name] += time.thread_time() - started
        return result

    return timing


def compile_kernels() -> None:
    """Run everything once on little data."""
    graph = make_graph(1000, num_users=100, num_products=50)
    timeline = build_timeline(graph)
    graph.update({"tx": graph["tx"].frame.assign(tx_id=np.arange(1000) + 1000)})
    grown = build_timeline(graph, former=timeline)
    encoded = encode(graph, fit_encoding(graph, grown, 0))
    Sampler(grown, encoded, table="users").sample(np.arange(9), np.full(9, 2 * 10**15), 0)


def main() -> None:
    """Print a few lines per size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 2, 5])
    parser.add_argument("--shuffled", action="store_true", help="rows of event tables in no order of time")
    options = parser.parse_args()
    if len(options.millions) > 1:
        order = ["--shuffled"] if options.shuffled else []
        for millions in options.millions:
            subprocess.run([sys.executable, __file__, "--millions", str(millions), *order], check=True)
        return
    torch.set_num_threads(1)
    compile_kernels()
    millions = options.millions[0]
    graph = make_graph(int(millions * 1e6), in_order=not options.shuffled)
    print(f"\n{millions:g} million transactions, {graph['views'].num_rows / 1e6:g} million views")
    timeline = timeline_lines(graph)
    sampling_lines(graph, timeline)
    print(f"whole process           {resident('VmRSS'):8.0f} MB in the end, data and Python with torch included")


if __name__ == "__main__":
    main()
