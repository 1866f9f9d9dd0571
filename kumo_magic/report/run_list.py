"""The runs of a kernel → a table of them, or several side by side. Reads finished runs only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo_magic.report.markup import Markup, box, element, muted, table
from kumo_magic.report.numbers import MISSING, count, decimals, duration, fixed, number
from kumo_magic.report.record import Record
from kumo_magic.report.scores import aligned

if TYPE_CHECKING:
    from kumo_magic.prediction import Prediction

_COLUMNS = ("run", "graph", "metric", "model", "best baseline", "time", "query")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """What one line says of a run, as people read it."""

    number: int
    graph: str
    metric: str
    score: str
    baseline: str
    baseline_score: str
    time: str
    query: str


def run_line(number_of_run: int, prediction: Prediction) -> RunLine:
    """The run's primary score beside the best baseline's, with as many decimals as tell the two apart."""
    evaluation = prediction.evaluation
    metric = evaluation.primary_metric
    scores = evaluation.metrics[metric].to_dict()
    ours, theirs = scores[_model(prediction)], scores[evaluation.best_baseline]
    places = decimals([ours, theirs])
    return RunLine(
        number=number_of_run,
        graph=prediction.plan.graph.name,
        metric=metric,
        score=fixed(ours, places),
        baseline=evaluation.best_baseline,
        baseline_score=fixed(theirs, places),
        time=duration(prediction.seconds),
        query=prediction.query.strip(),
    )


def run_list(runs: Mapping[int, Prediction]) -> Record:
    """A line per run: its query, the primary score beside the best baseline's, its time."""
    if not runs:
        words = "No runs yet. Answer a question with %%predict."
        return Record(html=box(muted(words)), text=words)
    rows = [_row(run_line(number_of_run, prediction)) for number_of_run, prediction in runs.items()]
    shown = [[element("b", row[0]), *row[1:-1], element("code", row[-1])] for row in rows]
    note = "%runs 3 5 compares runs; km.runs()[3] is the run itself."
    return Record(
        html=box(table(_COLUMNS, shown, numeric=(3, 5)), muted(note)),
        text=f"{_text(rows)}\n{note}",
    )


def run_comparison(runs: Mapping[int, Prediction]) -> Record:
    """A column per run, a row per fact; rows in which the runs differ are marked."""
    facts = {number_of_run: _facts(prediction) for number_of_run, prediction in runs.items()}
    names = list(dict.fromkeys(name for found in facts.values() for name in found))
    rows = []
    for name in names:
        values = [found.get(name, MISSING) for found in facts.values()]
        rows.append([f"{name} ≠" if len(set(values)) > 1 else name, *values])
    columns = ["", *[f"run {number_of_run}" for number_of_run in runs]]
    shown = [
        [element("b", row[0]) if row[0].endswith("≠") else row[0], *[_lines(cell) for cell in row[1:]]] for row in rows
    ]
    flat = [[cell.replace("\n", " ") for cell in row] for row in rows]
    return Record(
        html=box(table(columns, shown), muted("≠ marks what differs.")),
        text=aligned([columns, *flat], num_left=len(columns)),
    )


def _text(rows: Sequence[Sequence[str]]) -> str:
    """Aligned columns, with each query at the end of its line."""
    lines = aligned([row[:-1] for row in (_COLUMNS, *rows)], num_left=3).splitlines()
    return "\n".join(f"{line}  {row[-1]}" for line, row in zip(lines, (_COLUMNS, *rows), strict=True))


def _row(line: RunLine) -> list[str]:
    return [
        str(line.number),
        line.graph,
        line.metric,
        line.score,
        f"{line.baseline_score} ({line.baseline})",
        line.time,
        " ".join(line.query.split()),
    ]


def _facts(prediction: Prediction) -> dict[str, str]:
    """What tells one run from another."""
    evaluation = prediction.evaluation
    scores = {
        f"{metric}, {learner}": number(by_learner[learner])
        for metric, by_learner in evaluation.metrics[evaluation.main_metrics].to_dict().items()
        for learner in (_model(prediction), evaluation.best_baseline)
    }
    return {
        "query": prediction.query.strip(),
        "graph": prediction.plan.graph.name,
        **scores,
        "scored on": f"{count(evaluation.num_rows, 'row')} ({evaluation.split})",
        "label rows": count(len(prediction.labels.frame)),
        "predicted rows": count(len(prediction.frame)),
        "seed": str(prediction.seed),
        "budget": duration(prediction.budget_seconds),
        "time": duration(prediction.seconds),
        "stopped": "yes" if prediction.stopped else "no",
    }


def _model(prediction: Prediction) -> str:
    return next(name for name, kind in prediction.evaluation.kinds.items() if kind == "model")


def _lines(words: str) -> Markup:
    return element("span", words, style="white-space: pre-wrap")
