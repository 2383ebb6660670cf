"""Is what is kept whole? Lines of code and logs, fields of JSON with their keys, text under its own heading.

    LINGUA_DATA=FOLDER python benchmarks/whole.py [--limit 20]

Code, logs and JSON are the shortest items of their tasks. Markdown is that of long descriptions of installed
packages, each asked for some of its sections. Answers do not matter here: a figure says which share of
what a method leaves can be read as it was written.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import distributions
from itertools import islice

import numpy as np
from baselines import Lines
from tqdm import tqdm

from lingua_integrations import Context
from lingua_integrations.core.budget.counting import as_counter
from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.contenders import contender
from lingua_integrations.evaluation.loaders import load
from lingua_integrations.evaluation.outcomes import Contender, Outcome
from lingua_integrations.evaluation.statistics import estimate

RATES = (0.25, 0.1)
QUESTIONS = 3  # of each description
LONGEST = 60_000  # characters
HEADING = re.compile(r"(#{1,6}) +\S")
WORD = re.compile(r"\w")
FENCE = re.compile(r" {0,3}(```+|~~~+)")
FIELD = re.compile(r'"(?P<key>[^"\\\n]+)"\s*:\s*(?P<value>"[^"\\\n]{4,}"|\d[\d.]{3,})')
Measure = Callable[[Case, Outcome], tuple[int, int]]
"""How many parts of what is left are whole, of how many."""


def whole_lines(case: Case, outcome: Outcome) -> tuple[int, int]:
    r"""Lines that are lines of the texts; marks of what was left out are none.

    >>> left = Outcome(((0, "x = 1\n    return"),), None, 9, 5, 5)
    >>> whole_lines(Case("a", "", (Context("x = 1\nreturn x"),), ()), left)
    (1, 2)
    """
    known = {line.strip() for one in case.contexts for line in one.text.splitlines()}
    left = [line.strip() for _, text in outcome.texts for line in text.splitlines() if WORD.search(line)]
    return sum(line in known for line in left), len(left)


def with_keys(case: Case, outcome: Outcome) -> tuple[int, int]:
    """Values of JSON that stand only once in the texts, right behind their key.

    >>> left = Outcome(((0, '{"city": "Paris", 2048}'),), None, 9, 5, 5)
    >>> with_keys(Case("a", "", (Context('{"city": "Paris", "size": 2048}'),), ()), left)
    (1, 2)
    """
    texts = "\n".join(one.text for one in case.contexts)
    left = "\n".join(text for _, text in outcome.texts)
    found = [match for match in FIELD.finditer(texts) if texts.count(match["value"]) == 1]
    kept = [match for match in found if match["value"] in left]
    pairs = {(match["key"], match["value"]) for match in FIELD.finditer(left)}
    return sum((match["key"], match["value"]) in pairs for match in kept), len(kept)


def own_heading(case: Case, outcome: Outcome) -> tuple[int, int]:
    """Lines whose last heading in what is left is the last one above them in the text, too."""
    text = case.contexts[0].text
    marks = headings(text)
    lines = right = 0
    above: int | None = None
    for start, end in (outcome.spans or {}).get(0, ()):
        at = start
        for line in text[start:end].splitlines(keepends=True):
            if at in marks:
                above = at
            elif line.strip():
                own = max((place for place in marks if place <= at), default=None)
                lines, right = lines + 1, right + (own == above)
            at += len(line)
    return right, lines


def headings(text: str) -> dict[int, str]:
    """Headings outside of fenced code, by where they begin."""
    found, at, fence = {}, 0, ""
    for line in text.splitlines(keepends=True):
        mark = FENCE.match(line)
        if mark and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence and HEADING.match(line):
            found[at] = line.strip("# \n")
        at += len(line)
    return found


def descriptions() -> Iterator[Case]:
    """Long descriptions in Markdown, by the names of their packages, asked for some of their sections."""
    files: dict[str, str] = {}
    for one in distributions():
        kind, text = one.metadata.get("Description-Content-Type") or "", one.metadata.get_payload()
        if "markdown" in kind and isinstance(text, str) and len(headings(text)) >= 2 * QUESTIONS:
            files[one.metadata["Name"]] = text[:LONGEST]
    for name, text in sorted(files.items()):
        titles = list(headings(text).values())
        for title in titles[:: max(1, len(titles) // QUESTIONS)][:QUESTIONS]:
            yield Case(f"{name}: {title}", title, (Context(text),), ())


def shortest(name: str, limit: int) -> Task:
    """The shortest items of a task."""
    task = load(name)
    cases = sorted(task.cases, key=lambda case: sum(len(one.text) for one in case.contexts))
    return replace(task, cases=tuple(cases[:limit]))


def main() -> None:
    """Print one table: methods and rates down, measures across."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--limit", type=int, default=20, help="items of each task")
    args = parser.parse_args()
    markdown = Task("markdown", tuple(islice(descriptions(), 3 * args.limit)))
    plan: list[tuple[str, Task, Measure]] = [
        ("code: whole lines", shortest("code", args.limit), whole_lines),
        ("log: whole lines", shortest("log", args.limit), whole_lines),
        ("json: values with keys", shortest("json", args.limit), with_keys),
        ("markdown: own heading", markdown, own_heading),
    ]
    methods: Sequence[Contender] = [
        *map(contender, ("extractive-bm25", "random sentences")),
        Lines("lines by BM25", as_counter("o200k_base")),
    ]
    cells: dict[tuple[str, float], list[str]] = defaultdict(list)
    for _, task, measure in tqdm(plan, unit="task"):
        for one in tqdm(methods, unit="method", leave=False):
            for rate in RATES:
                found = [measure(case, one.run(case, rate)) for case in task.cases]
                shares = [whole / parts for whole, parts in found if parts]
                cells[one.name, rate].append(f"{estimate(shares)} ({np.sum([parts for _, parts in found])})")
    print("| method | rate |" + "".join(f" {name} |" for name, *_ in plan) + "\n" + "|---" * 6 + "|")
    for (name, rate), row in cells.items():
        print(f"| {name} | {1 / rate:g}x | " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
