"""Options of a command line, as `--help` lists them: each comes with all lines that explain it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.lines.records import SHORT, long_record, read_records
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

_OPTION = regex.compile(r"[ \t]*(?:-[\p{L}?@#0](?![\w-])|--[\w?][\w-]*)(?=[\s,=\[<:|]|$)")
_EXPLAINED = regex.compile(r"\S(?:\s{2,}|\t)\S")
_ASIDE = 6  # columns by which names without a short form stand further right
_ABOVE = 2  # lines above the options, at most, that name them


def is_options(found: Sequence[str]) -> bool:
    """Whether lines are the options of a command, with what explains them below or beside.

    >>> is_options(["options:", "  -v     say more", "  --all  show all", "         of them"])
    True
    >>> is_options(["-a", "+b"]), is_options(["- tea", "- milk"])
    (False, False)
    """
    begins = _begins(found)
    if len(begins) < 2 or begins[0] > _ABOVE or not any(map(_EXPLAINED.search, found)):
        return False
    least = min(indent(found[n]) for n in begins)
    known = set(begins)
    return all(n in known or indent(line) > least + 1 for n, line in enumerate(found) if n > begins[0])


def _begins(found: Sequence[str]) -> list[int]:
    """Which lines begin an option; what explains one may begin with the name of another, further right."""
    named = [n for n, line in enumerate(found) if _OPTION.match(line)]
    least = min((indent(found[n]) for n in named), default=0)
    return [n for n in named if indent(found[n]) <= least + _ASIDE]


def read_options(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """An option and the lines that are indented more are one piece; the line above all names them.

    Names of an option that stand on lines of their own go with what explains the last of them.
    """
    text = outline.text
    begin = text.rfind("\n", 0, span.start) + 1
    found = [Span(text.rfind("\n", 0, line.start) + 1, line.end) for line in lines(text, begin, span.end)]
    contents = [text[slice(*line)] for line in found]
    begins = _begins(contents)
    if not begins:
        read_records(outline, span, needs)
        return
    for line, content in zip(found[: begins[0]], contents, strict=False):
        if content.rstrip().endswith("."):
            outline.add(*line, needs, prose=True)
        else:
            needs = (*needs, outline.add(*line, needs, carrier=True))
    known = set(begins)
    own = [n for n in begins if n - 1 not in known or _EXPLAINED.search(contents[n - 1])]
    for first, after in pairwise([*own, len(found)]):
        option = found[first:after]
        if option[-1].end - option[0].start <= SHORT:
            outline.add(option[0].start, option[-1].end, needs)
        else:
            long_record(outline, option, needs, sort=None)
