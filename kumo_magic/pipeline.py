"""The pipeline on one page: parse, bind, label, learn, predict."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from kumo_magic.doctor import examine
from kumo_magic.errors import OptionError
from kumo_magic.finding import Finding, Severity, worst_first
from kumo_magic.graph.graph import Graph
from kumo_magic.graph.with_options import with_options
from kumo_magic.labelling import LabelTable, Population, build_population, own_label_table
from kumo_magic.labelling.asked_time import moment_us
from kumo_magic.labelling.label_warnings import label_warnings
from kumo_magic.learn.cut import with_threshold
from kumo_magic.learn.fit import fit as fit_learners
from kumo_magic.learn.labelled_batches import labelled_batches
from kumo_magic.learn.preset import BALANCED, Preset, preset_of
from kumo_magic.learn.search import Search, learners_of, refuse_unfit
from kumo_magic.learn.threshold import parse_threshold
from kumo_magic.learners.device import device_of
from kumo_magic.learners.own_network import Factory, OwnArchitecture, check_factory
from kumo_magic.learners.schedule import NetworkSettings, Schedule
from kumo_magic.plan import PredictionPlan, TaskType
from kumo_magic.plan.bound import BoundAggregation, BoundColumn, Kind
from kumo_magic.plan.listed import too_long
from kumo_magic.prediction import Prediction, evaluate
from kumo_magic.progress.budget import Budget, parse_budget
from kumo_magic.progress.events import Notify, StageFinished, StageStarted, Warned, ignore
from kumo_magic.progress.interrupt import despite_interrupt
from kumo_magic.progress.recorder import Recorder
from kumo_magic.question import Anchors, Date, bind, label
from kumo_magic.tasks.target import refuse_unlearnable
from kumo_magic.timeline.timeline import timeline_of
from kumo_magic.trained_model import Model
from kumo_magic.what_if import Again, assumption_note

if TYPE_CHECKING:
    from torch_geometric.data import HeteroData

DEFAULT_BUDGET = "2min"


def fit(
    text: str,
    graph: Graph,
    *,
    labels: pd.DataFrame | None = None,
    at: Date = None,
    anchor_times: Sequence[object] | None = None,
    val_start: Date = None,
    test_start: Date = None,
    step: str | None = None,
    budget: str | float = DEFAULT_BUDGET,
    preset: str | Preset = BALANCED,
    learners: Sequence[str] | None = None,
    network: Factory | None = None,
    threshold: str | float | None = None,
    exclude_seen: bool | None = None,
    schedule: Schedule | None = None,
    device: str = "auto",
    seed: int = 0,
    params: Mapping[str, object] | None = None,
    times: Mapping[str, str | None] | None = None,
    known: Iterable[tuple[str, str]] = (),
    keep: Iterable[tuple[str, str]] = (),
) -> Model:
    """The model of a query; the arguments are those of `predict`."""
    return predict(
        text,
        graph,
        labels=labels,
        at=at,
        anchor_times=anchor_times,
        val_start=val_start,
        test_start=test_start,
        step=step,
        budget=budget,
        preset=preset,
        learners=learners,
        network=network,
        threshold=threshold,
        exclude_seen=exclude_seen,
        schedule=schedule,
        device=device,
        seed=seed,
        params=params,
        times=times,
        known=known,
        keep=keep,
    ).model


def predict(
    text: str,
    graph: Graph,
    *,
    labels: pd.DataFrame | None = None,
    model: Model | None = None,
    at: Date = None,
    anchor_times: Sequence[object] | None = None,
    val_start: Date = None,
    test_start: Date = None,
    step: str | None = None,
    budget: str | float = DEFAULT_BUDGET,
    preset: str | Preset = BALANCED,
    learners: Sequence[str] | None = None,
    network: Factory | None = None,
    threshold: str | float | None = None,
    exclude_seen: bool | None = None,
    schedule: Schedule | None = None,
    device: str = "auto",
    seed: int = 0,
    top: int | None = None,
    params: Mapping[str, object] | None = None,
    times: Mapping[str, str | None] | None = None,
    known: Iterable[tuple[str, str]] = (),
    keep: Iterable[tuple[str, str]] = (),
    notify: Notify = ignore,
    stop: Callable[[], bool] | None = None,
) -> Prediction:
    """Answer a predictive query: learn from the graph's past, predict for whom the query names.

    Args:
        text: The query.
        graph: The linked tables.
        labels: Your own label table in place of the query's, in the shape that `labels` gives: [entity key,
            anchor_time, label], of a FORECAST with step, of a column without a window with or without anchor_time.
            A column split (train, val or test) may say which rows are held out.
        model: A trained model of the same target: nothing is learned, it answers whom this query names.
        at: The prediction anchor, as if it were that day; None for the end of the data.
        anchor_times: Anchors to learn from, in place of the grid.
        val_start: First anchor of the validation split, in place of the default.
        test_start: First anchor of the test split, in place of the default.
        step: Distance of the anchors, such as "30 days".
        budget: Wall-clock time from here to the frame, such as "90s", "2min", "1h".
        preset: How widely settings are searched: "fast" takes the defaults and ends early, "best"
            tries the most.
        learners: Of "baseline", "trees", "linear" (truth values) and "network"; None for all. Baselines are always
            scored.
        network: What makes a module of your own, trained beside ours on the same batches as `batches` gives and scored
            in the same table. It is called with a batch, to read shapes from, when it takes an argument; the module's
            ``forward(batch)`` gives a vector per seed, [seeds, any width], which the head of the task reads.
        threshold: What counts as true: a probability, "f1", "top:500" of each anchor time, "cost:MISS:FALSE_ALARM". Of
            sets it cuts the probability of each class, and "top:500" means nothing.
        exclude_seen: For a ranking, whether items of an entity's own past are left out; None for what the past shows:
            they are where almost nothing was ever repeated.
        schedule: Repeat an earlier run's schedule, whatever the clock says.
        device: "auto", "cpu" or "cuda".
        seed: Of every random choice.
        top: For a ranking, how many items per entity, of sets how many classes; None for the query's own number.
        params: Values of the query's `:name` parameters.
        times: Table → time column, for this run alone; None for a table that is known at all times.
        known: (table, column) of dates that are known when their row is written: for this run, what lies ahead of an
            anchor counts as days ahead.
        keep: (table, column) of dates that this run reads although they are overwritten until today.
        notify: Told of every stage and step.
        stop: Asked between steps; True ends training, and the best so far answers.

    Raises:
        QueryError: A mistake in the query, with its place.
        TooFewLabelsError: Too little past to learn from.
        OptionError: An argument that cannot be used.
        KeyboardInterrupt: Stopped before there was anything to answer with.
    """
    clock = Budget(seconds=parse_budget(budget), stop=stop)
    where_to_compute = device_of(device)
    search = Search(
        learners=learners_of(learners),
        own=None if network is None else OwnArchitecture(factory=check_factory(network), settings=NetworkSettings()),
        preset=preset_of(preset),
        schedule=schedule,
        exclude_seen=exclude_seen,
    )
    record = Recorder(notify)

    graph = with_options(graph, times=times, known=known, keep=keep)
    plan = bind(text, graph, params)
    cut = parse_threshold(threshold, plan.task_type)
    if model is not None:
        if exclude_seen is not None:
            raise OptionError("exclude_seen belongs to learning, and a trained model learns nothing. Fit again.")
        if times or known or keep:
            raise OptionError("A trained model reads its tables as it learned them: leave out times, known and keep.")
        model = replace(model, fitted=with_threshold(model.fitted, cut))
        return _answered_by(model.for_query(plan), text, at=at, top=top, seed=seed, clock=clock, record=record)
    refuse_unlearnable(plan)
    refuse_unfit(search, plan.task_type)

    record(StageStarted(stage="labels", words="Asking the past the same question.", seconds=clock.elapsed))
    today_us = None if schedule is None or schedule.today is None else moment_us(schedule.today, "schedule.today")
    anchors = Anchors(
        at=at, times=anchor_times, val_start=val_start, test_start=test_start, step=step, today_us=today_us
    )
    table = label(plan, anchors) if labels is None else own_label_table(plan, labels, at=at, today_us=today_us)
    population = build_population(plan, table.prediction_anchor, labels=table)
    found = label_warnings(plan, table)
    record(StageFinished(stage="labels", words=_what_was_found(table, population, plan), seconds=clock.elapsed))
    record(Warned(findings=_to_heed(found), seconds=clock.elapsed))

    record(StageStarted(stage="timeline", words="Sorting every table by time.", seconds=clock.elapsed))
    version, timeline = graph.version, timeline_of(graph)
    words = f"{sum(timeline.num_rows.values()):,} rows in {len(timeline.num_rows)} tables, {len(timeline.links)} links."
    record(StageFinished(stage="timeline", words=words, seconds=clock.elapsed))

    fitted = fit_learners(
        plan,
        table,
        timeline,
        population,
        search,
        budget=clock,
        notify=record,
        seed=seed,
        device=where_to_compute,
    )
    fresh, _ = despite_interrupt(
        lambda: Model(plan=plan, labels=table, fitted=with_threshold(fitted, cut), graph_version=version, seed=seed)
    )
    notes = (*plan.notes, *assumption_note(plan, table), *table.notes, *population.notes, *fitted.notes)
    told = (*notes, *map(str, found))
    examined, _ = despite_interrupt(lambda: examine(plan, table, timeline, fitted, told=told))
    findings = worst_first([*found, *examined])

    def run_again(text: str, at: pd.Timestamp, keeps_splits: bool) -> Prediction:
        """The same run with another text or day; the user's splits are days, which an earlier day cannot keep."""
        return predict(
            text,
            graph,
            labels=labels if labels is None or keeps_splits else labels.drop(columns="split", errors="ignore"),
            at=at,
            anchor_times=anchor_times,
            val_start=val_start if keeps_splits else None,
            test_start=test_start if keeps_splits else None,
            step=step,
            budget=budget,
            preset=preset,
            learners=learners,
            network=network,
            threshold=threshold,
            exclude_seen=exclude_seen,
            schedule=schedule,
            device=device,
            seed=seed,
            top=top,
            params=params,
        )

    return _answered(
        fresh,
        population,
        text,
        _without_repeats([*notes, *map(str, findings)]),
        top=top,
        seed=seed,
        clock=clock,
        record=record,
        warnings=_to_heed(findings),
        again=Again(run=run_again, labels=labels),
    )


def batches(
    text: str,
    graph: Graph,
    *,
    split: str = "train",
    hops: int = 2,
    fan_out: int = 16,
    batch_size: int = 256,
    at: Date = None,
    anchor_times: Sequence[object] | None = None,
    params: Mapping[str, object] | None = None,
    times: Mapping[str, str | None] | None = None,
    known: Iterable[tuple[str, str]] = (),
    keep: Iterable[tuple[str, str]] = (),
) -> Iterator[HeteroData]:
    """The batches that our own network is trained on, for those who want to train another one.

    Each has the fields that ARCHITECTURE.md lists, and for its seeds ``batch.y`` (float32 [seeds]: 0 and 1, numbers or
    class codes; of sets [seeds, classes], 1 for what the set holds), ``batch.features`` (float32 [seeds, features], NaN
    for unknown) and ``batch.entity_row``. A ranking of rows has ``batch.true_items``, a list of item rows per seed, in
    place of ``y``. Once through, in order of time.

    Args:
        text: The query.
        graph: The linked tables.
        split: "train", "val" or "test". Scales and categories come from rows up to the end of training.
        hops: How far from a seed.
        fan_out: Neighbours per row, link and hop.
        batch_size: Seeds per batch.
        at: As if it were that day: no window ends later.
        anchor_times: Anchors to learn from, in place of the grid.
        params: Values of the query's `:name` parameters.
        times: As in `predict`.
        known: As in `predict`.
        keep: As in `predict`.

    Raises:
        QueryError: A mistake in the query, with its place.
        TooFewLabelsError: Too little past to learn from.
        OptionError: An argument that cannot be used.
    """
    graph = with_options(graph, times=times, known=known, keep=keep)
    plan = bind(text, graph, params)
    refuse_unlearnable(plan)
    table = label(plan, Anchors(at=at, times=anchor_times))
    return labelled_batches(
        plan, table, timeline_of(graph), split=split, hops=hops, fan_out=fan_out, batch_size=batch_size
    )


def _answered_by(
    model: Model, text: str, *, at: Date, top: int | None, seed: int, clock: Budget, record: Recorder
) -> Prediction:
    """A trained model's answer to a query of its target."""
    when = model.labels.prediction_anchor if at is None else at
    population = build_population(model.plan, when, labels=model.labels)
    notes = ("A trained model answers: nothing was learned for this query, and the scores are those of its training.",)
    return _answered(
        model,
        population,
        text,
        (*model.plan.notes, *population.notes, *notes),
        top=top,
        seed=seed,
        clock=clock,
        record=record,
    )


def _answered(
    model: Model,
    population: Population,
    text: str,
    notes: tuple[str, ...],
    *,
    top: int | None,
    seed: int,
    clock: Budget,
    record: Recorder,
    warnings: tuple[Finding, ...] = (),
    again: Again | None = None,
) -> Prediction:
    """The model's answer for the population, with everything that explains where it came from."""

    def predicted() -> pd.DataFrame:
        newest = population.frame["anchor_time"].max()
        when = "" if pd.isna(newest) else f" as of {newest:%Y-%m-%d %H:%M}"
        words = f"Predicting {len(population.frame):,} rows{when}."
        record(StageStarted(stage="predict", words=words, seconds=clock.elapsed))
        return model.answer(population, top)

    frame, _ = despite_interrupt(predicted)
    notes = (*notes, *_too_long(model.plan, top))
    record(StageFinished(stage="predict", words=f"{len(frame):,} rows in the frame.", seconds=clock.elapsed))
    return Prediction(
        query=text,
        frame=frame,
        model=model,
        evaluation=evaluate(model),
        seed=seed,
        budget_seconds=clock.seconds,
        seconds=clock.elapsed,
        seconds_by_stage=record.seconds_by_stage(),
        notes=tuple(dict.fromkeys(notes)),
        events=tuple(record.events),
        warnings=warnings,
        again=again,
    )


def _too_long(plan: PredictionPlan, top: int | None) -> list[str]:
    """A note where `top` asks for more items or classes than there are."""
    target = plan.target
    if top is None or not isinstance(target, (BoundColumn, BoundAggregation)):
        return []
    column = target.column if isinstance(target, BoundAggregation) else target
    note = too_long(plan.graph, column.table, column.name, top, f"top={top:,}") if target.kind is Kind.SET else None
    return [] if note is None else [note]


def _to_heed(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that are more than remarks."""
    return tuple(finding for finding in findings if finding.severity < Severity.REMARK)


def _without_repeats(notes: Sequence[str]) -> tuple[str, ...]:
    """The notes without those that another one begins with: a finding says the same and what to do."""
    once = dict.fromkeys(notes)
    return tuple(note for note in once if not any(other != note and other.startswith(note) for other in once))


def _what_was_found(table: LabelTable, population: Population, plan: PredictionPlan) -> str:
    """What the past holds and whom the future asks about, in a sentence."""
    column, num_anchors = table.frame["label"], table.anchors["anchor_time"].nunique()
    match plan.task_type:
        case TaskType.BINARY:
            of_them = f", {column.mean():.0%} of them true"
        case TaskType.REGRESSION:
            of_them = f", the median {column.median():,.4g}"
        case TaskType.LINK_PREDICTION:
            of_them = f", {column.map(len).mean():.1f} items each"
        case TaskType.MULTILABEL_RANKING | TaskType.MULTILABEL_CLASSIFICATION:
            of_them = f", {column.map(len).mean():.1f} classes each"
        case _:
            of_them = ""
    to_predict = f"to predict {plan.entity_table}: {len(population.frame):,}"
    return f"{len(table.frame):,} labels at {num_anchors} anchor times{of_them}; {to_predict}."
