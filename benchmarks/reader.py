"""What a model that answers makes of shorter contexts: NaturalQuestions, 20 look-alike documents each.

    LINGUA_DATA=FOLDER python benchmarks/reader.py --out reader [--limit 25]

The reader is Qwen2.5-Coder-0.5B-Instruct (see small_model.py). An answer is right if it contains a right one,
word for word. What is in ``--out`` is not asked again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from small_model import SmallModel
from tqdm import tqdm

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.metrics import answer_kept
from lingua_integrations.evaluation.statistics import estimate

LONGEST = 32  # tokens of an answer
Shorten = Callable[[Case], str]


def compressed(config: CompressionConfig, rate: float | None) -> Shorten:
    """The texts that a configuration keeps."""
    compressor = PromptCompressor(config=config)

    def shorten(case: Case) -> str:
        return "\n\n".join(compressor.compress(case.contexts, question=case.question, rate=rate).texts)

    return shorten


CONTEXTS: dict[str, Shorten] = {
    "the right document": lambda case: next(
        context.text for context in case.contexts if answer_kept(case.answers, [context.text])
    ),
    "relevant, no rate": compressed(METHODS["relevant"].config, None),
    "the default, 10x": compressed(METHODS["extractive-fusion"].config, 0.1),
    "the default, 4x": compressed(METHODS["extractive-fusion"].config, 0.25),
    "extractive-late-interaction, 10x": compressed(METHODS["extractive-late-interaction"].config, 0.1),
    "extractive-bm25, 10x": compressed(METHODS["extractive-bm25"].config, 0.1),
    "no context": lambda case: "",
    "all documents": lambda case: "\n\n".join(context.text for context in case.contexts),
}


def answer(model: SmallModel, context: str, question: str) -> str:
    """What the model says, of the first line."""
    asked = f"{context}\n\nQuestion: {question}\nAnswer in a few words, from the text above."
    (said,) = model.continued([("", model.message(asked.strip()))], LONGEST)
    return said.partition("\n")[0]


def main() -> None:
    """Ask what is missing, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=25)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    file = args.out / "answers.jsonl"
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []
    known = {(line["contexts"], line["case"]): line for line in lines}
    task, model, count = load("nq20", args.limit), SmallModel(args.out), PromptCompressor().counter.count
    asked = [(name, case) for name in CONTEXTS for case in task.cases if (name, case.name) not in known]
    with file.open("a", encoding="utf-8") as stream:
        for name, case in tqdm(asked, unit="answer"):
            text = CONTEXTS[name](case)
            said = answer(model, text, case.question)
            line = {"contexts": name, "case": case.name, "tokens": count(text), "said": said}
            line["right"] = float(answer_kept(case.answers, [said]))
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            stream.flush()
            known[name, case.name] = line
    print("| contexts | n | tokens | right answers |\n|---|---|---|---|")
    for name in CONTEXTS:
        mine = [known[name, case.name] for case in task.cases]
        tokens = sum(line["tokens"] for line in mine) / len(mine)
        print(f"| {name} | {len(mine)} | {tokens:.0f} | {estimate([line['right'] for line in mine])} |")


if __name__ == "__main__":
    main()
