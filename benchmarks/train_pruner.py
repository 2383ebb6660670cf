"""The weights of `extractive-late-interaction`: what compares the tokens of a question with those of a text.

    LINGUA_DATA=FOLDER python benchmarks/train_pruner.py --out pruner [--rounds 2] [--epochs 3]

multilingual-e5-small reads passages and questions once and stays as it is; its states of two layers are kept
in ``--out`` (2.5 KB a token, 0.4 GB a round). Then two projections, the weights of a question's tokens and
four factors are learnt: the right sentence among all those of its passage and of three look-alikes. See
`pruner_data.py` for the data and its licences, and `Interaction` for the formula. With one CPU core a round
takes about 4 minutes to read, and an epoch of it about one to learn. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from pruner_data import ROUNDS, look_alikes, passages
from pruner_head import LAYERS, Head, loss_of, scaled
from safetensors.numpy import save_file
from torch import nn

from lingua_integrations.core.models.interaction import Interaction, load_interaction
from lingua_integrations.core.models.late_reader import LateReader
from lingua_integrations.core.prune.pieces import pieces_of, wholes_of
from lingua_integrations.core.prune.rankers.fusion import standardised
from lingua_integrations.core.prune.rankers.late_interaction import READER, parts_of
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.text.units import from_spans

DIMENSIONS = 128
CANDIDATES = 4  # passages a question is learnt on: its own and look-alikes
BATCH = 16
RATE = 1e-3


def encoded(found: Sequence[dict], reader: LateReader, file: Path) -> list[dict]:
    """Passages with their states and owners, and questions with theirs; kept in a file."""
    if not file.exists():
        laid = [reader.laid(one["text"], [0], one["title"] or None) for one in found]
        read = reader.read_texts(laid, LAYERS)
        asked = [reader.read_question(qa["q"], LAYERS) for one in found for qa in one["qas"]]
        states = np.concatenate([one.states for one in read]).astype(np.float16)
        np.savez(
            file,
            states=states,
            lengths=[len(one.states) for one in read],
            spans=np.concatenate([one.spans for one in read]),
            asked=np.concatenate(asked).astype(np.float16),
            asked_lengths=[len(one) for one in asked],
        )
    with np.load(file) as stored:
        edges, asked_edges = (np.cumsum(stored[name])[:-1] for name in ("lengths", "asked_lengths"))
        states, spans = (np.split(stored[name], edges) for name in ("states", "spans"))
        asked = iter(np.split(stored["asked"], asked_edges))
    for passage, own, places in zip(found, states, spans, strict=True):
        units = from_spans(passage["text"], [tuple(edge) for edge in passage["units"]])
        passage |= {"states": own, "owners": parts_of(places, units)}
        for qa in passage["qas"]:
            overlap = [any(a < end and start < b for a, b in qa["ev"]) for start, end in passage["units"]]
            qa |= {"states": next(asked), "right": np.flatnonzero(overlap)}
    return list(found)


def batch_of(found: Sequence[dict], questions: Sequence[tuple[int, dict]], others: Sequence[Sequence[int]]):
    """Texts, owners, questions, and which parts are right, padded; the right passage comes first."""
    cases = [
        [found[own], *(found[one] for one in more)] for (own, _), more in zip(questions, others, strict=True)
    ]
    length = max(len(one["states"]) for case in cases for one in case)
    parts = max(len(one["units"]) for case in cases for one in case)
    asked = max(len(qa["states"]) for _, qa in questions)
    width = cases[0][0]["states"].shape[1]
    texts = torch.zeros(len(cases), len(cases[0]), length, width)
    owners = torch.full(texts.shape[:3], parts, dtype=torch.long)
    queries = torch.zeros(len(cases), asked, width)
    right = torch.zeros(*texts.shape[:2], parts, dtype=torch.bool)
    for i, (case, (_, qa)) in enumerate(zip(cases, questions, strict=True)):
        queries[i, : len(qa["states"])] = torch.from_numpy(qa["states"]).float()
        right[i, 0, qa["right"]] = True
        for j, one in enumerate(case):
            texts[i, j, : len(one["states"])] = torch.from_numpy(one["states"]).float()
            own = torch.from_numpy(one["owners"])
            owners[i, j, : len(own)] = torch.where(own < 0, parts, own)
    return texts, owners, queries, right


def begun(found: Sequence[dict]) -> Head:
    """A head whose projections are the principal components of texts' tokens.

    Each is divided by the fourth root of its variance.
    """
    texts = scaled(torch.from_numpy(np.concatenate([one["states"] for one in found[::3]])).float())
    asked = np.concatenate([qa["states"] for one in found[::3] for qa in one["qas"]])
    mean = texts.mean(0)
    spread, axes = torch.linalg.eigh((texts - mean).T @ (texts - mean) / len(texts))
    best = (axes[:, -DIMENSIONS:] * spread[-DIMENSIONS:] ** -0.25).T
    return Head(best, mean, scaled(torch.from_numpy(asked).float()).mean(0))


def batches(lengths: Sequence[int], rng: random.Random) -> Iterator[list[int]]:
    """All places in random order, with texts of alike length together."""
    order = list(range(len(lengths)))
    rng.shuffle(order)
    pools = (sorted(order[i : i + 256], key=lengths.__getitem__) for i in range(0, len(order), 256))
    found = [pool[i : i + BATCH] for pool in pools for i in range(0, len(pool), BATCH)]
    rng.shuffle(found)
    return iter(found)


def trained(found: Sequence[dict], epochs: int, seed: int = 0) -> Head:
    """A head that has learnt from all questions with evidence and enough look-alikes."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    questions = [
        (place, qa)
        for place, one in enumerate(found)
        for qa in one["qas"]
        if len(qa["right"]) and len(qa["others"]) >= CANDIDATES - 1
    ]
    head = begun(found)
    optimizer = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=0.02)
    steps = max(1, epochs * len(questions) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / 50) * max(0.02, 1 - step / steps)
    )
    for epoch in range(epochs):
        losses = []
        for places in batches([len(found[place]["states"]) for place, _ in questions], rng):
            some = [questions[place] for place in places]
            others = [rng.sample(qa["others"][:6], CANDIDATES - 1) for _, qa in some]
            loss = loss_of(head, *batch_of(found, some, others))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(head.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: {len(questions)} questions, loss {np.mean(losses):.3f}", flush=True)
    return head


def judged(found: Sequence[dict], head: Interaction, words: float, most: int = 36, looks: int = 5) -> tuple:
    """How often the right sentence of all candidates comes first, among the first three, and of how many.

    Of each source up to ``most`` questions. ``words`` is the share of BM25, see `LateInteractionRanker`.
    """
    by_source: dict[str, list[tuple[int, dict]]] = defaultdict(list)
    for place, one in enumerate(found):
        by_source[one["source"]] += [
            (place, qa) for qa in one["qas"] if len(qa["right"]) and len(qa["others"]) >= looks
        ]
    ranks = []
    for source in sorted(by_source):
        random.Random(3).shuffle(by_source[source])
        for place, qa in by_source[source][:most]:
            texts = [found[place], *(found[other] for other in qa["others"][:looks])]
            scores, owners = scored(texts, qa, head, words)
            order = np.argsort(-scores, kind="stable")
            right = np.isin(order, np.flatnonzero(owners == 0)[qa["right"]])
            ranks.append(int(np.argmax(right)))
    return float(np.mean(np.array(ranks) < 1)), float(np.mean(np.array(ranks) < 3)), len(ranks)


def scored(texts: Sequence[dict], qa: dict, head: Interaction, words: float) -> tuple[np.ndarray, np.ndarray]:
    """Of all sentences of some passages the score, as the method gives it, and the passage."""
    units = [from_spans(one["text"], [tuple(edge) for edge in one["units"]]) for one in texts]
    titles = [one["title"] or None for one in texts]
    owners = np.repeat(np.arange(len(texts)), list(map(len, units)))
    asked = head.of_question(qa["states"].astype(float))
    told = [head.of_text(one["states"].astype(float), one["owners"], len(one["units"])) for one in texts]
    met = [head.compare(asked, one) for one in told]
    meant = np.concatenate([one.parts for one in met]), np.array([one.whole for one in met])
    said = [BM25Ranker().rank(qa["q"], read(units, titles)) for read in (pieces_of, wholes_of)]
    own, whole = (
        (1 - words) * standardised(a) + words * standardised(b) for a, b in zip(meant, said, strict=True)
    )
    return own + whole[owners], owners


def main() -> None:
    """Read what has not been read, learn, write the weights, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=2, help=f"how much is learnt from: 1 to {ROUNDS}")
    parser.add_argument("--epochs", type=int, default=3)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    reader = LateReader(READER)
    pool = args.out / "passages.jsonl"
    if not pool.exists():
        file = Path(os.environ["LINGUA_DATA"]) / "pruner" / "paragraphs.jsonl.xz"
        pool.write_text("".join(json.dumps(one) + "\n" for one in passages(file, reader)), "utf-8")
    every = list(map(json.loads, pool.read_text("utf-8").splitlines()))
    found: dict[str, list[dict]] = {"train": [], "held": []}
    for split, rounds in (("held", range(ROUNDS // 2)), ("train", range(args.rounds))):
        for number in rounds:
            some = [one for one in every if (one["split"], one["round"]) == (split, number)]
            found[split] += encoded(some, reader, args.out / f"{split}-{number}.npz")
        look_alikes(found[split])
    head = trained(found["train"], args.epochs)
    file = args.out / "late-interaction.safetensors"
    save_file(head.weights(), file, metadata={"layers": json.dumps(LAYERS), "reader": READER})
    print(f"{file}: {file.stat().st_size:,} bytes, SHA-256 {hashlib.sha256(file.read_bytes()).hexdigest()}")
    learnt = load_interaction(file, digest=None)
    for words in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5):
        best, three, n = judged(found["held"], learnt, words)
        print(
            f"words {words}: first {best:.3f}, among three {three:.3f} of {n} held-out questions", flush=True
        )


if __name__ == "__main__":
    main()
