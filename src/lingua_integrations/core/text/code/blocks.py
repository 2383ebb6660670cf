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
from lingua_integrations.core.text.code.statements import CONFLICT, statements_of, with_block_comments
from lingua_integrations.core.text.data.nested import Branch, Line, nested, with_comments
from lingua_integrations.core.text.omissions.comments import comment_of
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

_SIGNS = r"|//|--\s|/\*|\*(?![\w)])|<#|\{-(?!#)|--\[\[|=begin\b|%+\s)"
_COMMENT = regex.compile(r"\s*(?:#(?!(?:include|define|if|endif|else|pragma|region)\b)" + _SIGNS)
_COMMENT_BESIDE = regex.compile(
    r"\s*(?:#(?!\s*(?:include|define|undef|if\w*|elif|endif|else|pragma|error|line)\b)" + _SIGNS
)
_CLOSING = regex.compile(
    r"\s*(?:[)}\]]+[;,)]*|[#%!`]?\s*(?:end\w*|fi|done|esac)\b\s*(?:if|case|loop|while|function|sub|class|module|property|select|try|with|\([^()]*\))?;?)\s*"
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
_LOOP = regex.compile(
    r"\s*(?:for|foreach|while|until|repeat|loop|do|switch|case|default|match|select)\b", regex.I
)
_CONTAINER = regex.compile(
    r"\b(?:class|struct|enum|interface|namespace|(?:def)?module|defprotocol|defimpl|object|trait|impl|extension|package|record|protocol|union"
    r"|contract|mod|type|instance|where|data|newtype|describe|context|extern|companion)\b|^\s*@\w+\s*$",
    regex.I,
)
_NAMESPACE = regex.compile(r"\s*(?:inline )?(?:namespace\b|extern \"C\").*\{$")
_VALUE = regex.compile(r"(?:(?<![=!<>])=|[:,(\[])\s*[\[{(]\s*$")
_OPENED = regex.compile(r"[{(\[](?:[^{}()\[\]\"']*+)$")
_CONDITIONS = regex.compile(r"\s*(?:when|onlyIf|conditions?)\s*\{$")  # of all that stands beside it
_FEW = 8  # of them, so many of which may stand in a block
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
    before: _Exits = field(default_factory=_Exits)  # the guards of that one
    open: list[int] = field(default_factory=list)  # those whose bracket no line has closed
    flat: list[int] = field(default_factory=list)  # brackets around lines that are not indented more
    around: list[int] = field(default_factory=list)  # those of them that are more than a namespace

    def closes(self, content: str) -> int | None:
        """The piece that a line closes, if it does: "end" is that of all branches, a brace may be of one."""
        if self.flat and not self.open and _CLOSING.match(content):
            last = self.flat.pop()
            self.around = [at for at in self.around if at != last]  # there are few
            return last
        if self.opener is not None and _CLOSING.match(content):
            return self.open.pop() if self.open and content.lstrip()[:1] in ")}]" else self.opener
        return self.parent if _CASE_ENDS.match(content) else None

    def needs(self, content: str) -> tuple[int, ...]:
        """The pieces without which a statement would be misread: early exits before it, its branches."""
        branch = self.is_branch(content)
        guards = self.before if branch and len(self.guards.function) <= _GUARDS else self.guards
        known = (*guards.function, *guards.loop, *self.section, *self.around)
        if not branch or self.opener is None:
            return known
        return (
            *known,
            *(self.branches if _ELSE.match(content) and len(self.branches) <= _GUARDS else [self.opener]),
        )

    def is_branch(self, content: str) -> bool:
        """Whether a statement is a later branch of the last one that has a block."""
        return self.opener is not None and _BRANCH.match(content) is not None

    def take(self, at: int, content: str, inside: _Exits, *, block: bool) -> None:
        """Take a statement, what leaves its own block, and whether it has one."""
        branch = self.is_branch(content)
        exits = self._exits(at, content, inside)
        if not branch:
            self.opener, self.branches, self.before = at if block else None, [], self.guards
            self.open = []
        if not block and content.endswith("{"):
            self.flat.append(at)
            if len(self.around) < _FEW and not _NAMESPACE.match(content):
                self.around.append(at)
        if block:
            self.branches.append(at)
            if _OPENED.search(content) and not (branch and content.lstrip()[:1] in ")}]"):
                self.open.append(at)  # the line of a branch may close the one before
        if exits.function or exits.loop:
            apart = not branch or len(self.guards.function) > _GUARDS
            self.guards = exits if apart else self.guards.plus(exits)
            self.every = self.every.plus(exits)

    def _exits(self, at: int, content: str, inside: _Exits) -> _Exits:
        """A statement, if it leaves its function or a loop, and what does in its own block."""
        guard = _GUARD.match(content) is not None
        self.guarded += guard
        leaves = _EXIT.search(content) or (guard and self.guarded <= _GUARDS)
        exits = _Exits((at,) * bool(leaves), (at,) * bool(_LOOP_EXIT.search(content)))
        if not _CONTROL.match(content):
            return exits
        return exits.plus(inside._replace(loop=()) if _LOOP.match(content) else inside)


def read_blocks(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """The statements of source code, by their indentation, and by the directives of a preprocessor."""
    text, every = outline.text, with_block_comments(outline.text, lines(outline.text, *span))
    deeper = deeper_between([text[slice(*line)] for line in every])
    found = list(with_comments(text, every, _COMMENT_BESIDE if any(deeper) else _COMMENT, _COMMENTED))
    statements = list(statements_of(text, found))
    more = dict(zip((line.start for line in every), deeper, strict=True))
    more |= {line.own: 1 for line in statements if _is_label(text, line)}  # in its class, not beside it
    more |= {line.own: _within(text, line) for line in statements if CONFLICT.match(text, line.own)}
    comment = comment_of("code", text[slice(*span)])
    _Reader(outline, comment.line.format("...") if comment else "...").add(
        nested(text, statements, deeper=[more[line.own] for line in statements]), needs
    )


def _within(text: str, conflict: Line) -> int:
    """How deep the lines of a conflict stand, whose marks stand at the margin."""
    return max(map(indent, text[conflict.own : conflict.end].splitlines()[:2]))


def _is_label(text: str, line: Line) -> bool:
    """Whether a line is a label such as ``public:``."""
    found = _SECTION.match(text, line.own, line.end)
    return found is not None and found["label"] is not None


def _opens_body(content: str) -> bool:
    """Whether a line opens statements, as those of a function or a branch, and no class or value.

    >>> _opens_body("fun f() {"), _opens_body("class A {"), _opens_body("if (x) {"), _opens_body("a = {")
    (True, False, True, False)
    """
    control = _CONTROL.match(content) is not None
    others = (not control and _CONTAINER.search(content), _VALUE.search(content))
    return bool(content) and not any(others)


class _Reader(NamedTuple):
    """Adds statements to an outline."""

    outline: Outline
    sign: str  # what stands in the place of a block's statements

    def add(
        self,
        branches: Sequence[Branch],
        needs: tuple[int, ...],
        parent: int | None = None,
        body: bool = False,
    ) -> _Exits:
        """The statements of a block, given the piece that opens it; returns the exits among them.

        In the ``body`` of a function, a mark stands in place of each that is left out.
        """
        block = _Block(parent)
        choice = self.content(parent) if parent is not None else ""
        body = body or _opens_body(choice)
        for one in branches:
            content = self.outline.text[one.line.own : one.line.end]
            closes = block.closes(content)
            if closes is not None:
                self.close(one.line, (*needs, *block.section, closes), closes)
                continue
            if _SECTION.match(content):
                block.section = (self.outline.add(one.line.start, one.line.end, needs, carrier=True),)
                self.add(one.inside, (*needs, *block.section), body=body)
                continue
            known = (*needs, *block.needs(content))
            if needs_those_above(content, choice) and len(block.arms) <= _GUARDS:
                known = (*known, *block.arms)
            at = self.statement(one, known)
            self.mark(at, -1) if body else None
            block.arms.append(at)
            if not one.inside and _NAMESPACE.match(content):
                self.outline.carry(at)
            inside = self.add(one.inside, (*known, at), at, body)
            block.take(at, content, inside, block=bool(one.inside or _CONTROL.match(content)))
            if one.inside and len(block.section) < _FEW and _CONDITIONS.match(content):
                block.section += self.whole(at)
        if branches and parent is not None:
            self.mark(parent + 1, -1 if body else self.outline.last)
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

    def mark(self, first: int, until: int) -> None:
        """Let a mark stand in place of a piece, and of those up to ``until``, where they are left out."""
        content = self.content(first)
        mark = "\n" + content[: len(content) - len(content.lstrip(" \t"))] + self.sign
        self.outline.pieces[first] = self.outline.pieces[first]._replace(mark=mark, until=until)
