"""A token classifier from labels (LLMLingua-2, section 3.3), into the model store.

The classifier says of each token how likely it is to be kept. Where the labels come with questions it reads
the question in front of the text, and `TokenClassifier` shows it one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForTokenClassification, DataCollatorForTokenClassification

from lingua_integrations.alignment.examples import IGNORED, Example
from lingua_integrations.alignment.labels import Labelled
from lingua_integrations.alignment.loop import split, train
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.alignment.training import Trained, Training, saving
from lingua_integrations.core.models.encoder import Encoder
from lingua_integrations.core.models.pruners.rows import Text, alone, pair, windows
from lingua_integrations.core.quiet import quiet_transformers
from lingua_integrations.errors import InvalidRequest

RECIPE = Recipe(epochs=10, learning_rate=1e-5, batch=10, patience=2)
"""The paper's, for multilingual BERT and XLM-RoBERTa; a smaller encoder wants a higher rate."""


def train_classifier(training: Training, labelled: Sequence[Labelled], *, progress: bool = True) -> Trained:
    """Train a token classifier, and keep it in the model store, for the method llmlingua2.

    It begins as any encoder with a fast tokenizer, and learns from windows of the texts. The recipe's rank of
    low-rank updates, template and ``max_tokens`` do not apply.

    Raises:
        InvalidRequest: the name is taken, some texts have questions and some not, or nothing is to be kept.
        ModelError: the encoder cannot be had, or the disk is full.
    """
    asked = {bool(one.question) for one in labelled}
    if len(asked) > 1:
        raise InvalidRequest("Either every labelled text has a question, or none.")
    if not labelled:
        raise InvalidRequest("There is no labelled text: the target refused them all, or they were left out.")
    if not any(one.kept for one in labelled):
        raise InvalidRequest("No text has anything to keep.")
    source, recipe = training.begin(), training.recipe
    reader = Encoder(training.model, "embedding")
    learnt, held_out = (
        [row for one in side for row in examples(one, reader)]
        for side in split(labelled, recipe, key=lambda one: one.text)
    )
    tokenizer = reader.loaded.tokenizer
    with quiet_transformers():
        model: Any = AutoModelForTokenClassification.from_pretrained(
            source.folder,
            num_labels=2,
            id2label={0: "drop", 1: "keep"},
            label2id={"drop": 0, "keep": 1},
            dtype=torch.float32,
            use_safetensors=True,
            local_files_only=True,
        )
        model.config.reads_question = asked == {True}
        collate, rows = DataCollatorForTokenClassification(tokenizer), (learnt, held_out)
        curve = train(model, rows, collate, recipe, training.work, start=source.digest, progress=progress)
        what = f"token classifier for llmlingua2, from {source.name} and {len(learnt)} texts"
        folder = training.keep(saving(model, tokenizer), curve, what, **{"classifier recipe": asdict(recipe)})
    return Trained(folder, curve, len(learnt))


def examples(one: Labelled, encoder: Encoder) -> Iterator[Example]:
    """A labelled text in windows: token ids, types, and of each token whether it is kept, frames ignored."""
    _, spans = encoder.loaded.encode(one.text)
    labels = np.zeros(len(spans), dtype=np.int64)
    for start, end in one.kept:  # a token that overlaps a kept span is kept
        labels[(spans[:, 0] < end) & (spans[:, 1] > start)] = 1
    asked = f"{one.question} {one.title or ''}" if one.question else ""
    laid = (pair if asked else alone)(encoder, Text(one.text, [], asked))
    typed = "token_type_ids" in encoder.loaded.tokenizer.model_input_names
    room = max(1, encoder.window - len(laid.before) - len(laid.after))
    for begin, end in windows(len(spans), room, []):
        ids, types = laid.row(begin, end)
        row = np.full(len(ids), IGNORED)
        row[len(laid.before) : len(laid.before) + end - begin] = labels[begin:end]
        yield {"input_ids": ids, "labels": row.tolist()} | ({"token_type_ids": types} if typed else {})
