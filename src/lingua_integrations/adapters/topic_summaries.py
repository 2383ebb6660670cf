"""Each topic of a text summarised by the user's own model (Semantic Compression, Fei et al. 2023).

What comes out is written by a model and is not cut from the input: a part of its own beside the compressors.
"""

from __future__ import annotations

import warnings
from collections.abc import MutableMapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from hashlib import sha256
from typing import Any, Literal, NamedTuple

from cachetools import LRUCache

from lingua_integrations.adapters.asking import Model, Said
from lingua_integrations.adapters.topic_prompts import prompt_for, why_not
from lingua_integrations.core.background import in_thread
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.compressor import DEFAULT_COUNTER, PromptCompressor
from lingua_integrations.core.prices import Prices
from lingua_integrations.core.prune.topic_excerpts import TopicExcerpt, topic_excerpts
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.threads import Lock
from lingua_integrations.core.types import Count
from lingua_integrations.errors import BudgetTooSmall, InvalidRequest, LinguaWarning, ModelError

_WORDS_PER_TOKEN = 0.7
OnError = Literal["raise", "sentences"]


class TopicSummary(NamedTuple):
    """What is left of one topic.

    Attributes:
        text: the summary, or the topic's own sentences where there is none; "" where it had no room.
        sources: the sentences that it stands for: the index of a text, and spans of it.
        why_sentences: why sentences stand here instead of a summary; ``None``: the model wrote this.
    """

    text: str
    sources: tuple[tuple[int, tuple[Span, ...]], ...]
    why_sentences: str | None


@dataclass(frozen=True)
class TopicSummaries:
    """The summaries of a call, in the order in which their topics begin.

    Attributes:
        topics: one for each.
        budget: tokens of the target model that were allowed.
        tokens_before: of the texts.
        tokens_after: of `text`.
        calls: requests that were made; what the cache knew takes none.
        tokens_read: of the summarising model in these: of the prompts.
        tokens_written: likewise of the replies.
        cost: of these, in the currency of the prices; ``None`` without prices.
    """

    topics: tuple[TopicSummary, ...]
    budget: int
    tokens_before: int
    tokens_after: int
    calls: int
    tokens_read: int
    tokens_written: int
    cost: float | None

    @property
    def text(self) -> str:
        """All summaries, a blank line between two."""
        return _joined([topic.text for topic in self.topics])


@dataclass
class TopicSummarizer:
    """Summarises each topic of texts with a model of the user's own.

    Sentences become a graph by likeness, its communities are the topics, and each is summarised in its share
    of the budget. **This is not extractive**: a model writes the text, so there are no kept spans, and what
    it states can be wrong. Two guards: a summary with a number that its topic does not have is refused, and
    the topic's most telling sentences stand instead; the budget holds whatever the model writes.

    Args:
        llm: a chat model or LLM of LangChain, or an LLM of LlamaIndex.
        rate: share of the target model's tokens to keep, in (0, 1]; default: 0.5.
        target_tokens: a number of them instead.
        prices: of the summarising model, for `TopicSummaries.cost`.
        cache: where replies are remembered, by model and prompt: any mapping, such as a ``diskcache.Cache``;
            default: the latest 1,000, in memory.
        least: tokens from which on a topic is worth a request; shorter ones join what stands before them.
        most: tokens of one request; a longer topic is summarised in parts.
        workers: requests that may be under way at once.
        on_error: where a request fails: "sentences" lets the topic's most telling sentences stand, with a
            warning; "raise" raises.
        counter: whose tokens the budget counts.

    Raises:
        InvalidRequest: the model is none, or a number leaves its range.

    Example:
        >>> from langchain_core.language_models import FakeListChatModel
        >>> summarizer = TopicSummarizer(FakeListChatModel(responses=["It rained."]), rate=0.5, least=10)
        >>> summarizer.summarize(["It rained all day in the north. It rained all night in the north."]).text
        'It rained.'
    """

    llm: Any
    _: KW_ONLY
    rate: float | None = None
    target_tokens: int | None = None
    prices: Prices | None = None
    cache: MutableMapping[str, str] = field(default_factory=lambda: LRUCache(1000), repr=False)
    least: int = 100
    most: int = 4000
    workers: int = 4
    on_error: OnError = "sentences"
    counter: Any = DEFAULT_COUNTER

    def __post_init__(self) -> None:
        if self.on_error not in ("raise", "sentences"):
            raise InvalidRequest(f'on_error must be "raise" or "sentences", not {self.on_error!r}.')
        if not 1 <= self.least <= self.most or self.workers < 1:
            raise InvalidRequest("TopicSummarizer: 1 <= least <= most and 1 <= workers must hold.")
        self._counter = as_counter(self.counter)
        self._model = Model(self.llm, self._counter.count, self.workers)
        self._sentences = PromptCompressor(config="salience", counter=self._counter)
        self._lock = Lock()
        self._budget(1)  # checks rate and tokens

    def _budget(self, tokens: int) -> int:
        return self._sentences.config.budget_of(tokens, self.rate, self.target_tokens)

    def summarize(self, texts: Sequence[str]) -> TopicSummaries:
        """The summaries of some texts, which are read as one.

        Raises:
            InvalidRequest: the texts are one string, or none of them is a text.
            BudgetTooSmall: not one sentence of what the model wrote fits into the budget.
            ModelError: a request failed, and ``on_error`` is "raise".
        """
        plan = self._plan(texts)
        return self._finished(plan, self._model.ask(plan.missing))

    async def asummarize(self, texts: Sequence[str]) -> TopicSummaries:
        """The same with the model's own async calls; the rest in a thread."""
        plan = await in_thread(self._plan, texts)
        return await in_thread(self._finished, plan, await self._model.aask(plan.missing))

    def _plan(self, texts: Sequence[str]) -> _Plan:
        """What has to be asked, and what is known."""
        if isinstance(texts, str):
            raise InvalidRequest("texts is one string; give a list of texts, for one text: [text].")
        count = self._counter.count
        before = count(_joined(texts))
        budget = self._budget(before)
        if before <= budget:
            whole = [_whole(number, text, count) for number, text in enumerate(texts) if text.strip()]
            return _Plan(before, budget, whole, [None] * len(whole), {})
        excerpts = topic_excerpts([read(text) for text in texts], count, self.least, self.most)
        share = budget / max(1, sum(excerpt.tokens for excerpt in excerpts))
        prompts = [
            prompt_for(excerpt.text, int(share * excerpt.tokens * _WORDS_PER_TOKEN)) for excerpt in excerpts
        ]
        with self._lock:
            found = {prompt: self.cache.get(self._key(prompt)) for prompt in prompts}
        known = {prompt: reply for prompt, reply in found.items() if reply is not None}
        return _Plan(before, budget, excerpts, prompts, known)

    def _finished(self, plan: _Plan, replies: Sequence[Said | Exception]) -> TopicSummaries:
        """The summaries in the budget, and what they cost."""
        told = dict(zip(plan.missing, replies, strict=True))
        good = {prompt: one.text for prompt, one in told.items() if isinstance(one, Said)}
        with self._lock:
            for prompt, text in good.items():
                self.cache[self._key(prompt)] = text
        known = plan.known | good
        topics = [
            self._topic(plan, excerpt, prompt and known.get(prompt), told.get(prompt) if prompt else None)
            for excerpt, prompt in zip(plan.excerpts, plan.prompts, strict=True)
        ]
        topics = self._in_budget(topics, plan.budget)
        asked = [one for one in told.values() if isinstance(one, Said)]
        read_, written = sum(one.read for one in asked), sum(one.written for one in asked)
        prices = self.prices
        cost = None if prices is None else (read_ * prices.input + written * prices.output) / 1e6
        after = self._counter.count(_joined([topic.text for topic in topics]))
        return TopicSummaries(tuple(topics), plan.budget, plan.before, after, len(told), read_, written, cost)

    def _topic(
        self, plan: _Plan, excerpt: TopicExcerpt, reply: str | None, failed: Said | Exception | None
    ) -> TopicSummary:
        """The reply, unless there is none that can stand."""
        if isinstance(failed, Exception):
            why: str | None = f"the request failed ({type(failed).__name__})"
            if self.on_error == "raise":
                raise ModelError(
                    f"{self._model.name} summarised no topic ({type(failed).__name__})."
                ) from failed
            warnings.warn(f"A topic is not summarised: {why}.", LinguaWarning, stacklevel=4)
        elif reply is None:
            return TopicSummary(excerpt.text, excerpt.sources, "it fits the budget as it is")
        else:
            why = why_not(reply, excerpt.text)
            if why is None and self._counter.count(reply) < excerpt.tokens:
                return TopicSummary(reply, excerpt.sources, None)
            why = why or "the summary is no shorter"
        share = max(1, int(plan.budget * excerpt.tokens / max(1, plan.tokens)))
        try:
            (text,) = self._shortened([excerpt.text], share)
        except BudgetTooSmall as error:  # what all topics come to is fitted at the end
            (text,) = self._shortened([excerpt.text], error.smallest)
        return TopicSummary(text, excerpt.sources, why)

    def _in_budget(self, topics: list[TopicSummary], budget: int) -> list[TopicSummary]:
        """Topics whose joined text is at most the budget: of longer ones sentences go, perhaps all."""
        count = self._counter.count
        while (over := count(_joined([one.text for one in topics])) - budget) > 0:
            room = max(1, sum(count(one.text) for one in topics if one.text) - over)
            texts = self._shortened([one.text for one in topics], room)
            topics = [one._replace(text=text) for one, text in zip(topics, texts, strict=True)]
        return topics

    def _shortened(self, texts: Sequence[str], tokens: int) -> list[str]:
        """The most telling sentences in a number of tokens; what is left of each text."""
        result = self._sentences.compress(texts, target_tokens=tokens)
        left = {context.index: context.text for context in result.contexts}
        return [left.get(number, "") for number in range(len(texts))]

    def _key(self, prompt: str) -> str:
        return sha256(f"{self._model.name}\0{prompt}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class _Plan:
    """A call between its requests and their replies."""

    before: int
    budget: int
    excerpts: Sequence[TopicExcerpt]
    prompts: Sequence[str | None]  # one for each excerpt; None: it stays as it is
    known: dict[str, str]  # replies by prompt

    @property
    def tokens(self) -> int:
        """Tokens of all topics."""
        return sum(excerpt.tokens for excerpt in self.excerpts)

    @property
    def missing(self) -> list[str]:
        """Prompts whose replies are not known, each once."""
        return [one for one in dict.fromkeys(self.prompts) if one is not None and one not in self.known]


def _joined(texts: Sequence[str]) -> str:
    return "\n\n".join(text for text in texts if text.strip())


def _whole(number: int, text: str, count: Count) -> TopicExcerpt:
    return TopicExcerpt(text, count(text), ((number, (Span(0, len(text)),)),))
