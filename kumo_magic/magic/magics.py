"""The magics as IPython sees them: `%graph`, `%%predict`, `%runs`. Thin: each reads its line, calls, and shows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand
from IPython.display import display
from traitlets import Enum, Int, Unicode

from kumo_magic.magic.bindings import Bindings
from kumo_magic.magic.graph_magic import make_graph, read_graph_line
from kumo_magic.magic.options import Command, parse_line
from kumo_magic.magic.request import DEVICES, PREDICT, REPORTS, Defaults
from kumo_magic.magic.runs_magic import RUNS, show_runs
from kumo_magic.magic.tables import GRAPH

if TYPE_CHECKING:
    import pandas as pd

    from kumo_magic.graph.graph import Graph


@magics_class
class KumoMagic(Magics):
    """Defaults of `%%predict`: `%config KumoMagic.budget = "5min"`."""

    budget = Unicode("2min", help="Wall-clock time of a run: 90s, 2min, 1h.").tag(config=True)
    preset = Unicode("balanced", help="How widely a run searches: fast, balanced or best.").tag(config=True)
    device = Enum(DEVICES, "auto", help="Where to compute.").tag(config=True)
    seed = Int(0, min=0, help="Of every random choice.").tag(config=True)
    report = Enum(REPORTS, "full", help="How much of a run stays in the notebook.").tag(config=True)

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.bindings = Bindings()

    @property
    def namespace(self) -> dict[str, Any]:
        """The notebook's variables."""
        assert self.shell is not None
        return self.shell.user_ns

    @no_var_expand
    @line_cell_magic
    def graph(self, line: str, cell: str | None = None) -> Graph | None:
        """Replaced below by the command's own help."""
        parsed = read_graph_line(line, cell)
        if parsed.has("help"):
            return _print(GRAPH)
        if not parsed.words:
            _list_graphs()
            return None
        return make_graph(parsed, self.namespace, self.bindings)

    @no_var_expand
    @line_cell_magic
    def predict(self, line: str, cell: str | None = None) -> pd.DataFrame | None:
        """Replaced below by the command's own help."""
        from kumo_magic.magic.predict_magic import answer_question, read_question

        parsed = parse_line(line, PREDICT)
        if parsed.has("help"):
            return _print(PREDICT)
        question = read_question(
            parsed,
            cell,
            defaults=Defaults(
                budget=self.budget, preset=self.preset, device=self.device, seed=self.seed, report=self.report
            ),
            namespace=self.namespace,
            bindings=self.bindings,
        )
        return answer_question(question, show=_show, assign=self.namespace.update)

    @no_var_expand
    @line_magic
    def runs(self, line: str) -> None:
        """Replaced below by the command's own help."""
        parsed = parse_line(line, RUNS)
        if parsed.has("help"):
            return _print(RUNS)
        return show_runs(parsed, _show)


KumoMagic.graph.__doc__ = GRAPH.help()
KumoMagic.predict.__doc__ = PREDICT.help()
KumoMagic.runs.__doc__ = RUNS.help()


def _show(html: str, text: str) -> None:
    display({"text/html": html, "text/plain": text}, raw=True)


def _print(command: Command) -> None:
    sys.stdout.write(command.help() + "\n")


def _list_graphs() -> None:
    from kumo_magic.graph import registry
    from kumo_magic.report.graph_list import graph_list

    shown = graph_list(registry.graphs())
    _show(shown.html, shown.text)
