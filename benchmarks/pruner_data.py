"""Passages, questions and look-alikes to train a pruner on, out of ``pruner/paragraphs.jsonl.xz``.

A line of that file is a paragraph: ``{"lang", "title", "text", "source", "qas": [{"q", "a", "ev"}]}``, where
``ev`` are the characters of the evidence. The licence of each source is in `SOURCES`.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import bm25s
import numpy as np

from lingua_integrations.core.models.late_reader import LateReader
from lingua_integrations.core.prune.rankers.lexical import terms
from lingua_integrations.core.text.documents import read

ROOM = 240  # tokens of a passage: a longer paragraph is cut between sentences
ROUNDS = 8  # parts that can be encoded one by one


@dataclass(frozen=True)
class Source:
    """A data set, how many of its paragraphs are taken, and its licence, which allows commercial use."""

    passages: int
    licence: str
    held: bool = True  # whether a part of it is kept for judging: not where others have its questions, too
    long: bool = False  # whole documents, of which only what is asked about is taken


SOURCES = {
    "en_2wiki_multihop": Source(480, "Apache-2.0; text CC BY-SA"),
    "en_afriqa": Source(700, "CC BY 4.0"),
    "en_covidqa": Source(150, "Apache-2.0; text CC BY", held=False, long=True),
    "en_multispanqa_nq": Source(300, "CC BY-SA 3.0"),
    "en_nq_open_oracle": Source(500, "CC BY-SA 3.0"),
    "en_qed_nq": Source(400, "CC BY-SA 3.0"),
    "en_squad_dev": Source(600, "CC BY-SA 4.0", held=False),
    "en_squad_sentences": Source(250, "CC BY-SA 4.0", held=False),
    "en_tatqa_text": Source(80, "CC BY 4.0", held=False),
    "am_amqa": Source(150, "MIT"),
    "ar_arcd": Source(220, "MIT; text CC BY-SA"),
    "es_squad_dev_mt": Source(200, "CC BY-SA 4.0", held=False),
    "fa_pquad": Source(220, "CC BY-SA 4.0"),
    "fr_afriqa": Source(260, "CC BY 4.0"),
    "he_heq": Source(180, "CC BY 4.0"),
    "id_idkmrc": Source(220, "CC BY-SA 4.0"),
    "it_squad_test_mt": Source(180, "CC BY-SA 4.0", held=False),
    "ja_jaquad": Source(240, "CC BY-SA 3.0"),
    "ja_jsquad": Source(180, "CC BY-SA 4.0"),
    "no_norquad": Source(180, "CC0", long=True),
    "pt_squad_sample_mt": Source(120, "CC BY-SA 4.0", held=False),
    "sv_squad2_dev_mt": Source(160, "CC BY-SA 4.0", held=False),
    "th_iapp_wiki": Source(200, "MIT"),
    "zh_cmrc2018": Source(180, "CC BY-SA 4.0"),
    "zh_drcd": Source(220, "CC BY-SA 3.0"),
}
_SEEDS = {"train": 5, "held": 9}  # passages of a cluster: one, and those that its question finds
_HELD = 45  # paragraphs of a source that are kept for judging


def index_of(texts: Sequence[str]) -> bm25s.BM25:
    """BM25 over texts that many questions are put to."""
    index = bm25s.BM25()
    index.index(list(map(terms, texts)), show_progress=False)
    return index


def scores_in(index: bm25s.BM25, question: str) -> np.ndarray:
    """Of each text; all 0 where no word is shared."""
    asked = sorted(set(terms(question)) & index.vocab_dict.keys())
    return index.get_scores(asked) if asked else np.zeros(index.scores["num_docs"])


def passages(file: Path, reader: LateReader, seed: int = 23) -> Iterator[dict]:
    """Passages in clusters of look-alikes, some of them to be judged on: ``split`` says which.

    No article, and no question, is both learnt from and judged on.
    """
    rng = random.Random(seed)
    sources: dict[str, list[dict]] = defaultdict(list)
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for paragraph in map(json.loads, lines):
            source = SOURCES.get(paragraph["source"])
            if source is not None:
                paragraph["held"] = source.held and _held(paragraph["title"] or paragraph["text"])
                sources[paragraph["source"]].append(paragraph)
    held = [one for some in sources.values() for one in some if one["held"]]
    asked = {_plain(qa["q"]) for one in held for qa in one["qas"]}
    articles = {one["title"] for one in held} - {""}
    for name, paragraphs in sources.items():
        for split in ("held", "train"):
            mine = [one for one in paragraphs if one["held"] == (split == "held")]
            if split == "train":
                mine = [one for one in mine if one["title"] not in articles or not SOURCES[name].held]
            if not mine:
                continue
            quota = _HELD if split == "held" else SOURCES[name].passages
            for paragraph, cluster in _clustered(mine, quota, _SEEDS[split], rng):
                for passage in _cut(paragraph, reader, asked if split == "train" else set()):
                    yield {**passage, "split": split, "round": cluster % ROUNDS}


def look_alikes(found: Sequence[dict], most: int = 9) -> None:
    """Give each question ``others``: the passages of its source that BM25 takes for its own, as their places.

    Passages that hold its answer are none.
    """
    by_source: dict[str, list[int]] = defaultdict(list)
    for place, passage in enumerate(found):
        by_source[passage["source"]].append(place)
    for places in by_source.values():
        index = index_of([f"{found[place]['title']} {found[place]['text']}" for place in places])
        for own in places:
            for qa in found[own]["qas"]:
                answers = [answer.casefold() for answer in qa["a"] if len(answer) > 3]
                order = np.argsort(-scores_in(index, qa["q"]), kind="stable")
                others = (places[row] for row in order)
                qa["others"] = [
                    other
                    for other in others
                    if found[other]["text"] != found[own]["text"]
                    and not any(answer in found[other]["text"].casefold() for answer in answers)
                ][:most]


def _clustered(
    paragraphs: Sequence[dict], quota: int, size: int, rng: random.Random
) -> Iterator[tuple[dict, int]]:
    """Paragraphs that a question of one of them finds, and the number of their cluster, up to a quota."""
    some = list(paragraphs) if len(paragraphs) <= 4500 else rng.sample(list(paragraphs), 4500)
    index = index_of([f"{one['title']}\n{one['text']}" for one in some])
    order = list(range(len(some)))
    rng.shuffle(order)
    taken: dict[int, int] = {}
    cluster = 0
    for place in order:
        if len(taken) >= quota:
            break
        if place in taken or not some[place]["qas"]:
            continue
        scores = scores_in(index, rng.choice(some[place]["qas"])["q"])
        scores[place] = np.inf
        for near in np.argsort(-scores, kind="stable")[:size].tolist():
            taken.setdefault(near, cluster)
        cluster += 1
    yield from ((some[place], number) for place, number in taken.items())


def _cut(paragraph: dict, reader: LateReader, asked: set[str]) -> Iterator[dict]:
    """A paragraph in passages of whole units, with up to six questions each whose evidence lies inside."""
    text, title = paragraph["text"], paragraph["title"]
    units = read(text, language=paragraph["lang"])
    edges = list(zip(units.starts.tolist(), units.ends.tolist(), strict=True))
    room = ROOM - (len(reader.ids_of(f"{title}\n")) if title else 0)
    stretches: list[list[tuple[int, int]]] = []
    tokens = room + 1
    for start, end in edges:
        length = len(reader.ids_of(text[start:end]))
        if tokens + length > room:
            stretches.append([])
            tokens = 0
        stretches[-1].append((start, end))
        tokens += length
    for stretch in stretches:
        begin, end = stretch[0][0], stretch[-1][1]
        qas = [
            {**qa, "ev": [[a - begin, b - begin] for a, b in qa["ev"]]}
            for qa in paragraph["qas"]
            if qa["ev"] and all(begin <= a and b <= end + 1 for a, b in qa["ev"])
            if _plain(qa["q"]) not in asked
        ]
        if SOURCES[paragraph["source"]].long and not qas:
            continue
        yield {
            "source": paragraph["source"],
            "title": title,
            "text": text[begin:end],
            "units": [[a - begin, b - begin] for a, b in stretch],
            "qas": qas[:6],
        }


def _held(article: str) -> bool:
    return int(hashlib.sha256(article.encode()).hexdigest(), 16) % 100 < 15


def _plain(question: str) -> str:
    return " ".join(terms(question))
