"""What the benchmarks run: texts that no call has seen, our methods, the peer's, and models as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import torch

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.encoder import SentenceEncoder
from lingua_integrations.core.models.remembered import Vectors
from lingua_integrations.core.protocols import Ranker
from lingua_integrations.core.prune.rankers.embedding import DEFAULT_EMBEDDING, EmbeddingRanker
from lingua_integrations.core.prune.rankers.fusion import FusionRanker
from lingua_integrations.core.prune.scorers.token_classifier import TokenClassifier
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.demo.corpus import QUESTIONS, passages
from lingua_integrations.evaluation.peer import worker

QUESTION = QUESTIONS[0].text
PASSAGES, TOKENS = 20, 119  # as in NaturalQuestions with 20 documents
Work = Callable[[list[str], float], object]


@dataclass(frozen=True)
class Setting:
    """What a table is measured with.

    Attributes:
        peer: llmlingua 0.2.2 beside ours.
        rounds: of all contenders.
        device: where models run.
        dtypes: of their numbers; a pass is in the last one.
        model: of the scorer.
        methods: names of contenders begin with one of them.
    """

    peer: bool
    rounds: int
    device: str
    dtypes: Sequence[str]
    model: str
    methods: tuple[str, ...]

    def chosen(self, contenders: dict[str, Work]) -> dict[str, Work]:
        """Those that were asked for."""
        return {name: work for name, work in contenders.items() if name.startswith(self.methods)}

    def plain(self, kind: str, folder: Path | str) -> Any:
        """The model of a pass."""
        return plain(kind, folder, self.dtypes[-1]).to(self.device)

    def run(self, model: Any, ids: torch.Tensor, **options: Any) -> None:
        """One pass, to its end."""
        with torch.inference_mode():
            model(input_ids=ids.to(self.device), **options)
        if self.device.startswith("cuda"):
            torch.cuda.synchronize()


def texts_of(scorer: CausalLM, number: int, tokens: int) -> Iterator[list[str]]:
    """Prompts of ``number`` texts of ``tokens`` each, while there is text; none comes twice."""
    source = " ".join(passage.text for passage in passages())
    spans = scorer.encode(source).spans
    begin = 0
    while begin + number * tokens < len(spans):
        places = range(begin, begin + number * tokens + 1, tokens)
        yield [source[spans[at, 0] : spans[to, 0]] for at, to in pairwise(places)]
        begin += number * tokens


def by(
    scorer: CausalLM | TokenClassifier | None,
    config: CompressionConfig,
    ranker: Callable[[], Ranker] | None = None,
) -> Work:
    """A call with a compressor, and with a ranker, that has seen nothing yet."""

    def work(texts: list[str], rate: float) -> object:
        compressor = PromptCompressor(scorer, config, ranker=ranker() if ranker else None)
        return compressor.compress(texts, question=QUESTION, rate=rate)

    return work


def named(contenders: dict[str, Work], dtype: str) -> dict[str, Work]:
    """Contenders with the type of their numbers in their names."""
    return {f"{name}, {dtype}": work for name, work in contenders.items()}


def ours(setting: Setting, dtype: str) -> dict[str, Work]:
    """Our methods."""
    scorer = CausalLM(setting.model, dtype=dtype, device=setting.device)
    encoder = SentenceEncoder(DEFAULT_EMBEDDING, dtype=dtype, device=setting.device)
    sequential = METHODS["llmlingua"].config.with_(independent=False)
    long = METHODS["longllmlingua"].config

    def fusion() -> Ranker:
        encoder.loaded.vectors = Vectors()  # what it remembers of the texts at another rate does not help
        return FusionRanker(EmbeddingRanker(encoder))

    return {
        "llmlingua": by(scorer, METHODS["llmlingua"].config),
        "llmlingua, one after the other": by(scorer, sequential),
        "longllmlingua": by(scorer, long),
        "longllmlingua, one after the other": by(scorer, long.with_(independent=False)),
        "rag": by(scorer, METHODS["rag"].config),
        "extractive-fusion": by(None, METHODS["extractive-fusion"].config, fusion),
    }


def theirs(
    setting: Setting, model: str, kind: Literal["causal", "classifier"], dtype: str
) -> dict[str, Work]:
    """The peer's methods, in its own process; its own clock counts."""
    process = worker("llmlingua", model, kind=kind, dtype=dtype, device=setting.device)

    def by(method: str) -> Work:
        def work(texts: list[str], rate: float) -> float:
            request = {"method": method, "texts": texts, "question": QUESTION, "rate": rate}
            return float(process.ask(request)["seconds"])

        return work

    methods = ("llmlingua", "longllmlingua") if kind == "causal" else ("llmlingua2",)
    return {f"{method} 0.2.2": by(method) for method in methods}


def classifier(folder: Path) -> Path:
    """A random token classifier of the size of multilingual BERT; the peer goes by the folder's name."""
    from transformers import AutoTokenizer, BertConfig, BertForTokenClassification

    path = folder / "bert-base-multilingual-cased"
    tokenizer = AutoTokenizer.from_pretrained(resolve(DEFAULT_EMBEDDING).folder)
    tokenizer.model_max_length = 512
    torch.manual_seed(0)
    BertForTokenClassification(BertConfig(vocab_size=len(tokenizer), num_labels=2)).save_pretrained(path)
    tokenizer.save_pretrained(path)
    return path


def plain(kind: str, folder: Path | str, dtype: str = "float32") -> Any:
    """A model as transformers loads it."""
    import transformers

    return getattr(transformers, kind).from_pretrained(folder, dtype=getattr(torch, dtype)).eval()
