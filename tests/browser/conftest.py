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

import pytest
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

    def url(self, notebook: str) -> str:
        return f"{self.address}/lab/tree/{notebook}?token={self.token}&reset"


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
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--expose-app-in-browser", "--ServerApp.ip=127.0.0.1"),
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
