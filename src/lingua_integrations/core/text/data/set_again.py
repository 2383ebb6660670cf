"""What is set again later: whoever reads the first value must see the one that holds in the end."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence

import regex

from lingua_integrations.core.text.lines.times import DATE, TIME
from lingua_integrations.core.text.outline import Outline, Piece

_CODE = frozenset(["code", "python", "javascript", "typescript", "java", "go", "rust", "c"])
_ASSIGNS = regex.compile(
    r"""
    (?P<key> ^ [ \t]*+ (?: (?: export | readonly | const | let | var | my | our | local | set ) [ ]+ )*+
      \$?+ [\w.-]++ )
    [ \t]*+ :?= (?![=~>]) [ \t]*+
    (?: "[^"\n]*+" | '[^'\n]*+' | [\[({] [^()\[\]{}\n]*+ [\])}] | [-\w./:$%@]++ )?
    [ \t]*+ ;? [ \t]*+ (?: (?:\#|//) [^\n]*+ )?+ $
    """,
    regex.VERBOSE | regex.M,
)
"""A name that gets a value that is not computed."""
_CONSTANT = regex.compile(r"(?<![\w.-])\$?[A-Z][A-Z\d_]+$")
_IF = regex.compile(r"\s*(?:if|unless|case|switch|try|with)\b")
_COMMENT = regex.compile(r"(?:[ \t]*+(?:#|//|--)[^\n]*+\n)++")
_STAMP = regex.compile(rf"[\[(]?(?:{DATE}[T ,\]]*+)?(?:{TIME}[\w.,:+-]*+)?[\])]?\s*+|\S++\s++")
_SAYS = regex.compile(r"(?r)(?:=|:\s|->\s|→\s|\bto\s)(?P<value>[^\s=]+?)[.;]?$")  # at the end of a line
_CHANGES = regex.compile(
    r"(?P<key>\p{L}[\p{L} _]{1,30}?)(?: (?:changed|updated|set))?: {1,3}(?P<old>[^\n:>→]{1,40}?)"
    r" {0,3}(?:->|=>|→) {0,3}(?P<new>[^\n:>→(]{1,40})"
)
"""A change of a field, as the history of a ticket has it: "Priority changed: Medium -> Low"."""
_LETTER = regex.compile(r"\p{L}")
_CHANGED, _FIELDS = 12, 20  # changes of a field, and fields that change
_MOST = 4  # times; what is said more often is measured rather than set


def connect_set_again(outline: Outline) -> None:
    """Let each setting need the last one of the same name in the same block, or in lines of a log alike.

    A name in capitals is set for a whole function, or the whole file, also where a condition stands above.
    """
    found: dict[Hashable, list[tuple[int, str]]] = {}
    for number, piece in enumerate(outline.pieces):
        for key, value in _settings(outline, piece):
            found.setdefault(key, []).append((number, value))
    for same in found.values():
        last, value = same[-1]
        for number, before in same[:-1] if len(same) <= _MOST else ():
            if before != value:
                outline.bind(number, last)


def connect_changes(outline: Outline, contents: Sequence[str]) -> None:
    """Let what has a field with a value that was changed later need the last change of that field."""
    if "->" not in outline.text and "→" not in outline.text and "=>" not in outline.text:
        return
    changes: dict[str, list[tuple[int, str]]] = {}
    for number, content in enumerate(contents):
        if outline.pieces[number].kind not in _CODE and (change := _CHANGES.search(content)):
            changes.setdefault(change["key"].casefold(), []).append((number, change["old"].casefold()))
    for key, found in changes.items() if len(changes) <= _FIELDS else ():
        last = found[-1][0]
        old = "|".join(map(regex.escape, dict.fromkeys(value for _, value in found)))
        had = regex.compile(rf"\b{regex.escape(key)}\b[^\n]{{0,12}}[:=|] {{0,9}}(?:{old})(?!\p{{L}})")
        for number in range(last) if len(found) <= _CHANGED else ():
            if had.search(contents[number].casefold()):
                outline.bind(number, last)


def _settings(outline: Outline, piece: Piece) -> Iterator[tuple[Hashable, str]]:
    """What a piece sets: the name with the blocks that it stands in, and the value."""
    text = outline.text
    if piece.kind in _CODE:
        comment = _COMMENT.match(text, piece.start, piece.end)
        begin = comment.end() if comment else piece.start
        inside = _IF.match(text, begin, piece.end)  # a short block is one piece
        pieces = outline.pieces
        for assigns in _ASSIGNS.finditer(text, begin, piece.end):
            constant = _CONSTANT.search(assigns["key"]) is not None
            if assigns.start() == begin or (inside and constant):
                blocks = (n for n in piece.needs if pieces[n].heads or (pieces[n].carrier and not constant))
                yield (assigns["key"].split()[-1], *blocks), text[assigns.end("key") : assigns.end()]
    elif piece.kind == "log" and piece.record == "line" and "\n" not in text[piece.start : piece.end]:
        stamp = _STAMP.match(text, piece.start, piece.end)
        begin = stamp.end() if stamp else piece.start
        says = _SAYS.search(text, begin, piece.end)
        if says and _LETTER.search(text, begin, says.start("value")):
            yield text[begin : says.start("value")], says["value"]
