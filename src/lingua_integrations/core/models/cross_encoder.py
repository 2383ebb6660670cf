"""Cross-encoders: classifiers of pairs, and language models that are asked whether a text is relevant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from lingua_integrations.core.models.embedding_recipe import ACTIVATIONS, activation_named, prompts_of
from lingua_integrations.core.models.encoder import EncoderModel, EncoderOf
from lingua_integrations.core.models.from_files import from_transformers
from lingua_integrations.core.models.judging import AFTER, BEFORE, PAIR
from lingua_integrations.core.models.labels import RELEVANT, label_of
from lingua_integrations.core.models.request import Request
from lingua_integrations.core.store.catalogue import Kind
from lingua_integrations.core.store.kinds import asked_yes_or_no, read_json
from lingua_integrations.core.types import FloatArray
from lingua_integrations.errors import UnsupportedModel

_TASK = "Given a web search query, retrieve relevant passages that answer the query"
_LONGEST = 8192  # tokens that a reranker of this kind is trained to read


@dataclass(frozen=True)
class YesNo:
    """The tokens whose logits a language model answers with."""

    yes: int
    no: int


@dataclass(eq=False)
class CrossEncoderModel(EncoderModel):
    """A cross-encoder in memory, and what its outputs mean."""

    relevant: int | None = field(init=False)  # the label that says so; None: there is only one
    yes_no: YesNo | None = field(init=False)  # for a language model
    activation: Callable[[FloatArray], FloatArray] = field(init=False, repr=False)
    prompt: str = field(init=False)  # in front of the question, or what a language model is told to do

    def __post_init__(self) -> None:
        super().__post_init__()
        files = self.folder or Path()
        self.yes_no = yes_no_of(files, self.tokenizer) if self.prepared else None
        self.relevant = None if self.yes_no else label_of(self.model.config, RELEVANT)
        one = self.yes_no is not None or self.relevant is None
        self.activation = activation_of(files, "Sigmoid" if one else "Identity")
        self.prompt = prompts_of(files)[1]

    @classmethod
    def build(cls, request: Request[Any], folder: Path) -> tuple[Any, Any]:
        """A classifier of sequences, or a language model where the files say so."""
        config = read_json(folder / "config.json", {})
        kind: Kind = "causal language model" if asked_yes_or_no(config) else "cross-encoder"
        return from_transformers(replace(request, kind=kind), folder)


class CrossEncoder(EncoderOf[CrossEncoderModel]):
    """A model that reads question and text together, and says how relevant the text is."""

    loaded_as = CrossEncoderModel

    def __init__(self, model: str, *, device: str | None = None, dtype: str | None = None) -> None:
        super().__init__(model, "cross-encoder", device=device, dtype=dtype)

    def relevance(self, question: str, texts: Sequence[str]) -> FloatArray:
        """Relevance of each text, as the model's authors give it, shape [len(texts)]; higher is better.

        One label's logit after its activation, a probability by default; of two labels, the one that means
        relevant over the other, in nats; of a language model, "yes" over "no". Of a pair that is too long the
        text loses its end.
        """
        if not len(texts):
            return np.zeros(0)
        loaded = self.loaded
        if loaded.yes_no is not None:
            return loaded.activation(self._answers(question, texts, loaded.yes_no))
        logits = self.pairs(loaded.prompt + question, texts)
        if loaded.relevant is None:
            return loaded.activation(logits[:, 0])
        others = np.logaddexp.reduce(np.delete(logits, loaded.relevant, axis=1), axis=1)
        return loaded.activation(logits[:, loaded.relevant] - others)

    def _answers(self, question: str, texts: Sequence[str], tokens: YesNo) -> FloatArray:
        """By how much "yes" is likelier than "no" behind each pair, in nats."""
        import torch

        before, after = self.ids_of(BEFORE), self.ids_of(AFTER)
        task = self.loaded.prompt or _TASK
        room = max(1, min(self.window, _LONGEST) - len(before) - len(after))
        pairs = [PAIR.format_map({"task": task, "question": question, "text": text}) for text in texts]
        rows = [before + self.ids_of(pair)[:room] + after for pair in pairs]
        prepared = self.loaded.prepared
        if prepared is None:
            raise UnsupportedModel(f"{self.name} predicts no tokens.")
        states = self.passes(rows, None, partial(_last_states, prepared.apart.body))
        last = [one[len(row) - 1] for one, row in zip(states, rows, strict=True)]
        chosen = [tokens.yes, tokens.no]
        logits = self.loaded.run(lambda _: prepared.apart.head(torch.stack(last))[:, chosen].float().cpu())
        return np.asarray((logits[:, 0] - logits[:, 1]).numpy(), dtype=np.float64)


def yes_no_of(folder: Path, tokenizer: Any) -> YesNo:
    """The two tokens: those that the files name, else "yes" and "no".

    Raises:
        UnsupportedModel: a word has no token of its own.
    """
    told = _logit_score(folder)
    if told.get("true_token_id") is not None and told.get("false_token_id") is not None:
        return YesNo(int(told["true_token_id"]), int(told["false_token_id"]))
    found = [tokenizer.convert_tokens_to_ids(word) for word in ("yes", "no")]
    if any(one is None or one == tokenizer.unk_token_id for one in found):
        raise UnsupportedModel(
            f'{folder} has no tokens "yes" and "no", so it is not a reranker that answers yes or no.'
        )
    return YesNo(*found)


def activation_of(folder: Path, usual: str) -> Callable[[FloatArray], FloatArray]:
    """What happens to a score, as the files say it.

    Raises:
        UnsupportedModel: it is none that is known here.
    """
    config = read_json(folder / "config.json", {})
    named = (
        read_json(folder / "config_sentence_transformers.json", {}).get("activation_fn")
        or (config.get("sentence_transformers") or {}).get("activation_fn")
        or config.get("sbert_ce_default_activation_function")
        or f"torch.nn.{usual}"
    )
    activation = activation_named(str(named))
    if activation is None:
        raise UnsupportedModel(
            f"{folder} has the activation {named}, and only {', '.join(ACTIVATIONS)} of torch are known."
        )
    return activation


def _logit_score(folder: Path) -> Mapping[str, Any]:
    """The configuration of the module that says which tokens answer."""
    for module in read_json(folder / "modules.json", []):
        if str(module.get("type")).endswith("LogitScore"):
            found: Mapping[str, Any] = read_json(folder / str(module.get("path")) / "config.json", {})
            return found
    return {}


def _last_states(body: Callable[..., Any], inputs: dict[str, Any], model: Any) -> Any:
    """The states of each row, on the model's device."""
    return body(**{name: tensor.to(model.device) for name, tensor in inputs.items()}, use_cache=False)
