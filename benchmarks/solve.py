"""Does a model still solve problems after shorter demonstrations? GSM8K and BIG-Bench-Hard, exact match.

    LINGUA_DATA=FOLDER python benchmarks/solve.py --out solve [--tasks gsm8k] [--limit 150]
        [--rates 0.2 0.07 0.05] [--peer]

The table of the LLMLingua paper with a model of half a billion parameters (see small_model.py), which writes
its reasoning after the demonstrations, up to `LONGEST` tokens. Answers are right if their result is the right
one. ``--peer`` adds `llmlingua` 0.2.2, in an environment of its own. What is in ``--out`` is not asked again.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import regex
from small_model import SmallModel
from tqdm import tqdm

from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.contenders import contender
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.outcomes import Contender
from lingua_integrations.evaluation.peer import contenders as peers
from lingua_integrations.evaluation.records import Records
from lingua_integrations.evaluation.statistics import estimate, paired_p

METHODS = ("selector", "llmlingua", "whole-short", "random sentences")
ASKED: dict[str, Literal["each", "first"]] = {
    "selector": "each",
    "whole-short": "first",
    "random sentences": "first",
}
"""What each is asked with: see `Entry.question`; `llmlingua` is asked without a question, as in the paper."""
LONGEST = 200  # tokens of the reasoning
Known = dict[tuple[str, str], str]
"""What the model said after a prompt and a question."""
AT_ONCE = "\nSo the answer is"
"""What BIG-Bench-Hard's prompts end with where no reasoning is asked for."""
_SAID = regex.compile(r"answer is[^\n]*|boxed\{[^}]*\}")
_RESULT = regex.compile(r"\([A-R]\)|\b(?:yes|no)\b|-?\d[\d,]*(?:\.\d+)?", regex.IGNORECASE)


@dataclass(frozen=True)
class Solved:
    """What became of one question."""

    key: str  # what it is found by
    question: str  # task and case
    method: str
    rate: float
    tokens: int  # of the demonstrations, by o200k_base
    said: str
    ended: bool  # whether a result came within `LONGEST` tokens
    right: bool


def ended(said: str) -> bool:
    """Whether the line with the result is complete, or the next question begins."""
    return regex.search(r"answer is[^\n]*[\w)]\W*\n|boxed\{[^}]*\}|\n(?:Question|Q):", said) is not None


def result(text: str) -> str | None:
    """The last result that a solution names, after "the answer is" where it says so.

    >>> result("It is 3 times 4. The answer is $1,200.00."), result("So the answer is (B)."), result("Hm.")
    ('1200', '(b)', None)
    """
    own = regex.split(r"\n(?:Question|Q):", text)[0]
    said = _SAID.findall(own)
    found = _RESULT.findall(said[-1] if said else own)
    if not found:
        return None
    last = found[-1].lower().replace(",", "")
    return f"{float(last):g}" if last[-1].isdigit() else last


@dataclass(frozen=True)
class Entry:
    """One row of the table."""

    contender: Contender
    rate: float
    # it chooses for each question; once, and needs one; or once, as the paper does, without any
    question: Literal["each", "first", "none"] = "first"

    def key(self, task: Task, case: Case) -> str:
        """What its answer to a case is found by."""
        return f"{task.name} {case.name} {self.contender.name} {self.rate:g}"

    def prompts(self, task: Task, cases: Sequence[Case]) -> dict[str, list[Case]]:
        """The cases by what is left of their demonstrations."""
        if self.question != "each":
            first = task.cases[0] if self.question == "first" else replace(task.cases[0], question="")
            return {self._left(first): list(cases)}
        prompts: dict[str, list[Case]] = defaultdict(list)
        for case in cases:
            prompts[self._left(case)].append(case)
        return prompts

    def _left(self, case: Case) -> str:
        return "\n\n".join(text for _, text in self.contender.run(case, self.rate).texts)


def entries(rates: Sequence[float], *, peer: bool) -> list[Entry]:
    """The rows: all demonstrations, none, and each method at each rate."""
    shorter = [contender(name) for name in METHODS]
    shorter += [one for one in peers("llmlingua") if one.method == "llmlingua"] if peer else []
    rows = [Entry(contender(name), 1.0) for name in ("uncompressed", "no context")]
    return rows + [Entry(one, rate, ASKED.get(one.name, "none")) for rate in rates for one in shorter]


def answer(
    model: SmallModel, task: Task, entry: Entry, cases: Sequence[Case], known: Known
) -> Iterator[Solved]:
    """What the model makes of each case; ``known`` is what it has said before."""
    count = as_counter("o200k_base").count
    prompts = {f"{left}\n\n" if left else "": some for left, some in entry.prompts(task, cases).items()}
    rows = [(left, case) for left, some in prompts.items() for case in some]
    tokens = {case.name: count(left) for left, some in prompts.items() for case in some}
    asked = [(left, f"{case.question.removesuffix(AT_ONCE)}\n") for left, case in rows]
    new = [pair for pair in asked if pair not in known]
    known |= zip(new, model.continued(new, LONGEST, ended), strict=True)
    for (_, case), pair in zip(rows, asked, strict=True):
        said = known[pair]
        right = result(said) == result(case.answers[0])
        yield Solved(
            key=entry.key(task, case),
            question=f"{task.name} {case.name}",
            method=entry.contender.name,
            rate=entry.rate,
            tokens=tokens[case.name],
            said=said,
            ended=ended(f"{said}\n"),
            right=right,
        )


def table(rows: Sequence[Solved]) -> str:
    """A row for each method and rate; italic: worse than all demonstrations, bold: better than none."""
    found: dict[tuple[str, float], dict[str, Solved]] = defaultdict(dict)
    for row in rows:
        found[row.method, row.rate][row.question] = row
    lines = [
        "| demonstrations | rate | n | tokens | right | p against all | p against none | came to a result |"
    ]
    lines.append("|---" * 8 + "|")
    for (method, rate), some in found.items():
        right = [float(one.right) for one in some.values()]
        against = [
            paired_p(right, [float(found[other, 1.0][name].right) for name in some])
            for other in ("uncompressed", "no context")
        ]
        cells = [
            method,
            "" if rate == 1 else f"{1 / rate:.3g}x",
            str(len(some)),
            f"{np.mean([one.tokens for one in some.values()]):.0f}",
            str(estimate(right)),
            *(f"{p:.3f}" for p in against),
            f"{np.mean([one.ended for one in some.values()]):.2f}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Ask what is missing, print a table for each task."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tasks", nargs="+", default=["gsm8k"], help="a + joins tasks into one table")
    parser.add_argument("--limit", type=int, default=150, help="questions of each task")
    parser.add_argument("--rates", nargs="+", type=float, default=[0.2, 0.07, 0.05])
    parser.add_argument("--peer", action="store_true", help="llmlingua 0.2.2, too")
    args = parser.parse_args()
    store = Records(args.out / "solved.jsonl")
    model = cache(SmallModel)
    known: Known = {}
    plan = [
        (load(name, args.limit), entry)
        for joined in args.tasks
        for entry in entries(args.rates, peer=args.peer)
        for name in joined.split("+")
    ]
    solved: dict[str, list[Solved]] = defaultdict(list)
    for task, entry in (bar := tqdm(plan, unit="row")):
        bar.set_postfix_str(f"{task.name}, {entry.contender.name}, {entry.rate:g}")
        missing = [case for case in task.cases if store.get(entry.key(task, case)) is None]
        for row in answer(model(args.out), task, entry, missing, known) if missing else ():
            store.add(asdict(row))
        rows = {row["key"]: Solved(**row) for row in store.rows()}
        solved[task.name] += [rows[entry.key(task, case)] for case in task.cases]
    for joined in args.tasks:
        print(f"\n{joined}\n\n{table([row for name in joined.split('+') for row in solved[name]])}")


if __name__ == "__main__":
    main()
