"""What parts of a pass cost, each alone, as multiples of one forward pass with logits over the same tokens.

    python benchmarks/passes.py --rounds 5
    python benchmarks/passes.py --rounds 3 --only body "head, 85" "stream, half kept, segments of 100" packed

Twenty texts of 119 tokens. The model is as transformers loads it; where a row says packed, its linear layers
are packed as a scorer does it.
"""

from __future__ import annotations

import argparse
import copy
import statistics
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from unittest.mock import patch

import numpy as np
import torch
from contenders import PASSAGES, TOKENS, plain, texts_of
from torch.nn import functional
from transformers import AttentionInterface

from lingua_integrations.core.models import reading
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.models.cpu import head
from lingua_integrations.core.store.catalogue import DEFAULT_SCORER
from lingua_integrations.core.store.resolve import resolve
from speed import seconds

WHOLE = "whole model, one sequence"


class Bench:
    """A model and one prompt."""

    def __init__(self, scorer: CausalLM, texts: list[str]) -> None:
        self.scorer = scorer
        self.model = scorer.loaded.model
        self.ids = [scorer.encode(text).ids for text in texts]
        self.all = np.concatenate(self.ids)

    def whole(self) -> None:
        """One sequence, logits of all tokens at once."""
        self.model(input_ids=torch.from_numpy(self.all)[None], use_cache=False)

    def body(self, model=None) -> torch.Tensor:
        """The same without the head."""
        inputs = {"input_ids": torch.from_numpy(self.all)[None], "use_cache": False}
        return (model or self.model).base_model(**inputs).last_hidden_state[0]

    def head(self, states: torch.Tensor, logits: int) -> None:
        """The head over all tokens, so many logits at a time."""
        with patch.object(head, "_LOGITS", logits):
            self.scorer.loaded.apart.nats(states, torch.from_numpy(self.all))

    def apart(self, batch_tokens: int) -> list:
        """Every text by itself, in padded passes of at most so many tokens."""
        with patch.object(reading, "BATCH_TOKENS", batch_tokens):
            return self.scorer.read(self.ids)

    def packed(self) -> list:
        """Every text by itself, end to end in one sequence; attention goes text by text."""
        edges = np.cumsum([0, *map(len, self.ids)]).tolist()
        places = np.concatenate([np.arange(len(ids)) for ids in self.ids])
        AttentionInterface.register("by_text", partial(_attention_by_text, edges))
        self.model.set_attn_implementation("by_text")
        states = self.model.base_model(
            input_ids=torch.from_numpy(self.all)[None],
            position_ids=torch.from_numpy(places)[None],
            use_cache=False,
        ).last_hidden_state[0]
        self.model.set_attn_implementation("sdpa")
        return [states[begin:end] for begin, end in pairwise(edges)]

    def stream(self, segment: int) -> None:
        """All in one stream, of which every other token is kept."""
        stream = self.scorer.stream(self.all[:0])
        for begin in range(0, len(self.all), segment):
            piece = self.all[begin : begin + segment]
            stream.score(piece)
            stream.keep(np.arange(len(piece)) % 2 == 0)


def _attention_by_text(edges, module, query, key, value, mask, scaling=None, **options):
    parts = [
        functional.scaled_dot_product_attention(
            *(one[:, :, begin:end] for one in (query, key, value)),
            is_causal=True,
            scale=scaling,
            enable_gqa=True,
        )
        for begin, end in pairwise(edges)
    ]
    return torch.cat(parts, 2).transpose(1, 2).contiguous(), None


def rows(bench: Bench, packed: dict[str, Bench]) -> dict[str, Callable[[], object]]:
    """What is measured: the model as transformers loads it, and packed in each type of numbers."""
    states = bench.body().clone()
    bf16 = copy.deepcopy(bench.model).to(torch.bfloat16)
    return {
        WHOLE: bench.whole,
        "body, one sequence": bench.body,
        **{f"head, {n} rows at a time": partial(bench.head, states, n * 49152) for n in (42, 85, 170, 512)},
        "body, texts apart, one a pass": partial(bench.apart, 1),
        **{f"body, texts apart, {n} tokens a pass": partial(bench.apart, n) for n in (512, 1024, 4096)},
        "body, texts apart, packed end to end": bench.packed,
        **{f"stream, half kept, segments of {n}": partial(bench.stream, n) for n in (100, 200, 400)},
        **{
            f"packed, {kind}: {name}": work
            for kind, one in packed.items()
            for name, work in quick(one, states)
        },
        "body, bfloat16": partial(bench.body, bf16),
    }


def quick(bench: Bench, states: torch.Tensor) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is measured of a packed model."""
    yield "body, one sequence", bench.body
    yield "head, 85 rows at a time", partial(bench.head, states.to(bench.model.dtype), 85 * 49152)
    yield "body, texts apart, one a pass", partial(bench.apart, 1)
    yield "body, texts apart, 1024 tokens a pass", partial(bench.apart, 1024)
    yield "stream, half kept, segments of 100", partial(bench.stream, 100)


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=("",), help="what the rows shown begin with")
    args = parser.parse_args()
    model = plain("AutoModelForCausalLM", resolve(DEFAULT_SCORER).folder)
    packed = {kind: CausalLM(DEFAULT_SCORER, dtype=kind) for kind in ("float32", "bfloat16")}
    scorer = CausalLM.from_objects(model, packed["float32"].loaded.tokenizer)
    prompts = texts_of(scorer, PASSAGES, TOKENS)
    times: dict[str, list[float]] = {}
    print("| what | multiple of the whole model's pass |\n|---|---|")
    with torch.inference_mode():
        for number in range(args.rounds + 1):
            texts = next(prompts)
            work = rows(Bench(scorer, texts), {kind: Bench(one, texts) for kind, one in packed.items()})
            chosen = [name for name in work if name == WHOLE or name.startswith(tuple(args.only))]
            taken = {name: seconds(work[name]) for name in chosen}
            if number:  # the first warms up
                for name, value in taken.items():
                    times.setdefault(name, []).append(value / taken[WHOLE])
    for name, values in times.items():
        print(f"| {name} | {statistics.median(values):.3g} [{min(values):.3g}, {max(values):.3g}] |")


if __name__ == "__main__":
    main()
