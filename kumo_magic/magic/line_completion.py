"""The line of a magic up to the cursor → options, their values, and names. Knows no queries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kumo_magic.magic.held import is_model, is_run
from kumo_magic.magic.options import Command
from kumo_magic.magic.proposals import Proposals, beginning_like
from kumo_magic.magic.request import DEVICES, PREDICT, PRESETS, REPORTS
from kumo_magic.magic.runs_magic import RUNS
from kumo_magic.magic.tables import GRAPH, frames_of, is_frame
from kumo_magic.session import runs

_VALUES = {
    "device": DEVICES,
    "preset": PRESETS,
    "report": REPORTS,
    "threshold": ("f1", "0.5", "top:100", "cost:5:1"),
    "learners": ("trees,linear,network", "trees", "linear", "network"),
    "budget": ("30s", "60s", "2min", "5min"),
    "step": ('"7 days"', '"30 days"', '"1 month"'),
}
_EXCLUSIVE = {"labels": "plan", "plan": "labels"}


def in_line(line: str, command: Command, graph_names: Iterable[str], namespace: Mapping[str, object]) -> Proposals:
    """Proposals at the end of ``line``, which begins behind the magic's name."""
    fragment = re.findall(r"\S*$", line)[0]
    words = line[: len(line) - len(fragment)].split()
    name, sign, begun = fragment.removeprefix("--").partition("=")
    if fragment.startswith("--") and sign and command.option(name) is not None:
        return beginning_like(begun, _option_values(name, begun, words, namespace), "value")
    if fragment.startswith("-"):
        return beginning_like(fragment, _options(command, words), "option")
    last = words[-1].removeprefix("--") if words and words[-1].startswith("--") else ""
    option = command.option(last)
    if option is not None and option.value:
        return beginning_like(fragment, _option_values(last, fragment, words, namespace), "value")
    if command is RUNS:
        return beginning_like(fragment, [str(number) for number in runs() if str(number) not in words], "run")
    plain = _plain_words(command, words)
    if not plain:
        query = [command.query_word] if command.query_word else []
        names = beginning_like(fragment, graph_names, "graph")
        starts = beginning_like(fragment, [word.lower() if fragment.islower() else word for word in query], "keyword")
        return Proposals(fragment=fragment, found=(*names.found, *starts.found))
    if command is PREDICT:
        start = PREDICT.query_word.lower() if fragment.islower() else PREDICT.query_word
        return beginning_like(fragment, [start], "keyword")
    return beginning_like(fragment, [name for name in frames_of(namespace) if name not in plain], "table")


def _options(command: Command, words: list[str]) -> list[str]:
    """The options that may still be given."""
    given = {word.partition("=")[0].removeprefix("--") for word in words if word.startswith("--")}
    ruled_out = given | {_EXCLUSIVE[name] for name in given if name in _EXCLUSIVE}
    left = [option.name for option in command.options if option.is_repeatable or option.name not in ruled_out]
    return [f"--{name}" for name in (*left, "help")]


def _plain_words(command: Command, words: list[str]) -> list[str]:
    """The words that are neither options nor their values."""
    plain: list[str] = []
    is_value = False
    for word in words:
        option = command.option(word.removeprefix("--")) if word.startswith("--") else None
        if not is_value and not word.startswith("--"):
            plain.append(word)
        is_value = option is not None and bool(option.value)
    return plain


def _option_values(name: str, begun: str, words: list[str], namespace: Mapping[str, object]) -> list[str]:
    if name in ("like", "model"):
        return [*map(str, reversed(runs())), *_run_variables(namespace, are_models=name == "model")]
    if name not in ("key", "time", "end", "link", "unlink", "stype", "known", "keep"):
        return list(_VALUES.get(name, ()))
    tables = _tables(_plain_words(GRAPH, words)[1:], namespace)
    sign = "=" if name == "key" else "."
    places = [f"{table}{sign}{column}" for table, frame in tables.items() for column in frame.columns]
    if name not in ("link", "stype"):
        return places
    left, has_right, _ = begun.rpartition("=")
    if not has_right:
        return [f"{place}=" for place in places]
    return [f"{left}={right}" for right in (tables if name == "link" else _stypes())]


def _run_variables(namespace: Mapping[str, object], *, are_models: bool) -> list[str]:
    """Variables that hold a run, or also a model."""
    held = {name: value for name, value in namespace.items() if not name.startswith("_")}
    return [name for name, value in held.items() if is_run(value) or (are_models and is_model(value))]


def _tables(words: list[str], namespace: Mapping[str, object]) -> dict[str, Any]:
    """The DataFrames among a graph's tables, by the table's name."""
    named = {word.partition("=")[0]: word.rpartition("=")[2] for word in words}
    return {table: namespace[source] for table, source in named.items() if is_frame(namespace.get(source))}


def _stypes() -> list[str]:
    from kumo_magic.graph.stype import Stype  # the room of graphs loads pandas

    return [str(stype) for stype in Stype]
