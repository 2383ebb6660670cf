"""Shared fixtures: a tiny random model for the laws, the real one for what only real weights can show."""

from __future__ import annotations

import random

import pytest
from hypothesis import settings
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast, set_seed

from lingua_integrations.core.counting import as_counter
from lingua_integrations.core.scorers.causal_lm import CausalLM

# No deadline: the first call of many a test loads something. Derandomised: CI and laptop see the same texts.
settings.register_profile("laws", max_examples=150, deadline=None, derandomize=True)
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
def tiny_scorer(tiny_model, tiny_tokenizer):
    """The two together: a real scorer, whose scores mean nothing."""
    return CausalLM.from_objects(tiny_model, tiny_tokenizer, name="tiny")


@pytest.fixture(scope="session")
def o200k():
    """Counts tokens of the default target encoding."""
    return as_counter("o200k_base").count
