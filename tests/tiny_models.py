"""Tiny random models, in memory and in folders: real networks, whose scores mean nothing."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import numpy as np
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

_WORDS = "the cat sat on a mat and ran 1969 3.14 don't a.org/b?c=d 漢字 在 年 用 Python 🎉 שלום ; , .".split()


def tokenizer_of_words() -> PreTrainedTokenizerFast:
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


def causal_model(tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """A Llama of two layers with a window of 512 tokens."""
    set_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        bos_token_id=tokenizer.bos_token_id,
        initializer_range=0.3,
    )
    return LlamaForCausalLM(config).eval()


def encoder_folders(folder: Path, tokenizer: PreTrainedTokenizerFast) -> dict[str, str]:
    """Folders of BERTs with a window of 64 tokens: encoder, classifier, cross-encoder, pruner."""
    backend = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
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
    folders = {
        name: _bert(kind, labels, folder / kind.__name__, tokenizer)
        for name, kind, labels in (
            ("encoder", BertModel, 2),
            ("classifier", BertForTokenClassification, 2),
            ("cross-encoder", BertForSequenceClassification, 1),
        )
    }
    pruner = shutil.copytree(folders["classifier"], folder / "pruner")
    described = json.loads((pruner / "config.json").read_text())
    described["auto_map"] = {"AutoModel": "modeling.Highlighter"}  # as Verbatim RAG's
    (pruner / "config.json").write_text(json.dumps(described))
    return {"pruner": str(pruner), **folders}


def _bert(kind: type, labels: int, folder: Path, tokenizer: PreTrainedTokenizerFast) -> str:
    set_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        pad_token_id=tokenizer.pad_token_id,
        initializer_range=0.5,
        num_labels=labels,
    )
    kind(config).eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def interaction_weights(file: Path) -> Path:
    """A file of weights for late interaction over the tiny encoder."""
    drawn = np.random.default_rng(0)
    shapes = {"text": (8, 64), "text_bias": (8,), "question": (8, 64), "question_bias": (8,)}
    shapes |= {"token_weights": (2, 64), "mix": (4,)}
    weights = {name: drawn.normal(size=shape).astype(np.float16) for name, shape in shapes.items()}
    save_file(weights, file, metadata={"layers": "[1, 2]"})
    return file
