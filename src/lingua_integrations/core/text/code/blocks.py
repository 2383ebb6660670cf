"""Source code without a grammar: a line needs the headers of its blocks, and the early exits before it.

What stands under what is told by the indentation, and what closes a block by its looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import regex

from lingua_integrations.core.text.code.choices import needs_those_above
from lingua_integrations.core.text.code.directives import deeper_between
from lingua_integrations.core.text.code.statements import statements_of, with_block_comments
from lingua_integrations.core.text.data.nested import Branch, Line, nested, with_comments
from lingua_integrations.core.text.omissions.comments import comment_of
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_SIGNS = r"|//|--\s|/\*|\*(?!\w)|<#|\{-(?!#)|--\[\[|=begin\b)"
_COMMENT = regex.compile(r"\s*(?:#(?!(?:include|define|if|endif|else|pragma|region)\b)" + _SIGNS)
_COMMENT_BESIDE = regex.compile(
    r"\s*(?:#(?!\s*(?:include|define|undef|if\w*|elif|endif|else|pragma|error|line)\b)" + _SIGNS
)
_CLOSING = regex.compile(
    r"\s*(?:[)}\]]+[;,)]*|[#%!`]?\s*(?:end\w*|fi|done|esac)\b\s*(?:if|case|loop|while|\([^()]*\))?;?)\s*"
    r"(?://.*|/\*.*|(?:\|\|?|&&?|\d?>|<)\s*\S.*)?$"  # what it ends may be redirected
    r"|\s*\}\s*while\b[^{]*$",
    regex.I,
)
_CASE_ENDS = regex.compile(r"\s*;;&?\s*$|\s*;&\s*$")
_SECTION = regex.compile(
    r"\s*(?:(?:private|protected|public|published|internal)(?:\s+(?:Q_)?slots)?|signals|module_function)"
    r"\s*(?P<label>:)?\s*$",
    regex.I,
)
"""A line that says something of all lines below it in its block, up to the next one like it."""
_GUARD = regex.compile(r"\s*\|\s(?=.*?\s=\s)(?!.*->)", regex.S)  # of Haskell: holds if none above it did
_GUARDS = 30  # of a function, from which on those before are not needed any more
_BRANCH = regex.compile(
    r"\s*(?:[}\])]*|[#%!`])\s*(?:else|elif|elsif|elseif|catch|except|finally|rescue|ensure|case|when|default)\b",
    regex.I,
)
_ELSE = regex.compile(r"\s*(?:[}\])]*|[#%!`])\s*(?:else|el(?:se?)?if)\b", regex.I)  # if none before it did
_CONTROL = regex.compile(
    r"\s*(?:[}\])]*|[#%!`])\s*(?:if|ifn?def|else|elif|elsif|elseif|unless|guard|for|foreach|while|until|repeat|try|catch|except"
    r"|finally|rescue|ensure|switch|case|when|default|do|begin|with|using|lock|match|loop|select)\b|\s*\S+\)\s*$",
    regex.I,
)
_LOOP = regex.compile(r"\s*(?:for|foreach|while|until|repeat|loop|do|switch|case|match|select)\b", regex.I)
_CONDITIONS = regex.compile(r"\s*(?:when|onlyIf|conditions?)\s*\{$")  # of all that stands beside it
_ARROW = regex.compile(r"->|=>")  # of one arm among several
_EXIT = regex.compile(
    r"\b(?:return|raise|throw|goto|panic!?|exit|abort|die|quit|bail!?|fatalError)\b", regex.I
)
_LOOP_EXIT = regex.compile(r"\b(?:break|continue|next|redo)\b")
_COMMENTED = 400  # characters up to which a comment comes with what it is about


class _Exits(NamedTuple):
    """Pieces that leave a function, and those that leave only a loop."""

    function: tuple[int, ...] = ()
    loop: tuple[int, ...] = ()

    def plus(self, other: _Exits) -> _Exits:
        return _Exits(self.function + other.function, self.loop + other.loop)


@dataclass
class _Block:
    """What is known of a block from its statements so far."""

    parent: int | None = None  # the piece that opens it
    every: _Exits = field(default_factory=_Exits)
    guards: _Exits = field(default_factory=_Exits)
    section: tuple[int, ...] = ()
    arms: list[int] = field(default_factory=list)  # its statements, where they are those of a choice
    guarded: int = 0
    opener: int | None = None  # the last statement that has a block, and of its branches the first
    branches: list[int] = field(default_factory=list)  # that one, and its branches so far
    ends: int | None = None  # the one that the next line with a bracket closes

    def closes(self, content: str) -> int | None:
        """The piece that a line closes, if it does: "end" is that of all branches, a brace may be of one."""
        if self.opener is not None and _CLOSING.match(content):
            return self.ends if content.lstrip()[:1] in ")}]" else self.opener
        return self.parent if _CASE_ENDS.match(content) else None

    def opens(self, at: int | None, content: str) -> None:
        """Take a statement that has a block, or None: one that has none."""
        branch = _BRANCH.match(content) is not None and self.opener is not None
        if not (branch and content.lstrip()[:1] in ")}]"):  # else it closes the one before
            self.ends = at
        if not branch:
            self.opener, self.branches = at, []
        self.branches += [at] * (at is not None)

    def branched(self, content: str) -> tuple[int, ...]:
        """The pieces without whose conditions that of a later branch would be misread."""
        if self.opener is None or not _BRANCH.match(content):
            return ()
        return (
            tuple(self.branches) if _ELSE.match(content) and len(self.branches) <= _GUARDS else (self.opener,)
        )

    def exits(self, at: int, content: str, inside: _Exits) -> None:
        """Take what leaves the block in a statement, or in its own block."""
        guard = _GUARD.match(content) is not None
        self.guarded += guard
        leaves = _EXIT.search(content) or (guard and self.guarded <= _GUARDS)
        exits = _Exits((at,) * bool(leaves), (at,) * bool(_LOOP_EXIT.search(content)))
        if _CONTROL.match(content):
            exits = exits.plus(inside._replace(loop=()) if _LOOP.match(content) else inside)
        if exits.function or exits.loop:
            self.guards = exits
            self.every = self.every.plus(exits)


def read_blocks(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """The statements of source code, by their indentation, and by the directives of a preprocessor."""
    text, every = outline.text, with_block_comments(outline.text, lines(outline.text, *span))
    deeper = deeper_between([text[slice(*line)] for line in every])
    found = list(with_comments(text, every, _COMMENT_BESIDE if any(deeper) else _COMMENT, _COMMENTED))
    statements = list(statements_of(text, found))
    more = dict(zip((line.start for line in every), deeper, strict=True))
    more |= {line.own: 1 for line in statements if _is_label(text, line)}  # in its class, not beside it
    comment = comment_of("code", text[slice(*span)])
    _Reader(outline, comment.line.format("...") if comment else "...").add(
        nested(text, statements, deeper=[more[line.own] for line in statements]), needs
    )


def _is_label(text: str, line: Line) -> bool:
    """Whether a line is a label such as ``public:``."""
    found = _SECTION.match(text, line.own, line.end)
    return found is not None and found["label"] is not None


class _Reader(NamedTuple):
    """Adds statements to an outline."""

    outline: Outline
    sign: str  # what stands in the place of a block's statements

    def add(self, branches: Sequence[Branch], needs: tuple[int, ...], parent: int | None = None) -> _Exits:
        """The statements of a block, given the piece that opens it; returns the exits among them."""
        block = _Block(parent)
        choice = self.content(parent) if parent is not None else ""
        for one in branches:
            content = self.outline.text[one.line.own : one.line.end]
            closes = block.closes(content)
            if closes is not None:
                self.close(one.line, (*needs, *block.section, closes), closes)
                continue
            if _SECTION.match(content):
                block.section = (self.outline.add(one.line.start, one.line.end, needs, carrier=True),)
                self.add(one.inside, (*needs, *block.section))
                continue
            guards = (*block.guards.function, *block.guards.loop)
            known = (*needs, *guards, *block.section, *block.branched(content))
            if needs_those_above(content, choice) and len(block.arms) <= _GUARDS:
                known = (*known, *block.arms)
            at = self.statement(one, known)
            block.opens(at if one.inside or _CONTROL.match(content) else None, content)
            block.arms.append(at)
            block.exits(at, content, self.add(one.inside, (*known, at), at))
            if one.inside and _CONDITIONS.match(content):
                block.section += self.whole(at)
        if branches and parent is not None:
            self.mark(parent + 1)
        return block.every

    def statement(self, one: Branch, needs: tuple[int, ...]) -> int:
        """A statement, whose own block comes next; returns its piece."""
        control = _CONTROL.match(self.outline.text, one.line.own, one.line.end) is not None
        block = bool(one.inside)
        facts = {"carrier": block and control, "heads": block and not control}
        return self.outline.add(one.line.start, one.line.end, needs, **facts)

    def close(self, line: Line, needs: tuple[int, ...], opener: int) -> None:
        """A line that closes a block; the comment above it is a piece of its own, inside."""
        if line.start < line.own:
            self.outline.add(line.start, line.own, needs)
        self.outline.add(line.own, line.end, closes=opener)

    def whole(self, first: int) -> tuple[int, ...]:
        """Let a short block come and go with the line that opens it; returns what those beside it need."""
        pieces = self.outline.pieces
        if pieces[-1].end - pieces[first].start > _COMMENTED or _ARROW.search(self.content(first + 1)):
            return ()
        for number in range(first + 1, len(pieces)):
            pieces[number] = pieces[number]._replace(closes=first, mark="")
        return (first,)

    def content(self, piece: int) -> str:
        """The text of a piece."""
        return self.outline.text[slice(*self.outline.pieces[piece][:2])]

    def mark(self, first: int) -> None:
        """Let a mark stand in place of a block, given its first piece, where all of it is left out."""
        content = self.content(first)
        mark = "\n" + content[: len(content) - len(content.lstrip(" \t"))] + self.sign
        self.outline.pieces[first] = self.outline.pieces[first]._replace(mark=mark, until=self.outline.last)
