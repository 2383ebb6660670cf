r"""Stage 1, segment: a text becomes units, the things that are kept or dropped whole. Here: atoms.

How a text falls into atoms (``unit="atom"``). White space cuts it into chunks. In a chunk a *word* is a run
of letters, digits and joining marks: "don't", "state-of-the-art", "1,234.50", "-5", "$12", "foo.bar(x)",
"10:30", a URL, an e-mail address, a `code span`. What is left is punctuation: quotes and brackets stick to
what they enclose, the rest is a unit of its own where white space or the chunk's end stands on one side:

>>> segment('He said: "Yes—no, (3.5%)"').strings()
['He', 'said', ':', '"Yes—', 'no', ',', '(3.5%)"']

Chinese and Japanese, which write no space between words, are cut by ICU's dictionaries; Thai, Lao, Khmer and
Burmese only at spaces, since their words would read as others where they meet new neighbours. Two rules make
*every* subset of the units safe, so that no later stage looks at neighbours:

* A word never meets another word that white space or punctuation held apart: punctuation between two words
  of a chunk belongs to the first of them ("Yes—" above).
* Chinese and Japanese words may meet one another; a word beside them carries what holds it apart:

>>> segment("在2019年，用Python。").strings()
['在', '2019年', '，', '用', 'Python', '。']

Links are whole whatever is in them. Only prose is cut into atoms: see `documents`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from lingua_integrations.core.text.links import links
from lingua_integrations.core.text.omissions.gaps import SPACE
from lingua_integrations.core.text.spans import whole
from lingua_integrations.core.text.units import Units, from_spans
from lingua_integrations.errors import MissingExtra

_CJK = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}々〆〇ー"
_DENSE = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"  # no space between words, which must not meet
# Punctuation that may stand around or between words; every other visible character is part of a word.
_MARKS = r"\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}—–―‒|`\"'"
# ... but these are punctuation only in Unicode's eyes: they belong to numbers, names and code.
_WORDLIKE = r"#@&*%‰/\\"
_CORE = rf"(?:(?:[^{SPACE}{_CJK}{_DENSE}{_MARKS}]|[{_WORDLIKE}])++)"
_SCHEME = rf"(?:[^{SPACE}{_CJK}{_DENSE}{_MARKS}]|[{_WORDLIKE}.]){{1,40}}+"
_INNER = rf"[^{SPACE}{_CJK}{_DENSE}()\[\]]*+"
_ATOM = regex.compile(
    rf"""
      (?P<space> [{SPACE}]++ )
    | (?P<word>
          {_SCHEME}://[^{SPACE}{_CJK}<>"”’]*[^{SPACE}{_CJK}{_MARKS}<>"”’]/?+  # a URL
        | `[^`\n]{{1,200}}`                                                                     # a code span
        | [.]?+{_CORE} (?: [.'’:·]{_CORE} | (?<=\d),(?=\d){_CORE} | (?:\({_INNER}\)|\[{_INNER}\]){_CORE}?+ )*+
      )
    | (?P<cjk> [{_CJK}]++ ) | (?P<dense> [{_DENSE}\p{{M}}]++ )
    | (?P<opening> [\p{{Ps}}\p{{Pi}}] ) | (?P<closing> [\p{{Pe}}\p{{Pf}}] ) | (?P<quote> ["'`] )
    | (?P<point> . )
    """,
    regex.VERBOSE | regex.DOTALL,
)
_MARK_KINDS = frozenset({"opening", "closing", "quote", "point"})
_GRAPHEME = regex.compile(r"\X")
# In every cluster of several characters; three that regex's \X joins and its property does not name.
_JOINING = regex.compile(r"[^\p{GCB=Other}\p{GCB=Control}\p{GCB=LF}]|[\u1cf5\u1cf6\U00011a3a]")


class Atom(NamedTuple):
    """A stretch that is never torn; ``kind`` is the name of its group in ``_ATOM``."""

    kind: str
    start: int
    end: int


def segment(text: str) -> Units:
    """Cut ``text`` into whole atoms: words, numbers, identifiers, URLs, punctuation, links.

    A blank text is one unit, so that it is handed on as it came or not at all; the empty text has none.

    Raises:
        MissingExtra: there is Chinese or Japanese in it, and ICU is not installed.
    """
    if text and not text.strip():
        return from_spans(text, [(0, len(text))])
    spans: list[tuple[int, int]] = []
    chunk: list[Atom] = []
    for atom in _atoms(text):
        if atom.kind != "space":
            chunk.append(atom)
        elif chunk:
            spans += _units_of_chunk(chunk)
            chunk = []
    spans += _units_of_chunk(chunk)
    for untorn in (graphemes(text), links(text)):
        spans = whole(spans, untorn)
    return from_spans(text, spans)


def _atoms(text: str) -> Iterator[Atom]:
    for match in _ATOM.finditer(text):
        kind = match.lastgroup or ""
        atom = Atom("word" if kind == "dense" else kind, *match.span())
        if kind == "cjk" and atom.end - atom.start > 1:
            yield from _words_of(atom, match.group())
        else:
            yield atom


def _words_of(run: Atom, text: str) -> Iterator[Atom]:
    """The words of a run that has no spaces, by ICU's dictionaries.

    Raises:
        MissingExtra: ICU is not installed. It is as large as all other requirements together, without NumPy,
            and only methods that prune words come here.
    """
    try:
        from icu4py.breakers import WordBreaker
    except ImportError as error:
        raise MissingExtra("icu4py", "models") from error
    place = _places(text)
    for start, end in WordBreaker(text, "root").segments():
        yield Atom(run.kind, run.start + place[start], run.start + place[end])


def _places(text: str) -> Sequence[int]:
    """For each place in UTF-16, as ICU counts, the place in ``text``."""
    if max(text) <= "\uffff":
        return range(len(text) + 1)
    widths = [1 + (char > "\uffff") for char in text]
    return [place for place, width in enumerate(widths) for _ in range(width)] + [len(text)]


def _units_of_chunk(chunk: list[Atom]) -> list[tuple[int, int]]:
    """Join the atoms of one chunk (no white space inside) so that every subset is safe to keep."""
    units: list[tuple[int, int]] = []
    left: Atom | None = None  # the last word, of any script
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
    a CJK one. Everywhere else only quotes and brackets stick to what they enclose, and the rest is a unit of
    its own.
    """
    if left and right and "word" in (left.kind, right.kind):
        return (len(marks), len(marks)) if left.kind == "word" else (0, 0)
    first, last = 0, len(marks)
    while left and first < last and marks[first].kind != "opening" and marks[first].kind != "point":
        first += 1
    while right and first < last and marks[last - 1].kind in ("opening", "quote"):
        last -= 1
    return first, last


def graphemes(text: str) -> list[tuple[int, int]]:
    """Grapheme clusters of several characters."""
    if text.isascii() or not _JOINING.search(text):
        return []
    return [match.span() for match in _GRAPHEME.finditer(text) if match.end() - match.start() > 1]
