"""Encoder models of the transformers library, loaded when first needed: in batches, under a lock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from lingua_integrations.core.models.cpu.sizes import rounded
from lingua_integrations.core.models.loading import ByName, Pretrained, Request
from lingua_integrations.core.models.reading import batches, pass_tokens
from lingua_integrations.core.models.remembered import Vectors
from lingua_integrations.core.text.units import clean
from lingua_integrations.core.types import FloatArray


@dataclass(eq=False)
class EncoderModel(Pretrained):
    """An encoder in memory, how its tokenizer frames a text and a pair, and vectors of texts it embedded."""

    templates: tuple[Any, Any] = field(init=False, repr=False)  # encodings of samples
    vectors: Vectors = field(init=False, repr=False, default_factory=Vectors)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.templates = self.backend.encode("a"), self.backend.encode("a", "a")


class Encoder(ByName[EncoderModel]):
    """An encoder and its fast tokenizer; ``head`` is the transformers class, such as ``"AutoModel"``."""

    def __init__(self, model: str, head: str, *, device: str | None = None, dtype: str | None = None) -> None:
        super().__init__(Request(model, head, EncoderModel, device, dtype))

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

        Rows of similar length share a batch; the sum of a batch's padded tokens is bounded. A tensor may be
        longer than its row by what was padded. Types say which text of a pair each token belongs to, where
        the model asks for it.
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
            values = loaded.run(partial(_last_output, inputs))
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


class SentenceEncoder(Encoder):
    """A sentence-transformers encoder: the mean of the last hidden states (Reimers and Gurevych 2019)."""

    def __init__(self, model: str, *, device: str | None = None, dtype: str | None = None) -> None:
        super().__init__(model, "AutoModel", device=device, dtype=dtype)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """One vector per text, shape [len(texts), dimensions]; the mean over the windows of a long text."""
        import torch

        size = max(1, self.window - len(self.framed([])[0]))
        rows, owners = [], []
        for owner, text in enumerate(texts):
            ids = self.ids_of(text)
            for begin in range(0, max(1, len(ids)), size):
                rows.append(self.framed(ids[begin : begin + size])[0])
                owners.append(owner)
        hidden = self.run(rows)
        sums = torch.zeros(len(texts), hidden[0].shape[-1]) if rows else torch.zeros(0, 1)
        tokens = torch.zeros(len(texts), 1)
        for owner, row, states in zip(owners, rows, hidden, strict=True):
            sums[owner] += states[: len(row)].sum(0)
            tokens[owner] += len(row)
        return np.asarray((sums / tokens.clamp(min=1)).numpy(), dtype=np.float64)


_OFFSET_POSITIONS = frozenset({"roberta", "xlm-roberta", "camembert", "longformer", "xmod"})


def _last_output(inputs: dict[str, Any], model: Any) -> Any:
    output = model(**{name: tensor.to(model.device) for name, tensor in inputs.items()})
    return (output.logits if "logits" in output else output.last_hidden_state).float().cpu()
