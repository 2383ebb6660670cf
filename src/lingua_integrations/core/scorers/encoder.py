"""Encoder models of the transformers library, loaded when first needed: in batches, under a lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import regex

from lingua_integrations.core.devices import guarded
from lingua_integrations.core.protocols import FloatArray
from lingua_integrations.core.scorers.loading import Pretrained, load_pretrained

_SURROGATES = regex.compile(r"[\ud800-\udfff]")
_BATCH_TOKENS = 4096  # padded tokens of a batch


class Encoder:
    """An encoder with a head, and its fast tokenizer.

    Args:
        model: a folder, one of our names, or a hub id.
        kind: the transformers class that loads it, such as ``"AutoModel"``.
        device: for example ``"cpu"`` or ``"cuda:0"``; by default the best there is.
    """

    def __init__(self, model: str, kind: str, *, device: str | None = None) -> None:
        self.model = model
        self._load: Callable[[], Pretrained] = partial(load_pretrained, model, kind, device=device)
        self._loaded: Pretrained | None = None
        self._loading = threading.Lock()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.model!r}{'' if self._loaded else ', not loaded yet'})"

    def __getstate__(self) -> dict[str, Any]:
        return {"model": self.model, "_load": self._load}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _loaded=None, _loading=threading.Lock())

    def __deepcopy__(self, memo: dict[int, Any]) -> Encoder:
        return self  # copies share the weights

    @property
    def loaded(self) -> Pretrained:
        """The model in memory; the first access loads it."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    @property
    def name(self) -> str:
        """The model's name and digest."""
        return self.loaded.name

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

    def framed(self, ids: Sequence[int]) -> list[int]:
        """Token ids between the model's special tokens."""
        before, after = self.special
        return [*before, *ids, *after]

    @property
    def special(self) -> tuple[list[int], list[int]]:
        """The special tokens in front of a text, and behind it."""
        encoding = self.loaded.tokenizer.backend_tokenizer.encode("a")
        inside = [i for i, special in enumerate(encoding.special_tokens_mask) if not special]
        return encoding.ids[: inside[0]], encoding.ids[inside[-1] + 1 :]

    def run(self, rows: Sequence[Sequence[int]], **more: Sequence[Sequence[int]]) -> list[Any]:
        """The model's last output for rows of token ids, one tensor per row without its padding, in order.

        Rows of similar length share a batch; the sum of a batch's padded tokens is bounded.
        """
        import torch

        outputs: list[Any] = [None] * len(rows)
        loaded = self.loaded
        device = loaded.model.device
        padding = {"input_ids": loaded.tokenizer.pad_token_id or 0, "token_type_ids": 0}
        for batch in _batches([len(row) for row in rows]):
            width = max(len(rows[i]) for i in batch)
            inputs = {
                name: torch.tensor([[*values[i], *[padding[name]] * (width - len(rows[i]))] for i in batch])
                for name, values in {"input_ids": rows, **more}.items()
            }
            mask = torch.tensor([[1] * len(rows[i]) + [0] * (width - len(rows[i])) for i in batch])
            with loaded.lock, guarded(device), torch.inference_mode():
                output = loaded.model(attention_mask=mask.to(device), **_to(inputs, device))
            values = output.logits if "logits" in output else output.last_hidden_state
            for place, i in enumerate(batch):
                outputs[i] = values[place].float().cpu()
        return outputs

    def pairs(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Logits of a sequence-classification head for (question, text), shape [len(texts), labels]."""
        tokenizer = self.loaded.tokenizer
        asked = clean(question)
        cut = {"truncation": "only_second", "max_length": self.window}
        encoded = [tokenizer(asked, clean(text), **cut) for text in texts]
        names = [name for name in ("token_type_ids",) if encoded and name in encoded[0]]
        more = {name: [row[name] for row in encoded] for name in names}
        rows = self.run([row["input_ids"] for row in encoded], **more)
        return np.array([row.numpy() for row in rows], dtype=np.float64).reshape(len(texts), -1)


class SentenceEncoder(Encoder):
    """A sentence-transformers encoder: the mean of the last hidden states (Reimers and Gurevych 2019)."""

    def __init__(self, model: str, *, device: str | None = None) -> None:
        super().__init__(model, "AutoModel", device=device)

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """One vector per text, shape [len(texts), dimensions]; the mean over the windows of a long text."""
        import torch

        tokenizer = self.loaded.tokenizer
        size = max(1, self.window - len(self.framed([])))
        rows, owners = [], []
        for owner, text in enumerate(texts):
            ids = tokenizer(clean(text), add_special_tokens=False, verbose=False)["input_ids"]
            for begin in range(0, max(1, len(ids)), size):
                rows.append(self.framed(ids[begin : begin + size]))
                owners.append(owner)
        hidden = self.run(rows)
        sums = torch.zeros(len(texts), hidden[0].shape[-1]) if rows else torch.zeros(0, 1)
        tokens = torch.zeros(len(texts), 1)
        for owner, row, states in zip(owners, rows, hidden, strict=True):
            sums[owner] += states[: len(row)].sum(0)
            tokens[owner] += len(row)
        return np.asarray((sums / tokens.clamp(min=1)).numpy(), dtype=np.float64)


_OFFSET_POSITIONS = frozenset({"roberta", "xlm-roberta", "camembert", "longformer", "xmod"})


def clean(text: str) -> str:
    """Text that tokenizers take: a lone surrogate becomes U+FFFD, of the same length."""
    return str(_SURROGATES.sub("\ufffd", text))


def _to(inputs: dict[str, Any], device: Any) -> dict[str, Any]:
    return {name: tensor.to(device) for name, tensor in inputs.items()}


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows in ascending length, grouped so that each padded batch stays within the limit."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lambda row: lengths[row]):
        if batch and (len(batch) + 1) * lengths[row] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
