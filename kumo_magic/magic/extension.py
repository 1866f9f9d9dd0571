"""Loading and unloading: what is added to the shell, and how it is taken away again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kumo_magic.magic.completion import matcher
from kumo_magic.magic.magics import KumoMagic
from kumo_magic.magic.questions import offer_answers, withdraw_answers

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_GRAPH = ("kumo_magic.graph.graph", "Graph")
_EXPLANATION = ("kumo_magic.explain.explanation", "Explanation")
_RANKED_EXPLANATION = ("kumo_magic.explain.ranked_explanation", "RankedExplanation")
_VIEW = ("kumo_magic.views.view", "View")
_REPLACED = "_kumo_magic_replaced"


def load(shell: InteractiveShell) -> None:
    """Add magics, completion, checks and the pictures of values; what had their names is kept for `unload`."""
    replaced: dict[tuple[str, str], Any] = {}
    for kind, names in KumoMagic.magics.items():
        table = shell.magics_manager.magics[kind]
        replaced |= {(kind, name): table[name] for name in names if name in table}
    vars(shell)[_REPLACED] = replaced
    shell.register_magics(KumoMagic(shell))
    formatters = _formatters(shell)
    formatters["text/html"].for_type_by_name(*_GRAPH, _graph_html)
    formatters["text/plain"].for_type_by_name(*_GRAPH, _graph_text)
    formatters["text/html"].for_type_by_name(*_EXPLANATION, _explanation_html)
    formatters["text/plain"].for_type_by_name(*_EXPLANATION, _explanation_text)
    formatters["text/html"].for_type_by_name(*_RANKED_EXPLANATION, _ranked_explanation_html)
    formatters["text/plain"].for_type_by_name(*_RANKED_EXPLANATION, _ranked_explanation_text)
    _formatter_of_bundles(shell).for_type_by_name(*_VIEW, _view_bundle)
    if getattr(shell, "kernel", None) is not None:  # a terminal shows its words alone
        _formatter_of_bundles(shell).for_type_by_name(*_GRAPH, _graph_bundle)
    shell.Completer.custom_matchers.append(matcher)
    offer_answers(shell)


def unload(shell: InteractiveShell) -> None:
    """Take away what `load` added, and put back what it replaced."""
    replaced: dict[tuple[str, str], Any] = vars(shell).pop(_REPLACED, {})
    for kind, names in KumoMagic.magics.items():
        for name in names:
            shell.magics_manager.magics[kind].pop(name, None)
    for (kind, name), function in replaced.items():
        shell.magics_manager.magics[kind][name] = function
    shell.magics_manager.registry.pop(KumoMagic.__name__, None)
    shell.configurables[:] = [each for each in shell.configurables if not isinstance(each, KumoMagic)]
    for formatter in (_formatters(shell)[mime] for mime in ("text/html", "text/plain")):
        for place in (_GRAPH, _EXPLANATION, _RANKED_EXPLANATION):
            formatter.pop(".".join(place), None)
    for place in (_VIEW, _GRAPH):
        _formatter_of_bundles(shell).pop(".".join(place), None)
    if matcher in shell.Completer.custom_matchers:
        shell.Completer.custom_matchers.remove(matcher)
    withdraw_answers(shell)


def _formatters(shell: InteractiveShell) -> dict[str, Any]:
    formatter: Any = shell.display_formatter  # an untyped trait
    return formatter.formatters


def _formatter_of_bundles(shell: InteractiveShell) -> Any:
    formatter: Any = shell.display_formatter  # an untyped trait
    return formatter.mimebundle_formatter


def _view_bundle(view: Any, include: object = None, exclude: object = None) -> dict[str, object]:
    from kumo_magic.report.view import view_bundle

    del include, exclude  # IPython chooses from what is there
    return view_bundle(view)


def _graph_bundle(graph: Any, include: object = None, exclude: object = None) -> dict[str, object]:
    from kumo_magic.report.view import graph_bundle

    del include, exclude  # IPython chooses from what is there
    return graph_bundle(graph)


def _graph_html(graph: Any) -> str:
    from kumo_magic.report.schema_svg import schema_html

    return schema_html(graph)


def _graph_text(graph: Any, printer: Any, is_cycle: bool) -> None:
    from kumo_magic.report.schema_svg import schema_text

    del is_cycle  # a graph holds no graph
    printer.text(schema_text(graph))


def _explanation_html(explanation: Any) -> str:
    from kumo_magic.report.explanation import explanation_html

    return explanation_html(explanation)


def _explanation_text(explanation: Any, printer: Any, is_cycle: bool) -> None:
    from kumo_magic.report.explanation import explanation_text

    del is_cycle  # an explanation holds no explanation
    printer.text(explanation_text(explanation))


def _ranked_explanation_html(explanation: Any) -> str:
    from kumo_magic.report.ranked_explanation import ranked_explanation_html

    return ranked_explanation_html(explanation)


def _ranked_explanation_text(explanation: Any, printer: Any, is_cycle: bool) -> None:
    from kumo_magic.report.ranked_explanation import ranked_explanation_text

    del is_cycle  # an explanation holds no explanation
    printer.text(ranked_explanation_text(explanation))
