"""What is left of tool results at a quarter: `python benchmarks/tool_results.py --data DATA`.

DATA has ``tasks/agent_outputs.jsonl.gz``: outputs of tools, each with a question, answers, and the name of
the record that they belong to. An answer counts as kept where it stands within 200 characters of that name.
Ours goes through `LinguaToolMiddleware`; beside it whole lines and records by BM25, and headroom-ai where it
is installed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import time
import warnings
from pathlib import Path

import numpy as np
from langchain_core.messages import HumanMessage, ToolMessage

from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.text.data.literals import is_json
from lingua_integrations.langchain import LinguaToolMiddleware

RATE = 0.25
NEAR = 200
MARK = re.compile(r"\W*… \d+ lines? ")
count = as_counter("o200k_base").count


class Request:
    """As much of a tool call's request as the middleware reads."""

    def __init__(self, question: str) -> None:
        self.tool_call = {"name": "fetch", "args": {}, "id": "1"}
        self.state = {"messages": [HumanMessage(question)]}


def ours(method):
    """Through the middleware."""
    middleware = LinguaToolMiddleware(method=method, rate=RATE)

    def shorten(text, question):
        message = ToolMessage(text, tool_call_id="1")
        return middleware.wrap_tool_call(Request(question), lambda _: message).content

    return shorten


def records(text, question):
    """Whole records of JSON's longest array, or whole lines, by BM25 while they fit."""
    parts, wrap = _parts(text)
    room = RATE * count(text)
    kept = []
    for at in np.argsort(-BM25Ranker().rank(question, parts), kind="stable"):
        if count(wrap([parts[i] for i in sorted([*kept, at])])) > room:
            break
        kept.append(int(at))
    return wrap([parts[i] for i in sorted(kept)])


def _parts(text):
    if is_json(text):
        data = json.loads(text)
        arrays = [data] if isinstance(data, list) else [one for one in data.values() if isinstance(one, list)]
        if arrays:
            longest = max(arrays, key=len)
            return [
                json.dumps(one, ensure_ascii=False) for one in longest
            ], lambda kept: f"[{', '.join(kept)}]"
    return text.splitlines(), "\n".join


def headroom():
    """headroom-ai as a library, with its defaults."""
    from headroom import compress

    def shorten(text, question):
        call = {"id": "1", "type": "function", "function": {"name": "fetch", "arguments": "{}"}}
        messages = [
            {"role": "user", "content": question},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "1", "content": text},
        ]
        made = compress(messages, model="gpt-4o")
        return made.messages[-1]["content"]

    return shorten


def kept(item, shown):
    """Whether an answer stands near the name of its record."""
    for answer in item["answers"]:
        at = shown.find(answer)
        while at >= 0:
            around = shown[max(0, at - NEAR) : at + len(answer) + NEAR]
            if not item["owner"] or item["owner"] in around:
                return True
            at = shown.find(answer, at + 1)
    return False


def measured(shorten, items):
    """Answers kept, also in shorter texts; mean rate; JSON that is JSON; whole lines; seconds of one."""
    answers, shorter, rates, valid, lines, seconds = 0, 0, [], [], [], []
    shorten(items[0]["text"], items[0]["question"])  # nothing pays for loading
    for item in items:
        text = item["text"]
        start = time.process_time()
        shown = shorten(text, item["question"])
        seconds.append(time.process_time() - start)
        rates.append(count(shown) / count(text))
        answers += kept(item, shown)
        shorter += kept(item, shown) and rates[-1] < 1
        if is_json(text):
            valid.append(is_json(shown))
        elif item["kind"] in ("csv", "grep", "listing", "log", "tests"):
            known = {line.rstrip() for line in text.splitlines()}
            told = [line.rstrip() for line in shown.splitlines() if not MARK.match(line)]
            lines += [line in known for line in told if line]
    return answers, shorter, np.mean(rates), np.mean(valid), np.mean(lines), np.median(seconds), max(seconds)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--methods", default="extractive-bm25,extractive-fusion")
    wanted = parser.parse_args()
    with gzip.open(wanted.data / "tasks" / "agent_outputs.jsonl.gz", "rt", encoding="utf-8") as file:
        items = [json.loads(line) for line in file]
    contenders = {f"ours, {method}": ours(method) for method in wanted.methods.split(",")}
    contenders["whole records or lines by BM25"] = records
    try:
        contenders["headroom-ai"] = headroom()
    except ImportError:
        print("headroom-ai is not installed: pip install headroom-ai")
    print(f"{len(items)} outputs at {RATE}\n")
    heads = (
        "answers kept",
        "in a shorter text",
        "mean rate",
        "JSON valid",
        "whole lines",
        "CPU seconds",
        "most",
    )
    print(f"| | {' | '.join(heads)} |\n|{'---|' * (len(heads) + 1)}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, shorten in contenders.items():
            answers, shorter, rate, valid, lines, median, most = measured(shorten, items)
            shown = f"{valid:.0%} | {lines:.0%} | {median:.2f} | {most:.2f}"
            counts = f"{answers} of {len(items)} | {shorter}"
            print(f"| {name} | {counts} | {rate:.3f} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
