"""Recipes for the vectors of `lingua_integrations.soft`: a frozen target teaches a digester, or a prefix.

The loss is the target's surprisal of an answer, in nats per token, after rows of input of which the learnt
vectors are a part. Gradients pass through the target, whose weights stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import nn
from torch.nn import functional

from lingua_integrations.alignment.examples import IGNORED
from lingua_integrations.alignment.loop import split, train
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.alignment.training import Trained, Training
from lingua_integrations.core.models.causal_model import CausalModel
from lingua_integrations.core.models.from_files import from_transformers
from lingua_integrations.core.models.loading import settle
from lingua_integrations.core.models.request import Request
from lingua_integrations.core.quiet import quiet_transformers
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.soft.digester import Digester, DigesterSizes, digest
from lingua_integrations.soft.prefix import Prefix, PrefixSizes
from lingua_integrations.soft.saved import Known, Soft

if TYPE_CHECKING:
    from torch import Tensor

RECIPE = Recipe(epochs=3, learning_rate=1e-3, batch=8, max_tokens=512)
"""For both, with the default sizes on a CPU."""


class Example(NamedTuple):
    """Something to learn from."""

    context: str  # read as digests; a prefix ignores it
    prompt: str  # read as text, after the digests
    answer: str  # what the target should expect


@dataclass(frozen=True)
class Lesson(Training):
    """Which target teaches, and what is learnt from it; see `Training`.

    ``model`` is the target. Of a prefix that repairs a quantised model it is the quantised one. The recipe's
    rank of low-rank updates and its template do not apply.
    """

    recipe: Recipe = RECIPE
    scorer: str | None = None  # its states are what a digester reads; default: the target
    layer: int = 0  # after so many layers of the scorer; 0: its word embeddings, as in the paper


@dataclass(frozen=True)
class Taught(Trained):
    """A digester or a prefix that was trained."""

    held_out: tuple[Example, ...]  # what it did not learn from


def train_digester(
    lesson: Lesson,
    examples: Sequence[Example],
    *,
    count: int = 32,
    piece: int = 256,
    layers: int = 3,
    heads: int = 8,
    progress: bool = True,
) -> Taught:
    """Train a digester beside a frozen target, and keep it in the model store (In-Context Former).

    Contexts are cut to one piece. Examples of one context stay on one side of what is held out.

    Args:
        lesson: which target, and what of it.
        examples: contexts with questions and answers; or, for what the paper calls pre-training, with an
            instruction to repeat and the context itself.
        count: digest vectors of a piece of context.
        piece: tokens of context that are digested at a time.
        layers: of the digester.
        heads: of each layer.
        progress: show a bar.

    Raises:
        InvalidRequest: a size or the layer cannot be, the name is taken, or there are not enough examples.
        ModelError: a model cannot be had, or the disk is full.
    """
    source = lesson.begin()
    target = frozen(lesson.model)
    same = lesson.scorer in (None, lesson.model)
    scorer = target if same else frozen(str(lesson.scorer))
    last = int(scorer.model.config.get_text_config().num_hidden_layers)
    if not 0 <= lesson.layer <= last:
        raise InvalidRequest(f"layer must be in 0 .. {last}, not {lesson.layer}.")
    learnt = Digester(DigesterSizes(_width(target), _width(scorer), count, piece, layers, heads))
    read = source if same else resolve(str(lesson.scorer))
    soft = Soft(learnt, Known.of(source), Known.of(read), lesson.layer)
    pupil = _Pupil(learnt, target, lambda *context: digest(learnt, scorer, lesson.layer, *context))
    return _taught(lesson, soft, pupil, scorer, examples, progress)


def train_prefix(
    lesson: Lesson, examples: Sequence[Example], *, count: int = 32, progress: bool = True
) -> Taught:
    """Train a prefix of ``count`` vectors beside a frozen target, and keep it (Compress, Then Prompt).

    For the paper's loss an example is a text alone, as its answer. Errors as of `train_digester`.
    """
    source = lesson.begin()
    target = frozen(lesson.model)
    learnt = Prefix(PrefixSizes(_width(target), count))
    soft = Soft(learnt, Known.of(source), Known.of(source))
    pupil = _Pupil(learnt, target, lambda context, _: learnt(len(context)))
    return _taught(lesson, soft, pupil, target, [one._replace(context="") for one in examples], progress)


class _Pupil(nn.Module):
    """What is trained, in front of a frozen target, which is no part of it: neither saved nor tuned."""

    def __init__(
        self, learnt: nn.Module, target: CausalModel, vectors: Callable[[Tensor, Tensor], Tensor]
    ) -> None:
        super().__init__()
        self.learnt = learnt
        self.target, self._vectors = target, vectors

    def forward(
        self, context: Tensor, lengths: Tensor, input_ids: Tensor, attention_mask: Tensor, labels: Tensor
    ) -> dict[str, Tensor]:
        """The target's mean surprisal of what is labelled, in nats."""
        model = self.target.model
        embed = model.get_input_embeddings()
        start = torch.from_numpy(self.target.start).to(input_ids.device).expand(len(input_ids), -1)
        vectors = self._vectors(context, lengths).to(model.dtype)
        rows = torch.cat([embed(start), vectors, embed(input_ids)], dim=1)
        before = rows.shape[1] - input_ids.shape[1]
        mask = functional.pad(attention_mask, (before, 0), value=1)
        logits = model(inputs_embeds=rows, attention_mask=mask, use_cache=False).logits[:, before - 1 : -1]
        loss = functional.cross_entropy(logits.flatten(0, 1).float(), labels.flatten(), ignore_index=IGNORED)
        return {"loss": loss}


def frozen(name: str) -> CausalModel:
    """A causal model of its own on the best device, through which gradients pass, and which never changes.

    Raises:
        ModelError: it cannot be had.
    """
    settled = settle(Request(name, "causal language model", CausalModel, dtype="float32"))
    model, tokenizer = from_transformers(settled, resolve(name).folder)
    return CausalModel(model.requires_grad_(False), tokenizer, name)


def _taught(
    lesson: Lesson,
    soft: Soft[Any],
    pupil: _Pupil,
    scorer: CausalModel,
    examples: Sequence[Example],
    progress: bool,
) -> Taught:
    """Train, and put the result into the store."""
    recipe, sizes, target = lesson.recipe, soft.learnt.sizes, pupil.target
    soft.learnt.begin(target.model.get_input_embeddings().weight)
    piece = getattr(sizes, "piece", 0)
    learnt, held_out = split(list(examples), recipe, key=lambda one: one.context or one)
    rows = [[_row(one, target, scorer, piece, recipe) for one in side] for side in (learnt, held_out)]
    start = repr(replace(soft, learnt=sizes))
    with quiet_transformers():
        curve = train(
            pupil, (rows[0], rows[1]), _collated, recipe, lesson.work, start=start, progress=progress
        )
    kind = type(soft.learnt).__name__.lower()
    what = f"{kind} of {sizes.count} vectors for {soft.target.name}, from {len(learnt)} examples"
    folder = lesson.keep(soft.save, curve, what, **{"soft recipe": asdict(recipe)})
    return Taught(folder, curve, len(learnt), tuple(held_out))


def _row(
    one: Example, target: CausalModel, scorer: CausalModel, piece: int, recipe: Recipe
) -> dict[str, list[int]]:
    """An example's token ids: its context's for the scorer, its text's for the target.

    Raises:
        InvalidRequest: it has no answer, or none of it has room.
    """
    context = scorer.encode(one.context).ids[:piece].tolist()
    before, after = (target.encode(text).ids.tolist() for text in (one.prompt, one.answer))
    after = after[: max(0, recipe.max_tokens - len(before))]
    if not after or (piece and not context):
        lacking = "context" if after else f"answer within {recipe.max_tokens} tokens"
        raise InvalidRequest(f"An example has no {lacking}.")
    return {"context": context, "input_ids": before + after, "labels": [IGNORED] * len(before) + after}


def _collated(rows: list[dict[str, list[int]]]) -> dict[str, Tensor]:
    """Rows as a batch, padded on the right."""
    ids = [row["input_ids"] for row in rows]
    return {
        "context": _padded([row["context"] for row in rows], 0),
        "lengths": torch.tensor([len(row["context"]) for row in rows]),
        "input_ids": _padded(ids, 0),
        "attention_mask": _padded([[1] * len(row) for row in ids], 0),
        "labels": _padded([row["labels"] for row in rows], IGNORED),
    }


def _padded(rows: Sequence[Sequence[int]], filling: int) -> Tensor:
    """Rows of numbers as a matrix.

    >>> _padded([[1, 2], [3]], 0).tolist()
    [[1, 2], [3, 0]]
    """
    width = max(map(len, rows))
    return torch.tensor([[*row, *[filling] * (width - len(row))] for row in rows], dtype=torch.long)


def _width(model: CausalModel) -> int:
    return int(model.model.get_input_embeddings().weight.shape[1])
