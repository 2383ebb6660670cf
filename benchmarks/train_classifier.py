"""A small token classifier for the llmlingua2 method, where no published one can be had.

    python benchmarks/train_classifier.py --data nq20_dev.jsonl.gz --out my-classifier

MiniLM learns which tokens SmolLM2 finds more surprising than the median of their document, from documents of
the last questions of the data; `lingua eval` judges on the first. It is a distilled selective-context;
LLMLingua-2's own classifier learnt from GPT-4.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path

import numpy as np
import torch
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    Trainer,
    TrainingArguments,
    set_seed,
)

from lingua_integrations.core.models.causal import CausalLM
from lingua_integrations.core.prune.scorers.self_information import SelfInformation
from lingua_integrations.core.store.resolve import resolve
from lingua_integrations.core.text.atoms import segment


def labelled(texts: list[str], tokenizer) -> list[dict]:
    """Token ids, and for each whether its unit is more surprising than the text's median."""
    batch = [segment(text) for text in texts]
    scores = SelfInformation(CausalLM("smollm2-135m-q4_1", dtype="float32")).score(
        batch, "", [None] * len(batch)
    )
    rows = []
    for units, values in zip(batch, scores, strict=True):
        keep = (values > np.median(values)).astype(int)
        encoded = tokenizer(units.text, truncation=True, max_length=256, return_offsets_mapping=True)
        spans = np.array(encoded.pop("offset_mapping"))
        first, _ = units.owners(spans)
        labels = np.where(spans[:, 1] > spans[:, 0], keep[first], -100)
        rows.append({"input_ids": encoded["input_ids"], "labels": labels.tolist()})
    return rows


def main() -> None:
    """Label, train, save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--questions", type=int, default=20, help="how many of the last questions to learn from"
    )
    args = parser.parse_args()
    with gzip.open(args.data, "rt", encoding="utf-8") as stream:
        questions = [json.loads(line) for line in stream][-args.questions :]
    texts = [document["text"] for question in questions for document in question["documents"]]
    set_seed(0)
    folder = resolve("all-minilm-l6-v2").folder
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForTokenClassification.from_pretrained(
        folder,
        num_labels=2,
        id2label={0: "drop", 1: "keep"},
        label2id={"drop": 0, "keep": 1},
        dtype=torch.float32,
    )
    trainer = Trainer(
        model,
        TrainingArguments(
            str(args.out / "checkpoints"),
            num_train_epochs=3,
            learning_rate=1e-4,
            per_device_train_batch_size=8,
            save_strategy="no",
            report_to=[],
            seed=0,
            use_cpu=not torch.cuda.is_available(),
        ),
        train_dataset=labelled(texts, tokenizer),
        data_collator=DataCollatorForTokenClassification(tokenizer),
    )
    trainer.train()
    model.save_pretrained(args.out)
    tokenizer.save_pretrained(args.out)


if __name__ == "__main__":
    main()
