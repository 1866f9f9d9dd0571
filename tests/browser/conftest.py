"""A real JupyterLab in folders of its own, and a page of a real Chromium that looks at it."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Page, expect, sync_playwright

_SECONDS_TO_START = 120
_PATIENCE_MS = 90_000
_QUIET = (
    *("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
expect.set_options(timeout=_PATIENCE_MS)


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: its address, its token, the folder it shows."""

    address: str
    token: str
    folder: Path

    def write(self, name: str, *cells: str) -> None:
        """A notebook of code cells."""
        notebook = new_notebook(
            cells=[new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        nbformat.write(notebook, self.folder / name)

    def open(self, page: Page, name: str, *, app: str = "lab/tree") -> None:
        """The notebook is shown and has a kernel; ``app`` is "notebooks" for Notebook 7."""
        page.goto(f"{self.address}/{app}/{name}?token={self.token}&reset")
        expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible()
        # The command needs a kernel; starting to run does not wait for the cells to end.
        page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel")

    @staticmethod
    def run_all(page: Page) -> None:
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")

    @staticmethod
    def save(page: Page) -> None:
        page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    @staticmethod
    def set_theme(page: Page, theme: str) -> None:
        page.evaluate(f"() => window.jupyterapp.commands.execute('apputils:change-theme', {{theme: '{theme}'}})")
        page.wait_for_function(f"() => document.body.dataset.jpThemeName === '{theme}'")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    root = tmp_path_factory.mktemp("lab")
    folder = root / "notebooks"
    folder.mkdir()
    names = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    own = {f"JUPYTER_{name}": str(root / name.lower()) for name in names}
    own |= {f"JUPYTERLAB_{name}": str(root / name.lower()) for name in ("SETTINGS_DIR", "WORKSPACES_DIR")}
    config = Path(own["JUPYTER_CONFIG_DIR"])
    (config / "labconfig").mkdir(parents=True)
    news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (config / "labconfig" / "page_config.json").write_text(json.dumps(news))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser"),
        *("--JupyterNotebookApp.expose_app_in_browser=True", "--ServerApp.ip=127.0.0.1"),
        *(f"--port={port}", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"),
        *(["--allow-root"] if os.getuid() == 0 else []),
    ]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | own | {"PATH": path, "IPYTHONDIR": str(root / "ipython")}
    with (root / "log.txt").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/api/status?token={token}", server, root / "log.txt")
            yield Lab(address=address, token=token, folder=folder)
        finally:
            server.terminate()
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


@pytest.fixture
def page() -> Iterator[Page]:
    executable = os.environ.get("CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_QUIET))
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 2600})
            page.set_default_timeout(_PATIENCE_MS)
            yield page
        finally:
            browser.close()


def _wait_for(url: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.3)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()}")
