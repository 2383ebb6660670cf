"""The calibrations that ship: how likely a sentence is to be evidence, by ranker.

    python benchmarks/calibrate.py paragraphs.jsonl.xz [--limit 500] [--only bm25]
    LINGUA_DATA=FOLDER python benchmarks/calibrate.py --judge cuad locomo --limit 40 --only bm25

The file has a paragraph a line: ``lang``, ``title``, ``text``, ``source`` and ``qas``, each with ``q``,
answers ``a`` and spans of evidence ``ev``. A question gets its paragraph among 4 to 19 of its language that
share the most words with it and do not hold its answer; a quarter of the questions get only those. Half of
the questions fit the calibration, the other half judge it. ``--judge`` fits nothing: it judges the
calibrations that ship by tasks of `lingua eval`.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import bm25s
import numpy as np

from lingua_integrations import Context, PromptCompressor
from lingua_integrations.core.calibration import SHIPPED
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.prune.rankers.lexical import terms
from lingua_integrations.evaluation.calibrating import calibrate, samples, table
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.loaders import load

LANGUAGES = ("en", "zh", "ja", "es", "ar", "fa", "th", "no", "pt", "fr", "he", "id")
UNLABELLED = {"en_squad2_unlabelled", "en_squad_sentences"}
RANKERS = {
    "fusion": "extractive-fusion",
    "embedding": "extractive",
    "bm25": "extractive-bm25",
    "late-interaction": "extractive-late-interaction",
}


def paragraphs(file: Path) -> dict[str, list[dict]]:
    """By language."""
    found = defaultdict(list)
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            if line["source"] not in UNLABELLED:
                found[line["lang"]].append(line)
    return found


def cases(known: list[dict], number: int, rng: random.Random) -> Iterator[Case]:
    """Questions among paragraphs that look alike, from all sources in turn."""
    index = bm25s.BM25()
    index.index([terms(f"{one['title']} {one['text']}") for one in known], show_progress=False)
    asked = defaultdict(list)
    for place, one in enumerate(known):
        asked[one["source"]] += [(place, qa) for qa in one["qas"] if qa.get("ev")]
    for questions in asked.values():
        rng.shuffle(questions)
    sources = sorted(asked)
    for turn in range(number):
        questions = asked[sources[turn % len(sources)]]
        if questions:
            place, qa = questions.pop()
            yield among(known, place, qa, index, rng)


def among(known: list[dict], place: int, qa: dict, index: object, rng: random.Random) -> Case:
    """A question with its paragraph, three times out of four, and others like it."""
    wanted = sorted({term for term in terms(qa["q"]) if term in index.vocab_dict})
    scores = index.get_scores(wanted) if wanted else np.zeros(len(known))
    others = rng.choice([4, 9, 9, 19, 19])
    alike = [at for at in np.argsort(-scores)[: 3 * others].tolist() if at != place]
    free = [at for at in alike if not any(a and a.lower() in known[at]["text"].lower() for a in qa["a"])]
    chosen = free[:others] + [place] * (rng.random() >= 0.25)
    rng.shuffle(chosen)
    contexts = tuple(Context(known[at]["text"], title=known[at]["title"] or None) for at in chosen)
    spans = [(chosen.index(place), *span) for span in qa["ev"]] if place in chosen else []
    return Case(qa["q"], qa["q"], contexts, tuple(qa["a"]) if spans else (), tuple(spans))


def main() -> None:
    """Print a calibration, and the table that judges it, for each ranker."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--judge", nargs="+", default=[], metavar="TASK")
    parser.add_argument("--limit", type=int, default=1000, help="questions, half of them English")
    parser.add_argument("--only", nargs="*", default=list(RANKERS))
    args = parser.parse_args()
    for ranker in args.only if args.judge else []:
        compressor = PromptCompressor(config=METHODS[RANKERS[ranker]].config)
        for task in args.judge:
            found = samples(compressor, load(task, args.limit).cases)
            print(f"\n{ranker}, {len(found)} of {task}:\n\n{table(SHIPPED[ranker], found)}")
    if args.judge:
        return
    known, rng = paragraphs(args.file), random.Random(7)
    others = args.limit // 2 // (len(LANGUAGES) - 1)
    asked = [
        case
        for lang in LANGUAGES
        for case in cases(known[lang], args.limit // 2 if lang == "en" else others, rng)
    ]
    rng.shuffle(asked)
    for ranker in args.only:
        compressor = PromptCompressor(config=METHODS[RANKERS[ranker]].config)
        calibration, judged = calibrate(compressor, asked)
        print(f"\n{ranker}: {calibration}\n\n{judged}")


if __name__ == "__main__":
    main()
