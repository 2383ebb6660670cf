"""`lingua align report`: all that can be said about a tuned scorer, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lingua_integrations.alignment.align import HELD_OUT
from lingua_integrations.alignment.pairs import read_pairs
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.alignment.report import closeness, likelihoods, markdown, quality
from lingua_integrations.core.store import folders as store
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.targets import target_of

DOCUMENTS = 100
"""Of a task's, on which scorer and target are compared."""


@dataclass(frozen=True)
class Comparison:
    """What is compared.

    Attributes:
        name: of the tuned scorer.
        work: folder of its alignment, where the held-out pairs are.
        target: a local model, whose surprisals the scorer's are compared to; ``None``: they are not.
        tasks: on which both scorers compress.
        methods: that they do it by.
        rates: shares of the tokens to keep.
        limit: cases of each task.
        reader: reads the compressed prompts; ``None``: only what is kept counts.
    """

    name: str
    work: Path
    target: str | None = None
    tasks: tuple[str, ...] = ()
    methods: tuple[str, ...] = ("llmlingua", "longllmlingua")
    rates: tuple[float, ...] = (0.5, 0.25)
    limit: int = 50
    reader: str | None = None


def compare(asked: Comparison) -> str:
    """The table, in Markdown; written to ``report.md`` in the alignment's folder, too.

    Raises:
        InvalidRequest: it is no tuned scorer, or its held-out pairs are not there.
    """
    before, recipe = origin(asked.name)
    if asked.target:
        resolve(asked.target)  # likelihoods are compared, which a hosted target does not give
    pairs = read_pairs(asked.work / HELD_OUT).good
    tasks = [load(name, asked.limit) for name in asked.tasks]
    found = [likelihoods(before, asked.name, pairs, recipe)]
    if asked.target:
        texts = {"held-out responses": [pair.response for pair in pairs]}
        for task in tasks:
            distinct = dict.fromkeys(context.text for case in task.cases for context in case.contexts)
            texts[f"documents of {task.name}"] = list(distinct)[:DOCUMENTS]
        for what, those in texts.items():
            found += closeness(before, asked.name, asked.target, those, what)
    if tasks:
        reader = target_of(asked.reader) if asked.reader else None
        found += quality((before, asked.name), tasks, asked.methods, asked.rates, reader, asked.work)
    target = asked.target or "not at hand"
    text = f"{before} before, {asked.name} after; target: {target}\n\n{markdown(found)}"
    (asked.work / "report.md").write_text(text, "utf-8")
    return text


def origin(name: str) -> tuple[str, Recipe]:
    """The scorer that a tuned one began as, and its recipe.

    Raises:
        InvalidRequest: the store has no model of that name that was tuned.
    """
    facts = (store.read_manifest(name) or {}).get("made", {}).get("facts", {}) if store.is_made(name) else {}
    if "recipe" not in facts:
        raise InvalidRequest(
            f"{name!r} is no scorer that was aligned here; lingua models list shows what is."
        )
    if resolve(facts["from"]).digest != facts["from digest"]:
        raise InvalidRequest(f"{facts['from']!r}, which {name!r} began as, is another model by now.")
    return str(facts["from"]), Recipe(**facts["recipe"])
