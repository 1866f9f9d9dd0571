"""A finished run → the record that stays in the notebook: HTML that needs no trust and no kernel, its text, its data.

Never the frame itself: that is the cell's value, right below.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kumo_magic.finding import Severity
from kumo_magic.report.anchors import anchors_html
from kumo_magic.report.answer import answer
from kumo_magic.report.chart import WIDTH, curve_svg, curve_words
from kumo_magic.report.curve import Curve, curve_of, thinned
from kumo_magic.report.data import MIME, ReportData, report_data
from kumo_magic.report.findings import findings_html, findings_text, folded, title_of
from kumo_magic.report.lists import lists_html
from kumo_magic.report.markup import (
    GOOD,
    LEAK,
    WARNING,
    Markup,
    box,
    code,
    details,
    element,
    headline,
    listing,
    muted,
    notice,
    paragraph,
    picture,
    table,
)
from kumo_magic.report.numbers import MISSING, count, duration, number
from kumo_magic.report.progress import TITLES
from kumo_magic.report.scores import scores_html, scores_of, scores_text
from kumo_magic.report.tried import attempts, tried_html
from kumo_magic.report.trust import by_anchor_html, calibration_html, coverage_html
from kumo_magic.views import KINDS

if TYPE_CHECKING:
    from kumo_magic.evaluation import Evaluation
    from kumo_magic.prediction import Prediction

Length = Literal["full", "short"]
_MOST_CURVE_ROWS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The same said for browsers and for everyone else; ``data`` is what our JupyterLab extension makes live."""

    html: str
    text: str
    data: ReportData | None = None

    @property
    def bundle(self) -> dict[str, object]:
        """Mime type → content."""
        live = {} if self.data is None else {MIME: self.data}
        return {**live, "text/html": self.html, "text/plain": self.text}


def record(
    prediction: Prediction,
    *,
    number_of_run: int | None = None,
    warnings: Sequence[str] = (),
    seconds_of_imports: float = 0.0,
    length: Length = "full",
) -> Record:
    """What stays of a run: the answer, the honest comparison, the scores, and (full) where they come from.

    Args:
        prediction: The run.
        number_of_run: Under which number `%runs` keeps it.
        warnings: What a reader must see first.
        seconds_of_imports: Time before the run's own clock.
        length: "short" leaves out all that opens on a click.
    """
    said, scores = answer(prediction), scores_of(prediction)
    is_better = prediction.evaluation.is_model_better
    found = prediction.warnings
    may_leak = any(finding.severity is Severity.LEAK for finding in found)
    head = [
        *[notice(warning) for warning in warnings],
        findings_html(found, title_of(found)),
        headline(said, prediction.evaluation.sentence, accent=LEAK if may_leak else GOOD if is_better else WARNING),
        scores_html(scores),
        muted(_signature(prediction, number_of_run)),
        *_views(number_of_run),
    ]
    sections = _sections(prediction, seconds_of_imports) if length == "full" else []
    lines = [
        *[f"Note: {warning}" for warning in warnings],
        *findings_text(found),
        said,
        prediction.evaluation.sentence,
        "",
        scores_text(scores),
        "",
        _signature(prediction, number_of_run),
    ]
    if length == "full":
        lines += [f"- {note}" for note in _notes(prediction)]
    return Record(
        html=box(*head, *sections),
        text="\n".join(lines),
        data=report_data(prediction, scores, is_full=length == "full"),
    )


def ended_record(words: str) -> Record:
    """What stays of a run that has no answer."""
    return Record(html=box(muted(words)), text=words)


def _signature(prediction: Prediction, number_of_run: int | None) -> str:
    """Which run, how long, and what repeats it."""
    parts = [] if number_of_run is None else [f"Run {number_of_run}"]
    parts.append(f"{duration(prediction.seconds)} of {duration(prediction.budget_seconds)}")
    if prediction.stopped:
        parts.append("stopped by you: the best so far answers")
    parts.append(f"seed {prediction.seed}")
    return " · ".join(parts)


def _views(number_of_run: int | None) -> list[Markup]:
    """How to look closer; our JupyterLab extension puts buttons in its place."""
    if number_of_run is None:
        return []
    words = f"To look closer: kumo_magic.runs()[{number_of_run}].view(); other views: {', '.join(KINDS[1:])}."
    return [element("div", muted(words), class_="kumo-magic-views")]


def _notes(prediction: Prediction) -> tuple[str, ...]:
    """Each note once, without what the box above says already."""
    shown, _ = folded(prediction.warnings)
    told = set(map(str, shown))
    return tuple(note for note in dict.fromkeys(prediction.notes) if note not in told)


def _sections(prediction: Prediction, seconds_of_imports: float) -> list[Markup]:
    """All that opens on a click."""
    curve = curve_of(prediction.events)
    graph = prediction.plan.graph
    sections = []
    notes = _notes(prediction)
    if notes:
        sections.append(details(f"Notes ({len(notes)})", listing(notes)))
    if curve.losses:
        sections.append(details("Learning curve", *_curve(curve)))
    tried = attempts(prediction.events)
    if tried:
        sections.append(details(f"What was tried ({len(tried)})", tried_html(tried)))
    sections += _trust(prediction.evaluation)
    sections += [
        details(
            f"Labels ({count(len(prediction.labels.frame), 'row')} of the past)",
            anchors_html(prediction.labels, prediction.plan.task_type),
        ),
        details("Question", code(prediction.query.strip()), *map(paragraph, prediction.plan.describe().splitlines())),
        details("Time and schedule", *_schedule(prediction, seconds_of_imports)),
        details(f"Tables of {graph.name}", _schema(prediction)),
    ]
    return sections


def _trust(evaluation: Evaluation) -> list[Markup]:
    """How far the scores can be trusted."""
    sections = []
    found = evaluation.reliability()
    if found is not None:
        sections.append(details("Calibration", calibration_html(evaluation, found)))
    if evaluation.coverage == evaluation.coverage:
        sections.append(details("Interval coverage", coverage_html(evaluation)))
    if evaluation.frame["anchor_time"].notna().any():
        sections.append(details("Scores by anchor time", by_anchor_html(evaluation)))
    repeat_shares, by_segment = evaluation.repeat_shares, evaluation.by_segment
    if repeat_shares is not None and by_segment is not None:
        title = "Repeats and new items, coverage, scores by segment"
        sections.append(details(title, lists_html(evaluation, repeat_shares, by_segment)))
    return sections


def _curve(curve: Curve) -> list[Markup]:
    """The picture, and its numbers."""
    losses = dict(curve.losses)
    points = thinned(curve.scores or curve.losses, _MOST_CURVE_ROWS)
    scores = dict(curve.scores)
    rows = [
        [count(step), number(losses[step]), number(scores[step]) if step in scores else MISSING] for step, _ in points
    ]
    return [
        element("div", picture(curve_svg(curve), curve_words(curve), WIDTH), class_="kumo-magic-curve"),
        paragraph(curve_words(curve)),
        table(["step", "training loss", f"{curve.metric} (validation)"], rows, numeric=(0, 1, 2)),
    ]


def _schedule(prediction: Prediction, seconds_of_imports: float) -> list[Markup]:
    """Where the time went, and what the clock decided."""
    stages = [("imports, before the clock", seconds_of_imports)] if seconds_of_imports >= 0.05 else []
    stages += [(TITLES.get(stage, stage), seconds) for stage, seconds in prediction.seconds_by_stage.items()]  # pyright: ignore[reportCallIssue, reportArgumentType]  # stages are keyed by name
    settings = [(name.replace("_", " "), _listed(value)) for name, value in _flat(prediction.schedule)]
    return [
        table(["stage", "time"], [[stage, duration(seconds)] for stage, seconds in stages], numeric=(1,)),
        table(["schedule", "value"], settings, numeric=(1,)),
        muted("Same data, seed and schedule give the same frame on one machine: --like RUN repeats the schedule."),
    ]


def _flat(schedule: object) -> list[tuple[str, object]]:
    """The fields of a dataclass, those of its parts among them."""
    found: list[tuple[str, object]] = []
    for field in dataclasses.fields(schedule):  # pyright: ignore[reportArgumentType]  # every schedule is a dataclass
        value = getattr(schedule, field.name)
        found += _flat(value) if dataclasses.is_dataclass(value) else [(field.name, value)]
    return found


def _listed(value: object) -> str:
    """A value of a schedule; several with commas."""
    return (", ".join(map(str, value)) or "none") if isinstance(value, tuple) else str(value)


def _schema(prediction: Prediction) -> Markup:
    from kumo_magic.report.schema_svg import schema_html  # loaded only when a record is written

    return Markup(schema_html(prediction.plan.graph))
