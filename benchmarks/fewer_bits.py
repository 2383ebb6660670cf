"""Models in bfloat16, 8 and 4 bits beside float32: seconds, what else is kept, answers kept.

    LINGUA_DATA=FOLDER python benchmarks/fewer_bits.py --limit 50 --methods llmlingua longllmlingua rag
    LINGUA_DATA=FOLDER python benchmarks/fewer_bits.py --limit 50 --methods llmlingua2 --model my-classifier
    LINGUA_DATA=FOLDER python benchmarks/fewer_bits.py --limit 8 --methods rag --dtype int8 --rates 0.25

8 and 4 bits are torchao's: weights alone ("int8", "int4"), or activations, too ("int8-activations"). Both
types work on every question, in turn. Seconds are a ratio, question by question; overlap is the share of the
characters kept in float32 that are kept in the other type, too.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tqdm import tqdm
from transformers import AutoModelForCausalLM, AutoTokenizer

from lingua_integrations import CompressionResult, PromptCompressor
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.metrics import answer_kept, span_overlap

FULL = "float32"


class Compared(NamedTuple):
    """One question: seconds in fewer bits over float32's, overlap, and whether each kept the answer."""

    seconds: float
    overlap: float
    full: float
    short: float


def compressed(compressor: PromptCompressor, case: Case, rate: float) -> tuple[float, CompressionResult]:
    """Seconds, and what is left of a question's documents."""
    start = time.perf_counter()
    result = compressor.compress(case.contexts, question=case.question, rate=rate)
    return time.perf_counter() - start, result


def compressor_in(kind: str, model: str | None, method: str) -> PromptCompressor:
    """A method whose model works in a kind of numbers: torch's, or fewer bits by torchao."""
    if not kind.startswith("int"):
        return PromptCompressor.from_pretrained(model, method, dtype=kind)
    return PromptCompressor(quantised(kind, model or DEFAULT_SCORER), method)


def quantised(kind: str, name: str) -> CausalLM:
    """A causal model whose linear layers torchao has rounded; it is not packed."""
    import torch
    from torchao import quantization
    from torchao.quantization.granularity import PerGroup

    configs = {
        "int8": quantization.Int8WeightOnlyConfig(),
        "int8-activations": quantization.Int8DynamicActivationInt8WeightConfig(),
        "int4": quantization.IntxWeightOnlyConfig(weight_dtype=torch.int4, granularity=PerGroup(32)),
    }
    folder = resolve(name).folder
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    quantization.quantize_(model, configs[kind])
    return CausalLM.from_objects(model, AutoTokenizer.from_pretrained(folder), name=f"{name} in {kind}")


def compared(
    method: str, model: str | None, dtype: str, rate: float, cases: Sequence[Case]
) -> Iterator[Compared]:
    """Both types on every question; the first comes twice, to warm up."""
    both = [compressor_in(kind, model, method) for kind in (FULL, dtype)]
    for number, case in enumerate(tqdm([cases[0], *cases], f"{method}, {rate:g}")):
        (full, one), (short, other) = (compressed(each, case, rate) for each in both)
        spans = [(context.index, *span) for context in one.contexts for span in context.spans]
        overlap = span_overlap(spans, {context.index: context.spans for context in other.contexts})
        kept = [float(answer_kept(case.answers, result.texts)) for result in (one, other)]
        if number:
            yield Compared(short / full, overlap, *kept)


def main() -> None:
    """A row for each method and rate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--task", default="nq20")
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--methods", nargs="*", default=("longllmlingua",))
    parser.add_argument("--model", help="instead of the methods' own")
    parser.add_argument("--dtype", default="bfloat16", help="beside float32")
    parser.add_argument("--rates", nargs="*", type=float, default=(0.5, 0.25))
    args = parser.parse_args()
    cases = load(args.task, args.limit).cases
    print(f"| method | at | seconds, ratio | overlap | answers, {FULL} | answers, {args.dtype} |")
    print("|---" * 6 + "|")
    for method in args.methods:
        for rate in args.rates:
            rows = list(compared(method, args.model, args.dtype, rate, cases))
            seconds = statistics.median(row.seconds for row in rows)
            rest = [statistics.mean(column) for column in list(zip(*rows, strict=True))[1:]]
            cells = " | ".join(f"{mean:.3f}" for mean in rest)
            print(f"| {method} | {1 / rate:.2g}x | {seconds:.2f} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
