"""Rows in groups, and in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)
Row = TypeVar("Row")


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """Rows by their key, groups in the order of their first rows.

    >>> grouped(["bm25", "rag", "best"], lambda name: name[0])
    {'b': ['bm25', 'best'], 'r': ['rag']}
    """
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def in_markdown(columns: Mapping[str, Sequence[str]]) -> str:
    """A table by its columns.

    >>> print(in_markdown({"method": ["rag"], "rate": ["0.5"]}), end="")
    | method | rate |
    | --- | --- |
    | rag | 0.5 |
    """
    lines = (columns, ["---"] * len(columns), *zip(*columns.values(), strict=True))
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)
