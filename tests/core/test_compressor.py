"""What a compressor is, as a value: its parts, its copies, and what it refuses."""

from __future__ import annotations

import copy
import pickle
import threading

import numpy as np
import pytest
from safetensors.torch import load_file, save_file

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.errors import InvalidRequest, ModelDamaged, UnsupportedModel

DOCUMENTS = [
    "Emma is by Jane Austen. It came in 1815. It rained a lot.",
    "Ulysses is by James Joyce. It is long.",
]
QUESTION = "Who wrote Emma?"


class Locked:
    """A user's ranker that cannot be copied."""

    def __init__(self):
        self.lock = threading.Lock()

    def rank(self, question, texts):
        return np.arange(len(texts), dtype=float)


def test_copies_share_what_the_caller_gave():
    """A deep copy does not copy a ranker, which may hold a client or a model."""
    compressor = PromptCompressor(config="extractive", ranker=Locked())
    again = copy.deepcopy(compressor)
    ask = {"question": QUESTION, "rate": 0.5}
    assert again.compress(DOCUMENTS, **ask) == compressor.compress(DOCUMENTS, **ask)


def test_a_model_in_memory_survives_a_pickle(tiny_model, tiny_tokenizer):
    """With what makes it ready to run made anew on the other side."""
    compressor = PromptCompressor(CausalLM.from_objects(tiny_model, tiny_tokenizer, name="tiny"), "llmlingua")
    again = pickle.loads(pickle.dumps(compressor))
    assert again.compress(DOCUMENTS, rate=0.5).texts == compressor.compress(DOCUMENTS, rate=0.5).texts


def test_a_filter_settles_its_scorer_too():
    """By the question, and by salience without one: no words are pruned, and no causal model is asked."""
    config = CompressionConfig(scorer="tail", filter=CompressionConfig(ranker="bm25"), filter_factor=1.2)
    for question in (QUESTION, None):
        result = PromptCompressor(config=config).compress(DOCUMENTS, question=question, rate=0.5)
        assert result.model is None
        assert all(text.endswith(".") for text in result.texts)


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("encoder", "llmlingua2"),
        ("encoder", "rag"),
        ("encoder", "hybrid"),
        ("classifier", "extractive"),
        ("cross-encoder", "extractive-fusion"),
    ],
)
def test_a_model_of_another_kind_is_refused(tiny_encoders, kind, method):
    """Rather than run with a head of random weights."""
    with pytest.raises(InvalidRequest, match="of the kind"):
        PromptCompressor.from_pretrained(tiny_encoders[kind], method)


def test_a_model_without_the_weights_of_its_head_is_refused(tiny_encoders):
    with pytest.raises(UnsupportedModel, match="another kind of model"):
        _ = CausalLM(tiny_encoders["encoder"]).loaded


def test_with_config_is_checked_as_well(tiny_encoders):
    compressor = PromptCompressor.from_pretrained(tiny_encoders["encoder"], "extractive")
    with pytest.raises(InvalidRequest, match="of the kind"):
        compressor.with_config("rag")


def test_the_model_of_a_method_with_a_filter_is_the_methods_own(tiny_encoders, monkeypatch):
    """The filter of hybrid keeps its default embeddings."""
    compressor = PromptCompressor.from_pretrained("owner/causal", "hybrid")
    own = compressor._models.for_filter(METHODS["hybrid"].config)
    assert (own.model, compressor._models.token_scorer()._request.name) == (None, "owner/causal")


def test_other_weights_under_the_same_name_are_loaded_anew(tiny_encoders, tmp_path):
    """The vectors are those of the files as they are now, and so is the digest."""
    import shutil

    folder = shutil.copytree(tiny_encoders["encoder"], tmp_path / "model")
    before = SentenceEncoder(str(folder))
    vectors, name = before.encode(["the cat"]), before.name
    weights = {key: 2 * value for key, value in load_file(folder / "model.safetensors").items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    after = SentenceEncoder(str(folder))
    assert after.name != name
    assert not np.allclose(after.encode(["the cat"]), vectors)
    assert before.name == after.name


def test_a_folder_without_weights_is_damaged(tiny_encoders, tmp_path):
    import shutil

    folder = shutil.copytree(tiny_encoders["encoder"], tmp_path / "model")
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelDamaged, match="no weights in safetensors"):
        SentenceEncoder(str(folder)).encode(["a cat"])


def test_reprs_tell_compressors_apart():
    """A cache of an ingestion pipeline finds texts again by them."""
    make = PromptCompressor.from_pretrained
    made = [
        make("owner/one", "rag", ranker=BM25Ranker()),
        make("owner/two", "rag", ranker=BM25Ranker()),
        make("owner/two", "rag", device="cpu"),
        make("owner/two", "rag"),
        PromptCompressor(CausalLM("owner/two", look_back=64), "rag"),
        PromptCompressor(CausalLM("owner/two"), "rag"),
    ]
    assert len({repr(one) for one in made}) == len(made)


def test_a_blank_question_is_none(tiny_compressor):
    """Also where contexts are ranked by it."""
    compressor = tiny_compressor("rag")
    asked = [compressor.compress(DOCUMENTS, question=question, rate=0.4) for question in (None, "", " \n")]
    assert asked[0].texts == asked[1].texts == asked[2].texts
