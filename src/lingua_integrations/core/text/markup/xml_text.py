"""XML: an element needs those that it is in; whatever is left out, tags stay in pairs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import regex

from lingua_integrations.core.text.outline import Outline
from lingua_integrations.core.text.spans import Span

_TAG = regex.compile(
    r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![^>]*+>
      |<(?P<close>/)?(?P<name>[\p{L}_][\w.:-]*+)(?:[^<>"']|"[^"]*+"|'[^']*+')*+>""",
    regex.S | regex.X,
)
_ROOT = regex.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<![^>]*+>\s*)*+<(?P<name>[\p{L}_][\w.:-]*+)[\s/>]", regex.S
)
_DECLARED = regex.compile(r"\s*<\?xml\b[^<>]*\?>(?:\s*<!DOCTYPE\b[^<>\[\]]*>)?")
_HTML_WORDS = """
    a article aside b blockquote body br button code dd details div dl dt em figure footer form
    h1 h2 h3 h4 h5 h6 head header hr html i img input label li link main meta nav ol option p pre script
    section select span strong style summary table tbody td th thead title tr u ul
"""
_HTML = frozenset(_HTML_WORDS.split())
_DEEP = 60  # elements inside of one another, from which on the innermost is kept whole
_ELEMENT = 600  # characters up to which an element is kept or dropped whole
_RECORD = 4_000  # those of one among several of the same name
_NAMING = 300  # short elements, together, up to which the others beside them in a record need all of them
_SHORT = 120  # characters of an element that may name what it is in
_TEXT = 700  # characters of an element without others in it, from which on its text is opened
_DISABLED = regex.compile(r"\s*<!--\s*<(?P<name>[\w:.-]+)")  # an element that is commented out


@dataclass
class _Element:
    """An element, its tags included."""

    name: str
    start: int
    opened: int  # where its first tag ends
    closing: int = -1  # where its last tag begins
    end: int = -1
    inside: list[_Element] = field(default_factory=list)

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def long(self) -> bool:
        """Whether it is a text that is opened."""
        return not self.inside and self.closing - self.opened >= _TEXT

    def lists(self) -> bool:
        """Whether it has several elements of one name that have others in them: records, as of a feed."""
        times = Counter(one.name for one in self.inside if len(one.inside) > 1)
        return any(count > 1 for count in times.values())

    def holds_long(self) -> bool:
        """Whether such a text stands in it, at any depth."""
        return self.long or any(one.holds_long() for one in self.inside)


def is_xml(text: str) -> bool:
    r"""Whether a text is one element of XML, and no HTML; or begins as XML says that it does.

    >>> is_xml("<a1><b1>1</b1></a1>"), is_xml("<p>One.</p>"), is_xml("<ann> hello\n<bob> hi")
    (True, False, False)
    """
    root = _ROOT.match(text)
    if root is None or root["name"].lower() in _HTML:
        return False
    return text.rstrip().endswith((f"</{root['name']}>", "/>")) or text.lstrip().startswith("<?xml")


def read_xml(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Elements; a small one is one piece, and so is one of several alike."""
    declared = _DECLARED.match(outline.text, *span)
    if declared:
        outline.add(declared.start(), declared.end(), needs, carrier=True)
    for root in _parsed(outline.text, span).inside:
        _between(outline, root.start, needs)
        _add(outline, root, needs)
    outline.cover(span.end)


def _parsed(text: str, span: Span) -> _Element:
    top = _Element("", span.start, span.start)
    above = [top]
    for tag in _TAG.finditer(text, *span):
        name = tag["name"]
        if name is None:
            continue
        if not tag["close"]:
            one = _Element(name, *tag.span())
            above[-1].inside.append(one)
            if tag.group().endswith("/>"):
                one.closing = one.end = one.opened
            else:
                above.append(one)
        elif any(one.name == name for one in above[-1:-_DEEP:-1]):
            while above[-1].name != name:
                _close(above.pop(), tag.start(), tag.start())
            _close(above.pop(), *tag.span())
    while len(above) > 1:  # cut off
        _close(above.pop(), span.end, span.end)
    return top


def _close(one: _Element, closing: int, end: int) -> None:
    one.closing, one.end = closing, end


def _between(outline: Outline, end: int, needs: tuple[int, ...]) -> None:
    """What stands before an element, such as words or a comment."""
    if outline.text[outline.at : end].strip():
        outline.add(outline.at, end, needs)


def _add(
    outline: Outline, one: _Element, needs: tuple[int, ...], depth: int = 0, *, record: bool = False
) -> None:
    """Add an element: whole, or its tags and what stands between them."""
    small = depth > 0 and one.length <= (_RECORD if record else _ELEMENT) and not one.holds_long()
    small = small and (record or not one.lists())
    if not one.long and (small or not one.inside or depth > _DEEP):
        outline.add(one.start, one.end, needs, record="line" if record else None)
        return
    head = outline.add(one.start, one.opened, needs, carrier=True)
    own = (*needs, head)
    if one.long:
        outline.read("text", Span(one.opened, one.closing), own)
    else:
        _add_inside(outline, one, own, depth + 1, named=record)
    if one.closing < one.end:
        outline.cover(one.closing)
        outline.add(one.closing, one.end, closes=head)


def _add_inside(outline: Outline, one: _Element, needs: tuple[int, ...], depth: int, *, named: bool) -> None:
    """What is in an element; in a record short elements, which may name it, are needed by the others."""
    times = Counter(inside.name for inside in one.inside)
    names: list[int] = []
    first = len(outline.pieces)
    places: dict[str, int] = {}  # of the last element of each name
    for inside in one.inside:
        _between(outline, inside.start, needs)
        places[inside.name] = outline.last + 1
        pair = times[inside.name] == 2 and len(inside.inside) > 1 and inside.length <= 2 * _ELEMENT
        _add(outline, inside, needs, depth, record=pair or times[inside.name] > 2)
        if named and not inside.inside and inside.length <= _SHORT:
            names.append(outline.last)
    _between(outline, one.closing, needs)
    pieces = outline.pieces
    for number in range(first, len(pieces)):
        disabled = _DISABLED.match(outline.text, *pieces[number][:2])
        if disabled and disabled["name"] in places:
            outline.bind(number, places[disabled["name"]])  # what holds instead
    if sum(pieces[name].end - pieces[name].start for name in names) <= _NAMING:
        outline.require(range(first, len(pieces)), names)
