"""Folders of models that are broken, or made to harm: refused by our errors, and never executed."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import struct
import time
from pathlib import Path

import pytest
import torch

from lingua_integrations import LinguaError
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.encoder import SentenceEncoder

pytestmark = pytest.mark.filterwarnings("ignore")
TIME_LIMIT = 10.0  # seconds for any of them


class Payload:
    """Unpickled, it leaves a file behind."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch {self.mark}",)


@pytest.fixture(scope="session")
def causal_folder(tmp_path_factory, tiny_model, tiny_tokenizer):
    """A tiny causal model on disk."""
    folder = tmp_path_factory.mktemp("causal") / "model"
    tiny_model.save_pretrained(folder)
    tiny_tokenizer.save_pretrained(folder)
    return folder


def change(file: str, **changes: object):
    """Entries of a file of JSON, changed; None removes one."""

    def apply(folder: Path, mark: Path) -> None:
        data = json.loads((folder / file).read_text())
        data.update(changes)
        data = {name: value for name, value in data.items() if value is not None}
        (folder / file).write_text(json.dumps(data))

    return apply


def write(file: str, content: str | bytes):
    """A file with another content."""

    def apply(folder: Path, mark: Path) -> None:
        (folder / file).unlink(missing_ok=True)
        (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)

    return apply


def remove(*files: str):
    def apply(folder: Path, mark: Path) -> None:
        for file in files:
            (folder / file).unlink()

    return apply


def pickled(file: str, *, index: str | None = None, keep: bool = False):
    """A pickle that runs code, as weights, or as what an index calls safetensors."""

    def apply(folder: Path, mark: Path) -> None:
        (folder / file).write_bytes(pickle.dumps({"a": Payload(mark)}))
        if index is not None:
            (folder / index).write_text(
                json.dumps({"metadata": {}, "weight_map": {"model.norm.weight": file}})
            )
        if not keep:
            (folder / "model.safetensors").unlink(missing_ok=True)

    return apply


def torch_saved(file: str, index: str | None = None):
    def apply(folder: Path, mark: Path) -> None:
        torch.save({"a": Payload(mark)}, folder / file)
        if index is not None:
            (folder / index).write_text(json.dumps({"weight_map": {"model.norm.weight": file}}))
        (folder / "model.safetensors").unlink()

    return apply


def bytes_of_weights(edit):
    def apply(folder: Path, mark: Path) -> None:
        file = folder / "model.safetensors"
        file.write_bytes(edit(file.read_bytes()))

    return apply


def header(edit):
    """Another header before the same weights."""

    def new(data: bytes) -> bytes:
        (length,) = struct.unpack("<Q", data[:8])
        entries = json.loads(data[8 : 8 + length])
        edit(entries)
        text = json.dumps(entries).encode()
        return struct.pack("<Q", len(text)) + text + data[8 + length :]

    return bytes_of_weights(new)


def code(file: str, config: str, **entry: object):
    """Code in the folder that an entry asks to run."""

    def apply(folder: Path, mark: Path) -> None:
        (folder / file).write_text(f"import os; os.system('touch {mark}')\nclass A: pass\n")
        change(config, **entry)(folder, mark)

    return apply


def tokenizer(edit):
    def apply(folder: Path, mark: Path) -> None:
        data = json.loads((folder / "tokenizer.json").read_text())
        edit(data)
        (folder / "tokenizer.json").write_text(json.dumps(data))

    return apply


def split(pattern: str):
    """A tokenizer that cuts by a regular expression."""
    step = {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False}
    return tokenizer(lambda data: data.update(pre_tokenizer=step))


def adapter(folder: Path, mark: Path) -> None:
    (folder / "adapter_config.json").write_text(
        json.dumps({"peft_type": "LORA", "base_model_name_or_path": "x/y"})
    )
    shutil.copy(folder / "model.safetensors", folder / "adapter_model.safetensors")


def first(entries: dict) -> dict:
    return next(value for name, value in entries.items() if name != "__metadata__")


INDEX = "model.safetensors.index.json"
HOSTILE = {
    "a pickle instead of weights": pickled("pytorch_model.bin"),
    "a pickle saved by torch": torch_saved("pytorch_model.bin"),
    "an index of pickles": pickled("weights.bin", index=INDEX),
    "an index of torch's pickles": torch_saved("weights.bin", index=INDEX),
    "a pickle called safetensors": pickled("model.safetensors", keep=True),
    "an index of a pickle called safetensors": pickled("a.safetensors", index=INDEX),
    "torch's index": pickled("a.bin", index="pytorch_model.bin.index.json"),
    "an index that leaves the folder": lambda folder, mark: (
        (folder / INDEX).write_text(json.dumps({"weight_map": {"a": "../model.safetensors"}})),
        remove("model.safetensors")(folder, mark),
    ),
    "an index with an absolute path": lambda folder, mark: (
        (folder / INDEX).write_text(json.dumps({"weight_map": {"a": "/etc/passwd.safetensors"}})),
        remove("model.safetensors")(folder, mark),
    ),
    "an index of nothing": lambda folder, mark: (
        write(INDEX, '{"weight_map": {}}')(folder, mark),
        remove("model.safetensors")(folder, mark),
    ),
    "an index of a list": lambda folder, mark: (
        write(INDEX, '{"weight_map": ["a"]}')(folder, mark),
        remove("model.safetensors")(folder, mark),
    ),
    "an index that is no JSON": lambda folder, mark: (
        write(INDEX, "{")(folder, mark),
        remove("model.safetensors")(folder, mark),
    ),
    "an index of files that are not there": lambda folder, mark: (
        write(INDEX, '{"weight_map": {"a": "b.safetensors"}}')(folder, mark),
        remove("model.safetensors")(folder, mark),
    ),
    "no weights": remove("model.safetensors"),
    "empty weights": write("model.safetensors", b""),
    "seven bytes of weights": write("model.safetensors", b"1234567"),
    "weights cut short": bytes_of_weights(lambda data: data[:-100]),
    "weights cut in the header": bytes_of_weights(lambda data: data[:50]),
    "a header without end": bytes_of_weights(lambda data: struct.pack("<Q", 1 << 62) + data[8:]),
    "a header of its own length": bytes_of_weights(lambda data: struct.pack("<Q", len(data) - 8) + data[8:]),
    "a header of a list": write("model.safetensors", struct.pack("<Q", 2) + b"[]"),
    "a header thousands deep": write("model.safetensors", struct.pack("<Q", 60_000) + b"[" * 60_000),
    "a header that is no text": write("model.safetensors", struct.pack("<Q", 4) + b"\xff\xfe\xfd\xfc"),
    "an unknown number type": header(lambda entries: first(entries).update(dtype="F3")),
    "a negative side": header(lambda entries: first(entries).update(shape=[-1, 32])),
    "an endless side": header(lambda entries: first(entries).update(shape=[1 << 60, 32])),
    "a side that is no number": header(lambda entries: first(entries).update(shape=["a"])),
    "offsets backwards": header(lambda entries: first(entries).update(data_offsets=[100, 0])),
    "offsets beyond the end": header(lambda entries: first(entries).update(data_offsets=[0, 1 << 40])),
    "a tensor that is null": header(lambda entries: entries.update(a=None)),
    "no tensors": header(lambda entries: entries.clear()),
    "no configuration": remove("config.json"),
    "an empty configuration": write("config.json", ""),
    "a configuration of a list": write("config.json", "[]"),
    "a configuration of null": write("config.json", "null"),
    "a configuration thousands deep": write("config.json", '{"a":' * 60_000 + "1" + "}" * 60_000),
    "a configuration that is no text": write("config.json", b"\xff\xfe\x00"),
    "no model type": change("config.json", model_type=None),
    "an unknown model type": change("config.json", model_type="evil"),
    "a model type that is a number": change("config.json", model_type=7),
    "a million layers": change("config.json", num_hidden_layers=10**6),
    "a billion layers": change("config.json", num_hidden_layers=10**9),
    "layers below zero": change("config.json", num_hidden_layers=-1),
    "layers that are a word": change("config.json", num_hidden_layers="many"),
    "endless width": change("config.json", hidden_size=10**9),
    "endless width inside": change("config.json", intermediate_size=10**12),
    "an endless vocabulary": change("config.json", vocab_size=10**10),
    "a vocabulary of one": change("config.json", vocab_size=1),
    "no heads": change("config.json", num_attention_heads=0),
    "a billion heads": change("config.json", num_attention_heads=10**9),
    "heads that do not divide": change("config.json", num_attention_heads=7),
    "no window": change("config.json", max_position_embeddings=0),
    "an unknown activation": change("config.json", hidden_act="evil"),
    "an unknown dtype": change("config.json", dtype="evil"),
    "a dtype that is a list": change("config.json", dtype=["float32"]),
    "an unknown quantisation": change("config.json", quantization_config={"quant_method": "evil"}),
    "quantised weights": change("config.json", quantization_config={"quant_method": "gptq", "bits": 4}),
    "attention from elsewhere": change("config.json", attn_implementation="evil/kernels"),
    "attention from elsewhere, inside": change("config.json", _attn_implementation={"": "evil/kernels"}),
    "weights under another name": change("config.json", transformers_weights="adapter_model.bin"),
    "weights outside": change("config.json", transformers_weights="../../etc/a.safetensors"),
    "code of its own": code(
        "evil.py",
        "config.json",
        model_type="evil",
        auto_map={"AutoConfig": "evil.A", "AutoModelForCausalLM": "evil.A"},
    ),
    "a tokenizer of its own": code(
        "evil.py",
        "tokenizer_config.json",
        tokenizer_class="Evil",
        auto_map={"AutoTokenizer": ["evil.A", "evil.A"]},
    ),
    "an adapter beside the weights": adapter,
    "no tokenizer": remove("tokenizer.json", "tokenizer_config.json"),
    "an empty tokenizer": write("tokenizer.json", ""),
    "a tokenizer of a list": write("tokenizer.json", "[]"),
    "a tokenizer without a model": tokenizer(lambda data: data.pop("model")),
    "a tokenizer of an unknown sort": tokenizer(lambda data: data["model"].update(type="evil")),
    "a tokenizer of another vocabulary": tokenizer(
        lambda data: data["model"]["vocab"].update(
            {name: n + 10**6 for name, n in data["model"]["vocab"].items()}
        )
    ),
    "a tokenizer without bytes": tokenizer(lambda data: data["model"].update(vocab={}, merges=[])),
    "a pattern that never ends": split(r"(a+)+$"),
    "another pattern that never ends": split(r"(?:a|a)*(?:a|aa)*$|(\s|\s)*$"),
    "a pattern that is none": split("("),
    "a tokenizer's configuration of a list": write("tokenizer_config.json", "[]"),
    "a window that is a word": change("tokenizer_config.json", model_max_length="long"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_folder_is_refused(causal_folder, tmp_path, name):
    """Within seconds, by an error of ours that names the folder; a few harm nobody, and work."""
    folder = Path(shutil.copytree(causal_folder, tmp_path / "model"))
    mark = tmp_path / "executed"
    HOSTILE[name](folder, mark)
    begin = time.perf_counter()
    try:
        scorer = CausalLM(str(folder))
        nats = scorer.surprisals([(scorer.encode("the cat").ids, scorer.encode(" sat on a mat").ids)])[0]
    except LinguaError as error:
        assert str(folder) in str(error) or "tiny" in str(error)
    else:
        assert (nats >= 0).all()
    assert time.perf_counter() - begin < TIME_LIMIT
    assert not mark.exists()


def test_an_honest_folder_works(causal_folder, tiny_scorer):
    ids = tiny_scorer.encode("the cat sat").ids
    (there,) = CausalLM(str(causal_folder), dtype="float32").surprisals([(ids[:1], ids[1:])])
    (here,) = tiny_scorer.surprisals([(ids[:1], ids[1:])])
    assert there == pytest.approx(here, abs=1e-4)


def test_an_encoder_with_parts_is_read(tiny_encoders):
    assert SentenceEncoder(tiny_encoders["encoder"]).encode(["the cat"]).shape == (1, 32)
