import threading
import time
from collections.abc import Iterator

import pytest

from kumo_magic.sampling.prefetch import prefetch


def prefetching_threads() -> int:
    return sum(thread.name == "kumo_magic prefetch" for thread in threading.enumerate())


def test_items_come_in_order() -> None:
    assert list(prefetch(iter(range(20)))) == list(range(20))


def test_items_are_made_ahead_of_the_reader_and_no_farther_than_asked() -> None:
    made: list[int] = []

    def make() -> Iterator[int]:
        for item in range(10):
            made.append(item)
            yield item

    reader = prefetch(make(), ahead=2)
    next(reader)
    time.sleep(0.1)

    assert 2 <= len(made) <= 4  # one read, two ready, one waiting for room
    reader.close()


def test_an_error_is_raised_after_the_items_before_it() -> None:
    def make() -> Iterator[int]:
        yield 1
        raise ValueError("no second item")

    reader = prefetch(make())

    assert next(reader) == 1
    with pytest.raises(ValueError, match="no second item"):
        next(reader)


def test_closing_stops_the_thread_and_closes_the_source() -> None:
    closed = threading.Event()

    def make() -> Iterator[int]:
        try:
            yield from range(1_000_000)
        finally:
            closed.set()

    reader = prefetch(make())
    next(reader)
    reader.close()

    assert closed.is_set()
    assert prefetching_threads() == 0


def test_an_error_of_the_reader_stops_the_thread() -> None:
    reader = prefetch(iter(range(1_000_000)))
    next(reader)

    with pytest.raises(KeyboardInterrupt):
        reader.throw(KeyboardInterrupt)
    assert prefetching_threads() == 0


def test_a_generator_that_is_never_read_starts_no_thread() -> None:
    reader = prefetch(iter(range(3)))

    assert prefetching_threads() == 0
    reader.close()
