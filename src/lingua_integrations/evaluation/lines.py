"""What was seen of each case, in a file that a run can go on from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """What was seen of one case, one contender and one rate. ``None``: not asked, or not to be had.

    Attributes:
        task: its name.
        case: its name.
        method: the contender.
        rate: asked for; 1 for contenders to whom it makes no difference.
        kept: 1 where an answer is still there word for word, else 0; of documents only.
        overlap: share of the relevant characters that is still there.
        nats: per token of the first answer, for the target: their mean.
        tokens_before: target tokens of the contexts.
        tokens_after: the same, after.
        budget: that were allowed.
        seconds: of compressing.
        key: of everything that the line depends on.
        answer_tokens: of the target, in the first answer.
        megabytes: of memory that compressing took beyond what was there.
        said: what the target answered.
        match: 1 where that is a right answer, else 0.
        f1: of its words, with the right answer.
        rouge: ROUGE-L of what it went on with.
        similarity: BERTScore of what it went on with.
    """

    task: str
    case: str
    method: str
    rate: float
    kept: float | None
    overlap: float | None
    nats: float | None
    tokens_before: int
    tokens_after: int
    budget: int
    seconds: float
    key: str
    answer_tokens: int = 1
    megabytes: float | None = None
    said: str | None = None
    match: float | None = None
    f1: float | None = None
    rouge: float | None = None
    similarity: float | None = None


class Store:
    """Lines in a file, one JSON object each, found by what they depend on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = {line.key: line for line in _read(path)}

    def get(self, key: str) -> Line | None:
        """A line that was run before."""
        return self._known.get(key)

    def add(self, line: Line) -> None:
        """Keep a line; it is on disk when this returns."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(line)) + "\n")
        self._known[line.key] = line


def _read(path: Path) -> Iterator[Line]:
    """The lines of a file; one that was cut off while it was written is run again."""
    written = path.read_text("utf-8").splitlines() if path.exists() else []
    return (line for line in map(_parsed, written) if line is not None)


def _parsed(text: str) -> Line | None:
    try:
        return Line(**json.loads(text))
    except (json.JSONDecodeError, TypeError):
        return None
