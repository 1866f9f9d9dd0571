"""Scores of a ranking at each length of the list → curves, of the model and of every baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from kumo_magic.errors import OptionError
from kumo_magic.evaluation.palette import BASELINE, MODEL
from kumo_magic.learn.at_k import ALL

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from kumo_magic.evaluation.evaluation import Evaluation

METRICS = ("MAP", "NDCG", "recall", "hit rate")
_DASHES = ("--", ":", "-.", (0, (5, 1)), (0, (1, 1)))


def draw_at_k(evaluation: Evaluation, figure: Figure) -> None:
    """A panel per metric."""
    if evaluation.list_lengths is None:
        raise OptionError("This model was saved before scores at k were kept. Fit it again to see them.")
    found = evaluation.list_lengths[ALL]
    baselines = [name for name, kind in evaluation.kinds.items() if kind == "baseline"]
    figure.set_size_inches(7.6, 6.0)
    for panel, (axes, metric) in enumerate(zip(figure.subplots(2, 2).ravel(), METRICS, strict=True)):
        hidden = "_" if panel else ""  # one legend is enough
        for dash, name in zip(_DASHES, baselines, strict=False):
            axes.plot(found.ks, found.scores[name][metric], color=BASELINE, linestyle=dash, label=f"{hidden}{name}")
        values = found.scores[evaluation.model][metric]
        axes.plot(found.ks, values, color=MODEL, marker="o", ms=3, label=f"{hidden}{evaluation.model}")
        axes.set(xlabel="k", ylabel=f"{metric} at k", ylim=(0, None))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
