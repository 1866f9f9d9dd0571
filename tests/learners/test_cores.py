"""Threads by the cores that the process may use, and one where two OpenMP runtimes would crash."""

import os

import numpy as np
import pytest

from kumo_magic.learners import cores
from kumo_magic.learners.cores import boosting_threads, num_cores, safe_threads
from kumo_magic.learners.schedule import TreeSettings
from kumo_magic.learners.trees import parameters

LLVM = {"user_api": "openmp", "prefix": "libomp"}
INTEL = {"user_api": "openmp", "prefix": "libiomp"}
GNU = {"user_api": "openmp", "prefix": "libgomp"}


@pytest.mark.parametrize(
    ("runtimes", "threads"),
    [([], 6), ([GNU, GNU], 6), ([LLVM], 6), ([GNU, INTEL], 6), ([LLVM, LLVM], 1), ([LLVM, INTEL, GNU], 1)],
)
def test_trees_take_one_thread_only_where_two_runtimes_clash(runtimes: list[dict[str, str]], threads: int) -> None:
    assert safe_threads(runtimes, 6) == threads


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system binds no process to cores")
def test_a_process_that_is_bound_to_one_core_uses_one() -> None:
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})

        assert num_cores() == 1
        assert boosting_threads() == 1
    finally:
        os.sched_setaffinity(0, before)


def test_the_load_of_others_on_the_machine_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = boosting_threads()
    monkeypatch.setattr(os, "getloadavg", lambda: (1000.0, 1000.0, 1000.0), raising=False)

    assert boosting_threads() == usual


def test_boosting_and_its_answers_keep_to_the_safe_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    import lightgbm as lgb

    from kumo_magic.learners.trees import _mean_raw

    monkeypatch.setattr(cores, "threadpool_info", lambda: [LLVM, LLVM])
    assert parameters(TreeSettings(), {}, 0)["num_threads"] == 1
    asked: list[object] = []

    class Watched(lgb.Booster):
        def predict(self, data: np.ndarray, **how: object) -> np.ndarray:  # type: ignore[override]
            asked.append(how["num_threads"])
            return np.zeros(len(data))

    booster = lgb.train({"verbosity": -1}, lgb.Dataset(np.zeros((40, 1)), np.zeros(40)), 1)
    booster.__class__ = Watched
    _mean_raw((booster,), np.zeros((3, 1)), 1)

    assert asked == [1]
