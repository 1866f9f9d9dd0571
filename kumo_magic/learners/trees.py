"""Features and labels → boosted trees (LightGBM, Ke et al. 2017). Knows no graph and no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from kumo_magic.learners.cores import boosting_threads
from kumo_magic.learners.schedule import TreeSettings
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.objective import EntityObjective, TreeTask
from kumo_magic.tasks.splits import few_enough

TREES = "boosted trees"
MOST_ROUNDS = 1500
PATIENCE = 60
BINNING = {"verbosity": -1, "feature_pre_filter": False, "max_bin": 127}
_FIRST_ROUNDS = 30
"""After which there is something to show."""
_MOST_ROWS = 400_000
_AFTER_RECORDING = 30
"""The order of a callback of LightGBM's that needs the round's score to be recorded (20) first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trees:
    """Fitted boosters: per column of the raw output one from each seed."""

    name = TREES
    boosters: tuple[tuple[lgb.Booster, ...], ...]
    num_rounds: int

    def raw(self, objective: EntityObjective, examples: Examples, rows: np.ndarray) -> np.ndarray:
        """The raw outputs of the objective at the given rows, float64; each row's depends on its own features alone."""
        del objective
        features = examples.features[rows]
        columns = [_mean_raw(boosters, features, self.num_rounds) for boosters in self.boosters]
        return columns[0] if len(columns) == 1 else _in_order(columns)


def fit_trees(
    objective: EntityObjective,
    examples: Examples,
    rows: np.ndarray,
    settings: TreeSettings,
    *,
    num_rounds: int,
    num_seeds: int,
    seed: int,
    data: Binned | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> Trees | None:
    """Boosters of the given number of rounds, on the given rows of the examples; None when ``is_over`` said so.

    ``data`` are these rows where they are binned already.
    """
    task = objective.tree_task(settings.is_squared)
    if data is None:
        data = dataset(objective, examples, rows_for_trees(rows, seed))
    weigh(data, settings)
    callbacks = [end_when(is_over)]
    boosters = tuple(
        tuple(
            lgb.train(parameters(settings, column, seed + 101 * number), data.dataset, num_rounds, callbacks=callbacks)
            for number in range(num_seeds if position == task.main else 1)
        )
        for position, column in enumerate(task.columns)
    )
    is_whole = all(booster.current_iteration() == num_rounds for of_column in boosters for booster in of_column)
    return Trees(boosters=boosters, num_rounds=num_rounds) if is_whole or not is_over() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """The main booster of one fold, grown until the held-out loss stopped falling."""

    booster: lgb.Booster
    best_round: int
    losses: np.ndarray  # float64 [rounds], held-out loss after each round

    def as_trees(self, task: TreeTask) -> Trees:
        """At their best round, the main booster in every column's place: enough for what is scored."""
        return _in_every_column(self.booster, task, self.best_round)


def grow(
    task: TreeTask,
    data: Binned,
    held_out: Binned,
    settings: TreeSettings,
    *,
    seed: int,
    is_over: Callable[[], bool],
    on_first: Callable[[Trees], None] | None = None,
) -> Grown:
    """Grow the task's main column, watching the held-out rows.

    Args:
        task: Of the objective.
        data: Rows that learn.
        held_out: Rows that are watched.
        settings: Of the booster.
        seed: Of its draws.
        is_over: Ends it after any round.
        on_first: Given the trees as they are after a few rounds, or at the end of fewer.
    """
    history: dict[str, dict[str, list[float]]] = {}
    weigh(data, settings)
    booster = lgb.train(
        parameters(settings, task.columns[task.main], seed),
        data.dataset,
        MOST_ROUNDS,
        valid_sets=[held_out.dataset],
        valid_names=["held out"],
        callbacks=[
            lgb.record_evaluation(history),
            lgb.early_stopping(PATIENCE, verbose=False),
            end_when(is_over),
            *([] if on_first is None else [_tell_at(_FIRST_ROUNDS, task, on_first)]),
        ],
    )
    if on_first is not None and booster.current_iteration() < _FIRST_ROUNDS:
        on_first(_in_every_column(booster, task, booster.current_iteration()))
    losses = np.array(next(iter(history["held out"].values())))
    return Grown(booster=booster, best_round=int(losses.argmin()) + 1, losses=losses)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned:
    """Rows binned for LightGBM, and how old each is: share of the rows' time span, float64 [rows]."""

    dataset: lgb.Dataset
    age: np.ndarray


def dataset(
    objective: EntityObjective, examples: Examples, rows: np.ndarray, *, reference: Binned | None = None
) -> Binned:
    """The rows, binned as those of the reference are."""
    age = examples.anchor_us[rows].max() - examples.anchor_us[rows]
    binned = lgb.Dataset(
        examples.features[rows],
        label=objective.scaled_labels(rows),
        reference=None if reference is None else reference.dataset,
        params=BINNING,
        free_raw_data=True,
    )
    return Binned(dataset=binned.construct(), age=age / max(1, age.max()))


def weigh(data: Binned, settings: TreeSettings) -> None:
    """Newer rows weigh more where the settings say so; otherwise all weigh one.

    By `set_field`, because `set_weight` leaves the weights of the settings before in place where all are one.
    """
    weights = np.ones(len(data.age)) if settings.half_life is None else 0.5 ** (data.age / settings.half_life)
    data.dataset.set_field("weight", weights.astype(np.float32))


def rows_for_trees(rows: np.ndarray, seed: int) -> np.ndarray:
    """The rows, or a random share of them in their order when there are more than trees profit from."""
    return few_enough(rows, _MOST_ROWS, seed)


def end_when(is_over: Callable[[], bool]) -> Callable[[lgb.callback.CallbackEnv], None]:
    """A callback that ends the growing after the round in which ``is_over`` turns true."""

    def end(environment: lgb.callback.CallbackEnv) -> None:
        if is_over():
            raise lgb.callback.EarlyStopException(environment.iteration, environment.evaluation_result_list or [])

    end.order = _AFTER_RECORDING  # pyright: ignore[reportFunctionMemberAccess]  # LightGBM reads it from the function
    return end


def _tell_at(
    num_rounds: int, task: TreeTask, tell: Callable[[Trees], None]
) -> Callable[[lgb.callback.CallbackEnv], None]:
    """A callback that tells of the trees after so many rounds."""

    def told(environment: lgb.callback.CallbackEnv) -> None:
        if environment.iteration + 1 == num_rounds:
            assert isinstance(environment.model, lgb.Booster)
            tell(_in_every_column(environment.model, task, num_rounds))

    told.order = _AFTER_RECORDING - 1  # pyright: ignore[reportFunctionMemberAccess]  # before it may end
    return told


def _in_every_column(booster: lgb.Booster, task: TreeTask, num_rounds: int) -> Trees:
    return Trees(boosters=((booster,),) * len(task.columns), num_rounds=num_rounds)


def parameters(settings: TreeSettings, column: dict[str, object], seed: int) -> dict[str, object]:
    """LightGBM's parameters of one booster."""
    return {
        **column,
        "num_leaves": settings.num_leaves,
        "learning_rate": settings.learning_rate,
        "feature_fraction": settings.feature_share,
        "min_data_in_leaf": settings.fewest_rows_per_leaf,
        "bagging_fraction": settings.row_share,
        "bagging_freq": 1,
        "lambda_l2": 1.0,
        "extra_trees": settings.is_extra_random,
        "seed": seed,
        "num_threads": boosting_threads(),
        "deterministic": True,
        "force_col_wise": True,
        "feature_pre_filter": False,
        "verbosity": -1,
    }


def _mean_raw(boosters: tuple[lgb.Booster, ...], features: np.ndarray, num_rounds: int) -> np.ndarray:
    threads = boosting_threads()
    outputs = [
        np.asarray(one.predict(features, raw_score=True, num_iteration=num_rounds, num_threads=threads))
        for one in boosters
    ]
    return np.mean(outputs, axis=0)


def _in_order(columns: list[np.ndarray]) -> np.ndarray:
    """Low, middle and high side by side, the ends moved out where they crossed the middle, [rows, 3]."""
    low, middle, high = columns
    return np.stack([np.minimum(low, middle), middle, np.maximum(high, middle)], axis=-1)
