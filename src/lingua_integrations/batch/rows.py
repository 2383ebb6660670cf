"""Batches as engines have them, columns by name, and the rows in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from lingua_integrations.errors import InvalidRequest


@dataclass(frozen=True)
class Columns:
    """What the columns are called.

    Attributes:
        text: the texts to compress. None stays None.
        question: what is asked of each text, if it is a column.
        title: the text's title, if it is a column; it helps ranking and is not compressed.
        compressed: gets the shorter texts.
        tokens_before: gets their tokens of the target model, before.
        tokens_after: the same, after.
        error: gets why a row could not be compressed as it was asked, and None for all others.
    """

    text: str = "text"
    question: str | None = None
    title: str | None = None
    compressed: str = "compressed"
    tokens_before: str = "tokens_before"
    tokens_after: str = "tokens_after"
    error: str = "error"

    @property
    def added(self) -> tuple[str, str, str, str]:
        """The new columns."""
        return self.compressed, self.tokens_before, self.tokens_after, self.error

    def check(self) -> None:
        """Refuse two columns of one name."""
        names = [name for name in asdict(self).values() if name is not None]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise InvalidRequest(f"Two columns are called {', '.join(twice)}.")


class Row(NamedTuple):
    """A row to compress."""

    text: str
    question: str | None = None
    title: str | None = None


class Outcome(NamedTuple):
    """What came of a row."""

    text: str | None
    tokens_before: int = 0
    tokens_after: int = 0
    error: str | None = None


NOTHING = Outcome(None)


def rows_of(batch: Mapping[str, Any], columns: Columns, question: str | None) -> list[Row | Outcome]:
    """The rows of a batch; the outcome where there is nothing to compress.

    Raises:
        InvalidRequest: a column is missing, or one of the new ones is there already.
    """
    wanted = [name for name in (columns.text, columns.question, columns.title) if name is not None]
    if missing := [name for name in wanted if name not in batch]:
        known = ", ".join(map(str, batch))
        raise InvalidRequest(f"The batch has no column {', '.join(missing)}. It has {known}.")
    if there := [name for name in columns.added if name in batch]:
        raise InvalidRequest(
            f"The batch has a column {', '.join(there)} already, and nothing is overwritten: name the new "
            "ones with Columns(...)."
        )
    n = len(batch[columns.text])
    asked = _texts(batch, columns.question, n) if columns.question else [question] * n
    titles = _texts(batch, columns.title, n)
    return [_row(*one) for one in zip(batch[columns.text], asked, titles, strict=True)]


def _row(text: Any, question: str | None, title: str | None) -> Row | Outcome:
    if is_missing(text):
        return NOTHING
    if not isinstance(text, str):
        return Outcome(None, error=f"InvalidRequest: {type(text).__name__} is no text")
    return Row(str(text), question, title)


def _texts(batch: Mapping[str, Any], name: str | None, n: int) -> Sequence[str | None]:
    if name is None:
        return [None] * n
    return [one if isinstance(one, str) else None for one in batch[name]]


def is_missing(value: Any) -> bool:
    """Whether a cell is empty: None, or NaN as pandas has it.

    >>> is_missing(None), is_missing(float("nan")), is_missing("")
    (True, True, False)
    """
    return value is None or (isinstance(value, float) and value != value)


def with_outcomes(batch: Mapping[str, Any], columns: Columns, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The batch with the new columns: arrays where it has arrays, else lists."""
    arrays = isinstance(batch[columns.text], np.ndarray)
    made: Iterable[Sequence[Any]] = zip(*outcomes, strict=True) if outcomes else ((),) * len(columns.added)
    found: dict[str, Any] = dict(zip(columns.added, map(list, made), strict=True))
    if arrays:
        for name in (columns.compressed, columns.error):
            found[name] = _objects(found[name])
        for name in (columns.tokens_before, columns.tokens_after):
            found[name] = np.asarray(found[name], dtype=np.int64)
    return {**batch, **found}


def _objects(values: Sequence[Any]) -> Any:
    """An array of Python objects, which numpy would not make of texts by itself."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array
