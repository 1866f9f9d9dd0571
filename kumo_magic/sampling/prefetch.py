"""An iterator → the same items, made ahead in one background thread. Knows no batches."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")
_SECONDS_BETWEEN_LOOKS = 0.05


@dataclass(frozen=True, slots=True)
class _Ended:
    """The last thing in the queue: no more items, or what went wrong."""

    error: BaseException | None


def prefetch(items: Iterator[Item], *, ahead: int = 2) -> Generator[Item]:
    """Yield the items in order while up to ``ahead`` more are being made.

    What goes wrong in the thread is raised here, at its place in the order. Closing the generator, or leaving it behind
    by an exception, stops the thread after the item it is making, and closes ``items``.
    """
    ready: queue.Queue[Item | _Ended] = queue.Queue(maxsize=ahead)
    is_left = threading.Event()
    thread = threading.Thread(target=_make, args=(items, ready, is_left), name="kumo_magic prefetch", daemon=True)
    thread.start()
    try:
        while not isinstance(item := ready.get(), _Ended):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        is_left.set()
        thread.join()


def _make(items: Iterator[Item], ready: queue.Queue[Item | _Ended], is_left: threading.Event) -> None:
    error: BaseException | None = None
    try:
        for item in items:
            if not _put(item, ready, is_left):
                break
    except BaseException as raised:  # it belongs to the reader, whatever it is
        error = raised
    finally:
        if isinstance(items, Generator):
            items.close()
    _put(_Ended(error), ready, is_left)


def _put(item: Item | _Ended, ready: queue.Queue[Item | _Ended], is_left: threading.Event) -> bool:
    """Hand the item over; False when nobody waits for it any more."""
    while not is_left.is_set():
        with contextlib.suppress(queue.Full):
            ready.put(item, timeout=_SECONDS_BETWEEN_LOOKS)
            return True
    return False
