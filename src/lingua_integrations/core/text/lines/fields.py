"""Things with fields: "Name: Ann", "Born: 1950", again and again. The fields of one thing come together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.lines.records import SHORT, long_record
from lingua_integrations.core.text.needs.discourse import asks
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_NAMED_FIELD = regex.compile(r"(?P<name>\p{Lu}[\w .()/-]{0,28}):(?:\s|$)")
_SENTENCE = regex.compile(r":\s+\S+\s[^\n]*[.!?…。！？]\s*$")
_WHOLE = 0.7  # of the fields that each thing has, on average
_FIELDS = 3  # names of fields, at least: two take turns in a chat
_BLANK = regex.compile(r"\n[ \t\r]*\n\s*")


def is_fields(found: Sequence[str]) -> bool:
    """Whether lines are the fields of several things: the same names come in the same order, again and again.

    >>> is_fields(["Name: Ann", "Born: 1950", "Takes: tea", "Name: Bo", "Born: 1961", "Takes: milk"])
    True
    >>> is_fields(["Ann: Hello, Bo.", "Bo: Hello.", "Cid: Hello.", "Ann: Tea?", "Cid: No.", "Bo: Yes."])
    False
    """
    names = [match["name"].strip().casefold() for match in map(_NAMED_FIELD.match, found) if match]
    begins = [n for n, name in enumerate(names) if name == names[0]]
    plain = sum(not line[:1].isspace() for line in found)
    if len(begins) < 2 or len(set(names)) < _FIELDS or len(names) < plain:
        return False
    order = {name: n for n, name in reversed(list(enumerate(dict.fromkeys(names))))}
    cycles = [names[begin:end] for begin, end in pairwise([*begins, len(names)])]
    if any(map(asks, found)):
        return False
    told = sum(_SENTENCE.search(line) is not None for line in found)
    if 2 * told > len(found) and any(cycle != cycles[0] for cycle in cycles):  # people, of whom some speak
        return False
    if sum(map(len, cycles)) < _WHOLE * len(cycles) * len(order):  # turns of people, of whom some are silent
        return False
    shared = all(2 * len({*cycle} & {*cycles[0]}) >= len(cycles[0]) for cycle in cycles[:-1])
    return shared and all(order[left] < order[right] for cycle in cycles for left, right in pairwise(cycle))


def read_record(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Fields of things, which blank lines part: those of one are one piece, or need the first."""
    text = outline.text
    for begin, end in _things(text, span):
        if end - begin <= SHORT:
            outline.add(begin, end, needs)
            continue
        long_record(outline, lines(text, begin, end), needs, sort=None)


def _things(text: str, span: Span) -> Iterator[Span]:
    """The fields of each thing: up to a blank line, or to the field that all of them begin with."""
    for begin, end in _paragraphs(text, span):
        found = lines(text, begin, end)
        named = [_NAMED_FIELD.match(text, *line) for line in found]
        first = named[0]["name"] if named and named[0] else None
        own = [n for n, name in enumerate(named) if n == 0 or (first and name and name["name"] == first)]
        for start, after in pairwise([*own, len(found)]):
            yield Span(found[start].start, found[after - 1].end)


def _paragraphs(text: str, span: Span) -> Iterator[Span]:
    begin = span.start
    for gap in _BLANK.finditer(text, *span):
        yield Span(begin, gap.start())
        begin = gap.end()
    yield Span(begin, span.end)
