"""Folders as the hub has them, with tiny random weights."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from tokenizers.processors import TemplateProcessing
from torch import nn
from transformers import (
    DebertaV2Config,
    DebertaV2ForSequenceClassification,
    ModernBertConfig,
    ModernBertForSequenceClassification,
    ModernBertForTokenClassification,
    ModernBertModel,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3Model,
    XLMRobertaConfig,
    XLMRobertaModel,
    set_seed,
)

_WORDS = (
    "who wrote Emma the novel came out in 1815 its author was Jane Austen it rained cost $ 5 def .".split()
)
_SPECIAL = ["[CLS]", "[PAD]", "[SEP]", "[UNK]", "[LINE_SEP]", "yes", "no", "Yes", "No"]
WIDTH = 32


@cache
def tokenizer(window: int = 512) -> PreTrainedTokenizerFast:
    """A byte-level BPE tokenizer with BERT's special tokens; a pair is ``[CLS] a [SEP] b [SEP]``."""
    rng = random.Random(0)
    backend = Tokenizer(models.BPE(unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=_SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator((" ".join(rng.choices(_WORDS, k=12)) for _ in range(300)), trainer)
    backend.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 2)]
    )
    names = {"cls": "[CLS]", "pad": "[PAD]", "sep": "[SEP]", "unk": "[UNK]"}
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        model_max_length=window,
        model_input_names=["input_ids", "attention_mask"],
        **{f"{name}_token": token for name, token in names.items()},
    )


def write(folder: Path, config: dict, tensors: dict, window: int = 512) -> str:
    """A folder with these tensors."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer(window).save_pretrained(folder)
    (folder / "config.json").write_text(json.dumps(config))
    whole = {key: one.detach().clone().contiguous() for key, one in tensors.items()}
    save_file(whole, folder / "model.safetensors", metadata={"format": "pt"})
    return str(folder)


def prefixed(prefix: str, module: nn.Module) -> dict:
    """A module's tensors under a prefix."""
    return {f"{prefix}{key}": one for key, one in module.state_dict().items()}


def _seeded(make):
    set_seed(3)
    return make().eval()


def linear(width: int, out: int) -> nn.Linear:
    """A layer whose outputs are far apart."""
    layer = nn.Linear(width, out)
    nn.init.normal_(layer.weight, std=0.5)
    nn.init.normal_(layer.bias, std=0.5)
    return layer.eval()


def modern(**more) -> ModernBertConfig:
    """A ModernBERT of three layers, one of them with attention over all tokens."""
    return ModernBertConfig(
        vocab_size=len(tokenizer()),
        hidden_size=WIDTH,
        intermediate_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        max_position_embeddings=512,
        pad_token_id=1,
        cls_token_id=0,
        sep_token_id=2,
        bos_token_id=0,
        eos_token_id=2,
        initializer_range=0.4,
        initializer_cutoff_factor=2.0,
        **more,
    )


def modern_reranker() -> ModernBertForSequenceClassification:
    """One label."""
    return _seeded(lambda: ModernBertForSequenceClassification(modern(num_labels=1)))


def modern_labeller(labels: int) -> ModernBertForTokenClassification:
    """A token classifier."""
    return _seeded(lambda: ModernBertForTokenClassification(modern(num_labels=labels)))


def modern_encoder() -> ModernBertModel:
    """Without a head."""
    return _seeded(lambda: ModernBertModel(modern()))


def deberta_reranker() -> DebertaV2ForSequenceClassification:
    """Two labels, of which the first ranks."""
    config = DebertaV2Config(
        vocab_size=len(tokenizer()),
        hidden_size=WIDTH,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=512,
        relative_attention=True,
        position_buckets=16,
        pos_att_type=["p2c", "c2p"],
        type_vocab_size=0,
        pooler_hidden_size=WIDTH,
        pad_token_id=1,
        num_labels=2,
        initializer_range=0.4,
    )
    return _seeded(lambda: DebertaV2ForSequenceClassification(config))


def roberta_encoder() -> XLMRobertaModel:
    """With a pooler."""
    config = XLMRobertaConfig(
        vocab_size=len(tokenizer()),
        hidden_size=WIDTH,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=514,
        type_vocab_size=1,
        pad_token_id=1,
        initializer_range=0.4,
    )
    return _seeded(lambda: XLMRobertaModel(config))


def qwen3(**more) -> Qwen3Config:
    """Four layers, sizes as in a file that has no configuration of its backbone."""
    return Qwen3Config(
        vocab_size=len(tokenizer()),
        hidden_size=16,
        head_dim=8,
        intermediate_size=24,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=40_960,
        rope_theta=1_000_000.0,
        tie_word_embeddings=True,
        initializer_range=0.4,
        **more,
    )


def qwen3_body() -> Qwen3Model:
    """Without lm_head."""
    return _seeded(lambda: Qwen3Model(qwen3()))


def ids_of(text: str) -> list[int]:
    """Token ids without special tokens."""
    return tokenizer()(text, add_special_tokens=False).input_ids


def row(*parts: int | list[int]) -> torch.Tensor:
    """Token ids as a batch of one."""
    flat = [one for part in parts for one in (part if isinstance(part, list) else [part])]
    return torch.tensor([flat])
