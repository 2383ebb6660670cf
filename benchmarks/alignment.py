"""Prompts for an alignment: pieces of passages, which the target is to go on with.

    python benchmarks/alignment.py --data nq20_dev.jsonl.gz --out prompts.jsonl

Of passages that none of the first 60 questions has, which `lingua eval` takes first: 30 words every 60.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from pathlib import Path

WORDS = 30


def main() -> None:
    """Draw and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--number", type=int, default=640)
    parser.add_argument("--skip", type=int, default=60, help="questions that are left to judge by")
    args = parser.parse_args()
    with gzip.open(args.data, "rt", encoding="utf-8") as stream:
        questions = [json.loads(line) for line in stream]
    judged = {document["text"] for one in questions[: args.skip] for document in one["documents"]}
    others = dict.fromkeys(
        document["text"] for one in questions[args.skip :] for document in one["documents"]
    )
    pieces = [
        " ".join(words[at : at + WORDS])
        for words in (text.split() for text in others if text not in judged)
        for at in range(0, len(words) - WORDS + 1, 2 * WORDS)
    ]
    rows = ({"prompt": piece} for piece in random.Random(0).sample(pieces, args.number))
    args.out.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    main()
