r"""The reference implementation on the same questions, in an environment of its own.

    python -m venv peer
    peer/bin/pip install llmlingua==0.2.2 transformers==4.46.3 "numpy<2.3" torch==2.13.0
    peer/bin/python benchmarks/peer_llmlingua.py --data nq20_dev.jsonl.gz --out peer.jsonl \
        --model "$(lingua models path smollm2-135m-q4_1)" --tiktoken FOLDER

``--tiktoken`` is a folder that holds tiktoken's file for gpt-3.5-turbo, which llmlingua asks for when it is
built (llama-index-core carries one in ``_static/tiktoken_cache``). Every line of ``--out`` has a method, a
rate, a question's row, what came out and the seconds it took; `answers_kept.py --peer` reads it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import tempfile
import time
from pathlib import Path

SETTINGS = {
    "llmlingua 0.2.2": {},
    "longllmlingua 0.2.2": {  # as its README has it
        "condition_in_question": "after_condition",
        "reorder_context": "sort",
        "dynamic_context_compression_ratio": 0.3,
        "condition_compare": True,
        "context_budget": "+100",
        "rank_method": "longllmlingua",
    },
}


def readable_by_old_transformers(model: Path, folder: Path) -> Path:
    """A copy of a model saved by transformers 5, with the two settings that version 4.46 reads elsewhere."""
    copy = shutil.copytree(model, folder / "model")
    tokenizer = json.loads((copy / "tokenizer_config.json").read_text())
    tokenizer["tokenizer_class"] = "PreTrainedTokenizerFast"
    (copy / "tokenizer_config.json").write_text(json.dumps(tokenizer))
    config = json.loads((copy / "config.json").read_text())
    config["rope_theta"] = config.pop("rope_parameters", {}).get("rope_theta", 10000.0)
    (copy / "config.json").write_text(json.dumps(config))
    return copy


def main() -> None:
    """Run the methods over the first questions."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("data", "model", "tiktoken", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=24)
    parser.add_argument("--rates", nargs="*", type=float, default=[0.25])
    parser.add_argument("--methods", nargs="*", default=list(SETTINGS))
    args = parser.parse_args()
    os.environ["TIKTOKEN_CACHE_DIR"] = str(args.tiktoken)
    from llmlingua import PromptCompressor

    with gzip.open(args.data, "rt", encoding="utf-8") as stream:
        rows = [json.loads(line) for line in stream][: args.limit]
    with tempfile.TemporaryDirectory() as folder, args.out.open("a", encoding="utf-8") as out:
        model = readable_by_old_transformers(args.model, Path(folder))
        compressor = PromptCompressor(str(model), device_map="cpu")
        for method in args.methods:
            for rate in args.rates:
                for number, row in enumerate(rows):
                    texts = [f"{document['title']}\n{document['text']}" for document in row["documents"]]
                    start = time.perf_counter()
                    done = compressor.compress_prompt(
                        texts, question=row["question"], rate=rate, concate_question=False, **SETTINGS[method]
                    )
                    line = {
                        "method": method,
                        "rate": rate,
                        "row": number,
                        "text": done["compressed_prompt"],
                        "seconds": time.perf_counter() - start,
                    }
                    out.write(json.dumps(line) + "\n")
                    out.flush()


if __name__ == "__main__":
    main()
