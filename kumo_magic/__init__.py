"""Ask predictive questions of linked tables. `%load_ext kumo_magic`, or `import kumo_magic as km`.

The names below are the public surface; each is imported on first use, so that loading the extension stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kumo_magic import datasets as datasets
    from kumo_magic.embeddings import map_2d as map_2d
    from kumo_magic.errors import DataError as DataError
    from kumo_magic.errors import GraphError as GraphError
    from kumo_magic.errors import JoinError as JoinError
    from kumo_magic.errors import KumoMagicError as KumoMagicError
    from kumo_magic.errors import ModelFormatError as ModelFormatError
    from kumo_magic.errors import OptionError as OptionError
    from kumo_magic.errors import QueryClauseError as QueryClauseError
    from kumo_magic.errors import QueryError as QueryError
    from kumo_magic.errors import QuerySyntaxError as QuerySyntaxError
    from kumo_magic.errors import QueryTypeError as QueryTypeError
    from kumo_magic.errors import TooFewLabelsError as TooFewLabelsError
    from kumo_magic.errors import UnknownNameError as UnknownNameError
    from kumo_magic.errors import WindowError as WindowError
    from kumo_magic.graph import Graph as Graph
    from kumo_magic.graph import graphs as graphs
    from kumo_magic.magic import load_ipython_extension as load_ipython_extension
    from kumo_magic.magic import unload_ipython_extension as unload_ipython_extension
    from kumo_magic.pipeline import batches as batches
    from kumo_magic.pipeline import fit as fit
    from kumo_magic.pipeline import predict as predict
    from kumo_magic.query import parse as parse
    from kumo_magic.question import bind as bind
    from kumo_magic.question import labels as labels
    from kumo_magic.session import runs as runs
    from kumo_magic.trained_model import load as load

__version__ = "0.1.0"

_HOMES = {
    "datasets": "kumo_magic.datasets",
    "parse": "kumo_magic.query",
    "bind": "kumo_magic.question",
    "labels": "kumo_magic.question",
    "fit": "kumo_magic.pipeline",
    "predict": "kumo_magic.pipeline",
    "batches": "kumo_magic.pipeline",
    "load": "kumo_magic.trained_model",
    "map_2d": "kumo_magic.embeddings",
    "runs": "kumo_magic.session",
    "Graph": "kumo_magic.graph",
    "graphs": "kumo_magic.graph",
    "load_ipython_extension": "kumo_magic.magic",
    "unload_ipython_extension": "kumo_magic.magic",
    "KumoMagicError": "kumo_magic.errors",
    "QueryError": "kumo_magic.errors",
    "QuerySyntaxError": "kumo_magic.errors",
    "UnknownNameError": "kumo_magic.errors",
    "QueryTypeError": "kumo_magic.errors",
    "QueryClauseError": "kumo_magic.errors",
    "WindowError": "kumo_magic.errors",
    "JoinError": "kumo_magic.errors",
    "GraphError": "kumo_magic.errors",
    "DataError": "kumo_magic.errors",
    "TooFewLabelsError": "kumo_magic.errors",
    "OptionError": "kumo_magic.errors",
    "ModelFormatError": "kumo_magic.errors",
}
__all__ = [  # noqa: RUF022 - grouped by room, as above
    "datasets",
    "parse",
    "bind",
    "labels",
    "fit",
    "predict",
    "batches",
    "load",
    "map_2d",
    "runs",
    "Graph",
    "graphs",
    "load_ipython_extension",
    "unload_ipython_extension",
    "KumoMagicError",
    "QueryError",
    "QuerySyntaxError",
    "UnknownNameError",
    "QueryTypeError",
    "QueryClauseError",
    "WindowError",
    "JoinError",
    "GraphError",
    "DataError",
    "TooFewLabelsError",
    "OptionError",
    "ModelFormatError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Import a public name from its home on first use (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kumo_magic' has no attribute {name!r}")
    home = import_module(_HOMES[name])
    return home if _HOMES[name] == f"kumo_magic.{name}" and not hasattr(home, name) else getattr(home, name)


def __dir__() -> list[str]:
    return sorted(__all__)
