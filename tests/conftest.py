"""Shared fixtures: a tiny random model for the laws, the real one for what only real weights can show."""

from __future__ import annotations

import json
import os
import random
import shutil

import numpy as np
import pytest
from hypothesis import settings
from safetensors.numpy import save_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from tokenizers.processors import TemplateProcessing
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    set_seed,
)

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.methods import configuration
from lingua_integrations.core.models import loading
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.prune.rankers.cross_encoder import CrossEncoderRanker
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.rankers.fusion import FusionRanker
from lingua_integrations.core.prune.rankers.late_interaction import LateInteractionRanker
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier

# No deadline: the first call of many a test loads something. Derandomised: CI and laptop see the same texts.
settings.register_profile(
    "laws", max_examples=int(os.environ.get("EXAMPLES", "30")), deadline=None, derandomize=True
)
settings.load_profile("laws")

_WORDS = "the cat sat on a mat and ran 1969 3.14 don't a.org/b?c=d 漢字 在 年 用 Python 🎉 שלום ; , .".split()


@pytest.fixture(scope="session")
def tiny_tokenizer():
    """A byte-level BPE tokenizer of 600 tokens, so that characters fall into several of them."""
    rng = random.Random(0)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((" ".join(rng.choices(_WORDS, k=12)) for _ in range(400)), trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>")


@pytest.fixture(scope="session")
def tiny_model(tiny_tokenizer):
    """A random Llama of two layers with a window of 512 tokens."""
    set_seed(0)
    config = LlamaConfig(
        vocab_size=len(tiny_tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        bos_token_id=tiny_tokenizer.bos_token_id,
        initializer_range=0.3,
    )
    return LlamaForCausalLM(config).eval()


@pytest.fixture(scope="session")
def target(tmp_path_factory, tiny_tokenizer, tiny_model):
    """A folder with a tiny target model and its tokenizer."""
    folder = tmp_path_factory.mktemp("target") / "target"
    tiny_model.save_pretrained(folder)
    tiny_tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="session")
def tiny_scorer(tiny_model, tiny_tokenizer):
    """The two together: a real scorer, whose scores mean nothing."""
    return CausalLM.from_objects(tiny_model, tiny_tokenizer, name="tiny")


@pytest.fixture(scope="session")
def o200k():
    """Counts tokens of the default target encoding."""
    return as_counter("o200k_base").count


@pytest.fixture(scope="session")
def tiny_encoders(tmp_path_factory, tiny_tokenizer):
    """Folders of random BERTs with a window of 64 tokens: encoder, classifier, cross-encoder, pruner."""
    backend = Tokenizer.from_str(tiny_tokenizer.backend_tokenizer.to_str())
    backend.add_special_tokens(["[CLS]", "[SEP]", "[PAD]"])
    ids = [(token, backend.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    backend.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ids
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        model_max_length=64,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        pad_token_id=tokenizer.pad_token_id,
        initializer_range=0.5,
    )
    folders = {}
    for kind, labels in (
        (BertModel, 0),
        (BertForTokenClassification, 2),
        (BertForSequenceClassification, 1),
    ):
        set_seed(0)
        config.num_labels = labels or 2
        folders[kind] = tmp_path_factory.mktemp("tiny") / kind.__name__
        kind(config).eval().save_pretrained(folders[kind])
        tokenizer.save_pretrained(folders[kind])
    pruner = shutil.copytree(folders[BertForTokenClassification], tmp_path_factory.mktemp("tiny") / "pruner")
    described = json.loads((pruner / "config.json").read_text())
    described["auto_map"] = {"AutoModel": "modeling.Highlighter"}  # as Verbatim RAG's
    (pruner / "config.json").write_text(json.dumps(described))
    return {
        "pruner": str(pruner),
        "encoder": str(folders[BertModel]),
        "classifier": str(folders[BertForTokenClassification]),
        "cross-encoder": str(folders[BertForSequenceClassification]),
    }


@pytest.fixture(scope="session")
def tiny_interaction(tmp_path_factory):
    """A file of random weights for late interaction over the tiny encoder."""
    random = np.random.default_rng(0)
    shapes = {"text": (8, 64), "text_bias": (8,), "question": (8, 64), "question_bias": (8,)}
    shapes |= {"token_weights": (2, 64), "mix": (4,)}
    weights = {name: random.normal(size=shape).astype(np.float16) for name, shape in shapes.items()}
    file = tmp_path_factory.mktemp("tiny") / "late-interaction.safetensors"
    save_file(weights, file, metadata={"layers": "[1, 2]"})
    return file


@pytest.fixture(scope="session")
def tiny_compressor(tiny_scorer, tiny_encoders, tiny_interaction):
    """Makes a compressor of any configuration or method, with tiny random models in it."""
    rankers = {
        "embedding": EmbeddingRanker(tiny_encoders["encoder"]),
        "fusion": FusionRanker(EmbeddingRanker(tiny_encoders["encoder"])),
        "cross-encoder": CrossEncoderRanker(tiny_encoders["cross-encoder"]),
        "late-interaction": LateInteractionRanker(tiny_encoders["encoder"], weights=tiny_interaction),
    }
    classifiers = {
        "classifier": TokenClassifier(tiny_encoders["classifier"]),
        "pruner": TokenClassifier(tiny_encoders["pruner"], unit_score=None),
    }

    def make(config: CompressionConfig | str, **more) -> PromptCompressor:
        config = configuration(config)
        steps = [config, config.filter or config]
        scorer = classifiers.get(config.scorer, tiny_scorer)
        ranker = next((rankers[step.ranker] for step in steps if step.ranker in rankers), None)
        ranks = any(step.ranks or step.scorer in ("relevance", "auto") for step in steps)
        reads = any(step.causal or step.scorer in classifiers for step in steps)
        return PromptCompressor(scorer if reads else None, config, ranker=ranker if ranks else None, **more)

    return make


@pytest.fixture
def loads(monkeypatch):
    """Names of the models that were loaded, one for each time; none is in memory at the beginning."""
    loading.unload()
    names = []
    load = loading._loaded
    monkeypatch.setattr(
        loading, "_loaded", lambda request, *more: names.append(request.name) or load(request, *more)
    )
    yield names
    loading.unload()
