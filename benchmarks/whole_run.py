"""A whole query on the synthetic shop: peak memory, seconds by stage, seconds from the labels to the first trees.

    python benchmarks/whole_run.py [--millions 1 2 5] [--query churn spend next] [--budget 120s] [--cold]

Every run is a process of its own. Memory is resident (Linux only), megabytes of 10**6 bytes, sampled every 20 ms;
frames, Python and torch are in it. `--cold` clears the cache of compiled kernels first.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType

from synthetic_shop import make_graph

import kumo_magic as km
from kumo_magic.progress.events import Event, LearnerScored, StageFinished, StageStarted

QUERIES = {
    "churn": "PREDICT COUNT(tx.*, 0, 30, days) = 0 FOR EACH users.user_id WHERE COUNT(tx.*, -90, 0, days) > 0",
    "spend": "PREDICT SUM(tx.amount, 0, 30, days) FOR EACH users.user_id",
    "categories": "PREDICT LIST_DISTINCT(products.category VIA tx.user_id, tx.product_id, 0, 30, days) CLASSIFY "
    "FOR EACH users.user_id WHERE COUNT(tx.*, -90, 0, days) > 0",
    "next": "PREDICT LIST_DISTINCT(tx.product_id, 0, 30, days) RANK TOP 12 FOR EACH users.user_id",
}
TREES = ("boosted trees", "ranker")
EVERY_SECONDS = 0.02
Moment = tuple[float, float]
"""Seconds by the clock and of the processor."""


class PeakByStage:
    """The most resident memory while each stage went on, megabytes. Hears events; samples in a thread of its own."""

    def __init__(self) -> None:
        self.stage = "start"
        self.peaks: dict[str, float] = {}
        self.labels: Moment | None = None
        self.first_trees: Moment | None = None
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> PeakByStage:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def hear(self, event: Event) -> None:
        """Note when stages begin, when the labels are there, and when the first trees are."""
        if isinstance(event, StageStarted):
            self.stage = event.stage
        if isinstance(event, StageFinished) and event.stage == "labels":
            self.labels = (event.seconds, time.process_time())
        if isinstance(event, LearnerScored) and event.learner in TREES and self.first_trees is None:
            self.first_trees = (event.seconds, time.process_time())

    def _sample(self) -> None:
        while not self._is_over.wait(EVERY_SECONDS):
            self.peaks[self.stage] = max(self.peaks.get(self.stage, 0.0), resident())


def resident() -> float:
    """Megabytes that the system says this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def run(millions: float, query: str, budget: str) -> None:
    """Answer one query; print a few lines."""
    graph = make_graph(int(millions * 1e6))
    held = resident()
    began_cpu = time.process_time()
    with PeakByStage() as peak:
        prediction = km.predict(QUERIES[query], graph, budget=budget, notify=peak.hear)
    cpu = time.process_time() - began_cpu
    labels = prediction.model.labels
    stages = ", ".join(f"{name} {seconds:.1f}" for name, seconds in prediction.seconds_by_stage.items())
    peaks = ", ".join(f"{name} {megabytes:,.0f}" for name, megabytes in peak.peaks.items())
    weights = ", ".join(f"{weight:.0%} {name}" for name, weight in prediction.model.fitted.weights.items())
    print(f"\n{query}, {millions:g} million transactions, budget {budget}")
    print(f"  label rows     {len(labels.frame):,} at {len(labels.anchors)} anchor times")
    print(f"  peak memory    {max(peak.peaks.values()):,.0f} MB ({held:,.0f} before the query; {peaks})")
    print(f"  seconds        {prediction.seconds:.1f}, CPU {cpu:.1f} ({stages})")
    if peak.labels is not None and peak.first_trees is not None:
        clock, processor = (then - before for then, before in zip(peak.first_trees, peak.labels, strict=True))
        print(f"  first trees    {clock:.1f} s after the labels, CPU {processor:.1f}")
    print(f"  model          {weights}; {len(prediction.frame):,} rows predicted", flush=True)
    for note in prediction.notes:
        print(f"  note           {note}")


def main() -> None:
    """Print a few lines per size and query."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, nargs="+", default=[1, 2, 5])
    parser.add_argument("--query", nargs="+", choices=list(QUERIES), default=list(QUERIES))
    parser.add_argument("--budget", default="120s")
    parser.add_argument("--cold", action="store_true", help="kernels are compiled anew")
    options = parser.parse_args()
    if len(options.millions) == len(options.query) == 1 and not options.cold:
        run(options.millions[0], options.query[0], options.budget)
        return
    for millions in options.millions:
        for query in options.query:
            asked = ["--millions", str(millions), "--query", query, "--budget", options.budget]
            with tempfile.TemporaryDirectory() as empty:
                cache = {"NUMBA_CACHE_DIR": empty} if options.cold else {}
                subprocess.run([sys.executable, __file__, *asked], check=False, env={**os.environ, **cache})


if __name__ == "__main__":
    main()
