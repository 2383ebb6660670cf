r"""Stage 1, segment: a text becomes units, the things that are kept or dropped whole.

A unit is a span of characters without surrounding white space. Between two neighbouring units lies a
*gap*: the white space of the text, or nothing. Output text is always cut from the input by these spans;
nothing is ever decoded from token ids.

How a text falls into atoms (``unit="atom"``). White space cuts it into chunks. In a chunk without Chinese
or Japanese characters a *word* is a run of letters, digits and joining marks: "don't", "state-of-the-art",
"1,234.50", "-5", "$12", "foo.bar(x)", "10:30", a URL, an e-mail address, a `code span`. What is left is
punctuation: quotes and brackets stick to what they enclose, the rest is a unit of its own where white space
or the chunk's end stands on one side of it:

>>> segment('He said: "Yes—no, (3.5%)"').strings()
['He', 'said', ':', '"Yes—', 'no', ',', '(3.5%)"']

Two rules make *every* subset of the units safe, so that no later stage needs to look at neighbours:

* A word never meets another word that white space or punctuation held apart: punctuation between two words
  of a chunk belongs to the first of them ("Yes—" above).
* Chinese and Japanese characters may meet one another; a word beside them carries what holds it apart:

>>> segment("在2019年，用Python。").strings()
['在', '2019年', '，', '用', 'Python', '。']
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import regex

IntArray = npt.NDArray[np.int64]

# What str.isspace() calls white space: Unicode's property and four control characters.
_SPACE = r"\s\x1c-\x1f"
_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}々〆〇ー"
# Punctuation that may stand around or between words; every other visible character is part of a word.
_MARKS = r"\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}—–―‒|`\"'"
# ... but these are punctuation only in Unicode's eyes: they belong to numbers, names and code.
_WORDLIKE = r"#@&*%‰/\\"
_CORE = rf"(?:(?:[^{_SPACE}{_CJK}{_MARKS}]|[{_WORDLIKE}])++)"
_SCHEME = rf"(?:[^{_SPACE}{_CJK}{_MARKS}]|[{_WORDLIKE}.]){{1,40}}+"
_INNER = rf"[^{_SPACE}{_CJK}()\[\]]*+"
_ATOM = regex.compile(
    rf"""
      (?P<space> [{_SPACE}]++ )
    | (?P<word>
          {_SCHEME}://[^{_SPACE}{_CJK}<>"”’]*[^{_SPACE}{_CJK}{_MARKS}<>"”’]/?+  # a URL
        | `[^`\n]{{1,200}}`                                                                     # a code span
        | [.]?+{_CORE} (?: [.'’:·]{_CORE} | (?<=\d),(?=\d){_CORE} | (?:\({_INNER}\)|\[{_INNER}\]){_CORE}?+ )*+
      )
    | (?P<cjk> [\p{{Katakana}}ー]++ | [{_CJK}] )
    | (?P<opening> [\p{{Ps}}\p{{Pi}}] ) | (?P<closing> [\p{{Pe}}\p{{Pf}}] ) | (?P<quote> ["'`] )
    | (?P<point> . )
    """,
    regex.VERBOSE | regex.DOTALL,
)
_WHITE = regex.compile(rf"[{_SPACE}]+")
_VISIBLE = regex.compile(rf"[^{_SPACE}]+")
_MARK_KINDS = frozenset({"opening", "closing", "quote", "point"})
_GRAPHEME = regex.compile(r"\X")


class Span(NamedTuple):
    """A stretch of characters: ``text[start:end]``."""

    start: int
    end: int


class Atom(NamedTuple):
    """A stretch that is never torn; ``kind`` is the name of its group in ``_ATOM``."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Units:
    """The units of one text, in order.

    Attributes:
        text: the input.
        starts: first character of each unit, shape [n].
        ends: one past the last character of each unit, shape [n]; only white space lies between
            ``ends[i]`` and ``starts[i + 1]``.
    """

    text: str
    starts: IntArray
    ends: IntArray

    def __len__(self) -> int:
        return len(self.starts)

    def __repr__(self) -> str:
        return f"Units({len(self)} units of {len(self.text)} characters)"

    def strings(self) -> list[str]:
        """The text of every unit."""
        return [self.text[start:end] for start, end in zip(self.starts, self.ends, strict=True)]

    def part(self, begin: int, end: int) -> Units:
        """The units from ``begin`` to ``end`` (exclusive) alone."""
        return Units(self.text, self.starts[begin:end], self.ends[begin:end])

    def separator(self, left: int, right: int) -> str:
        r"""The white space between kept units ``left`` and ``right`` when all between them is dropped.

        Of the runs that stood there it is the one with the most line breaks, the last on a tie.

        >>> segment("one two\n\nthree four").separator(0, 3)
        '\n\n'
        """
        runs = _WHITE.findall(self.text, int(self.ends[left]), int(self.starts[right]))
        return max(reversed(runs), key=_line_breaks, default="")

    def spans(self, kept: IntArray) -> tuple[Span, ...]:
        """Kept units as maximal spans: neighbours are one span, with the white space between them."""
        if not len(kept):
            return ()
        breaks = np.flatnonzero(np.diff(kept) != 1)
        first = self.starts[kept[np.r_[0, breaks + 1]]]
        last = self.ends[kept[np.r_[breaks, len(kept) - 1]]]
        return tuple(Span(start, end) for start, end in zip(first.tolist(), last.tolist(), strict=True))

    def join(self, kept: IntArray) -> str:
        """The text of the kept units (ascending indices): stage 7, cut.

        >>> units = segment("The cat, which sat, ran.")
        >>> units.join(np.array([0, 1, 6, 7]))
        'The cat ran.'
        """
        if not len(kept):
            return ""
        breaks = np.flatnonzero(np.diff(kept) != 1)
        pieces = [self.text[span.start : span.end] for span in self.spans(kept)]
        joints = zip(kept[breaks].tolist(), kept[breaks + 1].tolist(), strict=True)
        separators = [self.separator(left, right) for left, right in joints]
        return "".join([part for pair in zip(["", *separators], pieces, strict=True) for part in pair])

    def owners(self, spans: IntArray | Sequence[tuple[int, int]]) -> tuple[IntArray, IntArray]:
        """First and last unit that each of the given ascending spans touches.

        A span in white space belongs to the unit after it (to the last one at the end of the text).

        Args:
            spans: for instance a tokenizer's character spans, in order.

        Returns:
            Two arrays of unit indices, shape [len(spans)].
        """
        edges = np.asarray(spans, dtype=np.int64).reshape(-1, 2)
        first = np.searchsorted(self.ends, edges[:, 0], side="right")
        last = np.searchsorted(self.starts, edges[:, 1], side="left") - 1
        first = np.minimum(first, len(self) - 1)
        return first, np.maximum(first, last)


def _line_breaks(white: str) -> int:
    return white.count("\n")


def segment(text: str) -> Units:
    """Cut ``text`` into whole atoms: words, numbers, identifiers, URLs, punctuation, CJK characters.

    A blank text is one unit, so that it is handed on as it came or not at all; the empty text has none.
    """
    if text and not text.strip():
        return from_spans(text, [(0, len(text))])
    spans: list[tuple[int, int]] = []
    chunk: list[Atom] = []
    for match in _ATOM.finditer(text):
        atom = Atom(match.lastgroup or "", *match.span())
        if atom.kind != "space":
            chunk.append(atom)
        elif chunk:
            spans += _units_of_chunk(chunk)
            chunk = []
    spans += _units_of_chunk(chunk)
    return from_spans(text, spans if text.isascii() else _whole_graphemes(text, spans))


def from_spans(text: str, spans: Sequence[tuple[int, int]]) -> Units:
    """Units from ascending spans that leave out nothing but white space."""
    edges = np.asarray(spans, dtype=np.int64).reshape(-1, 2)
    return Units(text, edges[:, 0].copy(), edges[:, 1].copy())


def from_tokens(text: str, spans: Sequence[tuple[int, int]]) -> Units:
    """Cut ``text`` as a tokenizer does (``unit="token"``, the paper's sub-word behaviour).

    Tokens that share characters (the bytes of one character) are one unit; the white space that a
    byte-level token carries in front becomes the gap before it; characters no token covers are units too.
    """
    if text and not text.strip():
        return from_spans(text, [(0, len(text))])
    merged: list[tuple[int, int]] = []
    end = 0
    for span_start, span_end in [*spans, (len(text), len(text))]:
        merged += _visible(text, end, span_start)
        start = max(span_start, end)
        merged += _visible(text, start, span_end)
        end = max(end, span_end)
    return from_spans(text, merged)


def _visible(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The pieces of ``text[start:end]`` that are not white space."""
    return [match.span() for match in _VISIBLE.finditer(text, start, end)] if start < end else []


def _units_of_chunk(chunk: list[Atom]) -> list[tuple[int, int]]:
    """Join the atoms of one chunk (no white space inside) so that every subset is safe to keep."""
    units: list[tuple[int, int]] = []
    left: Atom | None = None  # the last word or CJK character
    marks: list[Atom] = []  # what stands between it and the next one
    for right in [*chunk, None]:
        if right is not None and right.kind in _MARK_KINDS:
            marks.append(right)
            continue
        first, last = _share(left, marks, right)
        if first:
            units[-1] = (units[-1][0], marks[first - 1].end)
        if first < last:
            units.append((marks[first].start, marks[last - 1].end))
        if right is None:
            break
        if left is not None and left.kind == "word" and not marks:
            units[-1] = (units[-1][0], right.end)
        else:
            units.append((marks[last].start if last < len(marks) else right.start, right.end))
        left, marks = right, []
    return units


def _share(left: Atom | None, marks: list[Atom], right: Atom | None) -> tuple[int, int]:
    """Divide punctuation: ``marks[:first]`` stick to the left, ``marks[last:]`` to the right.

    It holds words apart, so all of it sticks to a word that something follows, else to a word that follows
    a CJK character. Everywhere else only quotes and brackets stick to what they enclose, and the rest is a
    unit of its own.
    """
    if left and right and "word" in (left.kind, right.kind):
        return (len(marks), len(marks)) if left.kind == "word" else (0, 0)
    first, last = 0, len(marks)
    while left and first < last and marks[first].kind != "opening" and marks[first].kind != "point":
        first += 1
    while right and first < last and marks[last - 1].kind in ("opening", "quote"):
        last -= 1
    return first, last


def _whole_graphemes(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Move edges that fall inside a grapheme cluster, joining units that share one."""
    inside = {
        index
        for cluster in _GRAPHEME.finditer(text)
        if cluster.end() - cluster.start() > 1
        for index in range(cluster.start() + 1, cluster.end())
    }
    if not inside:
        return spans
    whole: list[tuple[int, int]] = []
    for start, end in spans:
        while start in inside:
            start -= 1
        while end in inside:
            end += 1
        if whole and start < whole[-1][1]:
            start = whole.pop()[0]
        whole.append((start, end))
    return whole
