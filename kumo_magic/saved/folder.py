"""Files in memory ↔ a folder with a checksum of each, written whole or not at all. Knows nothing of models."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from kumo_magic.errors import ModelFormatError, OptionError

DOCUMENT = "model.json"
FORMAT = "kumo-magic model"
VERSION = 3
_AGAIN = "Save the model again, or take a whole copy of the folder."


def write_folder(
    path: str | os.PathLike[str], document: Mapping[str, object], files: Mapping[str, bytes], *, overwrite: bool
) -> Path:
    """The folder holds the document and the files, or is what it was before.

    All is written to a sibling first and then renamed; whatever goes wrong, an older model is still there.

    Args:
        path: The folder.
        document: What JSON can hold.
        files: By name.
        overwrite: Whether a saved model at the path may be replaced.

    Raises:
        OptionError: Something is at the path that may not be replaced, or the place cannot be written to.
    """
    target = Path(path).expanduser().resolve()
    _refuse_to_replace(target, overwrite=overwrite)
    fresh = target.with_name(f".{target.name}.{uuid.uuid4().hex}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.mkdir()
        for name, content in {**files, DOCUMENT: _signed(document, files)}.items():
            _write(fresh / name, content)
        _swap_in(fresh, target)
    except OSError as error:
        raise OptionError(f"The model cannot be written to {target}: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def read_folder(path: str | os.PathLike[str]) -> tuple[dict[str, object], dict[str, bytes]]:
    """The document and the files of a folder, every one as it was written.

    Raises:
        ModelFormatError: There is no saved model, it is of another version, or a file is missing or changed.
    """
    target = Path(path).expanduser().resolve()
    document = _read_document(target)
    if document.get("format") != FORMAT or not isinstance(document.get("format_version"), int):
        raise ModelFormatError(f"{target / DOCUMENT} is no saved model of kumo_magic.")
    if document["format_version"] != VERSION:
        raise ModelFormatError(
            f"{target}: the model is saved in format {document['format_version']} (kumo_magic "
            f"{document.get('kumo_magic_version', 'unknown')}), and this version reads format {VERSION}. "
            "Load it with that version, or fit and save it again with this one."
        )
    listed = document.get("files")
    if document.pop("checksum", None) != _checksum(_text(document)) or not isinstance(listed, dict):
        raise ModelFormatError(f"{target / DOCUMENT} was changed since it was saved. {_AGAIN}")
    files: dict[str, bytes] = {}
    for name, checksum in listed.items():
        place = target / Path(str(name)).name
        try:
            files[name] = place.read_bytes()
        except OSError:
            raise ModelFormatError(f"The file {name} of the saved model is missing in {target}. {_AGAIN}") from None
        if _checksum(files[name]) != checksum:
            raise ModelFormatError(f"{place} is damaged or was changed since it was saved. {_AGAIN}")
    return document, files


def _refuse_to_replace(target: Path, *, overwrite: bool) -> None:
    if not target.exists():
        return
    if not (target / DOCUMENT).is_file():
        raise OptionError(f"{target} exists and is no saved model: it is not replaced. Choose another path.")
    if not overwrite:
        raise OptionError(f"{target} holds a saved model. Choose another path, or say overwrite=True.")


def _swap_in(fresh: Path, target: Path) -> None:
    """The fresh folder has the target's name; one that was there is deleted last."""
    if not target.exists():
        fresh.rename(target)
        return
    former = target.with_name(f".{target.name}.{uuid.uuid4().hex}.old")
    target.rename(former)
    try:
        fresh.rename(target)
    except BaseException:
        former.rename(target)
        raise
    shutil.rmtree(former, ignore_errors=True)


def _write(place: Path, content: bytes) -> None:
    with place.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _read_document(target: Path) -> dict[str, object]:
    try:
        document = json.loads((target / DOCUMENT).read_bytes())
    except OSError:
        left = sorted(target.parent.glob(f".{target.name}.*.old")) if target.parent.is_dir() else []
        hint = f" Saving was interrupted, and the former model is at {left[-1]}: rename it." if left else ""
        raise ModelFormatError(f"There is no saved model at {target}: it has no {DOCUMENT}.{hint}") from None
    except ValueError:
        raise ModelFormatError(f"{target / DOCUMENT} is damaged: it is no JSON. {_AGAIN}") from None
    if not isinstance(document, dict):
        raise ModelFormatError(f"{target / DOCUMENT} is no saved model of kumo_magic.")
    return document


def _signed(document: Mapping[str, object], files: Mapping[str, bytes]) -> bytes:
    """The document with the checksum of every file, and of itself."""
    whole = {
        "format": FORMAT,
        "format_version": VERSION,
        **document,
        "files": {name: _checksum(content) for name, content in files.items()},
    }
    return _text({**whole, "checksum": _checksum(_text(whole))})


def _text(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
