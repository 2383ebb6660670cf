"""Attention of a causal model as a ranker of sentences: does it find what an answer needs?

    LINGUA_DATA=FOLDER python benchmarks/attention.py --out attention --passages pruner/passages.jsonl
        [--limit 20] [--learn 200] [--tasks hotpotqa musique]

SmolLM2-135M reads, in chunks of 1,024 tokens, see `attending.py`. Side by side in one run: the default; BM25;
the mean over all heads; the mean minus that of a question that asks for nothing (SAGE's differential
attention); a logistic regression over all heads (Sentinel's probe), learnt from ``--learn`` questions of the
file that `train_pruner.py` makes; each of the last two with 0.4 of BM25.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from attending import Attention, Reader, features
from evidence import shortest, show
from pruner_data import look_alikes
from torch.nn import functional
from tqdm import tqdm

from lingua_integrations import PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.text.units import from_spans
from lingua_integrations.core.types import FloatArray
from lingua_integrations.evaluation.contenders import Compressing
from lingua_integrations.evaluation.lines import Store
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.measuring import Judge
from lingua_integrations.evaluation.runner import Bench, run

TASKS = ("hotpotqa", "2wiki", "musique", "nq20", "xquad")


def learnt(reader: Reader, pool: Path, count: int, seed: int = 0) -> FloatArray:
    """Weights of the heads by logistic regression: which sentence is evidence, among those of look-alikes."""
    every = map(json.loads, pool.read_text("utf-8").splitlines())
    found = [one for one in every if (one["split"], one["round"]) == ("train", 0)]
    look_alikes(found)
    asked = [(one, qa) for one in found for qa in one["qas"] if qa["ev"] and len(qa["others"]) > 2]
    read, right = [], []
    for passage, qa in tqdm(random.Random(seed).sample(asked, count), desc="learning"):
        texts = [passage, *(found[other] for other in qa["others"][:3])]
        cut = [from_spans(one["text"], [tuple(edge) for edge in one["units"]]) for one in texts]
        seen, _ = reader.look(qa["q"], cut, [one["title"] or None for one in texts])
        edges = [(at, *edge) for at, one in enumerate(texts) for edge in one["units"]]
        read.append(features(seen.own))
        right += [at == 0 and any(a < end and start < b for a, b in qa["ev"]) for at, start, end in edges]
    return regression(np.concatenate(read), np.array(right, dtype=float))


def regression(read: FloatArray, right: FloatArray, penalty: float = 1e-3) -> FloatArray:
    """Weights of a logistic regression, shape [features], without the constant."""
    x, y = torch.from_numpy(read), torch.from_numpy(right)
    weights = torch.zeros(x.shape[1] + 1, dtype=x.dtype, requires_grad=True)
    optimizer = torch.optim.LBFGS([weights], max_iter=200, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        odds = x @ weights[:-1] + weights[-1]
        found = functional.binary_cross_entropy_with_logits(odds, y) + penalty * (weights[:-1] ** 2).sum()
        found.backward()
        return found

    optimizer.step(loss)
    return weights[:-1].detach().numpy()


def contenders(reader: Reader, probe: FloatArray) -> Iterator[Compressing]:
    """Ours first."""
    config = METHODS["extractive-fusion"].config
    yield Compressing("the default", PromptCompressor(config=config))
    yield Compressing("BM25", PromptCompressor(config="extractive-bm25"))
    for label, ranker in {
        "attention": Attention(reader),
        "attention, differential": Attention(reader, differential=True),
        "attention, differential, BM25": Attention(reader, differential=True, words=0.4),
        "attention, probe": Attention(reader, probe=probe),
        "attention, probe, BM25": Attention(reader, probe=probe, words=0.4),
    }.items():
        yield Compressing(label, PromptCompressor(config=config, ranker=ranker))


def main() -> None:
    """Learn the probe, run what is missing, print a table for each task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--passages", type=Path, required=True, help="passages.jsonl of train_pruner.py")
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--learn", type=int, default=200, help="questions")
    parser.add_argument("--tasks", nargs="+", default=TASKS)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    reader, weights = Reader(), args.out / "probe.npy"
    if not weights.exists():
        np.save(weights, learnt(reader, args.passages, args.learn))
    store = Store(args.out / "lines.jsonl")
    lines = []
    for name in args.tasks:
        bench = Bench([shortest(load(name), args.limit)], list(contenders(reader, np.load(weights))), Judge())
        lines += run(bench, [0.25, 0.1], store)
    show(lines)


if __name__ == "__main__":
    main()
