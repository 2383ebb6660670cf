"""What 60 turns of an agent cost, and what it still knows: `python benchmarks/agent_bill.py --data DATA`.

A scripted model works through real tool outputs (DATA/tasks/agent_outputs.jsonl.gz): in each turn it is asked
something, calls the tool that has the answer, and says that it has seen it. The first ten it only looks at:
what they say is asked at the end, so that nobody knew then what would be needed. With `recall` it may fetch
them. No LLM is called: the model only decides which tool to call.

The bill is in input tokens at cache prices: what a call shares with the one before, message by message from
the start, is read from the cache (0.1); the rest is written to it (1.25).
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import warnings
from pathlib import Path
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import ClearToolUsesEdit, ContextEditingMiddleware, SummarizationMiddleware
from langchain_core.language_models import BaseChatModel, FakeListChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from tool_results import kept

from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.langchain import LinguaHistoryMiddleware, LinguaToolMiddleware

TURNS, ASKED_AGAIN = 60, 10
READ, WRITTEN = 0.1, 1.25
AGAIN = "Again: "
OURS = {"method": "extractive-bm25", "rate": 0.25}
count = as_counter("o200k_base").count


class Scripted(BaseChatModel):
    """Calls ``fetch`` once for each question, and ``recall`` where an earlier result names its original."""

    items: list[dict[str, Any]]
    prompts: list[list[str]]
    recalls: bool = False

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools, **kwargs):
        """Knows whether it may recall."""
        self.recalls = any(one.name == "recall" for one in tools)
        return self

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        self.prompts.append([f"{one.type}: {one.text} {getattr(one, 'tool_calls', '')}" for one in messages])
        return ChatResult(generations=[ChatGeneration(message=self._said(messages))])

    def _said(self, messages):
        at = max(i for i, one in enumerate(messages) if one.type == "human")
        asked = str(messages[at].text)
        if any(one.type == "tool" for one in messages[at:]):
            return AIMessage("I have seen it.")
        look = re.search(r"document (\d+)\.$", asked)
        named = (n for n, item in enumerate(self.items) if item["question"] in asked)
        number = int(look[1]) if look else next(named)
        name = f"call-{len(self.prompts)}"
        if not asked.startswith(AGAIN):
            return AIMessage("", tool_calls=[{"name": "fetch", "args": {"number": number}, "id": name}])
        if not self.recalls:
            return AIMessage("I look at what I have.")
        seen = next((one for one in messages if one.type == "tool" and one.artifact == number), None)
        found = re.search(r"recall\W+([0-9a-f]{12})", str(seen.text)) if seen else None
        if not found:
            return AIMessage("I look at what I have.")
        arguments = {"ref": found[1], "query": self.items[number]["question"]}
        return AIMessage("", tool_calls=[{"name": "recall", "args": arguments, "id": name}])


def conversation(items, middleware):
    """Everything the model was shown, call by call, and whether it still knew what it saw first."""
    model = Scripted(items=items, prompts=[])

    @tool(response_format="content_and_artifact")
    def fetch(number: int):
        """Fetch a document."""
        return items[number]["text"], number

    agent = create_agent(model, [fetch], middleware=middleware)
    state = {"messages": []}
    known = 0
    for turn in range(TURNS + ASKED_AGAIN):
        again = turn >= TURNS
        later = ASKED_AGAIN + (turn - ASKED_AGAIN) % (len(items) - ASKED_AGAIN)
        item = items[turn - TURNS if again else turn if turn < ASKED_AGAIN else later]
        asked = f"{AGAIN if again else f'Step {turn}: '}{item['question']}"
        if turn < ASKED_AGAIN:
            asked = f"Have a look at document {turn}."
        messages = [*state["messages"], HumanMessage(asked)]
        state = agent.invoke({"messages": messages}, {"recursion_limit": 50})
        if again:  # what the model saw in its last call
            known += any(kept(item, text) for text in model.prompts[-1])
    return model.prompts, known


def bill(prompts):
    """Input tokens at cache prices, and how many calls began as the call before them ended."""
    cost, stable, before = 0.0, 0, []
    tokens: dict[str, int] = {}
    for prompt in prompts:
        for text in prompt:
            if text not in tokens:
                tokens[text] = count(text)
        same = next(
            (i for i, (a, b) in enumerate(zip(prompt, before, strict=False)) if a != b),
            min(len(prompt), len(before)),
        )
        stable += same == len(before)
        cost += READ * sum(tokens[text] for text in prompt[:same]) + WRITTEN * sum(
            tokens[text] for text in prompt[same:]
        )
        before = prompt
    return cost, stable / len(prompts)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    wanted = parser.parse_args()
    with gzip.open(wanted.data / "tasks" / "agent_outputs.jsonl.gz", "rt", encoding="utf-8") as file:
        items = [json.loads(line) for line in file]
    summary = FakeListChatModel(responses=["Documents were fetched and read."])
    contenders = {
        "none": lambda: [],
        "ours at arrival": lambda: [LinguaToolMiddleware(**OURS)],
        "ours at arrival, with recall": lambda: [LinguaToolMiddleware(**OURS, store={})],
        "ours in history": lambda: [LinguaHistoryMiddleware(**OURS, trigger_tokens=30_000)],
        "ClearToolUsesEdit": lambda: [
            ContextEditingMiddleware(edits=[ClearToolUsesEdit(trigger=30_000, keep=3)])
        ],
        "SummarizationMiddleware": lambda: [
            SummarizationMiddleware(summary, trigger=("tokens", 30_000), keep=("messages", 6))
        ],
    }
    print("| | bill | against none | stable prefixes | early facts known at the end |")
    print("|---|---|---|---|---|")
    first = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, middleware in contenders.items():
            prompts, known = conversation(items, middleware())
            cost, stable = bill(prompts)
            first = first or cost
            print(
                f"| {name} | {cost:,.0f} | {cost / first:.2f} | {stable:.0%} | {known} of {ASKED_AGAIN} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
