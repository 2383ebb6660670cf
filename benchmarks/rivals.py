"""Other libraries and ours, side by side: the same questions, the same tokens.

    LINGUA_DATA=FOLDER python benchmarks/rivals.py --out rivals [--limit 30] [--tasks nq20 hotpotqa]
        [--rivals langchain llama_index headroom] [--show]

Each rival runs in an environment of its own, made once under ``--out`` from ``benchmarks/rivals/*.txt``;
``--python langchain=PATH`` names one that is there. LangChain and LlamaIndex get the default's
embedding model. A rival without a rate gets the setting whose output comes nearest to the budget. What is in
``--out`` is not run again; ``--show`` prints what is there.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import chain
from pathlib import Path

from baselines import Lines, Oracle
from rival import HERE, Rival, environment
from rival_table import summary, table
from tqdm import tqdm

from lingua_integrations import PromptCompressor
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.prune.rankers.embedding import DEFAULT_EMBEDDING
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.contenders import Compressing, contender
from lingua_integrations.evaluation.lines import Line, Store
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.measuring import Judge, measured
from lingua_integrations.evaluation.outcomes import Contender
from lingua_integrations.evaluation.peer import Worker

RATES = (0.5, 0.25, 0.1, 0.05)
FEW = (0.25, 0.1)  # of rivals
FREE = (1.0,)  # no rate: each with its own defaults
SHORTEST = ("cuad", "code", "json", "log", "html", "needle_pg")  # the shortest items of these


Entry = tuple[Contender, Sequence[float]]
"""A contender, and the rates it runs at."""
process = cache(lambda *command: Worker(list(command)))
"""The process of a command, one for all tasks."""


def ours() -> Iterator[Entry]:
    """The default first: the others are compared with it."""
    counter = as_counter("o200k_base")
    yield contender("extractive-fusion"), RATES
    yield contender("extractive-bm25"), RATES
    yield Compressing("relevant", PromptCompressor(config=METHODS["relevant"].config)), FREE
    yield Lines("lines by BM25", counter), RATES
    yield Oracle("the evidence alone", counter), FREE


def langchain(task: Task, python: str) -> Iterator[Entry]:
    """EmbeddingsFilter on chunks, with and without EmbeddingsRedundantFilter in front."""
    worker, chunks = (
        process(python, str(HERE / "embeddings_filter.py")),
        {"folder": folder(), "chunk": 300},
    )
    yield Rival("EmbeddingsFilter", worker, chunks, "share"), FEW
    redundant = chunks | {"redundant": 0.95}
    yield Rival("EmbeddingsRedundantFilter, EmbeddingsFilter", worker, redundant, "share"), FEW
    yield Rival("EmbeddingsFilter, k=20", worker, chunks | {"k": 20}), FREE


def langchain_documents(task: Task, python: str) -> Iterator[Entry]:
    """EmbeddingsFilter on whole documents, where there are several."""
    if any(len(case.contexts) > 1 for case in task.cases):
        worker = process(python, str(HERE / "embeddings_filter.py"))
        yield (
            Rival("EmbeddingsFilter, documents", worker, {"folder": folder(), "chunk": None}, "share"),
            FEW,
        )


def llama_index(task: Task, python: str) -> Iterator[Entry]:
    """SentenceEmbeddingOptimizer on all texts as one node."""
    worker = process(python, str(HERE / "sentence_optimizer.py"))
    yield (
        Rival("SentenceEmbeddingOptimizer", worker, {"folder": folder(), "joined": True}, "share"),
        FEW,
    )


def llama_index_nodes(task: Task, python: str) -> Iterator[Entry]:
    """SentenceEmbeddingOptimizer on each text, as it takes them: at least one sentence of each stays."""
    worker = process(python, str(HERE / "sentence_optimizer.py"))
    each = {"folder": folder(), "joined": False}
    yield Rival("SentenceEmbeddingOptimizer, each node", worker, each, "share"), FEW


@cache
def folder() -> str:
    """Of the default's embedding model."""
    return str(resolve(DEFAULT_EMBEDDING).folder)


def headroom(task: Task, python: str) -> Iterator[Entry]:
    """The library's `compress`, as it comes."""
    yield Rival("headroom", process(python, str(HERE / "headroom_library.py")), {}), FREE


def llmlingua(task: Task, python: str) -> Iterator[Entry]:
    """LongLLMLingua and LLMLingua with our scorer's weights; texts stay in their order, to be found again."""
    script = str(files("lingua_integrations.evaluation") / "peer_worker.py")
    worker = process(python, script, str(resolve(DEFAULT_SCORER).folder), "causal", "float32", "cpu")
    order = {"settings": {"reorder_context": "original"}}
    yield Rival("longllmlingua 0.2.2", worker, order | {"method": "longllmlingua"}, "rate"), FEW
    yield Rival("llmlingua 0.2.2", worker, {"method": "llmlingua"}, "rate"), FEW


RIVALS: dict[str, Callable[[Task, str], Iterator[Entry]]] = {
    "langchain": langchain,
    "langchain-documents": langchain_documents,
    "llama_index": llama_index,
    "llama_index-nodes": llama_index_nodes,
    "headroom": headroom,
    "llmlingua": llmlingua,
}


def items(name: str, limit: int) -> Task:
    """The first cases of a task, or its shortest ones; only those whose answer stands in their evidence."""
    task = load(name)
    cases = [case for case in task.cases if case.holds_answer or not case.relevant]
    if name in SHORTEST:
        cases.sort(key=lambda case: sum(len(one.text) for one in case.contexts))
    return replace(task, cases=tuple(cases[:limit]))


def run(entered: Sequence[tuple[Task, Sequence[Entry]]], limit: int, store: Store) -> None:
    """The first case of every task by all contenders, then the second: what is cut off is whole so far."""
    for number in tqdm(range(limit), unit="case"):
        for task, contenders in entered:
            for case in task.cases[number : number + 1]:
                for one, rates in contenders:
                    for rate in rates:
                        _run(task, case, one, rate, store)


def _run(task: Task, case: Case, one: Contender, rate: float, store: Store) -> None:
    content = [task.name, case.name, one.name, one.settings, rate]
    key = sha256(json.dumps(content).encode()).hexdigest()[:24]
    if store.get(key) is None:
        store.add(asdict(measured(Judge(), task, one, rate, case, key)))


def main() -> None:
    """Run what is missing, print a table for each task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=30)
    parser.add_argument(
        "--tasks", nargs="+", default=["nq20", "hotpotqa", "2wiki", "musique", "xquad", "tatqa"]
    )
    parser.add_argument("--rivals", nargs="*", default=["langchain", "llama_index"], choices=RIVALS)
    parser.add_argument("--python", nargs="*", default=[], help="NAME=PATH of an interpreter with that rival")
    parser.add_argument("--show", action="store_true", help="only print what is there")
    args = parser.parse_args()
    given: Mapping[str, str] = dict(one.split("=", 1) for one in args.python)
    store = Store(args.out / "lines.jsonl")
    entered = []
    for task in () if args.show else [items(name, args.limit) for name in args.tasks]:
        theirs = [
            RIVALS[rival](task, environment(rival.partition("-")[0], args.out, given))
            for rival in args.rivals
        ]
        entered.append((task, [*ours(), *chain(*theirs)]))
    run(entered, args.limit, store)
    lines = [Line(**row) for row in store.rows()]
    print(summary(lines, (*FEW, *FREE)))
    print(table(lines))


if __name__ == "__main__":
    main()
