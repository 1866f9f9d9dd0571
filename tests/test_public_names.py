import inspect
import subprocess
import sys

import pytest

import kumo_magic as km
from kumo_magic.trained_model import Model

OF_FIT = [
    *("labels", "val_start", "test_start", "step", "at", "params"),
    *("budget", "preset", "learners", "network", "schedule", "device", "seed"),
]


def test_every_public_name_can_be_imported() -> None:
    for name in km.__all__:
        assert getattr(km, name) is not None


def test_public_functions_stay_functions_once_their_rooms_are_loaded() -> None:
    assert km.parse("PREDICT users.age FOR EACH users.user_id") is not None

    assert all(callable(getattr(km, name)) for name in ("parse", "bind", "labels", "fit", "predict", "runs", "graphs"))


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(km, "forecast")


def test_importing_the_package_loads_neither_torch_nor_pandas() -> None:
    code = "import sys, kumo_magic; sys.exit(bool({'torch', 'pandas', 'numba', 'ibis'} & set(sys.modules)))"

    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0


def test_the_public_list_and_the_homes_agree() -> None:
    assert set(km.__all__) == {*km._HOMES, "__version__"}


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (km.parse, ["text"]),
        (km.bind, ["text", "graph", "params"]),
        (km.labels, ["text", "graph", "anchor_times", "val_start", "test_start", "step", "at", "params"]),
        (km.fit, ["text", "graph", *OF_FIT]),
        (km.predict, ["text", "graph", *OF_FIT, "top"]),
        (km.batches, ["text", "graph", "split", "hops", "fan_out"]),
        (km.load, ["path", "graph"]),
        (Model.predict, ["self", "rows", "at", "frozen_at", "top"]),
        (Model.evaluate, ["self", "split"]),
        (Model.explain, ["self", "row"]),
        (Model.embeddings, ["self", "rows"]),
        (Model.save, ["self", "path"]),
        (km.Graph.from_data, ["name", "infer"]),
    ],
)
def test_a_public_function_takes_the_arguments_of_the_contract(function: object, names: list[str]) -> None:
    parameters = inspect.signature(function).parameters  # pyright: ignore[reportArgumentType]  # all can be called

    assert set(names) <= set(parameters)


def test_arguments_that_are_left_out_mean_what_the_contract_says() -> None:
    defaults = {name: found.default for name, found in inspect.signature(km.fit).parameters.items()}

    assert (defaults["budget"], defaults["preset"], defaults["device"]) == ("2min", "balanced", "auto")
    assert defaults["seed"] == 0
    assert all(defaults[name] is None for name in OF_FIT if name not in ("budget", "preset", "device", "seed"))
    assert inspect.signature(Model.evaluate).parameters["split"].default == "test"
    of_batches = inspect.signature(km.batches).parameters
    assert [of_batches[name].default for name in ("split", "hops", "fan_out")] == ["train", 2, 16]
