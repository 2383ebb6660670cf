"""Never run: mypy checks it. A line whose error type checkers must find says which one it ignores."""

from __future__ import annotations

from lingua_integrations import CompressionConfig, CompressionResult, Context, MustKeep, PromptCompressor
from lingua_integrations.langchain import (
    LinguaDocumentCompressor,
    LinguaHistoryMiddleware,
    LinguaToolInterceptor,
    LinguaToolMiddleware,
    Payback,
    Prices,
    compress_context,
)
from lingua_integrations.llama_index import LinguaNodePostprocessor, LinguaTool, LinguaTransform


def tell(result: CompressionResult) -> None:
    """A callback."""


compressor = PromptCompressor.from_pretrained(config=CompressionConfig(must_keep=MustKeep(first=1)))
result: CompressionResult = compressor.compress(["a", Context("b")], question="c", rate=0.5)

LinguaDocumentCompressor(rate=0.5, method="extractive-bm25", spread="each", on_result=tell)
LinguaDocumentCompressor(method="extractiv")  # type: ignore[arg-type]
LinguaDocumentCompressor(ratio=0.5)  # type: ignore[call-arg]
LinguaNodePostprocessor(method="salience", when_too_small="raise")
LinguaTransform(rate=0.5, show_progress=True)
LinguaTransform(spread="each")  # type: ignore[call-arg]

LinguaToolMiddleware(rate=0.3, only=["search"], method="extractive-bm25")
LinguaToolMiddleware(method="extractiv")  # type: ignore[arg-type]
LinguaToolMiddleware(spread="together")  # type: ignore[call-arg]
LinguaToolMiddleware(keep_fields=["id"], store={}, only_if_it_pays=Payback(prices=Prices(input=3.0)))
LinguaToolMiddleware(only_if_it_pays=0.3)  # type: ignore[arg-type]
LinguaToolInterceptor(exclude=["search"], holdout=0.1, rate=0.3)
LinguaToolInterceptor(exclud=["search"])  # type: ignore[call-arg]
LinguaHistoryMiddleware(trigger_tokens=100, min_tokens=50)
LinguaTool(lambda query: query, question_argument="query", spread="each")
LinguaTool(lambda query: query, rates=0.5)  # type: ignore[call-arg]
compress_context("documents", rate=0.25, metadata_key=None, as_documents=True)
compress_context(top_n=3)  # type: ignore[call-arg]
