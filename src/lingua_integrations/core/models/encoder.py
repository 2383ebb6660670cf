"""Encoder models of the transformers library, loaded when first needed: in batches, under a lock."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from lingua_integrations.core.models.cpu.sizes import rounded
from lingua_integrations.core.models.embedding_recipe import (
    EmbeddingRecipe,
    mean_of_pieces,
    pooled,
    recipe_of,
)
from lingua_integrations.core.models.loading import ByName
from lingua_integrations.core.models.pretrained import Pretrained
from lingua_integrations.core.models.reading import batches, pass_tokens
from lingua_integrations.core.models.remembered import Vectors
from lingua_integrations.core.models.request import Request
from lingua_integrations.core.store.catalogue import Kind
from lingua_integrations.core.text.units import clean
from lingua_integrations.core.types import FloatArray


@dataclass(eq=False)
class EncoderModel(Pretrained):
    """An encoder in memory, and how its tokenizer frames a text and a pair."""

    templates: tuple[Any, Any] = field(init=False, repr=False)  # encodings of samples

    def __post_init__(self) -> None:
        super().__post_init__()
        self.templates = self.backend.encode("a"), self.backend.encode("a", "a")


logger = logging.getLogger(__name__)
AnyEncoder = TypeVar("AnyEncoder", bound=EncoderModel)


class EncoderOf(ByName[AnyEncoder]):
    """An encoder and its fast tokenizer; ``kind`` decides which head it is loaded with."""

    loaded_as: type[AnyEncoder]

    def __init__(
        self, model: str, kind: Kind, *, device: str | None = None, dtype: str | None = None
    ) -> None:
        super().__init__(Request(model, kind, self.loaded_as, device, dtype))

    @property
    def window(self) -> int:
        """Tokens that the model can see at once, special tokens included.

        The tokenizer's limit where it has a sensible one; RoBERTa's position table is longer than its window.
        """
        model, tokenizer = self.loaded.model, self.loaded.tokenizer
        table = int(getattr(model.config, "max_position_embeddings", 0) or 1 << 20)
        padding = getattr(model.config, "pad_token_id", 0) or 0
        offset = padding + 1 if model.config.model_type in _OFFSET_POSITIONS else 0
        return min(table - offset, int(tokenizer.model_max_length))

    def ids_of(self, text: str) -> list[int]:
        """Token ids of a text, without special tokens."""
        return list(self.loaded.backend.encode(clean(text), add_special_tokens=False).ids)

    def framed(self, *texts: Sequence[int]) -> tuple[list[int], list[int]]:
        """Token ids of one text or of a pair between the model's special tokens, and their type ids."""
        template = self.loaded.templates[len(texts) - 1]
        ids: list[int] = []
        types: list[int] = []
        for place, (token, kind) in enumerate(zip(template.ids, template.type_ids, strict=True)):
            which = template.sequence_ids[place]
            if which is None:
                ids.append(token)
                types.append(kind)
            elif place == template.sequence_ids.index(which):  # the sample's first token stands for the text
                ids += texts[which]
                types += [kind] * len(texts[which])
        return ids, types

    def run(self, rows: Sequence[Sequence[int]], types: Sequence[Sequence[int]] | None = None) -> list[Any]:
        """The model's last output for rows of token ids, special ones included: one tensor per row, in order.

        A tensor may be longer than its row by what was padded.
        """
        return self.passes(rows, types, _last_output)

    def passes(
        self,
        rows: Sequence[Sequence[int]],
        types: Sequence[Sequence[int]] | None,
        work: Callable[[dict[str, Any], Any], Any],
    ) -> list[Any]:
        """What some work with a batch of inputs and the model gives for each row, in order.

        Rows of similar length share a batch; the sum of a batch's padded tokens is bounded. Types say which
        text of a pair each token belongs to, where the model asks for it.
        """
        import torch

        outputs: list[Any] = [None] * len(rows)
        loaded = self.loaded
        padding = {"input_ids": loaded.tokenizer.pad_token_id or 0, "token_type_ids": 0}
        fill = getattr(loaded.model.config, "pad_token_id", None) is not None  # else some pool the last place
        wanted = {"input_ids": rows}
        if types is not None and "token_type_ids" in loaded.tokenizer.model_input_names:
            wanted["token_type_ids"] = types
        for batch in batches([len(row) for row in rows], pass_tokens(loaded.model.device)):
            width = max(len(rows[i]) for i in batch)
            if fill:
                width = min(rounded(width), self.window)
            inputs = {
                name: torch.tensor([[*values[i], *[padding[name]] * (width - len(rows[i]))] for i in batch])
                for name, values in wanted.items()
            }
            inputs["attention_mask"] = torch.tensor(
                [[1] * len(rows[i]) + [0] * (width - len(rows[i])) for i in batch]
            )
            values = loaded.run(partial(work, inputs))
            for place, i in enumerate(batch):
                outputs[i] = values[place]
        return outputs

    def pairs(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Logits of a sequence-classification head for (question, text), shape [len(texts), labels].

        Of a pair that is too long for the window, the text loses its end.
        """
        asked = self.ids_of(question)[: self.window // 2]
        room = self.window - len(self.framed(asked, [])[0])
        framed = [self.framed(asked, self.ids_of(text)[:room]) for text in texts]
        rows = self.run([ids for ids, _ in framed], [types for _, types in framed])
        return np.array([row.numpy() for row in rows], dtype=np.float64).reshape(len(texts), -1)


class Encoder(EncoderOf[EncoderModel]):
    """An encoder as transformers loads it."""

    loaded_as = EncoderModel


@dataclass(eq=False)
class EmbeddingModel(EncoderModel):
    """An embedding model in memory, how it makes vectors of texts, and those of the texts it met last."""

    recipe: EmbeddingRecipe = field(init=False, repr=False)
    vectors: Vectors = field(init=False, repr=False, default_factory=Vectors)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.recipe = recipe_of(self.folder) if self.folder else EmbeddingRecipe()

    @classmethod
    def build(cls, request: Request[Any], folder: Path) -> tuple[Any, Any]:
        """The encoder and its tokenizer; what cannot be read is refused before weights are."""
        recipe_of(folder)
        if not (folder / "modules.json").exists():
            logger.warning("%s has no modules.json: the mean of its states is taken.", request.name)
        return super().build(request, folder)


class SentenceEncoder(EncoderOf[EmbeddingModel]):
    """An embedding model: pooling, prompts and what follows are as its own files say, see `recipe_of`."""

    loaded_as = EmbeddingModel

    def __init__(
        self,
        model: str,
        *,
        device: str | None = None,
        dtype: str | None = None,
        prompts: tuple[str, str] | None = None,  # of questions and of texts, instead of the files'
    ) -> None:
        super().__init__(model, "embedding", device=device, dtype=dtype)
        self.prompts = prompts

    @property
    def similarity_fn_name(self) -> str:
        """What tells how near two vectors are: cosine or dot."""
        return self.loaded.recipe.similarity

    def encode_query(self, texts: Sequence[str]) -> FloatArray:
        """One vector per question, shape [len(texts), dimensions]."""
        return self.encode(texts, self.prompts[0] if self.prompts else self.loaded.recipe.query)

    def encode_document(self, texts: Sequence[str]) -> FloatArray:
        """One vector per text, shape [len(texts), dimensions]."""
        return self.encode(texts, self.prompts[1] if self.prompts else self.loaded.recipe.document)

    def encode(self, texts: Sequence[str], prompt: str = "") -> FloatArray:
        """One vector per text behind a prompt, shape [len(texts), dimensions].

        Of a text longer than the window it is the mean over its windows by their tokens, each behind the
        prompt.
        """
        recipe, lead = self.loaded.recipe, self.ids_of(prompt)
        size = max(1, self.window - len(self.framed(lead)[0]))
        rows, owners = [], []
        for owner, text in enumerate(texts):
            ids = self.ids_of(prompt + (text.lower() if recipe.lowered else text))
            first, rest = ids[: len(lead) + size], ids[len(lead) + size :]
            windows = [first, *(lead + rest[begin : begin + size] for begin in range(0, len(rest), size))]
            rows += [self.framed(window)[0] for window in windows]
            owners += [owner] * len(windows)
        skip = 0 if recipe.include_prompt or not lead else self.framed([-1])[0].index(-1) + len(lead)
        states = [one[: len(row)].double().numpy() for one, row in zip(self.run(rows), rows, strict=True)]
        found = np.array([pooled(one, recipe.pooling, min(skip, len(one) - 1)) for one in states])
        vectors = mean_of_pieces(found, np.array(owners), np.array([len(one) for one in states]), len(texts))
        for step in recipe.steps:
            vectors = step(vectors)
        return vectors


_OFFSET_POSITIONS = frozenset({"roberta", "xlm-roberta", "camembert", "longformer", "xmod"})


def _last_output(inputs: dict[str, Any], model: Any) -> Any:
    output = model(**{name: tensor.to(model.device) for name, tensor in inputs.items()})
    return (output.logits if "logits" in output else output.last_hidden_state).float().cpu()
