"""A scorer tuned on what a target said (LLMLingua, Eq. 8), into the model store.

The paper's theta minimises, over N pairs of an instruction x and the target's response y, the mean of the
loss L(x, y; theta): the scorer's surprisal of the response. Of responses that are samples of the target, that
is the part of the divergence KL(target, scorer) which depends on the scorer.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, DataCollatorForSeq2Seq

from lingua_integrations.alignment.examples import examples
from lingua_integrations.alignment.loop import split, train
from lingua_integrations.alignment.pairs import Pair, Rejected
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.alignment.training import Trained, Training, saving
from lingua_integrations.core.optional import optional
from lingua_integrations.core.quiet import quiet_transformers
from lingua_integrations.core.store.resolve import ResolvedModel


@dataclass(frozen=True)
class Tuned(Trained):
    """A scorer that was tuned."""

    held_out: tuple[Pair, ...]  # the pairs that it did not learn from
    rejected: tuple[Rejected, ...]  # pairs that could not be used, by their place, counted from 1


def tune(training: Training, pairs: Sequence[Pair], *, progress: bool = True) -> Tuned:
    """Tune a causal language model on pairs, and keep it in the model store.

    Raises:
        InvalidRequest: the name is taken, or there are not enough pairs.
        MissingExtra: the recipe has low-rank updates, and peft is not installed.
        ModelError: the model cannot be had, or the disk is full.
    """
    source, recipe = training.begin(), training.recipe
    tokenizer: Any = AutoTokenizer.from_pretrained(source.folder, local_files_only=True)
    config: Any = AutoConfig.from_pretrained(source.folder, local_files_only=True)
    window = getattr(config.get_text_config(), "max_position_embeddings", None) or recipe.max_tokens
    usable, rejected = examples(pairs, tokenizer, min(recipe.max_tokens, window), recipe.template)
    learnt, held_out = split(usable, recipe, key=lambda row: row[0].prompt)
    rows = ([row for _, row in learnt], [row for _, row in held_out])
    with quiet_transformers():
        model = loaded(source, recipe)
        collate = DataCollatorForSeq2Seq(_padding(tokenizer))
        curve = train(model, rows, collate, recipe, training.work, start=source.digest, progress=progress)
        plain = model.merge_and_unload() if recipe.lora_rank else model
        plain.config.use_cache = True
        what = f"{source.name}, aligned on {len(learnt)} responses"
        folder = training.keep(saving(plain, tokenizer), curve, what, recipe=asdict(recipe))
    held = tuple(pair for pair, _ in held_out)
    return Tuned(folder, curve, len(learnt), held, tuple(rejected))


def loaded(source: ResolvedModel, recipe: Recipe) -> Any:
    """The model in memory, with low-rank updates if the recipe has them; a copy of its own."""
    model: Any = AutoModelForCausalLM.from_pretrained(
        source.folder, dtype=torch.float32, use_safetensors=True, local_files_only=True
    )
    model.config.use_cache = False
    if recipe.lora_rank is None:
        return model
    peft, rank = optional("peft", "peft", "align"), recipe.lora_rank
    updates = {"r": rank, "lora_alpha": 2 * rank, "target_modules": "all-linear", "task_type": "CAUSAL_LM"}
    return peft.get_peft_model(model, peft.LoraConfig(**updates))


def _padding(tokenizer: Any) -> Any:
    """A copy of the tokenizer with something to pad with; padding is neither learnt nor seen."""
    copy = deepcopy(tokenizer)
    if copy.pad_token is None:
        copy.pad_token = copy.eos_token or copy.bos_token or copy.convert_ids_to_tokens(0)
    return copy
