"""Rows in groups, and in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from lingua_integrations.core.visible import visible

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
    return "".join("| " + " | ".join(map(plain, line)) + " |\n" for line in lines)


def plain(name: str) -> str:
    r"""A name, which may be anybody's, as Markdown that shows it and does nothing else.

    >>> plain("a|b <img src=x>")
    'a\\|b &lt;img src=x>'
    """
    shown = visible(" ".join(name.split())).replace("\\", "\\\\").replace("|", "\\|")
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace("](", "]\\(")
