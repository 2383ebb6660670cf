"""One question in one framework, and one for an agent: what was kept, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from lingua_integrations.core.results import CompressionResult
from lingua_integrations.core.usage import Usage, usage
from lingua_integrations.demo.corpus import Question

Build = Callable[[float, Callable[[CompressionResult], None]], Callable[[str], str]]
"""Makes a pipeline, from question to answer, that compresses to a rate and hands on its results."""


@dataclass(frozen=True)
class Trial:
    """One question, asked once; how long compressing and answering took, in seconds."""

    framework: str
    rate: float
    question: Question
    result: CompressionResult
    answer: str
    compressing: float
    answering: float

    @property
    def kept(self) -> bool:
        """Whether the phrase that the answer needs is still in the context."""
        return any(self.question.answered_in(text) for text in self.result.texts)

    @property
    def evidence(self) -> str:
        """What stands around the phrase in the context that has it."""
        found = (text for text in self.result.texts if self.question.answered_in(text))
        sentences = (one for text in found for one in text.replace("\n", " ").split(". "))
        return " ".join(next(filter(self.question.answered_in, sentences), "").split())

    @property
    def answered(self) -> bool:
        """Whether the phrase is in the answer."""
        return self.question.answered_in(self.answer)


def ask(framework: str, build: Build, rate: float, question: Question) -> Trial:
    """Ask one question of one pipeline, and time it."""
    seen: list[CompressionResult] = []
    start = time.perf_counter()
    answer = build(rate, seen.append)(question.text)
    seconds = time.perf_counter() - start
    compressing = sum(seen[0].seconds.values())
    return Trial(framework, rate, question, seen[0], answer, compressing, seconds - compressing)


class AgentTrial(NamedTuple):
    """What a tool said, compressed on arrival, and what the agent answered from it."""

    question: str
    result: CompressionResult
    answer: str
    saving: Usage


def ask_agent(question: str, rate: float) -> AgentTrial:
    """Ask the scripted agent, whose one tool gives whole pages of the manual."""
    from langchain.agents import create_agent
    from langchain_core.messages import HumanMessage

    from lingua_integrations.demo.agent import ScriptedLLM, read_manual
    from lingua_integrations.langchain import LinguaToolMiddleware

    seen: list[CompressionResult] = []
    shorter = LinguaToolMiddleware(rate=rate, store={}, on_result=seen.append)
    agent = create_agent(ScriptedLLM(), [read_manual], middleware=[shorter])
    with usage() as saving:
        state = agent.invoke({"messages": [HumanMessage(question)]})
    return AgentTrial(question, seen[0], state["messages"][-1].text, saving)
