"""`%%predict`: a query → its frame, with the run shown while it lasts. The order of things; knows no tensors."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kumo_magic.errors import OptionError, QuerySyntaxError, TooFewLabelsError
from kumo_magic.magic.bindings import Bindings, source_graph
from kumo_magic.magic.graph_magic import find_graph
from kumo_magic.magic.options import Line
from kumo_magic.magic.our_magics import without_semicolon
from kumo_magic.magic.request import Defaults, PredictRequest, read_request
from kumo_magic.span import Span

if TYPE_CHECKING:
    import pandas as pd

    from kumo_magic.graph.graph import Graph
    from kumo_magic.plan.plan import PredictionPlan
    from kumo_magic.prediction import Prediction
    from kumo_magic.report.record import Record
    from kumo_magic.trained_model import Model

Show = Callable[[str, str], None]
"""Shows HTML, and the same as text."""
Assign = Callable[[dict[str, object]], None]
"""Binds variables of the notebook."""


class StoppedEarly(KeyboardInterrupt):
    """The user stopped the run before there was anything to answer with. Ends the cell without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return ["Stopped before anything was learned. Nothing was assigned."]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything of a cell that was checked before work begins."""

    request: PredictRequest
    graph: Graph
    text: str
    plan: PredictionPlan
    params: Mapping[str, object]
    warnings: tuple[str, ...]
    is_hidden: bool


def read_question(
    line: Line, cell: str | None, *, defaults: Defaults, namespace: Mapping[str, object], bindings: Bindings
) -> Question:
    """The question of a cell, bound to its graph.

    Raises:
        OptionError: An option cannot be used.
        GraphError: There is no such graph.
        QueryError: A mistake in the query, with its place.
    """
    from kumo_magic.graph.with_options import with_options
    from kumo_magic.plan import bind
    from kumo_magic.plan.task_type import SEVERAL_ROWS
    from kumo_magic.query import parse

    request = read_request(line, defaults=defaults, namespace=namespace)
    registered = find_graph(request.graph_name, namespace)
    graph = with_options(registered, times=request.times, known=request.known, keep=request.keep)
    refuse_table_names(request)
    text, is_hidden = query_text(line.query, cell)
    query = parse(text)
    params = {name: namespace[name] for name in parameter_names(query) if name in namespace}
    plan = bind(query, graph, params)
    if request.step is not None:
        from kumo_magic.labelling.anchor_times import step_of  # heavy, and rarely asked

        step_of(plan, request.step)
    if request.threshold is not None:
        from kumo_magic.learn.threshold import parse_threshold  # knows tasks, which are heavy too

        parse_threshold(request.threshold, plan.task_type)
    if request.exclude_seen is not None and plan.item_table is None:
        raise OptionError("--exclude-seen and --keep-seen are for rankings of a foreign key; this query asks for none.")
    if request.top is not None and plan.task_type not in SEVERAL_ROWS:
        raise OptionError("--top is for rankings and sets; this query asks for one answer per entity.")
    return Question(
        request=request,
        graph=graph,
        text=text,
        plan=plan,
        params=params,
        warnings=bindings.warnings(registered, namespace),
        is_hidden=is_hidden,
    )


def refuse_table_names(request: PredictRequest) -> None:
    """Return when neither frame nor run would take the place of a table that a graph was made from.

    Raises:
        OptionError: One would.
    """
    from kumo_magic.graph import registry

    for name in (request.frame_name, request.run_name):
        of = None if name is None else source_graph(name, registry.graphs())
        if of is not None:
            raise OptionError(
                f"{name!r} is a table of the graph {of!r}: assigning it would replace the rows that were learned from. "
                "Choose another name."
            )


def answer_question(question: Question, *, show: Show, assign: Assign) -> pd.DataFrame | None:
    """The cell's value: the frame, the label table, or nothing for a plan."""
    match question.request.only:
        case "plan":
            _show_plan(question, show)
            return None
        case "labels":
            frame = _labels(question, show)
            if question.request.frame_name is not None:
                assign({question.request.frame_name: frame})
            return None if question.is_hidden else frame
        case _:
            prediction = _run(question, assign)
            return None if question.is_hidden else prediction.frame


def query_text(query: str, cell: str | None) -> tuple[str, bool]:
    """The query of line and cell without a final semicolon, and whether there was one.

    Raises:
        QuerySyntaxError: There is no query.
    """
    text, is_hidden = without_semicolon(f"{query}\n{cell}" if query and cell else query or cell or "")
    if not text.strip():
        raise QuerySyntaxError(
            "There is no query.",
            span=Span(0, 0),
            source="",
            hint="Write it below the %%predict line: PREDICT ... FOR EACH table.key.",
        )
    return text, is_hidden


def parameter_names(node: object) -> Iterator[str]:
    """The names of `:name` parameters in a query's tree."""
    from kumo_magic.query.predictive_query import Parameter

    if isinstance(node, Parameter):
        yield node.name
    elif isinstance(node, tuple):
        for item in node:
            yield from parameter_names(item)
    elif dataclasses.is_dataclass(node) and not isinstance(node, type | Span):
        for field in dataclasses.fields(node):
            yield from parameter_names(getattr(node, field.name))


def _run(question: Question, assign: Assign) -> Prediction:
    """Train and predict, shown while it lasts; variables are bound only when there is a frame."""
    from kumo_magic import session
    from kumo_magic.report.live import SilentDisplay, open_display
    from kumo_magic.report.record import ended_record, record

    request = question.request
    title = f"{question.graph.name}: {question.plan.describe().splitlines()[0]}"
    began = time.perf_counter()
    display = (
        SilentDisplay()
        if request.report == "none"
        else open_display(title=title, budget_seconds=request.budget_seconds)
    )
    last = ended_record("The run ended with the error below.")
    try:
        from kumo_magic.pipeline import predict  # loads PyTorch, after the display is up

        imported = time.perf_counter() - began
        display.ready()
        prediction = predict(
            question.text,
            question.graph,
            at=request.at,
            budget=request.budget,
            step=request.step,
            seed=request.seed,
            device=request.device,
            top=request.top,
            threshold=request.threshold,
            exclude_seen=request.exclude_seen,
            preset=request.preset,
            learners=request.learners,
            network=request.network,
            schedule=request.schedule,
            model=_asked_model(question),
            params=question.params,
            notify=display.notify,
            stop=display.stop,
        )
        number = session.add(prediction)
        assign(
            {
                name: value
                for name, value in ((request.frame_name, prediction.frame), (request.run_name, prediction))
                if name is not None
            }
        )
        if request.report != "none":
            last = record(
                prediction,
                number_of_run=number,
                warnings=question.warnings,
                seconds_of_imports=imported,
                length="short" if request.report == "short" else "full",
            )
    except KeyboardInterrupt:
        last = ended_record("Stopped before anything was learned.")
        raise StoppedEarly from None
    finally:
        display.close(last.bundle)
    return prediction


def _asked_model(question: Question) -> Model | None:
    """The trained model that is to answer, read from its folder where it is saved."""
    model = question.request.model
    if not isinstance(model, Path):
        return model
    from kumo_magic.trained_model import load  # loads PyTorch

    return load(model, question.graph)


def _labels(question: Question, show: Show) -> pd.DataFrame:
    from kumo_magic.labelling import build_label_table
    from kumo_magic.labelling.label_warnings import label_warnings
    from kumo_magic.report.label_preview import label_preview

    plan = question.plan
    labels = build_label_table(plan, step=question.request.step, at=question.request.at)
    if question.request.report != "none":
        found = label_warnings(plan, labels)
        _show(label_preview(plan, labels, label_warnings=found, warnings=question.warnings), question, show)
    return labels.frame


def _show_plan(question: Question, show: Show) -> None:
    from kumo_magic.labelling import sql
    from kumo_magic.labelling.planned_anchors import planned_anchors
    from kumo_magic.report.plan_preview import plan_record

    plan, anchors, problem = question.plan, None, None
    try:
        if plan.is_temporal:
            anchors = planned_anchors(plan, step=question.request.step, at=question.request.at)
    except TooFewLabelsError as error:  # a plan is worth seeing even where the data are too short for it
        problem = str(error)
    _show(plan_record(plan, sql(plan), anchors=anchors, problem=problem, warnings=question.warnings), question, show)


def _show(record: Record, question: Question, show: Show) -> None:
    if question.request.report != "none" or question.request.only == "plan":
        show(record.html, record.text)
