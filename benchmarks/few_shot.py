"""What do shorter demonstrations still teach? Benefit retained on GSM8K, by the selector's settings.

    LINGUA_DATA=folder python benchmarks/few_shot.py --limit 40 --out few_shot.jsonl

Demonstrations are the eight of the chain-of-thought prompt, taken apart into question, reasoning and
answer. For every budget and setting the selector chooses; the target model's nats per token of the worked
solution say what that is worth: (none - chosen) / (none - all eight). What is in ``--out`` is not run again.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from langchain_core.prompts import PromptTemplate
from tqdm import tqdm

from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.evaluation.contenders import Shortest
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.metrics import benefit_retained
from lingua_integrations.evaluation.targets import LocalTarget
from lingua_integrations.langchain import LinguaExampleSelector

BUDGETS = (446, 171, 117)
THINK = "\nLet's think step by step\n"
WRITTEN = PromptTemplate.from_template("{question}" + THINK + "{reasoning}\n{answer}")
BOTH = ("question", "reasoning")
SETTINGS: dict[str, dict] = {
    "whole, by similarity": {},
    "whole, by perplexity": {"rank_by": "perplexity"},
    "whole, shortest first": {"ranker": Shortest()},
    "steps inside, k = 2": {"ranker": Shortest(), "fields": BOTH, "method": "steps", "coarse_factor": 2.0},
    "steps inside, k = 4": {"ranker": Shortest(), "fields": BOTH, "method": "steps", "coarse_factor": 4.0},
    "steps inside, k = 4, similarity": {"fields": BOTH, "method": "steps", "coarse_factor": 4.0},
    "words inside (rag), k = 4": {
        "ranker": Shortest(),
        "fields": BOTH,
        "method": "rag",
        "coarse_factor": 4.0,
    },
}
count = as_counter("o200k_base").count


def taken_apart(text: str) -> dict[str, str]:
    """A demonstration's question, reasoning and answer."""
    question, _, solution = text.partition(THINK)
    reasoning, _, answer = solution.rpartition("\n")
    return {"question": question, "reasoning": reasoning, "answer": answer}


def main() -> None:
    """Run what is missing, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int, default=40)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--target", default="smollm2-135m-q4_1")
    args = parser.parse_args()
    task, target = load("gsm8k", args.limit), LocalTarget(args.target)
    examples = [taken_apart(context.text) for context in task.cases[0].contexts]
    plan = [("none", 0), ("all eight", 0), *((name, budget) for budget in BUDGETS for name in SETTINGS)]
    found = [json.loads(line) for line in args.out.open()] if args.out.exists() else []
    known = {(line["setting"], line["budget"], line["case"]) for line in found}
    selectors = {
        (name, budget): LinguaExampleSelector(
            examples=examples,
            example_prompt=WRITTEN,
            target_tokens=budget,
            on_error="passthrough",
            **SETTINGS[name],
        )
        for name, budget in plan[2:]
    }
    with args.out.open("a") as stream:
        for name, budget in tqdm(plan):
            for case in task.cases:
                if (name, budget, case.name) in known:
                    continue
                if budget:
                    chosen = selectors[name, budget].select_examples({"question": case.question})
                    chosen = (
                        [] if len(chosen) == len(examples) else chosen
                    )  # nothing fits: handed on as it was
                else:
                    chosen = examples if name == "all eight" else []
                texts = [WRITTEN.format(**example) for example in chosen]
                line = {
                    "setting": name,
                    "budget": budget,
                    "case": case.name,
                    "tokens": count("\n\n".join(texts)),
                    "nats": target.nats_of([task.prompt(case, list(enumerate(texts)))], case.answers[0])[0],
                }
                stream.write(json.dumps(line) + "\n")
                stream.flush()
                found.append(line)
    print(table(found, plan))


def table(lines: list[dict], plan: list[tuple[str, int]]) -> str:
    """One row per budget and setting, with a bootstrap interval over the cases."""
    nats = {(one["setting"], one["budget"], one["case"]): one["nats"] for one in lines}
    cases = sorted({one["case"] for one in lines})
    rows = ["| budget | setting | tokens | nats | benefit retained |", "|---|---|---|---|---|"]
    for name, budget in plan:
        here = [case for case in cases if (name, budget, case) in nats and ("all eight", 0, case) in nats]
        if not here:
            continue
        values = np.array(
            [[nats["none", 0, c], nats[name, budget, c], nats["all eight", 0, c]] for c in here]
        )
        draws = np.random.default_rng(0).integers(0, len(here), (2000, len(here)))
        benefits = [benefit_retained(*values[draw].mean(axis=0)) for draw in draws]
        low, high = np.quantile([one for one in benefits if one is not None], [0.025, 0.975])
        tokens = np.mean(
            [one["tokens"] for one in lines if (one["setting"], one["budget"]) == (name, budget)]
        )
        mean = benefit_retained(*values.mean(axis=0))
        benefit = f"{mean:.2f} [{low:.2f}, {high:.2f}]"
        rows.append(f"| {budget or ''} | {name} | {tokens:.0f} | {values[:, 1].mean():.3f} | {benefit} |")
    return "\n".join(rows)


if __name__ == "__main__":
    main()
