import subprocess
import sys

import kumo_magic as km


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
