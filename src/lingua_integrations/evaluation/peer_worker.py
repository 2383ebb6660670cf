"""Runs in the peer's own environment, without this package: requests on stdin, answers on stdout."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

SETTINGS = {
    "llmlingua": {},
    "llmlingua2": {},
    "longllmlingua": {  # as its README has it
        "condition_in_question": "after_condition",
        "reorder_context": "sort",
        "dynamic_context_compression_ratio": 0.3,
        "condition_compare": True,
        "context_budget": "+100",
        "rank_method": "longllmlingua",
    },
}


def readable_by_old_transformers(model: str, folder: str) -> Path:
    """A copy of a model saved by transformers 5, with the two settings that version 4 reads elsewhere."""
    copy = shutil.copytree(model, Path(folder) / Path(model).name)  # classifiers are told by their name
    tokenizer = json.loads((copy / "tokenizer_config.json").read_text("utf-8"))
    tokenizer["tokenizer_class"] = "PreTrainedTokenizerFast"
    (copy / "tokenizer_config.json").write_text(json.dumps(tokenizer), "utf-8")
    config = json.loads((copy / "config.json").read_text("utf-8"))
    if "rope_parameters" in config:
        config["rope_theta"] = config.pop("rope_parameters").get("rope_theta", 10000.0)
    (copy / "config.json").write_text(json.dumps(config), "utf-8")
    return copy


class OfflineTokens:
    """In place of the tiktoken encoding that llmlingua asks for to report its own counts."""

    def encode(self, text: str, **options: object) -> list[str]:
        """Words will do: the numbers are not used."""
        return text.split()


def main() -> None:
    """Answer requests until stdin ends."""
    del sys.path[0]  # this folder, whose modules would be found before the standard library's
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever the peer prints
    import tiktoken

    tiktoken.encoding_for_model = lambda name: OfflineTokens()  # type: ignore[assignment,return-value]
    import torch
    from llmlingua import PromptCompressor  # type: ignore[import-not-found]

    with tempfile.TemporaryDirectory() as folder:
        name, kind, dtype, device = sys.argv[1:]
        model = readable_by_old_transformers(name, folder)
        second = kind == "classifier"
        numbers = {"torch_dtype": getattr(torch, dtype)}
        compressor = PromptCompressor(
            str(model), device_map=device, model_config=numbers, use_llmlingua2=second
        )
        for line in sys.stdin:
            request = json.loads(line)
            start = time.perf_counter()
            asked = {} if second else {"question": request["question"], "concate_question": False}
            done = compressor.compress_prompt(
                request["texts"], rate=request["rate"], **asked, **SETTINGS[request["method"]]
            )
            answer = {"text": done["compressed_prompt"], "seconds": time.perf_counter() - start}
            print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
