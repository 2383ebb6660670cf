"""Digests against text: nats of held-out answers, for a small target on a CPU.

    python benchmarks/soft.py --data paragraphs.jsonl.xz --out squad-digester --work soft-run

SmolLM2-135M learns to read 256 tokens of context as 32 digests, from questions with answers and from
sentences to be repeated. Then it says how it expects answers to questions about other articles: after no
context, after 32 tokens of its text, after its digests, after those of another question, after all of it.
Training saves the digester before anything is measured; ``--only-measure`` goes on from there.

    python benchmarks/soft.py --data paragraphs.jsonl.xz --out rounded-prefix --work prefix-run --bits 3

rounds the target's linear layers to so many bits, and learns a prefix for it instead, from texts alone.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections import defaultdict
from pathlib import Path

import torch

from lingua_integrations import BudgetTooSmall, PromptCompressor
from lingua_integrations.alignment.recipes import Recipe
from lingua_integrations.alignment.soft import Example, Lesson, frozen, train_digester, train_prefix
from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.core.text.language.sentences import sentences
from lingua_integrations.evaluation.statistics import estimate, paired_p
from lingua_integrations.evaluation.tables import in_markdown
from lingua_integrations.soft.digester import Digester, DigesterSizes
from lingua_integrations.soft.prefix import Prefix
from lingua_integrations.soft.reader import SoftReader
from lingua_integrations.soft.saved import Known, Soft, load

TARGET = "smollm2-135m-q4_1"
PIECE, COUNT = 256, 32  # tokens of context, and digests
GROUP = 32  # weights that are rounded together
LENGTH = 64  # tokens of a text that a prefix is learnt from


def main() -> None:
    """Train, unless that was done, and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="paragraphs with questions, JSON lines in xz"
    )
    parser.add_argument("--out", required=True, help="name in the model store")
    parser.add_argument("--work", type=Path, required=True, help="folder of checkpoints")
    parser.add_argument("--examples", type=int, default=240, help="to learn from")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--questions", type=int, default=40, help="to measure on, or texts")
    parser.add_argument(
        "--bits", type=int, help="learn a prefix for weights that were rounded to so many bits"
    )
    parser.add_argument("--only-measure", action="store_true", help="take what was trained before")
    args = parser.parse_args()
    recipe = Recipe(args.epochs, args.learning_rate, batch=4, held_out=0.08, max_tokens=128)
    articles = read(args.data)
    (prefix if args.bits else digester)(args, recipe, articles)


def read(file: Path) -> tuple[list[list[dict]], list[list[dict]]]:
    """Articles of SQuAD as lists of paragraphs, in an order that is drawn: to learn from, to measure on."""
    articles: dict[str, list[dict]] = defaultdict(list)
    with lzma.open(file, "rt", encoding="utf-8") as stream:
        for line in stream:
            if '"en_squad_dev"' in line:
                row = json.loads(line)
                articles[row["title"]].append(row)
    drawn = list(articles.values())
    random.Random(0).shuffle(drawn)
    held_out = len(drawn) // 4
    return drawn[held_out:], drawn[:held_out]


def contexts(articles: list[list[dict]], model: CausalLM) -> list[tuple[str, list[tuple[str, str]]]]:
    """Texts of just 256 tokens, paragraphs in their order, with the questions that they answer."""
    found = []
    for article in articles:
        for i, row in enumerate(article):
            text = "\n".join(one["text"] for one in article[i : i + 8])
            spans = model.encode(text).spans
            if len(spans) < PIECE:
                continue
            end = int(spans[PIECE - 1][1])
            asked = [(one["q"], one["a"][0]) for one in row["qas"] if one["a"] and one["ev"][0][1] <= end]
            found.append((text[:end], asked))
    return found


def asks(question: str) -> str:
    """What stands behind a context."""
    return f"\nQuestion: {question}\nAnswer:"


def examples(articles: list[list[dict]], model: CausalLM, number: int) -> list[Example]:
    """Half of them questions, half sentences to repeat after their first words."""
    draw, questions, repeats = random.Random(0), [], []
    for context, asked in contexts(articles, model):
        questions += [Example(context, asks(question), f" {answer}") for question, answer in asked]
        for begin, end in sentences(context, 0, len(context), "en")[:-1]:
            words = context[begin:end].split()
            if len(words) > 8:
                start = " ".join(words[:4])
                repeats.append(Example(context, f"\nRepeat: {start}", " " + " ".join(words[4:])))
    return [one for some in (questions, repeats) for one in draw.sample(some, min(number // 2, len(some)))]


def digester(args: argparse.Namespace, recipe: Recipe, articles: tuple[list, list]) -> None:
    """Train a digester, and compare what it makes with text."""
    model = CausalLM(TARGET, dtype="float32")
    file = args.work / "nats.jsonl"  # a question a line, so that a run that was cut off goes on from there
    if not args.only_measure:
        file.unlink(missing_ok=True)
        lesson = Lesson(args.out, args.work, TARGET, recipe=recipe, replace=True)
        learnt = train_digester(lesson, examples(articles[0], model, args.examples), count=COUNT, piece=PIECE)
        print(f"kept in {learnt.folder}: held-out loss {learnt.curve}")
    cases = [
        (context, question, f" {answer}")
        for context, asked in contexts(articles[1], model)
        for question, answer in asked[:1]
    ]
    cases = random.Random(1).sample(cases, args.questions)
    readers = {
        "plain": SoftReader(target=TARGET, dtype="float32"),
        "trained": SoftReader(digester=load(args.out, Digester), dtype="float32"),
        "untrained": SoftReader(digester=untrained(), dtype="float32"),
    }
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    for i in range(len(lines), len(cases)):
        context, question, answer = cases[i]
        read = inputs(context, cases[i - 1][0], question, model)
        nats = {
            what: float(readers[reader].nats(text + asks(question), answer).mean())
            for what, (reader, text) in read.items()
        }
        lines.append(json.dumps(nats))
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    rows = [json.loads(line) for line in lines]
    table({what: [row[what] for row in rows] for what in rows[0]}, f"{COUNT} digests")


def inputs(context: str, other: str, question: str, model: CausalLM) -> dict[str, tuple[str, str]]:
    """What stands before a question: by which reader, and what."""
    first = context[: int(model.encode(context).spans[COUNT - 1][1])]
    marked, wrong = (f"<context>{text}</context>" for text in (context, other))
    return {
        "no context": ("plain", ""),
        f"its first {COUNT} tokens": ("plain", first),
        f"{COUNT} tokens that the default chooses by the question": (
            "plain",
            chosen(context, question, model) or first,
        ),
        f"{COUNT} digests": ("trained", marked),
        f"{COUNT} digests of another question's context": ("trained", wrong),
        f"{COUNT} digests, untrained": ("untrained", marked),
        f"all {PIECE} tokens": ("plain", context),
    }


def chosen(context: str, question: str, model: CausalLM) -> str:
    """What the default method keeps of a context; "" where no sentence fits."""
    compressor = PromptCompressor(counter=lambda text: len(model.encode(text).ids))
    try:
        return compressor.compress([context], question=question, target_tokens=COUNT).texts[0]
    except BudgetTooSmall:
        return ""


def untrained() -> Soft[Digester]:
    """A digester as training begins it."""
    torch.manual_seed(0)
    embeddings = CausalLM(TARGET, dtype="float32").loaded.model.get_input_embeddings().weight
    width = embeddings.shape[1]
    made = Digester(DigesterSizes(width, width, COUNT, PIECE))
    made.begin(embeddings.detach())
    known = Known.of(resolve(TARGET))
    return Soft(made.eval().requires_grad_(False), known, known)


def prefix(args: argparse.Namespace, recipe: Recipe, articles: tuple[list, list]) -> None:
    """Round a target's weights, train a prefix for it, and compare the three."""
    folder = rounded(args.bits, args.work / f"rounded-{args.bits}")
    if not args.only_measure:
        lesson = Lesson(args.out, args.work, str(folder), recipe=recipe, replace=True)
        some = [Example("", "", text) for text in texts(articles[0], args.examples)]
        learnt = train_prefix(lesson, some, count=COUNT)
        print(f"kept in {learnt.folder}: held-out loss {learnt.curve}")
    readers = {
        "original weights": SoftReader(target=TARGET, dtype="float32"),
        f"{args.bits} bits": SoftReader(target=str(folder), dtype="float32"),
        f"{args.bits} bits, with the prefix": SoftReader(prefix=load(args.out, Prefix), dtype="float32"),
    }
    judged = texts(articles[1], args.questions)
    nats = {
        what: [float(reader.nats("", text).mean()) for text in judged] for what, reader in readers.items()
    }
    table(nats, f"{args.bits} bits, with the prefix")


def rounded(bits: int, folder: Path) -> Path:
    """A folder with the target whose linear layers have so many bits, each group of 32 weights its scale."""
    if not folder.exists():
        whole = frozen(TARGET)
        for layer in whole.model.base_model.modules():
            if isinstance(layer, torch.nn.Linear):
                layer.weight.copy_(to_bits(layer.weight, bits))
        whole.model.save_pretrained(folder)
        whole.tokenizer.save_pretrained(folder)
    return folder


def to_bits(weight: torch.Tensor, bits: int) -> torch.Tensor:
    """Weights rounded to the nearest of 2^bits values between the least and the greatest of their group."""
    groups = weight.reshape(-1, GROUP)
    low, high = groups.amin(1, keepdim=True), groups.amax(1, keepdim=True)
    step = (high - low).clamp(min=1e-12) / (2**bits - 1)
    return (((groups - low) / step).round() * step + low).reshape(weight.shape)


def texts(articles: list[list[dict]], number: int) -> list[str]:
    """The beginnings of paragraphs, of just so many tokens."""
    model, found = CausalLM(TARGET, dtype="float32"), []
    for row in (row for article in articles for row in article):
        spans = model.encode(row["text"]).spans
        if len(spans) >= LENGTH:
            found.append(row["text"][: int(spans[LENGTH - 1][1])])
    return random.Random(0).sample(found, min(number, len(found)))


def table(nats: dict[str, list[float]], ours: str) -> None:
    """Nats per token with intervals, and p of a difference to ours."""
    rows = {"read": list(nats), "nats per token": [str(estimate(values)) for values in nats.values()]}
    rows[f"p, against {ours}"] = [
        "" if what == ours else f"{paired_p(nats[ours], nats[what]):.3f}" for what in nats
    ]
    print(in_markdown(rows))


if __name__ == "__main__":
    main()
