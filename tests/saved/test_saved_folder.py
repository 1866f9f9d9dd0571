"""The folder of a saved model: plain files, written whole or not at all, refused where anything changed."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import kumo_magic as km
from kumo_magic.saved import folder as folder_module
from kumo_magic.trained_model import Model

Frames = dict[str, pd.DataFrame]


def test_the_folder_holds_plain_files_and_no_pickle(folder: Path) -> None:
    files = list(folder.iterdir())

    assert {file.suffix for file in files} == {".json", ".parquet", ".safetensors", ".txt"}
    assert not [file for file in files if file.read_bytes().startswith((b"\x80", b"PK"))]
    document = json.loads((folder / "model.json").read_text())
    assert document["query"].splitlines()[0] == "PREDICT COUNT(orders.*, 0, 20, days) = :few"
    assert (document["params"], document["seed"]) == ({"few": 0}, 3)
    assert set(document["files"]) == {file.name for file in files} - {"model.json"}


def flip_a_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def edit_document(folder: Path, **changes: object) -> None:
    place = folder / "model.json"
    place.write_text(json.dumps({**json.loads(place.read_text()), **changes}))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda folder: flip_a_byte(folder / "network_0.safetensors"), "network_0.safetensors is damaged"),
        (lambda folder: flip_a_byte(folder / "labels.parquet"), "labels.parquet is damaged"),
        (lambda folder: (folder / "trees_0_0.txt").unlink(), "trees_0_0.txt of the saved model is missing"),
        (lambda folder: edit_document(folder, seed=4), "model.json was changed since it was saved"),
        (lambda folder: edit_document(folder, format_version=99), "is saved in format 99"),
        (lambda folder: edit_document(folder, format="other"), "is no saved model"),
        (lambda folder: (folder / "model.json").write_text("[1"), "it is no JSON"),
        (lambda folder: (folder / "model.json").unlink(), "There is no saved model at"),
    ],
)
def test_a_damaged_folder_is_refused_with_the_name_of_the_file(
    damage: Callable[[Path], object], says: str, folder: Path, frames: Frames, as_graph: Callable[..., km.Graph]
) -> None:
    damage(folder)

    with pytest.raises(km.ModelFormatError, match=says):
        km.load(folder, as_graph(frames))


@pytest.mark.parametrize(
    ("change", "declared", "says"),
    [
        (lambda t: t.pop("items"), {"links": [("orders", "user_id", "users")], "keys": None}, "reads a table 'items'"),
        (lambda t: t.update(more=t["items"]), {}, "a table 'more' that the model does not know"),
        (lambda t: t["orders"].pop("amount"), {}, "'orders' has no column 'amount'"),
        (lambda t: t["users"].insert(1, "size", range(30)), {}, "users.size is a column that the model does not know"),
        (lambda _: None, {"links": [("orders", "user_id", "users")]}, "orders.item_id"),
        (lambda _: None, {"times": {"users": "joined"}}, "'orders': the model learned with the time column date"),
        (lambda _: None, {"stypes": {("users", "tier"): "text"}}, "users.tier was categorical"),
        (lambda t: t.update(users=t["users"].iloc[1:]), {}, "'users' has no row with user_id = 'u0'"),
        (lambda t: t.update(users=t["users"].iloc[:, [0, 2, 1, 3]]), {}, "columns of 'users' are in another order"),
    ],
)
def test_another_graph_is_refused_with_the_name_of_the_table_or_column(
    change: Callable[[Frames], object],
    declared: dict[str, object],
    says: str,
    kept: Path,
    frames: Frames,
    as_graph: Callable[..., km.Graph],
) -> None:
    tables = {name: frame.copy() for name, frame in frames.items()}
    change(tables)
    if declared.get("keys", "") is None:
        declared = {**declared, "keys": {"users": "user_id", "orders": "order_id"}}
    graph = as_graph(tables, **declared)

    with pytest.raises(km.ModelFormatError, match=says):
        km.load(kept, graph)


def test_an_existing_folder_is_replaced_only_when_asked_and_only_by_a_model(
    churn: Model, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")

    with pytest.raises(km.OptionError, match="say overwrite=True"):
        churn.save(folder)
    with pytest.raises(km.OptionError, match="is no saved model: it is not replaced"):
        churn.save(tmp_path / "mine", overwrite=True)
    churn.save(folder, overwrite=True)

    assert sorted(place.name for place in tmp_path.iterdir()) == ["churn", "mine"]
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "dear"


@pytest.mark.parametrize("step", ["fsync", "rename"])
def test_a_save_that_is_interrupted_leaves_the_former_model(
    step: str,
    churn: Model,
    folder: Path,
    frames: Frames,
    monkeypatch: pytest.MonkeyPatch,
    as_graph: Callable[..., km.Graph],
) -> None:
    calls = []

    def interrupted(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments)

    owner = Path if step == "rename" else folder_module.os
    real = getattr(owner, step)
    monkeypatch.setattr(owner, step, interrupted)
    with pytest.raises(KeyboardInterrupt):
        churn.save(folder, overwrite=True)
    monkeypatch.undo()

    assert [place.name for place in folder.parent.iterdir()] == ["churn"]
    assert len(km.load(folder, as_graph(frames)).predict()) == len(churn.predict())


def test_a_load_after_a_kill_between_two_renames_names_the_folder_that_is_left(
    folder: Path, frames: Frames, as_graph: Callable[..., km.Graph]
) -> None:
    left = folder.rename(folder.with_name(".churn.1f.old"))

    with pytest.raises(km.ModelFormatError, match=f"the former model is at {left}: rename it"):
        km.load(folder, as_graph(frames))
