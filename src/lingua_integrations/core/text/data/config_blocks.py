"""Blocks of configuration, as a tree: what opens each, what stands in it, and what closes it.

A block opens with a brace or a tag at the end of a line, with a line that is indented less than the next
one, with a word such as "if", or with a line to which all lines below it belong, up to the next one like it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from lingua_integrations.core.text.data.config_lines import (
    HOST,
    OPEN_WORDS,
    REMARK,
    RULES,
    SSH,
    STAGE,
    TAG,
    TARGET,
    TEMPLATE,
)
from lingua_integrations.core.text.data.nested import Line, with_comments
from lingua_integrations.core.text.outline import indent, lines
from lingua_integrations.core.text.spans import Span

_WORDS = regex.compile(r"\s*(?P<word>ifn?eq|ifn?def|else|endif|define|endef)\b")
_CLOSE_WORDS = ("end", "endif", "endef")
_HEREDOC = regex.compile(r"<<[-~]?\s*[\"']?(?P<end>\w+)[\"']?")
_STRING = regex.compile(r"\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+'|(?:^|\s)(?:#|//).*")
_LONG = 1_500  # characters up to which lines that go on are joined
_DEEP = 60  # blocks inside one another; deeper ones are not opened
_COMMENTED = 400  # characters up to which a comment and the line below it are one


@dataclass(eq=False)
class Block:
    """A statement, and the block that it opens, if any.

    ``inside`` is None where it opens none. ``before`` is the branch before this one: "else" means nothing
    without its "if". ``sort`` says what opens the block: "brace", "word", "indent", "stage", "host",
    "target", "rules" or the name of a tag.
    """

    line: Line
    inside: list[Block] | None = None
    closing: Line | None = None
    before: Block | None = None
    sort: str = ""
    depth: int = 0

    @property
    def end(self) -> int:
        """Where the block ends in the text, its closing line included."""
        last = self.inside[-1].end if self.inside else self.line.end
        return self.closing.end if self.closing else last


def blocks_of(text: str, span: Span) -> list[Block]:
    """The outermost blocks of a stretch; comments belong to the line below them."""
    found = list(with_comments(text, lines(text, *span), REMARK, _COMMENTED))
    return _tree(text, list(_statements(text, found)))


def _statements(text: str, found: Sequence[Line]) -> Iterator[Line]:
    """Lines; those that a backslash, a comma, a bracket or a here-document continues are joined."""
    waiting: Line | None = None
    opened, goes_on, until = 0, False, ""
    for line in found:
        content = text[line.own : line.end]
        joined = waiting is not None and (goes_on or opened > 0 or until)
        if waiting is None or not joined or (line.end - waiting.start > _LONG and not until):
            if waiting is not None:
                yield waiting
            waiting, opened, until = line, 0, ""
        else:
            waiting = waiting._replace(end=line.end)
        if until:
            until = "" if content.strip() == until else until
            goes_on = False
            continue
        heredoc = _HEREDOC.search(content)
        until = heredoc["end"] if heredoc else ""
        bare = _STRING.sub("", content)
        opened = max(0, opened + sum(map(bare.count, "([")) - sum(map(bare.count, ")]")))
        goes_on = content.endswith("\\") or (bare.rstrip().endswith(",") and not opened and "{" not in bare)
    if waiting is not None:
        yield waiting


class _Level:
    """The outermost blocks so far, and those that are open, the innermost last."""

    def __init__(self) -> None:
        self.top: list[Block] = []
        self.open: list[Block] = []

    def add(self, block: Block) -> None:
        """Put a block into the innermost open one, and open it."""
        inner = self.open[-1] if self.open else None
        siblings = self.top if inner is None or inner.inside is None else inner.inside
        if len(self.open) > _DEEP:
            block.inside = None
        siblings.append(block)
        if block.inside is not None:
            self.open.append(block)

    def close(self, sort: str) -> Block | None:
        """Close the innermost block of a sort with those in it; returns it, or None where none is open."""
        if not any(block.sort == sort for block in self.open):
            return None
        while self.open[-1].sort != sort:
            self.open.pop()
        return self.open.pop()

    def leave(self, *sorts: str, depth: int = -1) -> None:
        """Close the innermost blocks as long as they are of some sorts and at least so deep."""
        while self.open and self.open[-1].sort in sorts and self.open[-1].depth >= depth:
            self.open.pop()


def _tree(text: str, statements: Sequence[Line]) -> list[Block]:
    """The outermost blocks that statements make, with all others inside them."""
    level = _Level()
    contents = [text[line.own : line.end] for line in statements]
    depths, recipe = _depths(contents), _in_recipes(contents)
    for number, (line, content, deep) in enumerate(zip(statements, contents, depths, strict=True)):
        if not recipe[number]:
            level.leave("target")
        level.leave("indent", depth=deep)
        after = contents[number + 1] if number + 1 < len(contents) else ""
        word = _word(content)
        named, closed, opened = _named(content, deep, after), _closes(content, word), _opens(content, word)
        if named:
            level.close(named)  # up to the next one of its sort
        before = level.close(closed) if closed and not named else None
        if before is not None and not opened:
            before.closing = line
            continue
        under = bool(after) and depths[number + 1] > deep and not _closes(after, "") and content[-1] != ";"
        bare = REMARK.match(content) is not None  # of many comments, some stand alone: they open nothing
        sort = named or opened or ("indent" if under and not word and not bare else "")
        level.add(Block(line, [] if sort else None, before=before, sort=sort, depth=deep))
    return level.top


def _depths(contents: Sequence[str]) -> list[int]:
    """How deep lines stand. Words of templates may stand anywhere: they count as deep as the next line."""
    found: list[int] = []
    for content in reversed(contents):
        found.append(found[-1] if found and TEMPLATE.match(content) else _depth(content))
    return found[::-1]


def _in_recipes(contents: Sequence[str]) -> list[bool]:
    """Which lines may be of a recipe of a Makefile: those after a tab, and conditions above such lines."""
    found: list[bool] = []
    for content in reversed(contents):
        found.append(found[-1] if found and _WORDS.match(content) else content[:1] == "\t")
    return found[::-1]


def _depth(content: str) -> int:
    """How deep a line stands; an item of a list stands below its key."""
    return 2 * indent(content) + content.lstrip().startswith("- ")


def _named(content: str, deep: int, after: str) -> str:
    """The sort of a line to which all lines below it belong, up to the next one of that sort; else ""."""
    if deep:
        return ""
    if STAGE.match(content):
        return "stage"
    if HOST.match(content) and any(one.match(after.lstrip("# \t")) for one in (SSH, HOST)):
        return "host"  # its settings may be commented out
    return "target" if after.startswith("\t") and TARGET.match(content) else ""


def _word(content: str) -> str:
    """The word of a template or a Makefile that opens, divides or closes a block; else ""."""
    found = TEMPLATE.match(content) or _WORDS.match(content)
    return str(found["word"]) if found else ""


def _closes(content: str, word: str) -> str:
    """The sort of the block that a line closes; else ""."""
    tag = TAG.match(content)
    if tag and tag["close"]:
        return str(tag["name"])
    if word in _CLOSE_WORDS or word == "else":
        return "word"
    if content.rstrip() == "COMMIT":
        return "rules"
    return "brace" if content.lstrip()[:1] == "}" else ""


def _opens(content: str, word: str) -> str:
    """The sort of the block that a line opens; else ""."""
    tag = TAG.match(content)
    if tag:
        return "" if tag["close"] else str(tag["name"])
    if word in OPEN_WORDS or word == "else":
        return "word"
    if RULES.match(content):
        return "rules"
    bare = _STRING.sub("", content).rstrip()
    return "brace" if bare.endswith("{") and bare.count("{") > bare.lstrip("}").count("}") else ""
