"""Histories of commits: a message needs its commit, and one that was reverted the commit that reverts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.prose import add_prose
from lingua_integrations.core.text.spans import Span

_COMMIT = regex.compile(r"(?:commit |changeset: +\d+:)(?P<hash>[0-9a-f]{7,64})\b")
_SHORT = regex.compile(  # git log --oneline, with --graph
    r"[*|\\/_ ]*+(?P<hash>[0-9a-f]{7,12}|[0-9a-f]{40}) (?:\([^()\n]*\) )?(?=\S.*\p{L}{2})"
)
_HASH = regex.compile(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])")
_GRAPH = regex.compile(r"[*|\\/_ ]+$")
_FIELD = regex.compile(r"(?!summary|description)\S{2,11}(?: \S{1,6})?:", regex.I)
_FIRST_FIELD = regex.compile(r"(?:Author|Merge|Date|AuthorDate|user|branch|tag|bookmark|parent|date): ")
_SUBJECT = regex.compile(r"(?:summary|description):\s*")
_INDENTED = regex.compile(r" {4}|\t")
_TRAILER = regex.compile(
    r"\s*(?:[-*] )?(?:\p{Lu}\p{L}+(?:-\p{L}+)+:"
    r"|(?:Fix(?:es)?|Closes?|Refs?|Cc|See|Link|Bug|Issue)(?::| (?:issue )?\S{0,20}#\d))"
)
_UNDOES = regex.compile(
    r"\b(?:revert(?:s|ed|ing)?|back(?:s|ed|ing)?[ -]out|undo(?:es|ne)?)\b[^.\n]{0,30}?"
    r"\b(?P<hash>[0-9a-f]{7,40})\b",
    regex.I,
)
_QUOTES = regex.compile(r"\s*(?:Revert|Back(?:ed)? out|Undo):? [\"“'](?P<subject>.+)[\"”']", regex.I)
_ABBREVIATED = 7  # characters by which hashes are told apart
_SAID = 120  # characters up to which the body of a message comes with its subject
_CHAIN = 4  # commits that revert one another


@dataclass
class _Commit:
    hash: str
    at: int  # the piece of its subject
    subject: str
    undoes: str = ""  # the hash of another one


def is_commits(found: Sequence[str]) -> bool:
    """Whether lines are those of ``git log``, of ``git log --oneline`` or of ``hg log``.

    >>> is_commits(["1b3d5f7 Add a cache", "9f2c1aa Revert it", "c0ffee1 Mend it"])
    True
    """
    if _COMMIT.match(found[0]):
        return found[1:2] != [] and _FIRST_FIELD.match(found[1]) is not None
    told = [line for line in found if not _GRAPH.match(line)]
    if len(told) < 3:
        return False
    short = [match["hash"] for match in map(_SHORT.match, told) if match]
    mixed = sum(map(bool, map(_HASH.match, short)))
    return len(short) == len(told) and 2 * mixed >= len(short) and len(set(map(len, short))) < 4


def read_commits(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A message needs its commit, author and date, and a subject what limits it or reverts it."""
    text = outline.text
    found = lines(text, *span)
    marks = [_COMMIT.match(text, *line) or _SHORT.match(text, *line) for line in found]
    begins = [n for n, mark in enumerate(marks) if mark or n == 0]
    commits: list[_Commit] = []
    for first, after in pairwise([*begins, len(found)]):
        mark = marks[first]
        if mark and mark.re is _COMMIT:
            commits += _add_commit(outline, found[first:after], mark["hash"], needs)
            continue
        at = outline.add(*found[first], needs, record="line")
        if mark:
            commits.append(_Commit(mark["hash"], at, text[mark.end() : found[first].end]))
        for line in found[first + 1 : after]:
            outline.add(*line, needs)
    for undone, undoing in _undone(commits):
        outline.bind(undone.at, undoing.at)


def _add_commit(
    outline: Outline, found: Sequence[Span], name: str, needs: tuple[int, ...]
) -> Iterator[_Commit]:
    """Add the fields of a commit, its message, and the files that it changes; yields it."""
    text = outline.text
    head = outline.add(*found[0], needs, carrier=True)
    body = 1
    while body < len(found) and _FIELD.match(text, *found[body]):
        head = outline.add(*found[body], (*needs, head), carrier=True)
        body += 1
    if body == len(found):
        return
    needs = (*needs, head)
    after = body + 1
    while after < len(found) and _INDENTED.match(text, *found[after]):
        after += 1
    named = _SUBJECT.match(text, *found[body])
    commit = _Commit(name, outline.add(*found[body], needs, prose=True), text[slice(*found[body])])
    commit.subject = text[named.end() if named else found[body].start : found[body].end].strip()
    yield commit
    message = found[body + 1 : after]
    commit.undoes = _undoes(text[found[body].start : found[after - 1].end])
    said = _add_message(outline, message, commit, (*needs, commit.at))
    if said and sum(outline.pieces[n].end - outline.pieces[n].start for n in said) <= _SAID:
        outline.require([commit.at], said)
    for line in found[after:]:
        outline.add(*line, (*needs, commit.at))


def _undoes(message: str) -> str:
    found = _UNDOES.search(message)
    return found["hash"] if found else ""


def _add_message(
    outline: Outline, found: Sequence[Span], commit: _Commit, needs: tuple[int, ...]
) -> list[int]:
    """Add the body of a message by paragraphs; returns its pieces, less its trailers."""
    text = outline.text
    thread = Thread(outline)
    thread.said(commit.at, commit.subject)
    begun = outline.last + 1
    begins = [
        n
        for n, line in enumerate(found)
        if n == 0 or text.count("\n", found[n - 1].end, line.start) > 1 or _TRAILER.match(text, *line)
    ]
    for first, after in pairwise([*begins, len(found)]):
        add_prose(outline, Span(found[first].start, found[after - 1].end), needs, thread=thread)
    added = range(begun, outline.last + 1)
    return [n for n in added if not _TRAILER.match(text, *outline.pieces[n][:2])]


def _undone(commits: Sequence[_Commit]) -> Iterator[tuple[_Commit, _Commit]]:
    """Commits that others undo, each with the one that does; the newest comes first, or the oldest."""
    hashes = {one.hash[:_ABBREVIATED]: n for n, one in reversed(list(enumerate(commits)))}
    subjects = {one.subject: n for n, one in reversed(list(enumerate(commits)))}
    pairs: dict[int, int] = {}
    for n, one in enumerate(commits):
        quoted = _QUOTES.match(one.subject)
        named = hashes.get(one.undoes[:_ABBREVIATED]) if one.undoes else None
        other = named if named is not None else subjects.get(quoted["subject"]) if quoted else None
        if other is not None and other != n:
            pairs.setdefault(other, n)
    depths: dict[int, int] = {}
    newest_first = [pair for pair in sorted(pairs.items()) if pair[1] < pair[0]]
    oldest_first = [pair for pair in sorted(pairs.items(), reverse=True) if pair[1] > pair[0]]
    for other, n in (*newest_first, *oldest_first):
        depths[other] = depths.get(n, 0) + 1
        if depths[other] > _CHAIN:
            depths[other] = 0
            continue
        yield commits[other], commits[n]
