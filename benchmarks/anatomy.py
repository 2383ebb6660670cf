"""Where the time of one call goes: through the model's body, through its head, and outside of both.

    python benchmarks/anatomy.py --methods llmlingua longllmlingua

Twenty passages of Python's language reference, SmolLM2-135M. Tokens count every place that the body computed,
padding and repetition included; rows are the places for which the head computed logits.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from typing import Any

import torch
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook

from lingua_integrations import PromptCompressor
from lingua_integrations.demo.corpus import QUESTIONS, passages

MODEL = "smollm2-135m-q4_1"
BODY = "LlamaModel"


class Meter:
    """Seconds, calls and places of the body and of the head, by hooks on every module."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)
        self.places: dict[str, int] = defaultdict(int)
        self._started: dict[str, float] = {}

    def __enter__(self) -> Meter:
        self._hooks = (
            register_module_forward_pre_hook(self._before),
            register_module_forward_hook(self._after),
        )
        return self

    def __exit__(self, *_: object) -> None:
        for hook in self._hooks:
            hook.remove()

    def _before(self, module: torch.nn.Module, _: object) -> None:
        if part := part_of(module):
            self._started[part] = time.perf_counter()

    def _after(self, module: torch.nn.Module, _: object, output: Any) -> None:
        if part := part_of(module):
            states = output if isinstance(output, torch.Tensor) else output[0]
            self.seconds[part] += time.perf_counter() - self._started[part]
            self.calls[part] += 1
            self.places[part] += states[..., 0].numel()


def part_of(module: torch.nn.Module) -> str | None:
    """``body``, ``head``, or neither."""
    if type(module).__name__ == BODY:
        return "body"
    if getattr(module, "out_features", 0) > 10_000:
        return "head"
    return None


def main() -> None:
    """A row for each method and rate."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--methods", nargs="*", default=("llmlingua", "longllmlingua", "rag"))
    parser.add_argument("--rates", nargs="*", type=float, default=(0.5, 0.25))
    args = parser.parse_args()
    texts = [one.text for one in passages()][:20]
    print("| method | rate | passes | tokens in the body | rows of the head | body | head | outside |")
    print("|---" * 8 + "|")
    for method in args.methods:
        compressor = PromptCompressor.from_pretrained(MODEL, method)
        compressor.compress(["The first call loads the model."] * 2, question="Which?", rate=0.5)
        for rate in args.rates:
            with Meter() as meter:
                start = time.perf_counter()
                compressor.compress(texts, question=QUESTIONS[0].text, rate=rate)
                whole = time.perf_counter() - start
            body, head = (meter.seconds[part] / whole for part in ("body", "head"))
            print(
                f"| {method} | {rate} | {meter.calls['body']} | {meter.places['body']:,} "
                f"| {meter.places['head']:,} | {body:.0%} | {head:.0%} | {1 - body - head:.0%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
