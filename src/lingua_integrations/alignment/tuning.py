"""A scorer tuned on what a target said (LLMLingua, Eq. 8), into the model store.

The paper's theta minimises, over N pairs of an instruction x and the target's response y, the mean of the
loss L(x, y; theta): the scorer's surprisal of the response. Of responses that are samples of the target, that
is the part of the divergence KL(target, scorer) which depends on the scorer.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lingua_integrations.alignment.examples import examples
from lingua_integrations.alignment.pairs import Pair, Rejected
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.alignment.training import Curve, making, split, train
from lingua_integrations.core.quiet import quiet_transformers
from lingua_integrations.core.store import user_models as made
from lingua_integrations.core.store.resolve import ResolvedModel, resolve
from lingua_integrations.errors import MissingExtra


@dataclass(frozen=True)
class Tuned:
    """A scorer that was tuned.

    Attributes:
        name: what it is called everywhere.
        folder: where it is.
        curve: of the loss on the pairs that were held out.
        pairs: how many it learnt from.
        held_out: the pairs that it did not.
        rejected: pairs that could not be used, by their place, counted from 1.
    """

    name: str
    folder: Path
    curve: Curve
    pairs: int
    held_out: tuple[Pair, ...]
    rejected: tuple[Rejected, ...]


def tune(
    scorer: str,
    pairs: Sequence[Pair],
    out: str,
    work: Path,
    *,
    recipe: Recipe | None = None,
    replace: bool = False,
    progress: bool = True,
) -> Tuned:
    """Tune a causal language model on pairs, and keep it in the model store.

    Args:
        scorer: the model to begin with: a folder, one of our names, or a hub id. It is not changed.
        pairs: prompts, and what the target LLM said to them.
        out: what the new model will be called.
        work: folder for checkpoints; a run that was cut off goes on from there.
        recipe: how; by default `Recipe()`.
        replace: whether a model of that name may be replaced.
        progress: show bars on stderr.

    Raises:
        InvalidRequest: the name is taken, or there are not enough pairs.
        MissingExtra: the recipe has low-rank updates, and peft is not installed.
        ModelError: the model cannot be had, or the disk is full.
    """
    import transformers

    made.check_name(out, replace=replace)
    recipe = recipe or Recipe()
    source = resolve(scorer)
    transformers.set_seed(recipe.seed)
    tokenizer = transformers.AutoTokenizer.from_pretrained(source.folder, local_files_only=True)
    config = transformers.AutoConfig.from_pretrained(source.folder, local_files_only=True)
    window = getattr(config.get_text_config(), "max_position_embeddings", None) or recipe.max_tokens
    usable, rejected = examples(pairs, tokenizer, min(recipe.max_tokens, window), recipe.template)
    bad = {one.line for one in rejected}
    good = [pair for place, pair in enumerate(pairs, 1) if place not in bad]
    learnt, held_out = split(list(zip(good, usable, strict=True)), recipe, key=lambda row: row[0].prompt)
    rows = ([row for _, row in learnt], [row for _, row in held_out])
    with quiet_transformers():
        model = loaded(source, recipe)
        collate = transformers.DataCollatorForSeq2Seq(_padding(tokenizer))
        curve = train(model, rows, collate, recipe, work, start=source.digest, progress=progress)
        facts = making(
            source, curve, f"{source.name}, aligned on {len(learnt)} responses", recipe=asdict(recipe)
        )
        folder = made.keep(out, partial(_save, model, tokenizer), facts, replace=replace)
    return Tuned(out, folder, curve, len(learnt), tuple(pair for pair, _ in held_out), tuple(rejected))


def loaded(source: ResolvedModel, recipe: Recipe) -> Any:
    """The model in memory, with low-rank updates if the recipe has them; a copy of its own."""
    import torch
    from transformers import AutoModelForCausalLM

    model: Any = AutoModelForCausalLM.from_pretrained(
        source.folder, dtype=torch.float32, use_safetensors=True, local_files_only=True
    )
    model.config.use_cache = False
    if recipe.lora_rank is None:
        return model
    try:
        from peft import LoraConfig, get_peft_model
    except ImportError as error:
        raise MissingExtra("peft", "align") from error
    rank = recipe.lora_rank
    updates = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM")
    return get_peft_model(model, updates)


def _padding(tokenizer: Any) -> Any:
    """A copy of the tokenizer with something to pad with; padding is neither learnt nor seen."""
    copy = deepcopy(tokenizer)
    if copy.pad_token is None:
        copy.pad_token = copy.eos_token or copy.bos_token or copy.convert_ids_to_tokens(0)
    return copy


def _save(model: Any, tokenizer: Any, folder: Path) -> None:
    plain = model.merge_and_unload() if hasattr(model, "merge_and_unload") else model
    plain.config.use_cache = True
    plain.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
