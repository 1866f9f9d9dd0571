"""Candidates and labels → boosted trees that order each row's candidates. Knows no graph, no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from kumo_magic.candidates.groups import places_in_groups
from kumo_magic.learners.cores import boosting_threads
from kumo_magic.learners.schedule import RankerSettings
from kumo_magic.learners.trees import end_when
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.ranking import RankingObjective

RANKER = "ranker"
_PATIENCE = 30
_NO_ITEM = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class PairData:
    """Candidates of some rows with whether each came true."""

    features: np.ndarray  # float32 [pairs, features]
    is_true: np.ndarray  # bool [pairs]
    num_rows: int  # how many rows were read
    num_true: int  # labels of these rows
    num_found: int  # of them, those that are candidates

    @property
    def recall(self) -> float:
        """The share of labels that are candidates."""
        return self.num_found / max(1, self.num_true)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranker:
    """Boosters from different seeds, whose scores of a pair are averaged."""

    name = RANKER
    boosters: tuple[lgb.Booster, ...]
    num_rounds: int

    def lists(self, objective: RankingObjective, examples: Examples, rows: np.ndarray, most: int) -> np.ndarray:
        """The best candidates of each row; what is popular fills a list of too few.

        Returns:
            float64 [rows, most, 2]: item row and score; -1 and -inf fill a list that nothing is left for.
        """
        most = min(most, objective.events.num_items)
        listed = np.empty((len(rows), most, 2))
        listed[:, :, 0], listed[:, :, 1] = _NO_ITEM, -np.inf
        entity_rows, anchor_us = examples.entity_rows[rows], examples.anchor_us[rows]
        for pairs in objective.source.blocks(entity_rows, anchor_us):
            asked = ~pairs.is_own if objective.excludes_seen else np.ones(len(pairs.row), dtype=bool)
            row, item = pairs.row[asked], pairs.item[asked]
            scores = self.scores(pairs.features[asked])
            order = np.lexsort((item, -scores, row))
            row, item, scores = row[order], item[order], scores[order]
            place = places_in_groups(row)
            kept = place < most
            listed[row[kept], place[kept], 0] = item[kept]
            listed[row[kept], place[kept], 1] = scores[kept]
        _fill(listed, objective, entity_rows, anchor_us)
        return listed

    def scores(self, features: np.ndarray) -> np.ndarray:
        """How likely each pair comes true, as its features have it, float64 [pairs]; not calibrated."""
        if not len(features):
            return np.empty(0)
        threads, rounds = boosting_threads(), self.num_rounds
        scores = [np.asarray(one.predict(features, num_iteration=rounds, num_threads=threads)) for one in self.boosters]
        return np.mean(scores, axis=0)


def pair_data(
    objective: RankingObjective,
    examples: Examples,
    rows: np.ndarray,
    *,
    most_false: int | None,
    seed: int,
    is_over: Callable[[], bool],
) -> PairData:
    """The candidates of the rows, those of the newest anchors first.

    Args:
        objective: Knows the true items.
        examples: Of the rows.
        rows: Positions of the rows, int64.
        most_false: Of a row's candidates that did not come true, how many to draw; None for all.
        seed: Of the draw.
        is_over: Ends it after any block of rows; the rows that are left are not read.
    """
    num_items = np.int64(objective.events.num_items)
    features, labels, num_true, num_found, num_rows = [], [], 0, 0, 0
    for pairs in objective.source.blocks(examples.entity_rows[rows], examples.anchor_us[rows]):
        truth = [objective.true_items[rows[row]] for row in pairs.rows]
        true_row = np.repeat(pairs.rows, [len(items) for items in truth])
        true_keys = true_row * num_items + np.concatenate([np.empty(0, dtype=np.int64), *truth])
        is_true = np.isin(pairs.row * num_items + pairs.item, true_keys)
        num_true, num_found = num_true + len(true_keys), num_found + int(is_true.sum())
        kept = ~(objective.excludes_seen & pairs.is_own)
        if most_false is not None:
            kept &= _drawn(pairs.row, is_true, most_false, seed)
        features.append(pairs.features[kept])
        labels.append(is_true[kept])
        num_rows += len(pairs.rows)
        if is_over():
            break
    return PairData(
        features=np.concatenate(features),
        is_true=np.concatenate(labels),
        num_rows=num_rows,
        num_true=num_true,
        num_found=num_found,
    )


def _drawn(row: np.ndarray, is_true: np.ndarray, most_false: int, seed: int) -> np.ndarray:
    """All that came true, and of each row's others so many at most, bool [pairs]."""
    draw = np.where(is_true, -1.0, np.random.default_rng(seed).random(len(row)))
    order = np.lexsort((draw, row))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = places_in_groups(row[order])
    num_true = np.bincount(row, weights=is_true).astype(np.int64)
    return place < num_true[row] + most_false


def grow_ranker(
    data: PairData,
    settings: RankerSettings,
    *,
    held_out: PairData | None,
    num_rounds: int,
    seed: int,
    is_over: Callable[[], bool],
) -> tuple[lgb.Booster, int]:
    """A booster of whether a candidate comes true, and its best round by average precision of the held-out pairs.

    Without held-out pairs it is the last one. Pointwise log loss ordered as well as LambdaMART when we measured, in a
    quarter of the time.

    Args:
        data: What learns.
        settings: Of the booster.
        held_out: What is watched; None for nothing.
        num_rounds: At most.
        seed: Of its draws.
        is_over: Ends it after any round.
    """
    parameters = {
        "objective": "binary",
        "metric": "average_precision",
        "num_leaves": settings.num_leaves,
        "learning_rate": settings.learning_rate,
        "feature_fraction": settings.feature_share,
        "min_data_in_leaf": settings.fewest_pairs_per_leaf,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 5.0,
        "max_bin": 63,
        "seed": seed,
        "num_threads": boosting_threads(),
        "deterministic": True,
        "force_col_wise": True,
        "feature_pre_filter": False,
        "verbosity": -1,
    }
    dataset = lgb.Dataset(data.features, data.is_true, params=parameters)
    watched, callbacks, recorded = [], [end_when(is_over)], {}
    if held_out is not None and held_out.is_true.any():
        watched = [lgb.Dataset(held_out.features, held_out.is_true, reference=dataset)]
        callbacks += [lgb.early_stopping(_PATIENCE, verbose=False), lgb.record_evaluation(recorded)]
    booster = lgb.train(parameters, dataset, num_rounds, valid_sets=watched, callbacks=callbacks)
    scores = [score for by_metric in recorded.values() for score in by_metric["average_precision"]]
    return booster, int(np.argmax(scores)) + 1 if scores else booster.current_iteration()


def _fill(listed: np.ndarray, objective: RankingObjective, entity_rows: np.ndarray, anchor_us: np.ndarray) -> None:
    """Popular items at the end of the lists that are too short, below all others."""
    num_items = objective.events.num_items
    for row in np.flatnonzero(~np.isfinite(listed[:, -1, 1])):
        num_listed = int(np.isfinite(listed[row, :, 1]).sum())
        there = listed[row, :num_listed, 0].astype(np.int64)
        if objective.excludes_seen:
            here = slice(row, row + 1)
            there = np.append(there, objective.events.seen(entity_rows[here], anchor_us[here]) % num_items)
        popular = objective.source.by_popularity(int(anchor_us[row]))
        more = popular[~np.isin(popular, there)][: listed.shape[1] - num_listed]
        lowest = listed[row, num_listed - 1, 1] if num_listed else 0.0
        listed[row, num_listed : num_listed + len(more), 0] = more
        listed[row, num_listed : num_listed + len(more), 1] = lowest - 1.0 - np.arange(len(more))
