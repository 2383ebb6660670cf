"""POST /v1/compress and /v1/rerank, probes and counters."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from lingua_integrations.core.compressor import PromptCompressor
from lingua_integrations.core.request import Context
from lingua_integrations.core.results import CompressedText, CompressionResult
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.serve.metrics import CONTENT_TYPE
from lingua_integrations.serve.service import Service
from lingua_integrations.serve.wire import answer, known_only, list_in, problem, read_object, text_in
from lingua_integrations.serve.work import Done, while_there

_COMPRESS = ("contexts", "question", "instruction", "rate", "target_tokens", "method")
_CONTEXT = ("text", "title", "kind", "rate", "keep")
_RERANK = ("query", "documents", "texts", "top_n", "top_k", "return_documents", "return_text", "raw_scores")
_OF_OTHERS = ("model", "truncate", "truncation_direction", "max_tokens_per_doc", "max_chunks_per_doc", "user")
"""Fields that clients of other rerankers send, and that change nothing here: texts are read to their end."""


async def compress(request: Request) -> Response:
    """Compress contexts to a budget: the arguments of `PromptCompressor.compress` as a JSON object."""
    service: Service = request.app.state.service
    asked = known_only(await read_object(request, service.settings.limits), _COMPRESS)
    compressor = service.compressor(text_in(asked, "method"))
    call = partial(
        compressor.compress,
        [_context(one) for one in list_in(asked, "contexts")],
        question=text_in(asked, "question"),
        instruction=text_in(asked, "instruction"),
        rate=asked.get("rate"),
        target_tokens=asked.get("target_tokens"),
    )
    result = await _done(request, service, call)
    service.metrics.count("/v1/compress", result.tokens_before, result.tokens_after)
    return answer(_shown(result))


async def rerank(request: Request) -> Response:
    """Put documents in order by a question, in the shape of Cohere; with ``texts`` in that of TEI."""
    service: Service = request.app.state.service
    asked = known_only(await read_object(request, service.settings.limits), (*_RERANK, *_OF_OTHERS))
    if ("texts" in asked) == ("documents" in asked):
        raise InvalidRequest("Give either documents or texts.")
    given = list_in(asked, "texts" if "texts" in asked else "documents")
    wanted = Ranked.of(asked, [_document(one) for one in given])
    compressor = service.compressor()
    scores = await _done(request, service, partial(_ranked, compressor, wanted))
    raw = bool(asked.get("raw_scores")) or compressor.config.ranker in ("cross-encoder", "pruner")
    return answer(wanted.as_tei(scores, raw) if "texts" in asked else wanted.as_cohere(scores, raw))


async def live(request: Request) -> Response:
    """Whether the process answers at all."""
    return answer({"status": "live"})


async def ready(request: Request) -> Response:
    """Whether it is of use to ask it: its models are loaded."""
    service: Service = request.app.state.service
    if service.unready is not None:
        return problem(503, "not_ready", service.unready, headers={"Retry-After": "5"})
    return answer({"status": "ready", "methods": list(service.compressors)})


async def metrics(request: Request) -> Response:
    """Counters in Prometheus's format."""
    service: Service = request.app.state.service
    return Response(service.metrics.page(), media_type=CONTENT_TYPE)


async def _done(request: Request, service: Service, call: Callable[[], Done]) -> Done:
    return await while_there(request, service.workers.run(call, service.settings.limits.seconds))


def _context(given: Any) -> Context:
    """A context of a request: a text, or an object with more to say than its text."""
    if not isinstance(given, dict):
        return Context(given)
    fields = known_only(given, _CONTEXT)
    keep = fields.get("keep") or []
    spans = isinstance(keep, list) and all(
        isinstance(span, list) and len(span) == 2 and all(type(place) is int for place in span)
        for span in keep
    )
    if not spans:
        raise InvalidRequest("keep must be a list of spans, each of two numbers: [start, end].")
    return Context(
        fields.get("text"),  # type: ignore[arg-type]  # it refuses what is no text
        title=text_in(fields, "title"),
        kind=text_in(fields, "kind"),
        rate=fields.get("rate"),
        keep=tuple((start, end) for start, end in keep),
    )


def _shown(result: CompressionResult) -> dict[str, Any]:
    """A result without the originals, which the client has."""
    return {
        "contexts": [{"index": one.index, **_text(one)} for one in result.contexts],
        "dropped": [
            {"index": one.index, "reason": one.reason, "tokens_before": one.tokens_before}
            for one in result.dropped
        ],
        "prompt": result.prompt,
        "tokens_before": result.tokens_before,
        "tokens_after": result.tokens_after,
        "budget": result.budget,
        "counter": result.counter,
        "model": result.model,
        "note": result.note,
        "seconds": dict(result.seconds),
    }


def _text(one: CompressedText) -> dict[str, Any]:
    return {
        "text": one.text,
        "spans": [list(span) for span in one.spans],
        "tokens_before": one.tokens_before,
        "tokens_after": one.tokens_after,
    }


def _document(given: Any) -> str:
    """A document of a request: a text, or an object that has one."""
    text = given.get("text") if isinstance(given, dict) else given
    if not isinstance(text, str):
        raise InvalidRequest("Each document must be a string, or an object with a text.")
    return text


@dataclass(frozen=True)
class Ranked:
    """What is to be put in order, and how much of it is wanted back."""

    question: str
    texts: Sequence[str]
    most: int
    with_texts: bool

    @classmethod
    def of(cls, asked: Mapping[str, Any], texts: Sequence[str]) -> Ranked:
        """Read a request.

        Raises:
            InvalidRequest: the question or the number is none.
        """
        question = asked.get("query")
        if not isinstance(question, str) or not question.strip():
            raise InvalidRequest("query must be a string that asks something.")
        most = next((asked[name] for name in ("top_n", "top_k") if asked.get(name) is not None), len(texts))
        if type(most) is not int or most < 0 or (most == 0 and texts):
            raise InvalidRequest("top_n must be a whole number of at least 1.")
        return cls(question, texts, most, bool(asked.get("return_documents") or asked.get("return_text")))

    def order(self, scores: Sequence[float]) -> list[int]:
        """Places of the best, the best first; equally good ones as they came."""
        return sorted(range(len(scores)), key=lambda at: -scores[at])[: self.most]

    def as_cohere(self, scores: Sequence[float], raw: bool) -> dict[str, Any]:
        """The answer of Cohere's and Jina's endpoints."""
        results = [
            {"index": at, "relevance_score": scores[at] if raw else squashed(scores[at])}
            | ({"document": {"text": self.texts[at]}} if self.with_texts else {})
            for at in self.order(scores)
        ]
        return {"results": results}

    def as_tei(self, scores: Sequence[float], raw: bool) -> list[dict[str, Any]]:
        """The answer of text-embeddings-inference."""
        return [
            {"index": at, "score": scores[at] if raw else squashed(scores[at])}
            | ({"text": self.texts[at]} if self.with_texts else {})
            for at in self.order(scores)
        ]


def _ranked(compressor: PromptCompressor, wanted: Ranked) -> list[float]:
    return [float(score) for score in compressor.rank(wanted.texts, wanted.question)]


def squashed(score: float) -> float:
    """A score of any measure in [0, 1], in the same order; not a probability.

    >>> squashed(0.0), round(squashed(2.0), 3), squashed(-1000.0)
    (0.5, 0.881, 0.0)
    """
    return 1 / (1 + math.exp(-score)) if score > -700 else 0.0
