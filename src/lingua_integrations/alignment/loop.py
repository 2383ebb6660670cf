"""The training loop of the transformers library: what is held out, checkpoints, resume, early stopping."""

from __future__ import annotations

import errno
import hashlib
import json
import math
import shutil
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from transformers import (
    EarlyStoppingCallback,
    PrinterCallback,
    ProgressCallback,
    Trainer,
    TrainingArguments,
)

from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.errors import InvalidRequest, ModelError
from lingua_integrations.evaluation.tables import grouped

Row = TypeVar("Row")
_AT_ONCE = 8
"""Rows of a forward pass; larger batches are added up."""


@dataclass(frozen=True)
class Curve:
    """How training went: losses on what was held out, averaged over batches of eight rows."""

    before: float  # in nats per learnt token
    after: tuple[float, ...]  # the same, after each epoch; the weights of the least one were taken

    @property
    def gain(self) -> float:
        """What training took off the loss; below 0 where it made things worse."""
        return self.before - min(self.after)


def split(rows: Sequence[Row], recipe: Recipe, key: Callable[[Row], Hashable]) -> tuple[list[Row], list[Row]]:
    """Rows to learn from, and rows to be judged by; the same for the same seed.

    Rows of one key stay on one side, so that nothing is judged by what was learnt.

    Raises:
        InvalidRequest: there are fewer than two different ones.
    """
    groups = grouped(rows, key)
    if len(groups) < 2:
        raise InvalidRequest(
            f"Training needs two different rows or more, one of them for testing, and has {len(groups)}."
        )
    order = np.random.default_rng(recipe.seed).permutation(len(groups))
    drawn = [list(groups.values())[i] for i in order]
    held_out = min(len(drawn) - 1, max(1, round(recipe.held_out * len(drawn))))
    return list(chain.from_iterable(drawn[held_out:])), list(chain.from_iterable(drawn[:held_out]))


def train(
    model: Any,
    rows: tuple[Sequence[Any], Sequence[Any]],
    collate: Callable[[list[Any]], Any],
    recipe: Recipe,
    work: Path,
    *,
    start: str,
    progress: bool = True,
) -> Curve:
    """Train a model in place; a run that was cut off goes on from its last whole checkpoint.

    Args:
        model: a transformers model, or one with low-rank updates.
        rows: to learn from, and to be judged by.
        collate: makes a batch of rows.
        recipe: how.
        work: folder of the checkpoints. Those of another start, recipe or rows are deleted.
        start: stands for the weights that it begins with.
        progress: show a bar.

    Raises:
        InvalidRequest: it diverged.
        ModelError: a checkpoint cannot be written.
    """
    work = work.resolve()
    _forget_others(work, json.dumps([start, asdict(recipe), *rows]))
    trainer = Trainer(
        model,
        _arguments(recipe, work / "checkpoints", progress),
        data_collator=collate,
        train_dataset=rows[0],
        eval_dataset=rows[1],
        callbacks=[EarlyStoppingCallback(recipe.patience)],
    )
    trainer.remove_callback(PrinterCallback)
    if trainer.pop_callback(ProgressCallback):
        trainer.add_callback(_Bars)
    before = _before(work, trainer)
    try:
        trainer.train(resume_from_checkpoint=last_checkpoint(work / "checkpoints"))
    except Exception as error:  # safetensors and torch have errors of their own for a full disk
        if not _no_room(error):
            raise
        raise ModelError(
            f"A checkpoint could not be written to {work} ({error}). Free some space; the same call "
            "continues from the last complete one."
        ) from error
    after = [entry["eval_loss"] for entry in trainer.state.log_history if "eval_loss" in entry]
    if not all(map(math.isfinite, after)):
        raise InvalidRequest("Training diverged: the loss is not a number. Use a lower learning rate.")
    return Curve(before, tuple(after))


def _arguments(recipe: Recipe, checkpoints: Path, progress: bool) -> TrainingArguments:
    """The recipe in the words of transformers: after each epoch a checkpoint, of which the best is kept."""
    at_once = max(size for size in range(1, _AT_ONCE + 1) if recipe.batch % size == 0)
    return TrainingArguments(
        str(checkpoints),
        num_train_epochs=recipe.epochs,
        learning_rate=recipe.learning_rate,
        per_device_train_batch_size=at_once,
        gradient_accumulation_steps=recipe.batch // at_once,
        per_device_eval_batch_size=_AT_ONCE,
        warmup_steps=recipe.warmup,
        weight_decay=recipe.weight_decay,
        optim="adamw_torch",
        eval_strategy="epoch",
        save_strategy="epoch",
        logging_strategy="epoch",
        save_total_limit=1,
        load_best_model_at_end=True,
        restore_callback_states_from_checkpoint=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        remove_unused_columns=False,
        prediction_loss_only=True,
        dataloader_pin_memory=False,
        report_to="none",
        disable_tqdm=not progress,
        seed=recipe.seed,
    )


def last_checkpoint(folder: Path) -> str | None:
    """The newest checkpoint that was written to its end, if there is one."""
    whole = [state.parent for state in folder.glob("checkpoint-*/trainer_state.json") if _parses(state)]
    newest = max(whole, key=lambda one: int(one.name.rpartition("-")[2]), default=None)
    return str(newest) if newest else None


class _Bars(ProgressCallback):
    """Progress on stderr alone: losses stand behind the bar, and not on standard output."""

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **more: Any) -> None:
        bar: Any = self.training_bar
        if bar is not None and "eval_loss" in (logs or {}):
            bar.set_postfix_str(f"held out {float(logs['eval_loss']):.3f}")


def _forget_others(work: Path, what: str) -> None:
    """Delete checkpoints that belong to something else."""
    key, file = hashlib.sha256(what.encode()).hexdigest(), work / "training.key"
    if not file.exists() or file.read_text("utf-8") != key:
        shutil.rmtree(work / "checkpoints", ignore_errors=True)
        (work / "before.json").unlink(missing_ok=True)
        work.mkdir(parents=True, exist_ok=True)
        file.write_text(key, "utf-8")


def _before(work: Path, trainer: Any) -> float:
    """The loss before training, measured once."""
    file = work / "before.json"
    if not _parses(file):
        file.write_text(json.dumps(trainer.evaluate()["eval_loss"]), "utf-8")
    return float(json.loads(file.read_text("utf-8")))


def _parses(file: Path) -> bool:
    try:
        json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return True


def _no_room(error: BaseException) -> bool:
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    return full or "No space left" in str(error) or "file write failed" in str(error)
