"""Plan → LabelTable: what is known of the past, split for learning. Labels only; nothing here becomes an input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from kumo_magic.errors import TooFewLabelsError
from kumo_magic.finding import Finding, Severity
from kumo_magic.labelling.anchor_times import day
from kumo_magic.labelling.infinite_labels import refuse_huge_labels
from kumo_magic.labelling.population import keyed_frame, moments
from kumo_magic.labelling.split import SPLITS, TEST, TRAIN
from kumo_magic.plan.plan import PredictionPlan
from kumo_magic.plan.task_type import TaskType

_SINGLE = (TaskType.BINARY, TaskType.MULTICLASS, TaskType.REGRESSION, TaskType.FORECASTING)
_NUMBERS = {2: "two", 3: "three"}
_SETS = (TaskType.MULTILABEL_RANKING, TaskType.MULTILABEL_CLASSIFICATION)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelTable:
    """Rows with known labels, in order of anchor time, then of the entity table.

    Attributes:
        frame: The entity key under its own name, ``anchor_time``, ``step`` for forecasts, ``label``, and ``split``
            (train, val or test). A set label is a list; an undefined FORECAST step has no label.
        entity_rows: int64, positions in the entity table.
        anchor_us: int64, microseconds since 1970.
        closed_us: int64, when the row's last window ends: its label is knowable from then on.
        anchors: ``anchor_time``, ``split`` and ``num_rows``.
        prediction_anchor: When the future begins.
        dropped: Why rows of the population have no label here, and how many.
        notes: What a reader of the scores should know.
        regime_words: How validation and test differ from training, for every printed score.
        is_own: Whether the user gave the labels, rather than the query.
        findings: What was odd about the times, and who was asked about before the first row; part of the notes.
        today_us: What counted as today, where rows on both sides of it made that matter.
    """

    frame: pd.DataFrame
    entity_rows: np.ndarray
    anchor_us: np.ndarray
    closed_us: np.ndarray
    anchors: pd.DataFrame
    prediction_anchor: pd.Timestamp
    dropped: dict[str, int]
    notes: tuple[str, ...]
    regime_words: str
    is_own: bool = False
    findings: tuple[Finding, ...] = ()
    today_us: int | None = None

    def take(self, rows: np.ndarray) -> LabelTable:
        """The rows at these positions alone, int64."""
        return replace(
            self,
            frame=self.frame.take(rows).reset_index(drop=True),
            entity_rows=self.entity_rows[rows],
            anchor_us=self.anchor_us[rows],
            closed_us=self.closed_us[rows],
        )


def today_of(labels: LabelTable) -> str | None:
    """What counted as today, to the microsecond and year first, where that mattered."""
    return None if labels.today_us is None else f"{pd.Timestamp(labels.today_us, unit='us')}"


def label_table(
    plan: PredictionPlan,
    rows: pd.DataFrame,
    *,
    closed_us: np.ndarray,
    prediction_us: int,
    dropped: dict[str, int],
    notes: Sequence[str],
    regime_words: str,
) -> LabelTable:
    """The finished table of ``row``, ``anchor_us``, ``label``, ``split`` as its place in SPLITS (and ``step``)."""
    entity_rows = rows["row"].to_numpy(dtype=np.int64)
    anchor_us = rows["anchor_us"].to_numpy(dtype=np.int64)
    frame = keyed_frame(plan, entity_rows, anchor_us)
    if plan.task_type is TaskType.FORECASTING:
        frame["step"] = rows["step"].to_numpy() if "step" in rows else 1
    frame["label"] = _typed(plan, rows["label"])
    refuse_huge_labels(plan, frame, anchor_us)
    split = rows["split"].to_numpy()
    frame["split"] = _named(split)
    moment = pd.Timestamp(prediction_us, unit="us").as_unit("us")
    return LabelTable(
        frame=frame,
        entity_rows=entity_rows,
        anchor_us=anchor_us,
        closed_us=closed_us,
        anchors=_counted(plan, anchor_us, split),
        prediction_anchor=moment if plan.time_zone is None else moment.tz_localize("UTC"),
        dropped=dropped,
        notes=tuple(dict.fromkeys(notes)),
        regime_words=regime_words,
    )


def _named(split: np.ndarray) -> pd.Series:
    """The name of each row's split; repeated by Arrow, which lays out millions of texts at once."""
    names = pa.DictionaryArray.from_arrays(split.astype(np.int8), pa.array(SPLITS, pa.large_string()))
    return pd.Series(pd.array(names.cast(pa.large_string()), dtype="str"), copy=False)


def _counted(plan: PredictionPlan, anchor_us: np.ndarray, split: np.ndarray) -> pd.DataFrame:
    """The rows of each split at each anchor."""
    of_row, anchors = pd.factorize(anchor_us, sort=True)
    counts = np.bincount(of_row * len(SPLITS) + split, minlength=len(anchors) * len(SPLITS))
    there = np.flatnonzero(counts)
    of_pair, splits = np.divmod(there, len(SPLITS))
    times = moments(plan, np.asarray(anchors)[of_pair])
    return pd.DataFrame({"anchor_time": times, "split": _named(splits), "num_rows": counts[there]})


def refuse_too_few(plan: PredictionPlan, rows: pd.DataFrame, *, without_test: bool = False) -> None:
    """Return when every split has rows and the training labels differ; ``without_test`` asks for no test rows.

    Raises:
        TooFewLabelsError: They do not.
    """
    counts = dict(zip(SPLITS, np.bincount(rows["split"], minlength=len(SPLITS)).tolist(), strict=True))
    first, last = day(rows["anchor_us"].min()), day(rows["anchor_us"].max())
    wanted = SPLITS[:TEST] if without_test else SPLITS
    if not all(counts[split] for split in wanted):
        have = ", ".join(f"{split} {count:,}" for split, count in counts.items())
        have_label = "row has a label" if len(rows) == 1 else "rows have a label"
        raise too_few(
            plan,
            f"Only {len(rows):,} {have_label}, too few for {_NUMBERS[len(wanted)]} splits ({have}; "
            f"anchor times {first} to {last}). Widen WHERE, shorten the window, or add older rows.",
        )
    train = rows.loc[rows["split"] == TRAIN, "label"]
    if plan.task_type in _SETS:
        only = set(train.iloc[0])
        if all(set(label) == only for label in train):
            shown = ", ".join(map(repr, sorted(only, key=str))) or "nothing"
            raise too_few(
                plan,
                f"All {len(train):,} training labels hold {shown} (anchor times {first} to {last}): nothing tells them "
                "apart. Change the window, or widen WHERE.",
            )
    known = train.dropna() if plan.task_type in _SINGLE else train
    is_number = plan.task_type in (TaskType.REGRESSION, TaskType.FORECASTING)
    is_one_number = is_number and len(known) == 1  # says as much as any one number does
    if plan.task_type in _SINGLE and known.nunique() < 2 and not is_one_number:
        what = "condition or the window" if plan.task_type is TaskType.BINARY else "column or the window"
        shown = label_shown(known.iloc[0]) if len(known) else "missing"
        raise too_few(
            plan,
            f"All {len(train):,} training labels are {shown} (anchor times {first} to {last}): nothing "
            f"tells them apart. Change the {what}, or widen WHERE.",
        )


def too_few(plan: PredictionPlan, message: str) -> TooFewLabelsError:
    """The error, with what the query asks for that no row has: the likeliest cause."""
    causes = [str(finding) for finding in plan.findings if finding.severity is Severity.HOLLOW]
    return TooFewLabelsError(" ".join([message, *causes]))


def label_shown(label: object) -> str:
    """A label in a sentence: ``false``, ``'open'``, ``0``."""
    match label:
        case bool() | np.bool_():
            return str(bool(label)).lower()
        case float() | np.floating():
            return f"{label:g}"
        case np.generic():
            return repr(label.item())
        case _:
            return repr(label)


def _typed(plan: PredictionPlan, labels: pd.Series) -> pd.Series:
    """The labels without masks: plain numbers and truth values, NaN where a FORECAST step is undefined."""
    labels = labels.reset_index(drop=True)
    match plan.task_type:
        case TaskType.BINARY:
            return labels.astype(bool)
        case TaskType.REGRESSION | TaskType.FORECASTING if labels.isna().any():
            return labels.astype("float64")
        case TaskType.REGRESSION | TaskType.FORECASTING | TaskType.MULTICLASS:
            if isinstance(labels.dtype, pd.Int64Dtype):
                return labels.astype("int64")
            return labels.astype(bool) if isinstance(labels.dtype, pd.BooleanDtype) else labels.infer_objects()
        case TaskType.LINK_PREDICTION | TaskType.STATIC_LINK_PREDICTION:
            return _listed(plan, labels)
        case _:
            return labels


def _listed(plan: PredictionPlan, labels: pd.Series) -> pd.Series:
    """Lists of items' keys, in the user's own type."""
    assert plan.item_table is not None
    items = plan.graph[plan.item_table]
    if items.primary_key not in items.given:
        return labels
    own = dict(zip(items.frame[items.primary_key].tolist(), items.keys.tolist(), strict=True))
    return labels.map(lambda keys: [own.get(key, key) for key in keys], na_action="ignore")
