"""Methods of whole sentences without a question: how much stays of what questions will be about.

    LINGUA_DATA=FOLDER python benchmarks/no_question.py

On the meetings of QMSum (FOLDER/qmsum_val.jsonl.gz): of the turns that its questions rest on, the share that
is kept, in characters, and in different words of more than five letters.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray

RATES = (0.25, 0.125)


class Baseline:
    """Scores by where a sentence stands, how long it is, or by chance."""

    name = None

    def __init__(self, how: str) -> None:
        self.how = how

    def score(self, texts: Sequence[Units], question: str, titles: Sequence[str | None]) -> list[FloatArray]:
        """One number for each sentence."""
        return [self._of(units) for units in texts]

    def _of(self, units: Units) -> FloatArray:
        places = np.arange(len(units), dtype=np.float64)
        if self.how == "first and last":
            return -np.minimum(places, places[::-1])
        if self.how == "longest":
            return np.array([len(sentence) for sentence in units.strings()], dtype=np.float64)
        return np.random.default_rng(0).random(len(units))


def meeting(row: dict[str, Any]) -> tuple[str, list[tuple[int, int]]]:
    """A meeting as text, and the spans of the turns that its questions rest on."""
    turns = [f"{turn['speaker']}: {turn['content']}" for turn in row["meeting_transcripts"]]
    starts = np.cumsum([0, *(len(turn) + 2 for turn in turns)])
    wanted = sorted({
        number
        for query in row["specific_query_list"]
        for first, last in query["relevant_text_span"]
        for number in range(int(first), int(last) + 1)
        if number < len(turns)
    })  # fmt: skip
    return "\n\n".join(turns), [(int(starts[i]), int(starts[i]) + len(turns[i])) for i in wanted]


def kept(compressor: PromptCompressor, row: dict[str, Any], rate: float) -> tuple[float, float]:
    """Of the evidence: the share of characters, and of different long words."""
    text, evidence = meeting(row)
    (context,) = compressor.compress([text], rate=rate).contexts
    mask = np.zeros(len(text), dtype=bool)
    for start, end in context.spans:
        mask[start:end] = True
    total = sum(end - start for start, end in evidence)
    words = {w for start, end in evidence for w in text[start:end].lower().split() if len(w) > 5}
    share = sum(int(mask[start:end].sum()) for start, end in evidence) / max(1, total)
    return share, len(words & set(context.text.lower().split())) / max(1, len(words))


def main() -> None:
    """A row for each method and rate."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    file = Path(os.environ["LINGUA_DATA"], "qmsum_val.jsonl.gz")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    scored = CompressionConfig(scorer="classifier")
    methods = {"salience": PromptCompressor(config="salience"), "steps": PromptCompressor(config="steps")}
    methods |= {
        how: PromptCompressor(Baseline(how), scored) for how in ("longest", "random", "first and last")
    }
    print("| method | at | evidence kept | its words |\n|---|---|---|---|")
    for rate in RATES:
        for name, compressor in methods.items():
            shares = np.mean([kept(compressor, row, rate) for row in rows], axis=0)
            print(f"| {name} | {1 / rate:g}x | {shares[0]:.3f} | {shares[1]:.3f} |", flush=True)


if __name__ == "__main__":
    main()
