"""A document compressor as a step of a chain, and what such a step reads of the chain's dictionary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from langchain_core.documents import BaseDocumentCompressor, Document
from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from lingua_integrations.adapters.hints import text_or_refused
from lingua_integrations.errors import InvalidRequest

Made = TypeVar("Made")


def step_of(
    compressor: BaseDocumentCompressor,
    context_key: str,
    question_key: str,
    put: Callable[[dict[str, Any], Sequence[Document]], Made],
    name: str,
) -> Runnable[dict[str, Any], Made]:
    """A compressor as a step of a chain; ``put`` makes the output of the input and the shorter documents."""

    def run(inputs: dict[str, Any], config: RunnableConfig) -> Made:
        documents, question = read_inputs(inputs, context_key, question_key)
        callbacks = config.get("callbacks")
        return put(inputs, compressor.compress_documents(documents, question, callbacks=callbacks))

    async def arun(inputs: dict[str, Any], config: RunnableConfig) -> Made:
        documents, question = read_inputs(inputs, context_key, question_key)
        callbacks = config.get("callbacks")
        return put(inputs, await compressor.acompress_documents(documents, question, callbacks=callbacks))

    return RunnableLambda(run, arun, name=name)


def read_inputs(inputs: dict[str, Any], context_key: str, question_key: str) -> tuple[list[Document], str]:
    """Documents and question of a chain's dictionary, which must be there, and documents or text."""
    for key in (context_key, question_key):
        if not isinstance(inputs, dict) or key not in inputs:
            had = ", ".join(map(repr, inputs)) if isinstance(inputs, dict) else type(inputs).__name__
            raise InvalidRequest(f"The step before must give a dictionary with {key!r}; it gave {had}.")
    given = inputs[context_key]
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list | tuple) or not all(isinstance(one, str | Document) for one in texts):
        raise InvalidRequest(f"{context_key!r} must be documents or text, not {type(given).__name__}.")
    if len({isinstance(one, str) for one in texts}) > 1:
        raise InvalidRequest(f"{context_key!r} mixes documents and texts.")
    question = text_or_refused(inputs[question_key], repr(question_key))
    return [Document(one) if isinstance(one, str) else one for one in texts], question
