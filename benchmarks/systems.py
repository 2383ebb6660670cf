"""The other systems of the field beside the defaults: what each keeps, and how long it takes.

    LINGUA_DATA=FOLDER python benchmarks/systems.py --out systems.jsonl --parts blind code grains words

What is in ``--out`` is not run again; ``--show`` prints what is there. Seconds are the processor's, as a
ratio to the first contender's (the median of four items, with nothing remembered). Intervals are over groups
(a meeting, a contract, a conversation), and so is p, beside the first contender. What is not in the package
is in systems_tried.py; sumy and stop-words have to be installed for some of it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import regex
from no_question import Baseline
from stdlib_functions import functions
from systems_tried import Blocks, Edges, Grains, LanguaShrink, LexRank, PageRank, Topics
from tqdm import tqdm

from lingua_integrations import CompressionConfig, CompressionResult, Context, PromptCompressor
from lingua_integrations.core.models import loading
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.remembered import Vectors
from lingua_integrations.core.prune.rankers.embedding import EmbeddingRanker
from lingua_integrations.core.prune.rankers.fusion import FusionRanker
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.prune.rankers.perplexity import QuestionPerplexityRanker
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.text.must_keep import RULES
from lingua_integrations.errors import BudgetTooSmall
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.metrics import answer_kept, kept_of, span_overlap
from lingua_integrations.evaluation.records import Records
from lingua_integrations.evaluation.statistics import estimate, paired_p

Make = Callable[[], Any]  # a PromptCompressor, or what compresses as it does
SCORES = CompressionConfig(scorer="classifier")  # whole sentences by the scores of a scorer that is handed in
RELEVANCE = CompressionConfig(scorer="relevance")  # the same, above the floor
TIMED = range(1, 5)  # items whose seconds count; the first one loads models
_RULES = [RULES[rule] for rule in ("urls", "emails", "identifiers", "names")]
_FACT = regex.compile("|".join(f"(?:{rule})" for rule in [*_RULES, r"\d[\d.,:/-]*\d"]))


class Item(NamedTuple):
    """Texts to shorten, and what counts as kept of them."""

    name: str
    group: str  # items of one group share a text: they count as one
    contexts: Sequence[Context]
    question: str | None
    kept: Callable[[CompressionResult], float]  # a share


class Part(NamedTuple):
    """Contenders, the first of which the others are compared with, on some tasks."""

    tasks: dict[str, Callable[[int], list[Item]]]
    rates: Sequence[float]
    contenders: dict[str, Make]


def answers(task: str, limit: int, *, asked: bool = True, shortest: bool = False) -> list[Item]:
    """Whether the answer still stands in its evidence, of the first, or the shortest, cases of a task."""

    def length(case: Case) -> int:
        return sum(len(context.text) for context in case.contexts)

    cases = load(task).cases
    chosen = sorted(cases, key=length) if shortest else cases
    return [
        Item(
            case.name,
            case.contexts[0].text[:2000] if len(case.contexts) == 1 else case.name,
            case.contexts,
            case.question if asked else None,
            partial(answered, case),
        )
        for case in chosen[:limit]
    ]


def answered(case: Case, result: CompressionResult) -> float:
    """1 where an answer is kept inside its evidence, where that is known."""
    texts = list(result.texts)
    if case.holds_answer:
        spans = {context.index: context.spans for context in result.contexts}
        texts = kept_of([one.text for one in case.contexts], case.relevant, spans)
    return float(answer_kept(case.answers, texts))


def meetings(limit: int) -> list[Item]:
    """Of the turns that the questions about a meeting rest on, the share of characters that is kept."""

    def kept(wanted: Sequence[tuple[int, int, int]], result: CompressionResult) -> float:
        return span_overlap(wanted, {context.index: context.spans for context in result.contexts})

    found: dict[str, list[Case]] = {}
    for case in load("qmsum").cases:
        found.setdefault(case.name.partition("-")[0], []).append(case)
    items = []
    for name, cases in list(found.items())[:limit]:
        turns = [context.text for context in cases[0].contexts]
        starts = np.cumsum([0, *(len(turn) + 2 for turn in turns)]).tolist()
        needed = sorted({(turn, end) for case in cases for turn, _, end in case.relevant})
        wanted = [(0, starts[turn], starts[turn] + end) for turn, end in needed]
        items.append(Item(name, name, [Context("\n\n".join(turns))], None, partial(kept, wanted)))
    return items


def conversations(limit: int) -> list[Item]:
    """Of the numbers, names and identifiers that the next two turns take up again, the share that is kept."""

    def kept(wanted: Sequence[str], result: CompressionResult) -> float:
        said = "\n".join(result.texts)
        found = (regex.search(rf"(?<!\w){regex.escape(one)}(?!\w)", said) for one in wanted)
        return sum(map(bool, found)) / len(wanted)

    items = []
    for case in load("sharegpt").cases:
        earlier = "\n".join(context.text for context in case.contexts)
        wanted = sorted(facts(earlier) & facts("\n".join((case.question, *case.answers))))
        if len(wanted) >= 5 and 4000 < len(earlier) < 30_000:
            items.append(Item(case.name, case.name, case.contexts, None, partial(kept, wanted)))
    return items[:limit]


def library(limit: int) -> list[Item]:
    """Of the function of the standard library that a docstring is about, the share that is kept."""
    return [
        Item(f"{one.module} {one.start}", one.module, one.contexts, one.question, one.kept)
        for one in functions(limit)
    ]


def facts(text: str) -> set[str]:
    """Numbers of two digits and more, addresses, identifiers, and names that are not also words of the text.

    >>> sorted(facts("The sea is at 14.5 degrees. Emma said the sea is cold."))
    ['14.5', 'Emma']
    """
    small = set(regex.findall(r"\b\p{Ll}\w*", text))
    return {one for one in _FACT.findall(text) if len(one) > 1 and one.lower() not in small}


def named(method: str) -> Make:
    """A method of ours."""
    return partial(PromptCompressor, None, method)


def scored(make: Make, config: CompressionConfig = SCORES) -> Make:
    """Whole sentences by a scorer."""
    return lambda: PromptCompressor(make(), config)


def fusion() -> FusionRanker:
    """The default's ranker."""
    return FusionRanker(EmbeddingRanker())


def asking() -> QuestionPerplexityRanker:
    """LongCodeZip's: by how much a text lowers the question's perplexity."""
    return QuestionPerplexityRanker(CausalLM(DEFAULT_SCORER))


PARTS: dict[str, Part] = {
    "blind": Part(
        {
            "qmsum": meetings,
            "sharegpt": conversations,
            "cuad": partial(answers, "cuad", asked=False, shortest=True),
        },
        (0.25, 0.125),
        {
            "salience": named("salience"),
            "salience, half for edges": scored(Edges),
            "salience, a quarter for edges": scored(lambda: Edges(0.25)),
            "topics": scored(Topics),
            "topics, salience": scored(lambda: Topics(central=False)),
            "topics, MiniLM": scored(lambda: Topics(EmbeddingRanker().vectors)),
            "random": scored(lambda: Baseline("random")),
            "first and last": scored(lambda: Baseline("first and last")),
            "longest": scored(lambda: Baseline("longest")),
            "LexRank (networkx)": scored(PageRank),
            "LexRank (sumy)": scored(LexRank),
            "llmlingua": named("llmlingua"),
        },
    ),
    "code": Part(
        {"code": partial(answers, "code", shortest=True), "library": library},
        (0.25, 0.1),
        {
            "extractive-fusion": named("extractive-fusion"),
            "extractive-bm25": named("extractive-bm25"),
            "functions by question perplexity": scored(lambda: Blocks(asking(), BM25Ranker()), RELEVANCE),
            "functions by fusion": scored(lambda: Blocks(fusion(), fusion()), RELEVANCE),
            "functions by BM25": scored(lambda: Blocks(BM25Ranker(), BM25Ranker()), RELEVANCE),
        },
    ),
    "grains": Part(
        {task: partial(answers, task, shortest=True) for task in ("cuad", "needle_pg", "locomo")},
        (0.25, 0.1),
        {
            "extractive-fusion": named("extractive-fusion"),
            "extractive-bm25": named("extractive-bm25"),
            "grains": scored(lambda: Grains(fusion())),
            "paragraphs and sentences": scored(lambda: Grains(fusion(), (0.0, 0.4, 0.6))),
            "blocks": scored(lambda: Blocks(fusion(), fusion()), RELEVANCE),
            "grains by BM25": scored(lambda: Grains(BM25Ranker())),
            "paragraphs and sentences by BM25": scored(lambda: Grains(BM25Ranker(), (0.0, 0.4, 0.6))),
            "blocks by BM25": scored(lambda: Blocks(BM25Ranker(), BM25Ranker()), RELEVANCE),
        },
    ),
    "words": Part(
        {"nq20": partial(answers, "nq20")},
        (0.25, 0.1),
        {
            "extractive-fusion": named("extractive-fusion"),
            "closed classes, 1.3": LanguaShrink,
            "rag": named("rag"),
            "llmlingua": named("llmlingua"),
        },
    ),
}


def measured(part: str, task: str, limit: int, store: Records, methods: Sequence[str]) -> None:
    """Add what is missing. Of the timed items nobody finds sentences embedded."""
    wanted = PARTS[part]
    made: dict[str, Any] = {}
    for number, item in enumerate(tqdm(wanted.tasks[task](limit), task)):
        for name in methods or wanted.contenders:
            keys = {rate: f"{part}/{task}/{item.name}/{name}/{rate}" for rate in wanted.rates}
            missing = [rate for rate, key in keys.items() if store.get(key) is None]
            if missing and name not in made:
                made[name] = wanted.contenders[name]()
            if missing and number in TIMED:
                forget()
            for rate in missing:
                timed = number in TIMED and rate == wanted.rates[0]
                told = {"key": keys[rate], "part": part, "task": task, "method": name, "timed": timed}
                store.add(told | line(made[name], item, rate))


def forget() -> None:
    """Let embedding models embed again what they have embedded."""
    for entry in loading._models.values():
        if hasattr(entry.loaded, "vectors"):
            entry.loaded.vectors = Vectors()


def line(compressor: Any, item: Item, rate: float) -> dict[str, Any]:
    """What is kept of an item, and the seconds of the processor that it took."""
    start = time.process_time()
    try:
        result = compressor.compress(item.contexts, question=item.question, rate=rate)
    except BudgetTooSmall:
        result = None
    seconds = time.process_time() - start
    kept = 0.0 if result is None else item.kept(result)
    return {"item": item.name, "group": item.group, "rate": rate, "kept": kept, "seconds": seconds}


def rows(part: str, found: Sequence[dict[str, Any]]) -> Iterator[str]:
    """A line for each task, rate and contender, over the items that it has in common with the first."""
    for task in PARTS[part].tasks:
        for rate in PARTS[part].rates:
            here = [row for row in found if (row["part"], row["task"], row["rate"]) == (part, task, rate)]
            for name in PARTS[part].contenders:
                base = {row["item"]: row for row in here if row["method"] == beside(part, name)}
                mine = [row for row in here if row["method"] == name and row["item"] in base]
                if mine:
                    told = cells([(row, base[row["item"]]) for row in mine])
                    yield f"| {task} | {1 / rate:.3g}x | {name} | {' | '.join(told)} |"


def beside(part: str, name: str) -> str:
    """What a contender is compared with: the first one; BM25's sentences where it ranks by BM25, too."""
    return "extractive-bm25" if name.endswith("by BM25") else next(iter(PARTS[part].contenders))


def cells(pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]]) -> list[str]:
    """Items, what is kept, what the other one keeps of the same, p, and the ratio of seconds."""
    groups: dict[str, list[tuple[float, float]]] = {}
    for mine, other in pairs:
        groups.setdefault(mine["group"], []).append((mine["kept"], other["kept"]))
    means = np.array([np.mean(one, axis=0) for one in groups.values()])
    weights = [float(len(one)) for one in groups.values()]
    timed = [
        mine["seconds"] / max(other["seconds"], 1e-3)
        for mine, other in pairs
        if mine["timed"] and other["timed"]
    ]
    return [
        str(len(pairs)),
        str(estimate(means[:, 0].tolist(), weights)),
        f"{np.average(means[:, 1], weights=weights):.3f}",
        f"{paired_p(means[:, 0], means[:, 1]):.3f}",
        f"{statistics.median(timed):.2f}" if timed else "",
    ]


def main() -> None:
    """Measure what is missing, print a table for each part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--parts", nargs="*", default=list(PARTS), choices=list(PARTS))
    parser.add_argument("--tasks", nargs="*")
    parser.add_argument("--methods", nargs="*", default=())
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--show", action="store_true", help="print what is there")
    args = parser.parse_args()
    for part in args.parts:
        store = Records(args.out)
        tasks = [task for task in PARTS[part].tasks if not args.tasks or task in args.tasks]
        for task in () if args.show else tasks:
            measured(part, task, args.limit, store, args.methods)
        print("| task | at | method | items | kept | beside it | p | seconds, ratio |\n" + "|---" * 8 + "|")
        for row in rows(part, store.rows()):
            print(row, flush=True)


if __name__ == "__main__":
    main()
