"""A subject, a question of one of its views → the answer. One place that tells the questions apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kumo_magic.errors import OptionError
from kumo_magic.graph.graph import Graph
from kumo_magic.views.row import Row, row_named

if TYPE_CHECKING:
    from kumo_magic.views.subjects import Subject

Answer = Mapping[str, object]
"""Plain JSON without NaN; `type` says of what form. `labextension/src/views/answers.ts` has the same forms."""


def answer_of(subject: Subject, question: Mapping[str, object]) -> Answer:
    """The answer.

    Raises:
        OptionError: There is no such question, or it is none for a graph.
        KumoMagicError: What is asked cannot be answered; says why.
    """
    if isinstance(subject, Graph):
        return _of_graph(subject, question)
    match question:
        case {"type": "scores"}:
            from kumo_magic.views.scores import scores_answer  # each question loads what it needs

            return scores_answer(subject)
        case {"type": "predictions"}:
            from kumo_magic.views.predictions import predictions_answer

            return predictions_answer(subject, question)
        case {"type": "why", "row": Row() as row}:
            from kumo_magic.views.why import explained, why_view_answer

            return why_view_answer(explained(subject, row))
        case {"type": "why", "row": named}:
            from kumo_magic.views.why import explained, why_answer

            return why_answer(explained(subject, row_named(subject, named)))
        case {"type": "history", "row": named}:
            from kumo_magic.views.history import history_answer

            return history_answer(subject, row_named(subject, named))
        case {"type": "graph"}:
            from kumo_magic.views.schema import graph_answer

            return graph_answer(subject.plan.graph, subject.plan)
        case {"type": "table"}:
            return _of_graph(subject.plan.graph, question)
        case {"type": "neighbourhood", "row": named}:
            from kumo_magic.views.neighbourhood import neighbourhood_answer

            return neighbourhood_answer(
                subject,
                named if isinstance(named, Row) else row_named(subject, named),
                at=question.get("at"),
                hops=question.get("hops"),
                fan_out=question.get("fan_out"),
            )
        case _:
            raise OptionError(f"A run has no view {question.get('type')!r}.")


def _of_graph(graph: Graph, question: Mapping[str, object]) -> Answer:
    match question:
        case {"type": "graph"}:
            from kumo_magic.views.schema import graph_answer

            return graph_answer(graph)
        case {"type": "table", "table": table}:
            from kumo_magic.views.schema import table_answer

            return table_answer(graph, table)
        case _:
            raise OptionError(f"A graph has no view {question.get('type')!r}.")
