import subprocess
import sys

PROBE = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "kumo_magic")
print(*(name for name in ("torch", "pandas", "ipywidgets") if name in sys.modules))
"""


def test_loading_loads_nothing_heavy() -> None:
    probe = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)

    assert probe.stdout.split() == []


def test_unloading_takes_everything_away_and_puts_back_what_was_there(one_shell) -> None:
    one_shell.register_magic_function(lambda line: f"mine {line}", "line", "runs")
    one_shell.find_line_magic("load_ext")  # IPython itself adds the magics of extensions when first asked for them
    magics = one_shell.magics_manager.magics
    before = {kind: set(names) for kind, names in magics.items()}
    configurables, matchers = len(one_shell.configurables), list(one_shell.Completer.custom_matchers)

    one_shell.run_line_magic("load_ext", "kumo_magic")
    assert {"graph", "predict"} <= set(magics["cell"])
    one_shell.run_line_magic("unload_ext", "kumo_magic")

    assert {kind: set(names) for kind, names in magics.items()} == before
    assert one_shell.run_line_magic("runs", "x") == "mine x"
    assert len(one_shell.configurables) == configurables
    assert one_shell.Completer.custom_matchers == matchers
    del magics["line"]["runs"]


def test_loading_again_after_unloading_works(one_shell) -> None:
    for _ in range(2):
        one_shell.run_line_magic("load_ext", "kumo_magic")
        assert "predict" in one_shell.magics_manager.magics["cell"]
        one_shell.run_line_magic("unload_ext", "kumo_magic")


def test_the_question_mark_shows_the_options(shell) -> None:
    assert "--budget TIME" in shell.object_inspect("%predict")["docstring"]
