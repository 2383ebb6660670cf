"""The 4-bit file of multilingual-e5-small: what is written in it is what transformers loads."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from transformers import AutoModel, AutoTokenizer

from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.store.packed_e5 import _OF_EMBEDDINGS, _OF_LAYER, convert_e5
from lingua_integrations.errors import ModelDamaged

HIDDEN, INNER, POSITIONS = 32, 64, 16
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁cat", "▁sat", "s", "a", "t", "c", "▁query", "▁passage", ":"]
WORDS = 32  # rows of the word embeddings: more than pieces, as in the original


def packed_file(path, cut=None):
    """A file in the form of the original, of one layer, and the numbers in it."""
    rng = np.random.default_rng(0)
    shapes = {
        "emb.word": (WORDS, HIDDEN),
        "emb.pos": (POSITIONS, HIDDEN),
        "emb.type": (2, HIDDEN),
        "emb.ln.w": (HIDDEN,),
        "emb.ln.b": (HIDDEN,),
    }
    for name in _OF_LAYER:
        inner = name.startswith("fi")
        shape = (INNER if inner else HIDDEN, INNER if name == "fo.w" else HIDDEN)
        shapes[f"l0.{name}"] = shape if name in ("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w") else shape[:1]
    blobs, values = {}, {}
    for name, shape in shapes.items():
        if name == "emb.word" or (name.endswith(".w") and len(shape) == 2):
            blobs[name], values[name] = quantised(rng, shape)
        else:
            values[name] = rng.normal(size=shape).astype("<f4")
            blobs[name] = values[name].tobytes()
    texts = [piece.encode() for piece in PIECES]
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 2, INNER, WORDS, POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, texts)))
    head += np.cumsum([0, *map(len, texts)]).astype("<u4").tobytes()
    head += np.linspace(-1, -3, len(PIECES)).astype("<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 0, 0) + struct.pack("<i", len(blobs))
    at = len(head) + sum(2 + len(name) + struct.calcsize("<BIQQ") for name in blobs)
    for name, blob in blobs.items():
        head += struct.pack("<H", len(name)) + name.encode()
        packed = len(blob) < 4 * values[name].size
        head += struct.pack("<BIQQ", packed, values[name].size, at, len(blob))
        at += len(blob)
    path.write_bytes((head + b"".join(blobs.values()))[:cut])
    return values


def quantised(rng, shape):
    """A matrix in blocks of 32 numbers of 4 bits, written down apart from the code that reads it."""
    numbers = rng.integers(0, 16, size=(np.prod(shape) // 32, 32))
    scales = rng.uniform(0.01, 0.1, size=len(numbers)).astype("<f2")
    blob = b""
    for scale, block in zip(scales, numbers.tolist(), strict=True):
        pairs = zip(block[:16], block[16:], strict=True)
        blob += scale.tobytes() + bytes(low | high << 4 for low, high in pairs)
    return blob, ((numbers - 8.0) * scales[:, None].astype(float)).reshape(shape)


@pytest.fixture
def folder(tmp_path):
    values = packed_file(tmp_path / "small.e5")
    return convert_e5(tmp_path / "small.e5", tmp_path / "model"), values


def test_the_numbers_are_those_of_the_file(folder):
    path, values = folder
    state = AutoModel.from_pretrained(path).state_dict()
    names = dict(_OF_EMBEDDINGS) | {
        f"l0.{ours}": f"encoder.layer.0.{name}" for ours, name in _OF_LAYER.items()
    }
    assert set(values) == set(names)
    for ours, name in names.items():
        np.testing.assert_allclose(state[name].numpy(), values[ours], rtol=1e-3, atol=1e-4)


def test_the_tokenizer_reads_as_the_original_does(folder):
    tokenizer = AutoTokenizer.from_pretrained(folder[0])
    assert tokenizer.is_fast
    for text in ("cat sat", "cat\u200b\n sat\x07", "ｃａｔ　sat"):
        assert tokenizer.convert_ids_to_tokens(tokenizer(text).input_ids) == ["<s>", "▁cat", "▁sat", "</s>"]
    assert tokenizer("cat", "sat").input_ids == [0, 5, 2, 2, 6, 2]


def test_questions_and_texts_have_their_prompts(folder):
    encoder = SentenceEncoder(str(folder[0]))
    np.testing.assert_allclose(encoder.encode_query(["cat"]), encoder.encode(["query: cat"]))
    np.testing.assert_allclose(encoder.encode_document(["cat"]), encoder.encode(["passage: cat"]))


@pytest.mark.parametrize("cut", [0, 3, 40, 200, 900, 3000])
def test_a_file_that_is_cut_short_is_damaged(tmp_path, cut):
    packed_file(tmp_path / "small.e5", cut)
    with pytest.raises(ModelDamaged, match=r"small\.e5 is no packed E5 model"):
        convert_e5(tmp_path / "small.e5", tmp_path / "model")


@pytest.mark.model
def test_other_languages_are_read_by_it():
    """The default reads a text in one language by a question in another."""
    from lingua_integrations import PromptCompressor

    texts = [
        "Die Brücke wurde 1902 gebaut, und sie ist aus Stahl. Der Fluss ist nicht tief.",
        "Es hat geregnet.",
    ]
    result = PromptCompressor().compress(texts, question="How old is the bridge?", target_tokens=22)
    assert result.texts == [texts[0].split(" Der")[0]]
    assert result.model.startswith("multilingual-e5-small@")
