"""The line of a `%%predict` cell → a checked request. Everything is settled here, before any work."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kumo_magic.errors import OptionError
from kumo_magic.magic.held import is_model, is_run
from kumo_magic.magic.options import Command, Line, Option, nearest
from kumo_magic.magic.tables import columns_named, time_columns
from kumo_magic.progress.budget import parse_budget

if TYPE_CHECKING:
    from kumo_magic.learners.schedule import Schedule
    from kumo_magic.prediction import Prediction
    from kumo_magic.trained_model import Model

REPORTS = ("full", "short", "none")
DEVICES = ("auto", "cpu", "cuda")
LEARNERS = ("baseline", "trees", "linear", "network")
PRESETS = ("fast", "balanced", "best")
_OF_LEARNING = (
    "budget",
    "preset",
    "seed",
    "step",
    "learners",
    "network",
    "device",
    "like",
    "labels",
    "plan",
    "exclude-seen",
    "keep-seen",
    "time",
    "known",
    "keep",
)

PREDICT = Command(
    usage=(
        "%%predict [GRAPH] [options]",
        "PREDICT COUNT(orders.*, 0, 30, days) = 0",
        "FOR EACH users.user_id",
        "",
        "%predict [GRAPH] [options] PREDICT ...",
    ),
    words=(
        "Answer a predictive query: learn from the graph's past, return a DataFrame.\n"
        "With one graph registered its name may be left out. A final ; hides the frame.\n"
        "Values written :name come from the notebook's variables."
    ),
    options=(
        Option(name="as", value="NAME", words="also assign the frame to a variable"),
        Option(name="run", value="NAME", words="assign the run (scores, labels, schedule) to a variable"),
        Option(name="at", value="DATE", words="predict as if it were that day: nothing later is read"),
        Option(name="budget", value="TIME", words="wall-clock time to the frame: 90s, 2min, 1h"),
        Option(
            name="time",
            value="TABLE.COLUMN",
            words="when a row happened, for this run (TABLE=none for none)",
            is_repeatable=True,
        ),
        Option(
            name="known",
            value="TABLE.COLUMN",
            words="a date known when its row is written: days ahead count",
            is_repeatable=True,
        ),
        Option(
            name="keep",
            value="TABLE.COLUMN",
            words="read a date although it is overwritten until today",
            is_repeatable=True,
        ),
        Option(name="preset", value="PRESET", words="how widely to search: fast, balanced or best"),
        Option(name="seed", value="N", words="of every random choice"),
        Option(name="step", value="LENGTH", words='distance between anchor times: "30 days"'),
        Option(name="top", value="K", words="how many items of a ranking"),
        Option(name="exclude-seen", words="of a ranking: leave out items of an entity's own past"),
        Option(name="keep-seen", words="of a ranking: keep them; else what the past shows decides"),
        Option(name="threshold", value="HOW", words="what counts as true: 0.3, f1, top:500 or cost:MISS:FALSE_ALARM"),
        Option(name="learners", value="NAMES", words="of baseline,trees,linear,network; baselines are always scored"),
        Option(
            name="network",
            value="NAME",
            words="your class or function that makes a torch module, trained as well",
        ),
        Option(name="device", value="DEVICE", words="auto, cpu or cuda"),
        Option(name="like", value="RUN", words="repeat the schedule of a run, by number or variable"),
        Option(name="model", value="MODEL", words="ask a trained model: a run's number, a variable, or a saved folder"),
        Option(name="labels", words="stop after the labels and return the label table"),
        Option(name="plan", words="only show what will be asked, in plain words and SQL"),
        Option(name="report", value="HOW", words="full, short or none"),
    ),
    query_word="PREDICT",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where the line says nothing."""

    budget: str = "2min"
    preset: str = "balanced"
    device: str = "auto"
    seed: int = 0
    report: str = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictRequest:
    """A `%%predict` line of usable options; `step`, `top` and `threshold` are still to be held against the plan."""

    graph_name: str | None
    frame_name: str | None
    run_name: str | None
    at: str | None
    times: Mapping[str, str | None]
    known: tuple[tuple[str, str], ...]
    keep: tuple[tuple[str, str], ...]
    budget: str
    budget_seconds: float
    preset: str
    seed: int
    step: str | None
    top: int | None
    threshold: str | None
    exclude_seen: bool | None
    learners: tuple[str, ...] | None
    network: Callable[..., Any] | None
    device: str
    schedule: Schedule | None
    model: Model | Path | None  # or the folder that it is saved in
    only: str  # "labels", "plan" or "" for the whole run
    report: str


def read_request(line: Line, *, defaults: Defaults, namespace: Mapping[str, object]) -> PredictRequest:
    """The request of a line.

    Args:
        line: The parsed line.
        defaults: For what it leaves out.
        namespace: The notebook's variables, for `--like NAME` and `--model NAME`.

    Raises:
        OptionError: An option cannot be used.
    """
    if len(line.words) > 1:
        raise OptionError(
            f"{line.words[1]!r} is one word too many: before the query there is the graph's name, and options begin "
            "with --."
        )
    only = [name for name in ("labels", "plan") if line.has(name)]
    if len(only) == 2:
        raise OptionError("--labels and --plan exclude each other.")
    frame_name, run_name = _name(line, "as"), _name(line, "run")
    if frame_name is not None and frame_name == run_name:
        raise OptionError(f"--as and --run both name {frame_name!r}. Give the run another name.")
    if run_name is not None and only:
        raise OptionError(f"--{only[0]} makes no run that --run could name.")
    if frame_name is not None and only == ["plan"]:
        raise OptionError("--plan computes no frame that --as could name.")
    for name in _OF_LEARNING if line.has("model") else ():
        if line.has(name):
            raise OptionError(f"--model learns nothing, so --{name} has no say. Leave out one of the two.")
    budget = line.get("budget") or defaults.budget
    seed = _whole("seed", line.get("seed"), least=0)
    return PredictRequest(
        graph_name=line.words[0] if line.words else None,
        frame_name=frame_name,
        run_name=run_name,
        at=_date(line.get("at")),
        times=time_columns(line),
        known=columns_named(line, "known"),
        keep=columns_named(line, "keep"),
        budget=budget,
        budget_seconds=parse_budget(budget),
        preset=_choice("preset", line.get("preset") or defaults.preset, PRESETS),
        seed=defaults.seed if seed is None else seed,
        step=line.get("step"),
        top=_whole("top", line.get("top"), least=1),
        threshold=line.get("threshold"),
        exclude_seen=_exclude_seen(line),
        learners=_learners(line.get("learners")),
        network=_network(line.get("network"), namespace),
        device=_choice("device", line.get("device") or defaults.device, DEVICES),
        schedule=_schedule(line.get("like"), namespace),
        model=_model(line.get("model"), namespace),
        only=only[0] if only else "",
        report=_choice("report", line.get("report") or defaults.report, REPORTS),
    )


def _name(line: Line, option: str) -> str | None:
    name = line.get(option)
    if name is None:
        return None
    if not name.isidentifier() or keyword.iskeyword(name):
        raise OptionError(f"--{option} {name}: {name!r} is no name that a variable can have.")
    return name


def _exclude_seen(line: Line) -> bool | None:
    """What the line says of items of an entity's own past; None for nothing."""
    leaves_out, keeps = line.has("exclude-seen"), line.has("keep-seen")
    if leaves_out and keeps:
        raise OptionError("--exclude-seen and --keep-seen exclude each other.")
    return leaves_out if leaves_out or keeps else None


def _whole(option: str, written: str | None, *, least: int) -> int | None:
    if written is None:
        return None
    if not written.isdecimal() or int(written) < least:
        raise OptionError(f"--{option} {written}: give a whole number of at least {least}.")
    return int(written)


def _learners(written: str | None) -> tuple[str, ...] | None:
    """The names between the commas, each once; None for all of them."""
    if written is None:
        return None
    names = [name for name in (part.strip().lower() for part in written.split(",")) if name]
    return tuple(dict.fromkeys(_choice("learners", name, LEARNERS) for name in names or [written]))


def _network(written: str | None, namespace: Mapping[str, object]) -> Callable[..., Any] | None:
    """The notebook's class or function of that name."""
    if written is None:
        return None
    factory = namespace.get(written)
    if not callable(factory):
        raise OptionError(f"--network {written}: {written!r} is no class or function of this notebook.")
    return factory


def _choice(option: str, written: str, choices: tuple[str, ...]) -> str:
    if written not in choices:
        listed = f"{', '.join(choices[:-1])} or {choices[-1]}"
        raise OptionError(f"--{option} {written}: choose {listed}.{nearest(written, choices)}")
    return written


def _date(written: str | None) -> str | None:
    if written is None:
        return None
    from kumo_magic.labelling.asked_time import moment_us  # the one place that says what a date is

    moment_us(written, "--at")
    return written


def _schedule(written: str | None, namespace: Mapping[str, object]) -> Schedule | None:
    """The schedule of a run that is named by its number or by a variable."""
    if written is None:
        return None
    if written.isdecimal():
        return _numbered_run("like", written).schedule
    schedule = getattr(namespace.get(written), "schedule", None)
    if schedule is None:
        raise OptionError(f"--like {written}: {written!r} is neither a run's number nor a variable that holds a run.")
    return schedule


def _model(written: str | None, namespace: Mapping[str, object]) -> Model | Path | None:
    """The model that a run's number or a variable names, or the folder of a saved one."""
    if written is None:
        return None
    held = namespace.get(written)
    if is_run(held):
        return held.model
    if is_model(held):
        return held
    if written.isdecimal():
        return _numbered_run("model", written).model
    folder = Path(written).expanduser()
    if folder.is_dir():
        return folder
    raise OptionError(
        f"--model {written}: {written!r} is neither a run's number, nor a variable that holds a run or a model, nor "
        "the folder of a saved model."
    )


def _numbered_run(option: str, written: str) -> Prediction:
    from kumo_magic.session import runs

    known = runs()
    if int(written) in known:
        return known[int(written)]
    listed = ", ".join(map(str, known)) or "none yet"
    raise OptionError(f"--{option} {written}: there is no run {written}. Runs kept: {listed}.")
