"""What a page has at its edges: running heads and page numbers, which part sentences and say nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import regex

from lingua_integrations.core.text.outline import lines
from lingua_integrations.core.text.spans import Span

_BREAK = "\f"
_NUMBER = regex.compile(
    r"\s*[-–—|\[]?\s*(?P<word>page|seite|página|pagina|side|стр\.?)?\s*(?P<number>\d{1,4})"
    r"(?:\s*(?:of|/|von|de|di|av|из)\s*\d{1,4})?\s*[-–—|\]]?\s*$",
    regex.I,
)
_DIGITS = regex.compile(r"\d+")
_COLUMNS = regex.compile(r"\S(?: ?\S)*")
_EDGE = 2  # lines on either side of a page's edge that may be a running head
_LONGEST = 120  # characters of one


def running_heads(text: str, span: Span) -> list[Span]:
    r"""The running heads and page numbers of a text of several pages, as lines.

    >>> said = enumerate(["It rained", "and we", "left."], 1)
    >>> text = "\n\n".join(f"{one}\n\nPage {n}" for n, one in said)
    >>> [text[slice(*line)] for line in running_heads(text, Span(0, len(text)))]
    ['Page 1', 'Page 2', 'Page 3']
    """
    found = lines(text, *span)
    contents = [text[slice(*line)].strip() for line in found]
    edges = _breaks(text, found) or list(_numbers(text, found, contents))
    if not edges:
        return []
    edges.append(len(found))
    near = sorted({n for edge in edges for n in range(max(0, edge - _EDGE), min(len(found), edge + _EDGE))})
    alike = Counter(_DIGITS.sub("#", contents[n]) for n in near)
    same = Counter(contents[n] for n in near)
    least = max(2, (len(edges) + 1) // 3)
    return [
        found[n]
        for n in near
        if len(contents[n]) <= _LONGEST
        and (_NUMBER.match(contents[n]) or alike[_DIGITS.sub("#", contents[n])] >= least)
        and not (len(_COLUMNS.findall(contents[n])) > 2 and same[contents[n]] > 1)  # the head of a table
    ]


def _breaks(text: str, found: Sequence[Span]) -> list[int]:
    """The lines before which a page ends, as a form feed says."""
    if not found or text.find(_BREAK, found[0].start, found[-1].end) < 0:
        return []
    begins = [line.end - len(text[slice(*line)].lstrip()) for line in found]
    ends = [line.end for line in found]
    return [n for n in range(1, len(found)) if _BREAK in text[ends[n - 1] : begins[n]]]


def _numbers(text: str, found: Sequence[Span], contents: Sequence[str]) -> Iterator[int]:
    """The lines after those with nothing but the number of a page, where they count up."""
    last: tuple[int, int] | None = None  # the line with a number, and the number
    sure: set[int] = set()
    for n, content in enumerate(contents):
        match = _NUMBER.match(content)
        if not match:
            continue
        before = n == 0 or text.count("\n", found[n - 1].end, found[n].start) > 1
        after = n + 1 == len(found) or text.count("\n", found[n].end, found[n + 1].start) > 1
        if not match["word"] and not (before and after):
            continue
        if last is not None and int(match["number"]) == last[1] + 1:
            sure |= {last[0], n}
        last = n, int(match["number"])
    yield from (n + 1 for n in sorted(sure))
