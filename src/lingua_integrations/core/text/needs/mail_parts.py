"""What the pieces of a mail are: fields, lines that name whom it quotes, marks, and how deep it quotes."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.lines.mails import is_mail_head, is_quoted_below
from lingua_integrations.core.text.outline import Outline

_QUOTED = regex.compile(r"[ \t]*(?:>[ \t]?)+")
_WROTE = regex.compile(
    r"wrote|writes|schrieb|écrit|escribió|ha scritto|escreveu|schreef|пишет|писал|написал|写道|寫道|のメール"
    r"|書きました|작성|كتب|כתב|लिखा|เขียน|skrev|napisał|kirjoitti|yazdı|\S@\S"
)
_REPLY = 120  # characters of a reply that come with what it answers, or its first sentence
WORD = 20  # characters up to which a line of a reply says too little
_DEEPEST = 8  # quotations within one another that are told apart


class Parts:
    """What pieces are in a mail: heads, lines that name whom it quotes, marks, and how deep it quotes."""

    def __init__(self, outline: Outline, contents: Sequence[str]) -> None:
        text, pieces = outline.text, outline.pieces
        self.text = text
        self.contents = contents
        self.pieces = pieces
        self.levels = _levels(outline) if ">" in text else [0] * len(pieces)
        self.marks = {n for n, piece in enumerate(pieces) if piece.carrier and not contents[n].strip("> \t")}
        self.heads = {
            n
            for n, piece in enumerate(pieces)
            if piece.carrier and (piece.kind == "mail" or is_mail_head(contents[n].splitlines()))
        }
        self.named = {
            n
            for n, content in enumerate(contents[:-1])
            if self.levels[n + 1] > self.levels[n] and content[-1:] in ":：" and _WROTE.search(content)
        }
        under = 0  # mails that stand below their answers without marks
        for n in range(len(pieces)):
            if n in self.heads and not self.levels[n]:
                before = contents[n - 1] if n else ""
                under = min(under + 1, _DEEPEST) if n and is_quoted_below(contents[n], before) else 0
            self.levels[n] += under

    def begins(self, n: int) -> bool:
        """Whether a mail begins with a piece, or with what follows it."""
        return n in self.heads or n in self.named

    def goes_on(self, reply: Sequence[int], n: int) -> bool:
        """Whether a piece belongs to the first words of a reply: it stands in their line, or they are few."""
        begin, end = self.pieces[reply[0]].start, self.pieces[reply[-1]].end
        line = "\n" not in self.text[end : self.pieces[n].start]
        return (line or end - begin <= WORD) and self.pieces[n].end - begin <= _REPLY


def _levels(outline: Outline) -> list[int]:
    """How many marks of a quotation stand in front of the line in which each piece begins."""
    text, at, level = outline.text, 0, 0
    found: list[int] = []
    for piece in outline.pieces:
        begin = text.rfind("\n", at, piece.start) + 1
        if begin or not at:
            marks = _QUOTED.match(text, begin)
            level = min(marks.group().count(">"), _DEEPEST) if marks else 0
        at = piece.start
        found.append(level)
    return found
