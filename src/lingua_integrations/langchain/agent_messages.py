"""Compresses the messages of an agent's conversation, each once and each alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.callbacks import adispatch_custom_event, dispatch_custom_event
from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.runnables.config import ensure_config, get_callback_manager_for_config

from lingua_integrations.adapters.notes import report
from lingua_integrations.adapters.originals import Originals
from lingua_integrations.adapters.tool_results import AgentAdapter, Pays
from lingua_integrations.core.request import Context
from lingua_integrations.langchain.messages import Passage, Place, rewrite
from lingua_integrations.langchain.runnable import EVENT


@dataclass(frozen=True)
class Texts:
    """Texts of messages, shortened."""

    texts: dict[Place, str]  # what now stands in each place
    marks: dict[int, dict[str, int]]  # what to leave in the metadata of a message, by its index
    reports: list[dict[str, Any]]  # one for each text that was compressed or found short enough


@dataclass(frozen=True)
class Shortened:
    """Messages, one for each that came in, some of them shorter."""

    messages: list[BaseMessage]
    changed: list[int]  # indices of those that are others now
    reports: list[dict[str, Any]]  # what was done, one for each text


def shorten(
    settings: AgentAdapter,
    messages: Sequence[BaseMessage],
    passages: Iterable[Passage],
    question: str,
    originals: Originals | None = None,
    pays: Pays | None = None,
) -> Shortened:
    """Compress passages of messages, ranked by the question, and mark these, so that it is tried once."""
    made = shorter_texts(settings, passages, question, originals, pays)
    rewritten = zip(rewrite(messages, made.texts, made.marks), messages, strict=True)
    return Shortened([new or old for new, old in rewritten], sorted(made.marks), made.reports)


def shorter_texts(
    settings: AgentAdapter,
    passages: Iterable[Passage],
    question: str,
    originals: Originals | None = None,
    pays: Pays | None = None,
) -> Texts:
    """Compress texts of messages, each alone.

    JSON stays JSON. A text that is short, or whose compression failed, stays; its message is marked as well.
    """
    texts: dict[Place, str] = {}
    marks: dict[int, dict[str, int]] = {}
    reports: list[dict[str, Any]] = []
    for passage in passages:
        mark = marks.setdefault(passage.place.message, {"tokens_before": 0, "tokens_after": 0})
        given = Context(passage.text, keep=passage.keep)
        text, told = passage.text, {}
        result = settings.shorten_result(given, question, originals=originals, pays=pays)
        if result is not None:
            text, told = result.texts[0], report(result, settings.price_per_million)
        texts[passage.place] = text
        if told:
            reports.append(told)
            for key in mark:
                mark[key] += told[key]
    return Texts(texts, marks, reports)


def tell(reports: Sequence[dict[str, Any]], config: RunnableConfig | None = None) -> None:
    """Dispatch one custom event with the sums, where somebody traces."""
    config = ensure_config(config)
    if reports and get_callback_manager_for_config(config).parent_run_id is not None:
        dispatch_custom_event(EVENT, _sums(reports), config=config)


async def atell(reports: Sequence[dict[str, Any]], config: RunnableConfig | None = None) -> None:
    """The same, async."""
    config = ensure_config(config)
    if reports and get_callback_manager_for_config(config).parent_run_id is not None:
        await adispatch_custom_event(EVENT, _sums(reports), config=config)


def _sums(reports: Sequence[dict[str, Any]]) -> dict[str, Any]:
    numbers = ("tokens_before", "tokens_after", "seconds", "saved")
    return {key: sum(one[key] for one in reports) for key in numbers if key in reports[0]}
