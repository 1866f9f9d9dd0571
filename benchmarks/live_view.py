"""What the live view of a run costs: seconds until it is there, updates per second, its share of the run's CPU time.

    python benchmarks/live_view.py [--budget 30s] [--rounds 3]

A fresh kernel, the packaged Online Retail, the churn question of the first notebook. CPU time of the view is that of
the display's own calls in the main thread and of the kernel's whole output thread; the browser's is not in it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

_TABLES = """
%load_ext kumo_magic
import kumo_magic as km
customers, products, invoices, invoice_lines = km.datasets.online_retail().values()
%graph shop customers products invoices invoice_lines
"""
_RUN = """%%predict shop --budget {budget}
PREDICT COUNT(invoices.* WHERE invoices.is_cancellation = false, 0, 90, days) = 0
FOR EACH customers.customer_id
WHERE COUNT(invoices.* WHERE invoices.is_cancellation = false, -90, 0, days) > 0;
"""
_WATCH = """
import time
from kumo_magic.report.live import NotebookDisplay

spent = {"view": 0.0}
_output = time.pthread_getcpuclockid(get_ipython().kernel.iopub_thread.thread.ident)


def _timed(call):
    def timed(*arguments, **named):
        began = time.thread_time()
        try:
            return call(*arguments, **named)
        finally:
            spent["view"] += time.thread_time() - began

    return timed


for _name in ("__init__", "ready", "notify"):
    setattr(NotebookDisplay, _name, _timed(getattr(NotebookDisplay, _name)))
import torch
_before = time.process_time(), time.clock_gettime(_output)
"""
_TELL = """
import json
print(json.dumps({
    "process": time.process_time() - _before[0],
    "view": spent["view"],
    "output": time.clock_gettime(_output) - _before[1],
}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What a cell sent: seconds since its request of each update of the view, and its text."""

    updates: tuple[float, ...]
    text: str


def run_cell(client: BlockingKernelClient, code: str) -> Cell:
    """Run a cell to its end, listening.

    Raises:
        RuntimeError: It failed.
    """
    began = time.perf_counter()
    request = client.execute(code)
    updates, text = [], []
    while True:
        message = client.get_iopub_msg(timeout=600)
        if message["parent_header"].get("msg_id") != request:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "comm_msg" and "state" in content["data"].get("state", {}):
            updates.append(time.perf_counter() - began)
        elif kind == "stream":
            text.append(content["text"])
        elif kind == "error":
            raise RuntimeError("\n".join(content["traceback"]))
        elif kind == "status" and content["execution_state"] == "idle":
            return Cell(updates=tuple(updates), text="".join(text))


@contextmanager
def fresh_kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    """A kernel with the tables and their graph, which has not imported torch."""
    manager, client = start_new_kernel(kernel_name="python3", extra_arguments=["--IPKernelApp.log_level=ERROR"])
    try:
        run_cell(client, _TABLES)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def first_display(budget: str) -> tuple[float, float]:
    """Wall and CPU seconds from the request to the view."""
    with fresh_kernel() as (manager, client):
        kernel = psutil.Process(manager.provisioner.pid)
        began, before = time.perf_counter(), kernel.cpu_times()
        client.execute(_RUN.format(budget=budget))
        while client.get_iopub_msg(timeout=60)["msg_type"] != "display_data":
            pass
        after = kernel.cpu_times()
        return time.perf_counter() - began, after.user + after.system - before.user - before.system


def whole_run(budget: str) -> tuple[Cell, dict[str, float]]:
    """A run to its end, and the CPU seconds of the process, of the view's calls and of the output thread."""
    with fresh_kernel() as (_, client):
        run_cell(client, _WATCH)
        cell = run_cell(client, _RUN.format(budget=budget))
        return cell, json.loads(run_cell(client, _TELL).text)


def most_in_a_second(moments: tuple[float, ...]) -> int:
    """The most updates in any second."""
    return max((sum(start <= each < start + 1 for each in moments) for start in moments), default=0)


def main() -> None:
    """Print the three figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--budget", default="30s")
    parser.add_argument("--rounds", type=int, default=3, help="fresh kernels for the first display")
    asked = parser.parse_args()
    wall, cpu_until = zip(*[first_display(asked.budget) for _ in range(asked.rounds)], strict=True)
    print(
        f"request to view: {statistics.median(wall):.2f} s (of {', '.join(f'{one:.2f}' for one in wall)}), "
        f"{statistics.median(cpu_until):.2f} CPU s"
    )
    cell, cpu = whole_run(asked.budget)
    lasted = cell.updates[-1] - cell.updates[0]
    print(
        f"updates: {len(cell.updates)} in {lasted:.0f} s, {len(cell.updates) / lasted:.1f} a second, "
        f"at most {most_in_a_second(cell.updates)} in any second"
    )
    share = (cpu["view"] + cpu["output"]) / cpu["process"]
    print(
        f"CPU: {cpu['process']:.1f} s in all, {cpu['view']:.2f} s in the view's calls, {cpu['output']:.2f} s in the "
        f"output thread: {share:.1%}"
    )


if __name__ == "__main__":
    main()
