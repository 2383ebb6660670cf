"""The scorer in bfloat16 beside float32: seconds, what else is kept, answers kept.

    LINGUA_DATA=FOLDER python benchmarks/half.py --task nq20 --limit 50 --methods longllmlingua

Both work on every question, in turn. Seconds are a ratio, question by question; overlap is the share of the
characters kept in float32 that are kept in bfloat16, too.
"""

from __future__ import annotations

import argparse
import statistics
import time

from tqdm import tqdm

from lingua_integrations import CompressionResult, PromptCompressor
from lingua_integrations.core.kit import DEFAULT_MODEL
from lingua_integrations.core.scorers.causal_lm import CausalLM
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.metrics import answer_kept, span_overlap

TYPES = ("float32", "bfloat16")


def compressed(compressor: PromptCompressor, case: Case, rate: float) -> tuple[float, CompressionResult]:
    """Seconds, and what is left of a question's documents."""
    start = time.perf_counter()
    result = compressor.compress(case.contexts, question=case.question, rate=rate)
    return time.perf_counter() - start, result


def main() -> None:
    """A row for each method."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", default="nq20")
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--methods", nargs="*", default=("longllmlingua",))
    parser.add_argument("--rate", type=float, default=0.25)
    args = parser.parse_args()
    cases = load(args.task, args.limit).cases
    scorers = [CausalLM(DEFAULT_MODEL, dtype=kind) for kind in TYPES]
    print(f"| method | seconds, ratio | overlap | {' | '.join(f'answers kept, {kind}' for kind in TYPES)} |")
    print("|---" * 5 + "|")
    for method in args.methods:
        both = [PromptCompressor(scorer, method) for scorer in scorers]
        ratios, overlaps, kept = [], [], []
        for number, case in enumerate(tqdm([cases[0], *cases], method)):
            (full, one), (half, other) = (compressed(each, case, args.rate) for each in both)
            if not number:  # the first warms up
                continue
            ratios.append(half / full)
            spans = [(context.index, *span) for context in one.contexts for span in context.spans]
            overlaps.append(span_overlap(spans, {context.index: context.spans for context in other.contexts}))
            kept.append([answer_kept(case.answers, result.texts) for result in (one, other)])
        answers = " | ".join(f"{statistics.mean(column):.3f}" for column in zip(*kept, strict=True))
        print(f"| {method} | {statistics.median(ratios):.2f} | {statistics.mean(overlaps):.3f} | {answers} |")


if __name__ == "__main__":
    main()
