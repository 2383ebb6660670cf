"""Examples in docstrings, as the site shows them: `>>>` in plain Markdown would be a quotation."""

from __future__ import annotations

from typing import Any

import griffe


class Doctests(griffe.Extension):
    """Puts fences around the examples of every docstring."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Change the docstring of a class, function, module or attribute."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)


def fenced(text: str) -> str:
    r"""A docstring whose examples are code.

    >>> fenced("It adds.\n\n>>> 1 + 1\n2\n\nThat is all.").splitlines()
    ['It adds.', '', '```pycon', '>>> 1 + 1', '2', '```', '', 'That is all.']
    """
    lines: list[str] = []
    inside: str | None = None
    for line in [*text.split("\n"), ""]:
        indent = line[: len(line) - len(line.lstrip())]
        if inside is None and line.lstrip().startswith(">>> "):
            inside = indent
            lines.append(f"{indent}```pycon")
        elif inside is not None and not line.strip():
            lines.append(f"{inside}```")
            inside = None
        lines.append(line)
    return "\n".join(lines[:-1])
