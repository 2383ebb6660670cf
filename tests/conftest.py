"""Shared fixtures: a tiny random model for the laws, the real one for what only real weights can show."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

import tiny_models
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


@pytest.fixture(scope="session")
def tiny_tokenizer():
    """A byte-level BPE tokenizer of 600 tokens, so that characters fall into several of them."""
    return tiny_models.tokenizer_of_words()


@pytest.fixture(scope="session")
def tiny_model(tiny_tokenizer):
    """A random Llama of two layers with a window of 512 tokens."""
    return tiny_models.causal_model(tiny_tokenizer)


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
    return tiny_models.encoder_folders(tmp_path_factory.mktemp("tiny"), tiny_tokenizer)


@pytest.fixture(scope="session")
def tiny_interaction(tmp_path_factory):
    """A file of random weights for late interaction over the tiny encoder."""
    return tiny_models.interaction_weights(tmp_path_factory.mktemp("tiny") / "late-interaction.safetensors")


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
