"""Data sets as tasks: those by name, ours, and a user's own JSONL."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import regex

from lingua_integrations.core.optional import optional
from lingua_integrations.core.request import Context
from lingua_integrations.core.store.fetch import offline
from lingua_integrations.core.store.folders import home
from lingua_integrations.errors import InvalidRequest, ModelUnavailable
from lingua_integrations.evaluation.cases import Case, Layout, Task

_CALCULATION = regex.compile(r"<<[^>]*>>")
_PARAGRAPH = regex.compile(r"\n\s*\n")
_ROLES = {"human": "User", "gpt": "Assistant"}
_BBH = (
    "date_understanding",
    "movie_recommendation",
    "sports_understanding",
    "tracking_shuffled_objects_three_objects",
)
_TASKS = (
    "dialogue_locomo", "finance_filings", "finance_tatqa", "long_cuad", "long_needle_pg", "multihop_2wiki",
    "multihop_hotpotqa", "multihop_musique", "multilingual_xquad", "table_wikitq", "tool_code", "tool_html",
    "tool_json", "tool_log",
)  # fmt: skip


class Loader(NamedTuple):
    """How to read a data set: from files of these names to cases, and how its prompts look."""

    read: Callable[..., Iterator[Case]]
    files: tuple[str, ...]
    layout: Layout = "documents"


def own(file: Path) -> Iterator[Case]:
    """A user's own rows, and NaturalQuestions with 20 look-alike documents each."""
    for number, row in enumerate(_rows(file), 1):
        yield _case(row, f"{file}, line {number}", str(number))


def _case(row: dict[str, Any], place: str, name: str) -> Case:
    try:
        documents = tuple(map(_document, row["documents"]))
        answers = [row["answers"]] if isinstance(row["answers"], str) else row["answers"]
        evidence = tuple((one["doc"], one["start"], one["end"]) for one in row.get("evidence", ()))
        return Case(str(row.get("id", name)), row["question"], documents, tuple(answers), evidence)
    except (KeyError, TypeError) as error:
        raise InvalidRequest(f"{place}: a row needs question, answers and documents ({error}).") from error


def _document(document: Any) -> Context:
    if isinstance(document, str):
        return Context(document)
    return Context(document["text"], title=document.get("title"))


def multifieldqa_zh(file: Path) -> Iterator[Case]:
    """Chinese questions over one long document each, which is cut into its paragraphs (LongBench)."""
    for row in _rows(file):
        paragraphs = [one for one in row["context"].split("\n") if one.strip()]
        yield Case(row["_id"], row["input"], tuple(map(Context, paragraphs)), tuple(row["answers"]))


def qmsum(file: Path) -> Iterator[Case]:
    """Questions about meetings; every turn is a context, and the relevant ones are known."""
    for number, row in enumerate(_rows(file)):
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


def gsm8k(prompt: Path, test: Path) -> Iterator[Case]:
    """Grade-school maths after eight worked demonstrations; the answer is the worked solution."""
    demonstrations = tuple(map(Context, _PARAGRAPH.split(prompt.read_text("utf-8").strip())))
    for number, row in enumerate(_rows(test)):
        solution, _, result = _CALCULATION.sub("", row["answer"]).partition("\n#### ")
        question = f"Question: {row['question']}\nLet's think step by step"
        yield Case(str(number), question, demonstrations, (f"\n{solution}\nThe answer is {result}",))


def bbh(prompt: Path, test: Path) -> Iterator[Case]:
    """One task of BIG-Bench-Hard after its three worked demonstrations; the answer is the result alone."""
    text = prompt.read_text("utf-8").split("-----\n", 1)[1].strip()
    demonstrations = tuple(map(Context, _PARAGRAPH.split(text)[1:]))
    data = json.loads(test.read_text("utf-8"))
    for number, row in enumerate(data["examples"] if isinstance(data, dict) else data):
        question = f"Q: {row['input']}\nA: Let's think step by step.\nSo the answer is"
        yield Case(str(number), question, demonstrations, (f" {row['target']}.",))


def sharegpt(file: Path) -> Iterator[Case]:
    """Conversations: every turn but the last two is a context; what the assistant said last is the answer."""
    parquet = optional("pyarrow.parquet", "pyarrow", "eval")
    for row in parquet.read_table(file).to_pylist():
        turns = [(_ROLES.get(role, role), text.strip()) for role, text in row["chat"]]
        last = max((i for i, (role, text) in enumerate(turns) if role == "Assistant" and text), default=0)
        if last >= 3 and turns[last - 1][0] == "User":
            *earlier, asked = [f"{role}: {text}" for role, text in turns[:last] if text]
            answer = f" {turns[last][1]}"
            yield Case(row["id"], f"{asked}\n\nAssistant:", tuple(map(Context, earlier)), (answer,))


def articles(file: Path) -> Iterator[Case]:
    """Long documents, ``text`` in each JSON line: the last paragraph is what is to follow."""
    for number, row in enumerate(_rows(file)):
        paragraphs = [one.strip() for one in _PARAGRAPH.split(row["text"]) if one.strip()]
        if len(paragraphs) > 1:
            *earlier, last = paragraphs
            yield Case(str(row.get("id", number)), "", tuple(map(Context, earlier)), (f"\n\n{last}",))


LOADERS: dict[str, Loader] = {
    "nq20": Loader(own, ("nq20_dev.jsonl.gz",)),
    **{name.partition("_")[2]: Loader(own, (f"tasks/{name}.jsonl.gz",)) for name in _TASKS},
    "multifieldqa_zh": Loader(multifieldqa_zh, ("multifieldqa_zh.jsonl.gz",)),
    "qmsum": Loader(qmsum, ("qmsum_val.jsonl.gz",)),
    "gsm8k": Loader(gsm8k, ("gsm8k_8shot_cot_prompt.txt", "gsm8k_test.jsonl.gz"), "demonstrations"),
    **{
        f"bbh-{task}": Loader(bbh, (f"bbh/{task}.cot.txt", f"bbh/{task}.json"), "demonstrations")
        for task in _BBH
    },
    "sharegpt": Loader(sharegpt, ("sharegpt_575.parquet",), "continuation"),
    "articles": Loader(articles, ("articles.jsonl.gz",), "continuation"),
}
OURS = "shelf"
"""The small set that comes with the package."""


def load(name: str, limit: int | None = None) -> Task:
    """A task by its name, or from a file.

    Args:
        name: "shelf", which comes along; one of `LOADERS`, whose files are in the folder that ``LINGUA_DATA``
            names; one of them with the place of its data, ``nq20=WHERE`` (see `files_of`); or a JSONL
            file, plain or gzipped, with ``question``, ``answers`` and ``documents`` (texts, or objects with
            ``text`` and ``title``) in each row, and optionally ``evidence``: objects with ``doc``, ``start``
            and ``end``, in characters of that document.
        limit: the first cases only.

    Raises:
        InvalidRequest: there is no such task, or its file is not there or has rows of another kind.
    """
    kind, _, where = name.partition("=")
    if name == OURS:
        return Task(name, tuple(islice(_shelf(), limit)))
    if kind in LOADERS:
        loader = LOADERS[kind]
        cases = loader.read(*files_of(where or None, loader.files, kind))
        return Task(kind, tuple(islice(cases, limit)), loader.layout)
    if Path(name).suffix in (".jsonl", ".gz"):
        (file,) = files_of(name, ("",), name)
        return Task(Path(name).name, tuple(islice(own(file), limit)))
    raise InvalidRequest(f"There is no task {name!r}: {', '.join([OURS, *LOADERS])}, or a .jsonl file.")


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


def files_of(where: str | None, names: tuple[str, ...], task: str) -> list[Path]:
    """The files of a data set.

    Args:
        where: a file, a folder that holds them, ``https://...#sha256=...`` or
            ``hf://owner/name/file#sha256=...``; ``None``: the folder that ``LINGUA_DATA`` names.
        names: what they are called in a folder.
        task: whose they are, for messages.

    Raises:
        InvalidRequest: one of them is not there, or an address comes without its SHA-256.
        ModelUnavailable: an address gave something else, or nothing.
    """
    where = where or os.environ.get("LINGUA_DATA")
    if not where:
        raise InvalidRequest(
            f"{task} is not part of this package: set LINGUA_DATA to the folder with its data, or say "
            f"{task}=WHERE."
        )
    if where.startswith(("https://", "http://", "hf://")):
        files = [_fetched(where)]
    else:
        files = [Path(where) / name for name in names] if Path(where).is_dir() else [Path(where)]
    if len(files) < len(names):
        raise InvalidRequest(f"{task} needs a folder with {' and '.join(names)}.")
    for file in files:
        if not file.exists():
            raise InvalidRequest(f"{task}: there is no file {file}.")
    return files


def _fetched(address: str) -> Path:
    """A file by its address, fetched once and checked each time."""
    url, _, digest = address.partition("#sha256=")
    if not digest:
        raise InvalidRequest(f"{address}: add #sha256=..., so that everybody measures on the same data.")
    pooch = optional("pooch", "pooch", "eval")
    folder, name = home() / "data", f"{digest[:12]}-{url.rsplit('/', 1)[-1]}"
    if offline() and not (folder / name).exists():
        raise ModelUnavailable(f"{url} is not in {folder}, and LINGUA_OFFLINE or HF_HUB_OFFLINE is set.")
    if url.startswith("hf://"):
        owner, dataset, file = url.removeprefix("hf://").split("/", 2)
        url = f"https://huggingface.co/datasets/{owner}/{dataset}/resolve/main/{file}"
    try:
        return Path(pooch.retrieve(url, f"sha256:{digest}", name, folder, progressbar=True))
    except Exception as error:  # whatever the network, the server or the check says
        raise ModelUnavailable(f"{url} could not be downloaded: {error}") from error
