"""What `model.json` says of a model, beside the files: everything but weights and rows, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from kumo_magic.features.cut_facts import CutFacts
from kumo_magic.learn.answers import Readings
from kumo_magic.learn.at_k import AtK
from kumo_magic.learn.list_scores import ListParts
from kumo_magic.learners.schedule import Schedule
from kumo_magic.plan.task_type import TaskType
from kumo_magic.sampling.encoding import Encoding
from kumo_magic.saved.learners import SavedLearner
from kumo_magic.saved.schema import SavedSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPlan:
    """What binding found in the rows, which other rows must not change."""

    task_type: TaskType
    positive_class: object
    k: int | None
    forecast_steps: int
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedLabels:
    """A label table without its rows."""

    columns: tuple[tuple[str, ...], ...]
    anchor_columns: tuple[tuple[str, ...], ...]
    prediction_anchor: str
    dropped: dict[str, int]
    notes: tuple[str, ...]
    regime_words: str
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedHeldOut:
    """A held-out split without its rows."""

    task_type: TaskType
    primary_metric: str
    scores: dict[str, dict[str, float]]
    num_learners: int
    columns: tuple[tuple[str, ...], ...]
    row_columns: tuple[tuple[str, ...], ...] | None
    parts: ListParts | None
    at_k: dict[str, AtK] | None = None  # models saved before have none


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedScale:
    """On which scale numbers are learned."""

    is_compressed: bool
    center: float
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Everything of a model that is neither weights nor rows.

    Attributes:
        query: The canonical text.
        params: Values of its ``:name`` parameters.
        seed: Of the run.
        grid_origin_us: An anchor of the grid of past labels; None for a question without windows.
        cut_us: Up to when statistics were read.
        class_codes: Codes of the classes whose past is told apart.
        facts: What features took from the rows up to the cut.
        excludes_seen: Whether a ranking leaves out items of the entity's own past.
        feature_names: In order; a model that finds others cannot answer.
        scale: Of numbers; None for other tasks.
    """

    kumo_magic_version: str
    query: str
    params: dict[str, object]
    seed: int
    plan: SavedPlan
    graph: SavedSchema
    labels: SavedLabels
    held_out: dict[str, SavedHeldOut]
    learners: tuple[SavedLearner, ...]
    weights: dict[str, float]
    readings: Readings
    schedule: Schedule
    scale: SavedScale | None
    grid_origin_us: int | None
    cut_us: int
    class_codes: tuple[int, ...]
    encoding: Encoding
    facts: CutFacts
    feature_names: tuple[str, ...]
    is_stopped: bool
    excludes_seen: bool
    notes: tuple[str, ...]
