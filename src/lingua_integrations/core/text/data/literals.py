"""What programs show of their data: JSON, and whatever else has brackets around what commas separate."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

import regex

from lingua_integrations.core.text.spans import Span

TOKEN = regex.compile(
    r"""
    (?<=[\s,{}\[\]]) (?: // [^\n]*+ | /\* (?: [^*] | \*(?!/) ){0,2000}+ \*/ )
    | \"(?:[^"\\]++|\\.)*+\" | '(?:[^'\\]++|\\.)*+' | [{}\[\]():=,] | [^\s{}\[\]():=,"']++ | ["']
    """,
    regex.VERBOSE | regex.S,
)
_COMMENT = regex.compile(r'("(?:[^"\\]++|\\.)*+")|//[^\n]*+|/\*(?:[^*]|\*(?!/)){0,2000}+\*/', regex.S)
_LAST_COMMA = regex.compile(r",(?=\s*[}\]])")
_PAIRS = {"}": "{", "]": "[", ")": "("}
_BEGINS = regex.compile(r"\s*(?:[\[{(]|[\w.]{1,60}[(\[{])")
_WORDS = 6  # words in a row from which on they are prose
_RUN = 3  # those that may be prose
_FEW = 5  # commas for each of them that data have at least
_NAMELESS = -9  # more words than such a thing has as <Foo object at 0x7f>
_SPACE = regex.compile(r"\s*")
_PARTS = 600  # keys, values and brackets without a comma between, from which on a text is no data
_LEAST = 200  # characters from which on data that are no JSON are taken for some


def is_data(text: str) -> bool:
    """Whether a text is what a program shows of its data, be it JSON or not, and be it cut off or not.

    >>> is_data("[" + "(1, 'a', Decimal('2')), " * 20 + "]"), is_data("(as he said, and so on)")
    (True, False)
    """
    end = data_end(text, Span(0, len(text)))
    return end is not None and not text[end:].strip() and len(text) >= _LEAST and "," in text


def data_end(text: str, span: Span) -> int | None:
    """Where the data end that begin at the start of a stretch; ``None`` where it begins with none.

    Data that are cut off end where the stretch does.
    """
    scan = scanned(text, span)
    return scan.end if scan.data else None


class Scan(NamedTuple):
    """How far a stretch was read, and whether it is data so far."""

    end: int
    data: bool


def scanned(text: str, span: Span) -> Scan:
    """Read a stretch as data, as far as it may be some."""
    if not _BEGINS.match(text, *span):
        return Scan(span.start, data=False)
    opened: list[str] = []
    words = commas = since = prose = 0  # words in a row, commas, parts since the last of them, runs of words
    for token in TOKEN.finditer(text, *span):
        mark, end = token.group(), token.end()
        if is_comment(mark):
            continue
        since = 0 if mark == "," else since + 1
        if mark in ("{", "[", "("):
            opened.append(mark)
        elif mark in _PAIRS:
            if not opened or opened.pop() != _PAIRS[mark]:
                return Scan(end, data=False)
            if not opened:
                return Scan(end, data=_FEW * prose <= commas)
        words = _NAMELESS if mark[0] == "<" else 0 if mark[0] in "{}[]():=,\"'" else words + 1
        commas += mark == ","
        prose += words == _RUN
        if words > _WORDS or since > _PARTS or (";" in mark and mark[0] not in "\"'"):
            return Scan(end, data=False)
    return Scan(span.end, data=bool(opened) and commas > _WORDS and _FEW * prose <= commas)


def is_comment(token: str) -> bool:
    """Whether a token of data is a comment, as settings in JSON have some."""
    return token.startswith(("//", "/*"))


def is_commented(text: str) -> bool:
    r"""Whether a text would be JSON without its comments, and without a comma behind the last value.

    >>> is_commented('{"a": 1, // one\n "b": "//",}'), is_commented("{see // there}")
    (True, False)
    """
    if "//" not in text and "/*" not in text:
        return False
    return is_json(_LAST_COMMA.sub("", _COMMENT.sub(lambda found: found[1] or "", text)))


def values(text: str, span: Span) -> Iterator[Span]:
    r"""Data that stand one after another, with nothing but white space between; ends where that is not so.

    >>> list(values('{"a": 1,\n"b": 2}\n{"a": 3, "b": 4}', Span(0, 33)))
    [Span(start=0, end=16), Span(start=17, end=33)]
    """
    begin = span.start
    while begin < span.end:
        end = data_end(text, Span(begin, span.end))
        if end is None:
            return
        start = begin + len(text[begin:end]) - len(text[begin:end].lstrip())
        yield Span(start, end)
        space = _SPACE.match(text, end, span.end)
        begin = space.end() if space else end


def is_json(text: str) -> bool:
    """Whether a text is a JSON object or array, and not a bare number, word or string.

    So is one in which a key stands twice, although `data_of` refuses it: it must not be taken for prose.

    >>> is_json('{"a": [1]}'), is_json("1999"), is_json("[see above]")
    (True, False, False)
    """
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text, parse_int=str)  # Python refuses to make a number of more than 4,300 digits
    except (json.JSONDecodeError, RecursionError):
        return False
    return True
