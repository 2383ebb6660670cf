"""Embedding models as their authors mean them: folders in sentence-transformers' layout, formulas by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from safetensors.torch import load_file, save_file
from transformers import AutoModel, AutoTokenizer

from lingua_integrations.core.models.embedding_recipe import pooled
from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.store.resolve import kind_of
from lingua_integrations.errors import InvalidRequest, UnknownModel, UnsupportedModel

TEXTS = ["the cat sat on the mat", "1969 3.14 Python", "a dog ran"]
OLD, NEW = "sentence_transformers.models.{}", "sentence_transformers.sentence_transformer.modules.x.{}"
BY_HAND = {
    "cls": lambda states: states[0],
    "mean": lambda states: states.mean(0),
    "max": lambda states: states.max(0).values,
    "mean_sqrt_len_tokens": lambda states: states.sum(0) / len(states) ** 0.5,
    "weightedmean": lambda states: (
        sum(i * one for i, one in enumerate(states, 1)) / sum(range(1, len(states) + 1))
    ),
    "lasttoken": lambda states: states[-1],
}
FLAGS = {
    "cls": "pooling_mode_cls_token",
    "mean": "pooling_mode_mean_tokens",
    "max": "pooling_mode_max_tokens",
    "mean_sqrt_len_tokens": "pooling_mode_mean_sqrt_len_tokens",
    "weightedmean": "pooling_mode_weightedmean_tokens",
    "lasttoken": "pooling_mode_lasttoken",
}


@pytest.fixture
def folder(tiny_encoders, tmp_path):
    """A bare encoder, to be described."""
    return shutil.copytree(tiny_encoders["encoder"], tmp_path / "model")


def write(file: Path, content):
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(content))


def describe(folder, *more, pooling, spelling=OLD, **told):
    """Write modules.json with a pooling and further modules, and what else is told."""
    modules = ["Transformer", "Pooling", *more]
    paths = ["", *(f"{i}_{name}" for i, name in enumerate(modules[1:], 1))]
    entries = [
        {"idx": i, "name": str(i), "path": path, "type": spelling.format(name)}
        for i, (name, path) in enumerate(zip(modules, paths, strict=True))
    ]
    write(folder / "modules.json", entries)
    write(folder / "1_Pooling" / "config.json", pooling)
    if told:
        write(folder / "config_sentence_transformers.json", told)
    return SentenceEncoder(str(folder), dtype="float32")


def states_of(folder, text):
    """Independently: the last hidden states of a text, special tokens included."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        return model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]


@pytest.mark.parametrize("mode", BY_HAND)
@pytest.mark.parametrize("newer", [False, True])
def test_pooling(folder, mode, newer):
    """Each mode, in the flags of old files and by the name in new ones."""
    pooling = {"pooling_mode": mode} if newer else {flag: name == mode for name, flag in FLAGS.items()}
    encoder = describe(folder, pooling=pooling, spelling=NEW if newer else OLD)
    expected = [BY_HAND[mode](states_of(folder, text)).numpy() for text in TEXTS]
    assert encoder.encode(TEXTS) == pytest.approx(np.array(expected), abs=1e-4)


def test_several_poolings_are_put_together(folder):
    """In the library's order, whatever the order in the file."""
    encoder = describe(folder, pooling={FLAGS["mean"]: True, FLAGS["cls"]: True})
    states = states_of(folder, TEXTS[0])
    expected = torch.cat([states[0], states.mean(0)]).numpy()
    assert encoder.encode(TEXTS[:1])[0] == pytest.approx(expected, abs=1e-4)


def test_prompts(folder):
    """The query's in front of questions, the passage's in front of texts; the default where there is none."""
    prompts = {"query": "the cat: ", "passage": "Python; "}
    encoder = describe(folder, pooling={"pooling_mode": "mean"}, prompts=prompts)
    found = encoder.encode_query(TEXTS[:1])[0], encoder.encode_document(TEXTS[:1])[0]
    for vector, prompt in zip(found, prompts.values(), strict=True):
        assert vector == pytest.approx(states_of(folder, prompt + TEXTS[0]).mean(0).numpy(), abs=1e-4)
    asked, vector = (one / np.linalg.norm(one) for one in found)
    assert EmbeddingRanker(str(folder), dtype="float32").rank(TEXTS[0], TEXTS[:1]) == pytest.approx(
        [asked @ vector]
    )


def test_prompts_that_the_files_do_not_name(folder):
    """As the caller gives them, whoever else asks the same model without."""
    plain = EmbeddingRanker(str(folder), dtype="float32")
    told = EmbeddingRanker(str(folder), dtype="float32", prompts=("the cat: ", "Python; "))
    before = plain.rank(TEXTS[0], TEXTS).tolist()
    pair = states_of(folder, "the cat: " + TEXTS[0]).mean(0), states_of(folder, "Python; " + TEXTS[1]).mean(0)
    expected = torch.cosine_similarity(*pair, dim=0).item()
    assert told.rank(TEXTS[0], TEXTS)[1] == pytest.approx(expected, abs=1e-4)
    assert plain.rank(TEXTS[0], TEXTS).tolist() == before
    with pytest.raises(InvalidRequest, match="prompts"):
        EmbeddingRanker(Library(), prompts=("a", "b"))


def test_the_default_prompt(folder):
    told = {"prompts": {"usual": "a mat "}, "default_prompt_name": "usual"}
    encoder = describe(folder, pooling={"pooling_mode": "cls"}, **told)
    expected = states_of(folder, "a mat " + TEXTS[0])[0].numpy()
    assert encoder.encode_query(TEXTS[:1])[0] == pytest.approx(expected, abs=1e-4)
    assert encoder.encode_document(TEXTS[:1])[0] == pytest.approx(expected, abs=1e-4)


def test_a_prompt_that_is_not_pooled(folder):
    """Of the mean only the text's own tokens and the last special one, as INSTRUCTOR has it."""
    pooling = {"pooling_mode": "mean", "include_prompt": False}
    encoder = describe(folder, pooling=pooling, prompts={"query": "the cat:"})
    ids = AutoTokenizer.from_pretrained(folder)("the cat:").input_ids
    expected = states_of(folder, "the cat:" + TEXTS[1])[len(ids) - 1 :].mean(0).numpy()
    assert encoder.encode_query(TEXTS[1:2])[0] == pytest.approx(expected, abs=1e-4)


def test_normalised_and_projected(folder):
    """Dense, then Normalize: tanh(W x + b), of length 1."""
    weight, bias = torch.randn(5, 32), torch.randn(5)
    write(folder / "2_Dense" / "config.json", {"activation_function": "torch.nn.modules.activation.Tanh"})
    save_file({"linear.weight": weight, "linear.bias": bias}, folder / "2_Dense" / "model.safetensors")
    encoder = describe(folder, "Dense", "Normalize", pooling={"pooling_mode": "cls"})
    vector = torch.tanh(weight @ states_of(folder, TEXTS[0])[0] + bias).numpy()
    assert encoder.encode(TEXTS[:1])[0] == pytest.approx(vector / np.linalg.norm(vector), abs=1e-4)


def test_a_model_that_compares_by_dot_product(folder):
    """Lengths count: so where the files say it, and in Contriever, which RECOMP began as."""
    describe(folder, pooling={"pooling_mode": "mean"}, similarity_fn_name="dot")
    ranker = EmbeddingRanker(str(folder), dtype="float32")
    vectors = [states_of(folder, text).mean(0).numpy() for text in TEXTS]
    assert ranker.rank(TEXTS[0], TEXTS) == pytest.approx([vectors[0] @ one for one in vectors], rel=1e-4)
    assert np.linalg.norm(ranker.vectors(TEXTS), axis=1) == pytest.approx(np.ones(3))
    for file in ("modules.json", "config_sentence_transformers.json"):
        (folder / file).unlink()
    config = json.loads((folder / "config.json").read_text())
    write(folder / "config.json", config | {"architectures": ["Contriever"]})
    assert kind_of(str(folder)) == "embedding"
    recomp = EmbeddingRanker(str(folder), dtype="float32")
    assert recomp.rank(TEXTS[0], TEXTS) == pytest.approx([vectors[0] @ one for one in vectors], rel=1e-4)


def test_long_texts_are_behind_their_prompt_in_every_window(folder):
    """The window is 64 tokens: two windows, weighted by their tokens."""
    encoder = describe(folder, pooling={"pooling_mode": "cls"}, prompts={"document": "a cat "})
    long = "the cat sat on the mat " * 20
    size = encoder.window - len(encoder.framed([])[0])
    lead, ids = encoder.ids_of("a cat "), encoder.ids_of("a cat " + long)
    rest = ids[size:]
    step = size - len(lead)
    rows = [ids[:size], *(lead + rest[i : i + step] for i in range(0, len(rest), step))]
    assert len(rows) > 2
    framed = [encoder.framed(one)[0] for one in rows]
    model = AutoModel.from_pretrained(folder).eval()
    with torch.inference_mode():
        firsts = [model(torch.tensor([one])).last_hidden_state[0, 0].numpy() for one in framed]
    expected = np.average(firsts, axis=0, weights=[len(one) for one in framed])
    assert encoder.encode_document([long])[0] == pytest.approx(expected, abs=1e-4)


def test_lower_case(folder):
    encoder = describe(folder, pooling={"pooling_mode": "mean"})
    write(folder / "sentence_bert_config.json", {"do_lower_case": True})
    assert encoder.encode(["Python"]) == pytest.approx(encoder.encode(["python"]))


@pytest.mark.parametrize(
    ("modules", "told", "why"),
    [
        (["Transformer", "WordWeights"], {}, "Transformer, WordWeights"),
        (["StaticEmbedding"], {}, "StaticEmbedding"),
        (["Transformer", "Pooling", "LSTM"], {}, "LSTM stands behind its pooling"),
        (["Transformer", "Pooling"], {"similarity_fn_name": "manhattan"}, "compared by 'manhattan'"),
        (["Transformer", "Pooling"], {"pooling": {"pooling_mode": "median"}}, "'median'"),
        (["Transformer", "Pooling"], {"spelling": "custom_st.{}"}, "code of its own"),
    ],
)
def test_what_is_not_known_is_refused(folder, modules, told, why):
    """With what it is, and with the library that may do it; before any weights are read."""
    spelling, pooling = told.pop("spelling", OLD), told.pop("pooling", {"pooling_mode": "mean"})
    entries = [
        {"path": "" if i == 0 else f"{i}_{name}", "type": spelling.format(name)}
        for i, name in enumerate(modules)
    ]
    write(folder / "modules.json", entries)
    write(folder / "1_Pooling" / "config.json", pooling)
    write(folder / "config_sentence_transformers.json", told)
    (folder / "model.safetensors").unlink()
    with pytest.raises(UnsupportedModel, match=why) as error:
        EmbeddingRanker(str(folder)).rank("a cat", TEXTS)
    assert "SentenceTransformer" in str(error.value)


def test_missing_pieces_are_refused(folder):
    """A pooling that is not there, a projection that is a pickle, weights of another model."""
    encoder = describe(folder, "Dense", pooling={"pooling_mode": "mean"})
    write(folder / "2_Dense" / "config.json", {"activation_function": "torch.nn.Identity"})
    with pytest.raises(UnsupportedModel, match="pickles are not read"):
        encoder.encode(TEXTS)
    encoder = describe(folder, pooling={"pooling_mode": "mean"})
    (folder / "1_Pooling" / "config.json").unlink()
    with pytest.raises(UnsupportedModel, match=r"config\.json is missing"):
        encoder.encode(TEXTS)
    (folder / "modules.json").unlink()
    tensors = {f"other.{key}": one for key, one in load_file(folder / "model.safetensors").items()}
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(UnsupportedModel, match="another kind of model"):
        encoder.encode(TEXTS)


def test_another_pooling_is_another_model(folder):
    """Its configuration is part of the digest, and is read anew."""
    encoder = describe(folder, pooling={"pooling_mode": "mean"})
    mean, name = encoder.encode(TEXTS), encoder.name
    again = describe(folder, pooling={"pooling_mode": "cls"})
    assert again.name != name
    assert not np.allclose(again.encode(TEXTS), mean)


class Library:
    """A model of the sentence-transformers library."""

    similarity_fn_name = "dot"

    def encode_query(self, texts):
        return np.array([[2.0, 0.0] for _ in texts])

    def encode_document(self, texts):
        return np.array([[float(len(text)), 1.0] for text in texts])

    def encode(self, texts):
        raise AssertionError("questions and texts are not alike")


def test_models_of_the_library():
    """Questions and texts each in their own way, compared as the model says."""
    assert EmbeddingRanker(Library()).rank("?", ["a", "abc"]).tolist() == [2.0, 6.0]
    other = Library()
    other.similarity_fn_name = "euclidean"
    with pytest.raises(UnsupportedModel, match="euclidean"):
        EmbeddingRanker(other).rank("?", ["a"])


@pytest.mark.parametrize("name", ["bge-reranker-base", "e5-large-v3-nobody", "jina-x"])
def test_no_other_kind_of_model_is_suggested(name):
    """H35: a reranker's name is no slip for a language model's."""
    with pytest.raises(UnknownModel) as error:
        EmbeddingRanker(name).rank("?", ["a"])
    assert "Did you mean" not in str(error.value)
    assert f"owner/{name}" in str(error.value)


@given(
    states=arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(1, 4)), elements=st.floats(-9, 9)),
    mode=st.sampled_from(list(BY_HAND)),
    skip=st.integers(0, 8),
)
def test_pooled(states, mode, skip):
    """What is skipped does not count, except where a weight is the place."""
    skip = min(skip, len(states) - 1)
    other = states.copy()
    other[:skip] += 1
    assert pooled(states, [mode], skip).tolist() == pooled(other, [mode], skip).tolist()
    if not skip:
        expected = BY_HAND[mode](torch.from_numpy(states)).numpy()
        assert pooled(states, [mode]) == pytest.approx(expected, abs=1e-9)
