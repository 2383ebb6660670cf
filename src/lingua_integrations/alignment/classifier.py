"""A token classifier from labels (LLMLingua-2, section 3.3), into the model store.

The classifier says of each token how likely it is to be kept. Where the labels come with questions it reads
the question in front of the text, and `TokenClassifier` shows it one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lingua_integrations.alignment.examples import IGNORED
from lingua_integrations.alignment.labels import Labelled
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.alignment.training import Curve, making, split, train
from lingua_integrations.core.models.encoder import Encoder, clean
from lingua_integrations.core.prune.scorers.token_classifier import Frame, windows
from lingua_integrations.core.quiet import quiet_transformers
from lingua_integrations.core.store import user_models as made
from lingua_integrations.core.store.resolve import ResolvedModel, resolve
from lingua_integrations.errors import InvalidRequest

RECIPE = Recipe(epochs=10, learning_rate=1e-5, batch=10, patience=2)
"""The paper's, for multilingual BERT and XLM-RoBERTa; a smaller encoder wants a higher rate."""


@dataclass(frozen=True)
class Trained:
    """A classifier that was trained.

    Attributes:
        name: what it is called everywhere.
        folder: where it is.
        curve: of the cross-entropy on the texts that were held out, in nats per token.
        texts: how many windows it learnt from.
    """

    name: str
    folder: Path
    curve: Curve
    texts: int


def train_classifier(
    encoder: str,
    labelled: Sequence[Labelled],
    out: str,
    work: Path,
    *,
    recipe: Recipe = RECIPE,
    replace: bool = False,
    progress: bool = True,
) -> Trained:
    """Train a token classifier, and keep it in the model store: ``model=out`` with the method llmlingua2.

    Args:
        encoder: the model to begin with: any with a fast tokenizer that a token classifier can be made of.
        labelled: texts and what of them is to be kept; with questions for all of them, or for none.
        out: what the classifier will be called.
        work: folder for checkpoints; a run that was cut off goes on from there.
        recipe: how it is trained; the rank of low-rank updates, the template and ``max_tokens`` do not apply.
        replace: whether a model of that name may be replaced.
        progress: show bars on stderr.

    Raises:
        InvalidRequest: the name is taken, some texts have questions and some not, or nothing is to be kept.
        ModelError: the encoder cannot be had, or the disk is full.
    """
    import transformers

    made.check_name(out, replace=replace)
    asked = {bool(one.question) for one in labelled}
    if len(asked) > 1:
        raise InvalidRequest("Either every labelled text has a question, or none.")
    if not labelled:
        raise InvalidRequest("There is no labelled text: the target refused them all, or they were left out.")
    if not any(one.kept for one in labelled):
        raise InvalidRequest("No text has anything to keep.")
    source = resolve(encoder)
    transformers.set_seed(recipe.seed)
    reader = Encoder(encoder, "AutoModel")
    learn, held_out = (
        [row for one in side for row in examples(one, reader)]
        for side in split(labelled, recipe, key=lambda one: one.text)
    )
    rows = (learn, held_out)
    tokenizer = reader.loaded.tokenizer
    with quiet_transformers():
        model = _loaded(source, reads_question=asked == {True})
        collate = transformers.DataCollatorForTokenClassification(tokenizer)
        curve = train(model, rows, collate, recipe, work, start=source.digest, progress=progress)
        what = f"token classifier for llmlingua2, from {source.name} and {len(learn)} texts"
        facts = making(source, curve, what, **{"classifier recipe": asdict(recipe)})
        folder = made.keep(out, partial(_save, model, tokenizer), facts, replace=replace)
    return Trained(out, folder, curve, len(rows[0]))


def examples(one: Labelled, encoder: Encoder) -> Iterator[dict[str, list[int]]]:
    """A labelled text in windows: token ids, types, and of each token whether it is kept, frames ignored."""
    encoding = encoder.loaded.backend.encode(clean(one.text), add_special_tokens=False)
    spans = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    labels = kept_tokens(spans, one.kept)
    frame = Frame.of(encoder, one.question, one.title)
    inputs = encoder.loaded.tokenizer.model_input_names
    for begin, end in windows(len(spans), frame.room, [], 0):
        ids, types = frame.around(encoding.ids[begin:end])
        row = np.full(len(ids), IGNORED)
        row[frame.before : frame.before + end - begin] = labels[begin:end]
        kinds = {"token_type_ids": types} if "token_type_ids" in inputs else {}
        yield {"input_ids": ids, **kinds, "labels": row.tolist()}


def kept_tokens(spans: Any, kept: Sequence[tuple[int, int]]) -> Any:
    """For each token 1 if it overlaps a kept span, else 0.

    >>> kept_tokens(np.array([[0, 3], [4, 7], [7, 9]]), [(4, 8)])
    array([0, 1, 1])
    """
    labels = np.zeros(len(spans), dtype=np.int64)
    for start, end in kept:
        labels[(spans[:, 0] < end) & (spans[:, 1] > start)] = 1
    return labels


def _loaded(source: ResolvedModel, *, reads_question: bool) -> Any:
    import torch
    from transformers import AutoModelForTokenClassification

    model: Any = AutoModelForTokenClassification.from_pretrained(
        source.folder,
        num_labels=2,
        id2label={0: "drop", 1: "keep"},
        label2id={"drop": 0, "keep": 1},
        dtype=torch.float32,
        use_safetensors=True,
        local_files_only=True,
    )
    model.config.reads_question = reads_question
    return model


def _save(model: Any, tokenizer: Any, folder: Path) -> None:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
