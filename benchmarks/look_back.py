"""How far a stream has to look back: seconds, what else is kept, and what of the evidence stays.

    LINGUA_DATA=FOLDER python benchmarks/look_back.py --meetings 15 --rate 0.5

QMSum's meetings, each joined to one text of 6,000 to 26,000 tokens, with the question whose evidence begins
latest, where most of what was kept before has to be forgotten.
For each look-back (tokens) in turn: seconds as a ratio to the longest, question by question; overlap is the
share of the characters kept under the longest that are kept here, too; evidence the share of the characters
that the answers rest on, with a 95% interval of its difference to the longest.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np
from tqdm import tqdm

from lingua_integrations import CompressionResult, PromptCompressor
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.request import Context
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.metrics import span_overlap


def meetings(scorer: CausalLM, longest: int) -> Iterator[Case]:
    """Meetings of at most so many tokens as one text each, with the question whose evidence begins last."""
    found: dict[str, list[Case]] = {}
    for case in map(joined, load("qmsum", None).cases):
        found.setdefault(case.contexts[0].text, []).append(case)
    for text, cases in found.items():
        if len(scorer.encode(text).ids) <= longest:
            yield max(cases, key=lambda case: min(begin for _, begin, _ in case.relevant))


def joined(case: Case) -> Case:
    """The contexts as one, and what is relevant of it."""
    texts = [context.text for context in case.contexts]
    starts = np.cumsum([0, *(len(text) + 1 for text in texts)]).tolist()
    relevant = [(0, starts[i] + begin, starts[i] + end) for i, begin, end in case.relevant]
    return replace(case, contexts=(Context("\n".join(texts)),), relevant=tuple(relevant))


def compressed(compressor: PromptCompressor, case: Case, rate: float) -> tuple[float, CompressionResult]:
    """Seconds, and what is left of a meeting."""
    start = time.perf_counter()
    result = compressor.compress(case.contexts, question=case.question, rate=rate)
    return time.perf_counter() - start, result


def shares(relevant: list[tuple[int, int, int]], result: CompressionResult) -> float:
    """Share of the relevant characters that a result keeps."""
    return span_overlap(relevant, {context.index: context.spans for context in result.contexts})


def main() -> None:
    """A row for each look-back."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meetings", type=int, default=15)
    parser.add_argument("--longest", type=int, default=30_000, help="tokens of a meeting")
    parser.add_argument("--look-back", nargs="*", type=int, default=(8192, 4096))
    parser.add_argument("--methods", nargs="*", default=("llmlingua", "longllmlingua"))
    parser.add_argument("--rate", type=float, default=0.5)
    parser.add_argument("--dtype", default="float32")
    args = parser.parse_args()
    scorers = [CausalLM(DEFAULT_SCORER, dtype=args.dtype, look_back=reach) for reach in args.look_back]
    cases = list(islice(meetings(scorers[0], args.longest), args.meetings))
    print("| method | looks back on | seconds, ratio | overlap | evidence kept | difference |")
    print("|---" * 6 + "|")
    for method in args.methods:
        compressors = [PromptCompressor(scorer, method) for scorer in scorers]
        compressors[0].compress(["The first call loads the model."] * 2, question="Which one?", rate=0.5)
        seconds, overlap, evidence = (np.zeros((len(cases), len(args.look_back))) for _ in range(3))
        for row, case in enumerate(tqdm(cases, method)):
            done = [compressed(compressor, case, args.rate) for compressor in compressors]
            spans = [(0, *span) for context in done[0][1].contexts for span in context.spans]
            seconds[row] = [took / done[0][0] for took, _ in done]
            overlap[row] = [shares(spans, result) for _, result in done]
            evidence[row] = [shares(list(case.relevant), result) for _, result in done]
        for place, look_back in enumerate(args.look_back):
            off = evidence[:, place] - evidence[:, 0]
            reach = 1.96 * off.std(ddof=1) / len(off) ** 0.5
            print(
                f"| {method} | {look_back:,} | {statistics.median(seconds[:, place]):.2f} "
                f"| {overlap[:, place].mean():.3f} | {evidence[:, place].mean():.3f} "
                f"| {off.mean():+.4f} ± {reach:.4f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
