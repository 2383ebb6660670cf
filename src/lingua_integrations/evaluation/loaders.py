"""Data sets as tasks: those by name from the folder that LINGUA_DATA names, ours, and a user's own JSONL."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

import regex

from lingua_integrations.core.prompt import Context
from lingua_integrations.errors import InvalidRequest
from lingua_integrations.evaluation.cases import Case, Layout, Task

_CALCULATION = regex.compile(r"<<[^>]*>>")
_PARAGRAPH = regex.compile(r"\n\s*\n")


def nq20(folder: Path) -> Iterator[Case]:
    """NaturalQuestions with 20 look-alike documents each."""
    return _own(folder / "nq20_dev.jsonl.gz")


def multifieldqa_zh(folder: Path) -> Iterator[Case]:
    """Chinese questions over one long document each, which is cut into its paragraphs (LongBench)."""
    for row in _rows(folder / "multifieldqa_zh.jsonl.gz"):
        paragraphs = [one for one in row["context"].split("\n") if one.strip()]
        yield Case(row["_id"], row["input"], tuple(map(Context, paragraphs)), tuple(row["answers"]))


def qmsum(folder: Path) -> Iterator[Case]:
    """Questions about meetings; every turn is a context, and the relevant ones are known."""
    for number, row in enumerate(_rows(folder / "qmsum_val.jsonl.gz")):
        turns = [f"{turn['speaker']}: {turn['content']}" for turn in row["meeting_transcripts"]]
        for place, query in enumerate(row["specific_query_list"]):
            spans = [(int(first), int(last)) for first, last in query["relevant_text_span"]]
            relevant = sorted({turn for first, last in spans for turn in range(first, last + 1)})
            yield Case(
                f"{number}-{place}",
                query["query"],
                tuple(map(Context, turns)),
                (query["answer"],),
                tuple((turn, 0, len(turns[turn])) for turn in relevant if turn < len(turns)),
            )


def gsm8k(folder: Path) -> Iterator[Case]:
    """Grade-school maths after eight worked demonstrations; the answer is the worked solution."""
    text = (folder / "gsm8k_8shot_cot_prompt.txt").read_text("utf-8").strip()
    demonstrations = tuple(map(Context, _PARAGRAPH.split(text)))
    for number, row in enumerate(_rows(folder / "gsm8k_test.jsonl.gz")):
        solution, _, result = _CALCULATION.sub("", row["answer"]).partition("\n#### ")
        question = f"Question: {row['question']}\nLet's think step by step"
        yield Case(str(number), question, demonstrations, (f"\n{solution}\nThe answer is {result}",))


def bbh(task: str) -> Callable[[Path], Iterator[Case]]:
    """One task of BIG-Bench-Hard after its three worked demonstrations; the answer is the result alone."""

    def load(folder: Path) -> Iterator[Case]:
        text = (folder / "bbh" / f"{task}.cot.txt").read_text("utf-8").split("-----\n", 1)[1].strip()
        demonstrations = tuple(map(Context, _PARAGRAPH.split(text)[1:]))
        data = json.loads((folder / "bbh" / f"{task}.json").read_text("utf-8"))
        for number, row in enumerate(data["examples"] if isinstance(data, dict) else data):
            question = f"Q: {row['input']}\nA: Let's think step by step.\nSo the answer is"
            yield Case(str(number), question, demonstrations, (f" {row['target']}.",))

    load.__doc__ = bbh.__doc__
    return load


LOADERS: dict[str, tuple[Callable[[Path], Iterator[Case]], Layout]] = {
    "nq20": (nq20, "documents"),
    "multifieldqa_zh": (multifieldqa_zh, "documents"),
    "qmsum": (qmsum, "documents"),
    "gsm8k": (gsm8k, "demonstrations"),
    **{
        f"bbh-{task}": (bbh(task), "demonstrations")
        for task in (
            "date_understanding",
            "movie_recommendation",
            "sports_understanding",
            "tracking_shuffled_objects_three_objects",
        )
    },
}
OURS = "shelf"
"""The small set that comes with the package."""


def load(name: str, limit: int | None = None) -> Task:
    """A task by its name, or from a file.

    Args:
        name: "shelf", which comes along; one of `LOADERS`, in the folder that ``LINGUA_DATA`` names; or a
            JSONL file, plain or gzipped, with ``question``, ``answers`` and ``documents`` (texts, or objects
            with ``text`` and ``title``) in each row.
        limit: the first cases only.

    Raises:
        InvalidRequest: there is no such task, or its file is not there or has rows of another kind.
    """
    layout: Layout = "documents"
    if name == OURS:
        cases = _shelf()
    elif name in LOADERS:
        loader, layout = LOADERS[name]
        cases = loader(_folder(name))
    elif Path(name).suffix in (".jsonl", ".gz"):
        cases = _own(Path(name))
    else:
        raise InvalidRequest(f"There is no task {name!r}: {', '.join([OURS, *LOADERS])}, or a .jsonl file.")
    try:
        return Task(Path(name).name, tuple(islice(cases, limit)), layout)
    except FileNotFoundError as error:
        raise InvalidRequest(f"{name}: there is no file {error.filename}.") from error


def _folder(name: str) -> Path:
    folder = os.environ.get("LINGUA_DATA")
    if not folder:
        raise InvalidRequest(
            f"{name} is not part of this package: set LINGUA_DATA to the folder with its data."
        )
    return Path(folder)


def _shelf() -> Iterator[Case]:
    """Invented facts, so that no model knows them: every question is asked about all documents.

    They are rotated from question to question, so that the place of the right one varies.
    """
    data = json.loads((files(__package__) / "data" / "shelf.json").read_text("utf-8"))
    documents = tuple(Context(one["text"], title=one["title"]) for one in data["documents"])
    for number, row in enumerate(data["questions"]):
        first = 6 * number % len(documents)
        rotated = documents[first:] + documents[:first]
        yield Case(str(number), row["question"], rotated, tuple(row["answers"]))


def _own(path: Path) -> Iterator[Case]:
    """A user's own rows."""
    for number, row in enumerate(_rows(path), 1):
        yield _case(row, f"{path}, line {number}", str(number))


def _case(row: dict[str, Any], place: str, name: str) -> Case:
    try:
        documents = tuple(map(_document, row["documents"]))
        answers = [row["answers"]] if isinstance(row["answers"], str) else row["answers"]
        return Case(str(row.get("id", name)), row["question"], documents, tuple(answers))
    except (KeyError, TypeError) as error:
        raise InvalidRequest(f"{place}: a row needs question, answers and documents ({error}).") from error


def _document(document: Any) -> Context:
    if isinstance(document, str):
        return Context(document)
    return Context(document["text"], title=document.get("title"))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            yield _parsed(line, f"{path}, line {number}")


def _parsed(line: str, place: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise InvalidRequest(f"{place}: {error}.") from error
