"""Many rows → what the model uses, by table, column and window of time, next to what the data say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumo_magic.explain.occlusions import Occlusion, column_occlusions, table_occlusions, window_occlusions
from kumo_magic.explain.rescore import ask
from kumo_magic.explain.why import check_explained, is_far_hidden
from kumo_magic.labelling.label_table import LabelTable
from kumo_magic.labelling.population import Population
from kumo_magic.learn.fitted import FittedLearners
from kumo_magic.plan.task_type import TaskType
from kumo_magic.tasks.class_sets import SETS

_MOST_LABELS = 5_000
_NUM_BUCKETS = 5
_MOST_COHORTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Importance:
    """What the model uses over many rows.

    Attributes:
        tables: [name, effect, rows]: the mean absolute effect of hiding the table, over all rows asked about (0 where
            there is nothing to hide), and for how many of them there is something; strongest first.
        columns: The same of each column.
        windows: The same of what happened in a window of time before the anchor, newest first.
        cohorts: What the data say, whatever the model: [name, feature, low, high, rows, mean_label], the mean label of
            label rows in buckets of what is known of the strongest columns and tables. A correlation, no more. Empty
            for classes. Of sets each row's most probable class is asked about.
        num_rows: How many rows were asked about.
    """

    tables: pd.DataFrame
    columns: pd.DataFrame
    windows: pd.DataFrame
    cohorts: pd.DataFrame
    num_rows: int


def importance_of(
    fitted: FittedLearners, labels: LabelTable, population: Population, *, n: int, seed: int = 0
) -> Importance:
    """The mean absolute effects over ``n`` rows of the population, drawn at random.

    Args:
        fitted: What answers.
        labels: What it learned from.
        population: Whom to ask about.
        n: How many rows at most.
        seed: Of the draw.

    Raises:
        OptionError: The task has no explanations.
    """
    check_explained(fitted.preparation.plan.task_type)
    drawn = np.random.default_rng(seed).permutation(len(population.frame))[:n]
    graph = fitted.preparation.graph
    parts: list[pd.DataFrame] = []
    for place in drawn:
        frame = population.frame.iloc[[place]].reset_index(drop=True)
        question = ask(fitted, frame, int(population.entity_rows[place]), int(population.anchor_us[place]))
        kinds: dict[str, Sequence[Occlusion]] = {
            "tables": table_occlusions(question.excerpt, graph),
            "columns": column_occlusions(question.excerpt, graph),
            "windows": window_occlusions(question.excerpt, question.crowd.horizon_days),
        }
        named = [(kind, one) for kind, some in kinds.items() for one in some]
        if not named:
            continue
        answers = question.answers([one.scenario for _, one in named], is_far=is_far_hidden(question.excerpt))
        effects = np.abs(question.as_it_is().values[0] - answers.values)
        names = {"kind": [kind for kind, _ in named], "name": [one.name for _, one in named]}
        parts.append(pd.DataFrame({**names, "effect": effects}))
    found = pd.concat(parts) if parts else pd.DataFrame({"kind": [], "name": [], "effect": []})
    tables, columns, windows = (_means(found, kind, len(drawn)) for kind in ("tables", "columns", "windows"))
    return Importance(
        tables=tables,
        columns=columns,
        windows=windows.sort_index().reset_index(drop=True),
        cohorts=_cohorts(fitted, labels, [*columns["name"], *tables["name"]], seed),
        num_rows=len(drawn),
    )


def _means(found: pd.DataFrame, kind: str, num_rows: int) -> pd.DataFrame:
    """The mean over all rows asked about, strongest first; the index keeps the order in which names came up."""
    by_name = found[found["kind"] == kind].groupby("name", sort=False)["effect"]
    means = pd.DataFrame({"effect": by_name.sum() / max(num_rows, 1), "rows": by_name.size()}).reset_index()
    means = means.sort_values("effect", ascending=False, kind="stable")
    return means if kind == "windows" else means.reset_index(drop=True)


def _cohorts(fitted: FittedLearners, labels: LabelTable, names: list[str], seed: int) -> pd.DataFrame:
    """Mean labels by bucket of what is known of the columns and tables at the anchor."""
    empty = pd.DataFrame({"name": [], "feature": [], "low": [], "high": [], "rows": [], "mean_label": []})
    if fitted.preparation.plan.task_type in (TaskType.MULTICLASS, TaskType.FORECASTING, *SETS):
        return empty
    values = labels.frame["label"].to_numpy(dtype=np.float64, na_value=np.nan)
    drawn = np.sort(np.random.default_rng(seed).permutation(len(values))[:_MOST_LABELS])
    keys = fitted.preparation.plan.key_columns
    rows = labels.frame[[*keys, "anchor_time"]].iloc[drawn]
    features = fitted.features(rows, labels.entity_rows[drawn], labels.anchor_us[drawn])
    parts = []
    for name in names:
        feature = next((words for words in _words(name) if words in features), None)
        if feature is not None and len(parts) < _MOST_COHORTS:
            parts.append(_buckets(features[feature], values[drawn]).assign(name=name, feature=feature))
    return pd.concat(parts, ignore_index=True)[list(empty)] if parts else empty


def _words(name: str) -> tuple[str, ...]:
    """How features that say the most of a column or a table are called."""
    return (name, f"{name}: mean, all", f"{name}: count, all")


def _buckets(known: pd.Series, labels: np.ndarray) -> pd.DataFrame:
    """The mean label in buckets of about as many rows each; unknown ones have a bucket of their own."""
    edges = np.unique(np.nanquantile(known, np.linspace(0, 1, _NUM_BUCKETS + 1))) if known.notna().any() else []
    codes = np.searchsorted(edges, known.to_numpy(), side="right") - 1
    codes = np.where(known.isna(), -1, np.clip(codes, 0, max(len(edges) - 2, 0)))
    frame = pd.DataFrame({"code": codes, "known": known.to_numpy(), "label": labels})
    by_code = frame.groupby("code")
    return pd.DataFrame(
        {
            "low": by_code["known"].min(),
            "high": by_code["known"].max(),
            "rows": by_code.size(),
            "mean_label": by_code["label"].mean(),
        }
    ).reset_index(drop=True)
