"""Features and sets of classes → boosted trees, one booster per class against the rest. Knows no graph and no clock.

Every booster reads the features that all classes share and those of its own class's past. Classes are binned in groups:
a group's rows hold the past of each of its classes, and a booster may split by its own alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
from scipy.special import logit

from kumo_magic.learners.cores import boosting_threads
from kumo_magic.learners.schedule import TreeSettings
from kumo_magic.learners.trees import BINNING, MOST_ROUNDS, PATIENCE, TREES, Binned, end_when, parameters, weigh
from kumo_magic.tasks.examples import Examples
from kumo_magic.tasks.multilabel import MultilabelObjective
from kumo_magic.tasks.objective import EntityObjective
from kumo_magic.tasks.splits import few_enough

FEWEST_OF_A_KIND = 10
"""Rows that hold a class, and rows that do not, from which it has a booster; of a rarer one the share answers."""
_PER_GROUP = 10
_MOST_PAIRS = 1_000_000
_LEAST_COUNT = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTrees:
    """Fitted boosters: per class one from each seed, or none, where the base rate answers."""

    name = TREES
    boosters: tuple[tuple[lgb.Booster, ...], ...]
    base_logits: tuple[float, ...]  # of each class
    num_rounds: int

    def raw(self, objective: EntityObjective, examples: Examples, rows: np.ndarray) -> np.ndarray:
        """Logits at the given rows, float64 [rows, classes]; each row's depend on its own features alone."""
        assert isinstance(objective, MultilabelObjective)
        features, threads = examples.features[rows], boosting_threads()
        logits = np.tile(np.array(self.base_logits), (len(rows), 1))
        for group in class_groups(objective, features.shape[1]):
            read = features[:, group.columns]
            for code in group.codes:
                if self.boosters[code]:
                    boosters = self.boosters[code]
                    parts = [np.asarray(one.predict(read, raw_score=True, num_threads=threads)) for one in boosters]
                    logits[:, code] = np.mean(parts, axis=0)
        return logits


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassGroup:
    """Classes whose boosters read the same columns, and where the past of each begins among them."""

    codes: tuple[int, ...]
    columns: np.ndarray  # int64, positions of features
    num_past: int  # features of each class's past, which come last

    def usable(self, code: int) -> np.ndarray:
        """Which of the columns the booster of the class may split by, bool [columns]."""
        of_class = np.repeat(np.array(self.codes) == code, self.num_past)
        return np.concatenate([np.ones(len(self.columns) - len(of_class), dtype=bool), of_class])


def class_groups(objective: MultilabelObjective, num_features: int) -> Iterator[ClassGroup]:
    """All classes in order, ten by ten."""
    for start in range(0, objective.num_classes, _PER_GROUP):
        yield class_group(objective, num_features, range(start, min(start + _PER_GROUP, objective.num_classes)))


def class_group(objective: MultilabelObjective, num_features: int, codes: range | list[int]) -> ClassGroup:
    """The classes of these codes."""
    num_past = objective.num_past
    num_shared = num_features - objective.num_classes * num_past
    past = [num_shared + code * num_past + np.arange(num_past) for code in codes]
    return ClassGroup(
        codes=tuple(codes), columns=np.concatenate([np.arange(num_shared), *past]).astype(np.int64), num_past=num_past
    )


def rows_for_label_trees(objective: MultilabelObjective, rows: np.ndarray, seed: int) -> np.ndarray:
    """The rows, or a random share of them in their order: every class takes the time of all of them."""
    return few_enough(rows, max(1, _MOST_PAIRS // objective.num_classes), seed)


def boosted_classes(labels: np.ndarray) -> np.ndarray:
    """The classes that have rows enough of both kinds, int64; ``labels`` are bool [rows, classes]."""
    num_true = labels.sum(axis=0)
    return np.flatnonzero((num_true >= FEWEST_OF_A_KIND) & (len(labels) - num_true >= FEWEST_OF_A_KIND))


def fit_label_trees(
    objective: MultilabelObjective,
    examples: Examples,
    rows: np.ndarray,
    settings: TreeSettings,
    *,
    num_rounds: int,
    num_seeds: int,
    seed: int,
    is_over: Callable[[], bool] = lambda: False,
) -> LabelTrees | None:
    """Boosters of the given number of rounds on the given rows of the examples; None when ``is_over`` said so."""
    rows = rows_for_label_trees(objective, rows, seed)
    labels = objective.labels[rows]
    has_booster = np.isin(np.arange(objective.num_classes), boosted_classes(labels))
    boosters: list[tuple[lgb.Booster, ...]] = [()] * objective.num_classes
    for group in class_groups(objective, examples.features.shape[1]):
        codes = [code for code in group.codes if has_booster[code]]
        data = _binned(group, examples, rows) if codes else None
        for code in codes:
            assert data is not None
            _ask(data, labels[:, code], settings)
            boosters[code] = tuple(
                lgb.train(
                    _parameters(group, code, settings, seed + 101 * number),
                    data.dataset,
                    num_rounds,
                    callbacks=[end_when(is_over)],
                )
                for number in range(num_seeds)
            )
            if is_over():
                return None
    rates = (labels.sum(axis=0) + _LEAST_COUNT) / (len(rows) + 2 * _LEAST_COUNT)
    return LabelTrees(boosters=tuple(boosters), base_logits=tuple(logit(rates).tolist()), num_rounds=num_rounds)


def losses_of_classes(
    objective: MultilabelObjective,
    examples: Examples,
    codes: list[int],
    rows: np.ndarray,
    held_out: np.ndarray,
    settings: TreeSettings,
    *,
    seed: int,
    is_over: Callable[[], bool],
) -> list[np.ndarray]:
    """The loss of each of these classes at the held-out rows, grown until it stopped falling, float64 [rounds].

    Classes that ``is_over`` left no time for are missing.
    """
    group = class_group(objective, examples.features.shape[1], codes)
    data = _binned(group, examples, rows)
    watched = _binned(group, examples, held_out, reference=data)
    losses: list[np.ndarray] = []
    for code in codes:
        if is_over():
            break
        history: dict[str, dict[str, list[float]]] = {}
        _ask(data, objective.labels[rows, code], settings)
        _ask(watched, objective.labels[held_out, code], settings)
        lgb.train(
            _parameters(group, code, settings, seed),
            data.dataset,
            MOST_ROUNDS,
            valid_sets=[watched.dataset],
            valid_names=["held out"],
            callbacks=[lgb.record_evaluation(history), lgb.early_stopping(PATIENCE, verbose=False), end_when(is_over)],
        )
        losses.append(np.array(next(iter(history["held out"].values()))))
    return losses


def _binned(group: ClassGroup, examples: Examples, rows: np.ndarray, *, reference: Binned | None = None) -> Binned:
    """The rows as the group reads them, without labels yet."""
    age = examples.anchor_us[rows].max() - examples.anchor_us[rows]
    data = lgb.Dataset(
        examples.features[rows][:, group.columns],
        label=np.zeros(len(rows)),
        reference=None if reference is None else reference.dataset,
        params=BINNING,
        free_raw_data=True,
    )
    return Binned(dataset=data.construct(), age=age / max(1, age.max()))


def _ask(data: Binned, truth: np.ndarray, settings: TreeSettings) -> None:
    """Whether the rows hold one class is what is asked of them next."""
    data.dataset.set_field("label", truth.astype(np.float32))
    weigh(data, settings)


def _parameters(group: ClassGroup, code: int, settings: TreeSettings, seed: int) -> dict[str, object]:
    """A booster's parameters: a split by another class's past gains nothing."""
    gains = {"feature_contri": group.usable(code).astype(float).tolist()} if group.num_past else {}
    return parameters(settings, {"objective": "binary", **gains}, seed)
