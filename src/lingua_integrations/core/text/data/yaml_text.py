"""YAML: a value needs the keys it stands under, what names or limits them, and the document it is in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.data.nested import Branch, Line, nested, with_comments
from lingua_integrations.core.text.data.profiles import PROFILE, connect_profiles
from lingua_integrations.core.text.data.qualifiers import connect_units, qualifies
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

_COMMENT = regex.compile(r"\s*#")
_DOCUMENT = regex.compile(r"---(?:\s|$)")
_NAMES = regex.compile(
    r"\s*(?:- )?[\"']?(?:name|namespace|id|kind|if|when|unless|only|except|condition|enabled|disabled|state"
    r"|tags|<<)[\"']?:(?:\s+\S|$)"
)
"""Keys without which what stands beside them would be said of something else, or always."""
_RULES = regex.compile(r"\s*rules:\s*$")
_RULE = regex.compile(r"\s*- (?:if|when|changes|exists):")  # the first that holds says when a job runs
_ABOUT = regex.compile(r"\s*metadata:\s*$")
"""The key under which objects of Kubernetes say which one they are."""
_KEY = regex.compile(r"\s*[\"']?([\w.-]+)[\"']?:")
_SCALAR = regex.compile(r"[\w.$\"'-]+:\s+\S")
_ANCHOR = regex.compile(r"(?:^|[:\-]\s+|\s)&([\w.-]+)")
_ALIAS = regex.compile(r"[:\-\[,]\s*\*([\w.-]+)")
_MERGES = regex.compile(r"\s*(?:- )?<<:")
_KEY = regex.compile(r"\s*(?:- )?([\w.$\"'-]+):(?:\s|$)")
_NEAR = 40  # pieces on each side of a merge among which its overrides are looked for
_MOST = 8  # of them in one mapping
_TOP = 200  # characters of short values at the top of a document that all others of it need
_COMMENTED = 400  # characters up to which a comment comes with what it is about
_ANCHORED = 12  # lines under an anchor that come with an alias


def read_yaml(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Lines under their keys, in their document."""
    text, first = outline.text, len(outline.pieces)
    documents: list[list[Line]] = [[]]
    for line in with_comments(text, lines(text, *span), _COMMENT, _COMMENTED):
        if _DOCUMENT.match(text, line.own, line.end) and documents[-1]:
            documents.append([])
        documents[-1].append(line)
    bounds = [first]
    for document in documents:
        _add_document(outline, document, needs, named=len(documents) > 1)
        bounds.append(len(outline.pieces))
    connect_profiles(outline, [range(*pair) for pair in pairwise(bounds)])
    _add_aliases(outline, first)


def _add_document(outline: Outline, found: Sequence[Line], needs: tuple[int, ...], *, named: bool) -> None:
    """The lines of a document; of several each needs the mark that parts them, and says what it is."""
    text = outline.text
    if found and _DOCUMENT.match(text, found[0].own, found[0].end):
        needs = (*needs, outline.add(found[0].start, found[0].end, needs, carrier=True))
        found = found[1:]
    first = len(outline.pieces)
    _add(outline, nested(text, found, _depth), needs, one_of=named)
    if not named:
        return
    own = range(first, len(outline.pieces))
    top = [number for number in own if outline.pieces[number].needs == tuple(sorted(needs))]
    short = [number for number in top if _SCALAR.match(text, *outline.pieces[number][:2])]
    names = [
        number
        for number in own
        if set(outline.pieces[number].needs) & set(top) and _NAMES.match(text, *outline.pieces[number][:2])
    ][:1]
    names = [n for n in names if _column(outline, n) <= 4]
    names += [n for n in own if PROFILE.match(text, *outline.pieces[n][:2])][:1]
    if sum(outline.pieces[n].end - outline.pieces[n].start for n in short) <= _TOP:
        outline.require(own, [*short, *names])


def _column(outline: Outline, number: int) -> int:
    """How deep a piece stands, in columns."""
    return indent(outline.text[outline.pieces[number].start : outline.pieces[number].end])


def _add(
    outline: Outline, branches: Sequence[Branch], needs: tuple[int, ...], *, one_of: bool = False
) -> list[int]:
    """Members of a mapping, or items of a list; returns those that name or limit the others.

    Of a mapping that is ``one_of`` several, those under "metadata" are among them.
    """
    names: list[int] = []
    members: dict[str, range] = {}
    first = len(outline.pieces)
    items = bool(branches) and outline.text.startswith("- ", _own(outline.text, branches[0]))
    for one in branches:
        content = outline.text[one.line.own : one.line.end]
        at = outline.add(one.line.start, one.line.end, needs, carrier=bool(one.inside))
        inside = _add(outline, one.inside, (*needs, at), one_of=items)
        if content.lstrip().startswith("- "):  # the first member of an item stands on its line
            outline.require([at], inside)
        elif not items and len(names) < _MOST and _limits(outline.text, one):
            below = outline.pieces[-1].end - outline.pieces[at].start <= _TOP
            names += range(at, len(outline.pieces)) if below else [at]  # a list of conditions, too
        elif not items and len(names) < _MOST and one_of and _ABOUT.match(content):
            names += inside
        if key := _KEY.match(content):
            members[key[1]] = range(at, len(outline.pieces))
    outline.require(range(first, len(outline.pieces)), names)
    connect_units(outline, members)
    return names


def _limits(text: str, branch: Branch) -> bool:
    """Whether a member of a mapping names what stands beside it, or says when that holds."""
    content = text[branch.line.own : branch.line.end]
    if _RULES.match(content) and branch.inside:
        return _RULE.match(text, *branch.inside[0].line[1:]) is not None
    return _NAMES.match(content) is not None or qualifies(content)


def _own(text: str, branch: Branch) -> int:
    line = text[branch.line.own : branch.line.end]
    return branch.line.own + len(line) - len(line.lstrip())


def _depth(line: str) -> int:
    """Twice the columns; an item of a list may stand no deeper than its key, and is under it."""
    return 2 * indent(line) + line.lstrip().startswith(("- ", "-\n"))


def _add_aliases(outline: Outline, first: int) -> None:
    """What an alias stands for comes with it."""
    text = outline.text
    anchors: dict[str, list[int]] = {}
    named: dict[int, str] = {}  # the anchor at a piece
    for number in range(first, len(outline.pieces)):
        piece = outline.pieces[number]
        content = text[piece.start : piece.end]
        meant = [one for alias in _ALIAS.findall(content) for one in anchors.get(alias, ())]
        outline.require([number], meant)
        if _MERGES.match(content) and meant:
            _connect_overrides(outline, number, meant)
        for name in _ANCHOR.findall(content):
            anchors[name], named[number] = [number], name
        for name in (named[above] for above in piece.needs if above in named):
            if len(anchors[name]) < _ANCHORED and anchors[name][0] in piece.needs:
                anchors[name].append(number)


def _connect_overrides(outline: Outline, merge: int, meant: Sequence[int]) -> None:
    """Let a merge need the keys beside it that stand in place of those that it brings."""
    text, pieces = outline.text, outline.pieces
    column = _column(outline, merge)
    brought = {key[1] for one in meant if (key := _KEY.match(text, *pieces[one][:2]))}
    for step in (-1, 1):
        number = merge + step
        while (
            0 <= number < len(pieces) and abs(number - merge) <= _NEAR and _column(outline, number) >= column
        ):
            key = _KEY.match(text, *pieces[number][:2])
            if _column(outline, number) == column and key and key[1] in brought:
                outline.require([merge], [number])
            number += step
