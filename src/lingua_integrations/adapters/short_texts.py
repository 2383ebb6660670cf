"""Texts of one result that are too short to be compressed each alone: they are read together.

A server of MCP gives each item of a list as a text of its own, so that a table of 200 rows comes as 200
blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence


def runs(texts: Sequence[str | None], short: Callable[[str], bool]) -> Iterator[range]:
    """Stretches of two and more short texts side by side; ``None``: what is no text.

    >>> list(runs(["a", "b", None, "a", "long", "b", "c", "d"], lambda text: len(text) < 2))
    [range(0, 2), range(5, 8)]
    """
    begin = 0
    for at, text in enumerate([*texts, None]):
        if text is None or not short(text):
            if at - begin > 1:
                yield range(begin, at)
            begin = at + 1


def joined(texts: Sequence[str]) -> str:
    r"""Texts as one: objects and arrays of JSON as an array, others as lines.

    >>> joined(['{"id": 1}', '{"id": 2}']), joined(["a.txt", "b.txt"])
    ('[{"id": 1}, {"id": 2}]', 'a.txt\nb.txt')
    """
    from lingua_integrations.core.text.data.literals import is_json

    if all(text.lstrip()[:1] in ("{", "[") and is_json(text) for text in texts):
        return f"[{', '.join(text.strip() for text in texts)}]"
    return "\n".join(texts)
