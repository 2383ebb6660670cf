"""Configuration: a directive means something only in its block, its section, its stage, its target.

One outline for many formats: Dockerfile, Makefile, nginx, Apache, HCL, SSH, CSS, Protocol Buffers, GraphQL.
What opens a block is told by a brace or a tag at the end of a line, by a line that is indented less than the
next one, or by a word after which everything belongs to it up to the next such line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from lingua_integrations.core.text.data.nested import Line, with_comments
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.spans import Span

_COMMENT = regex.compile(r"\s*(?:#(?!\s*(?:include|define|if|endif|else)\b)|//|;|/\*)")
_INSTRUCTIONS = (
    "FROM|RUN|CMD|LABEL|MAINTAINER|EXPOSE|ENV|ADD|COPY|ENTRYPOINT|VOLUME|USER|WORKDIR|ARG|ONBUILD|STOPSIGNAL"
    "|HEALTHCHECK|SHELL"
)
_INSTRUCTION = regex.compile(rf"(?:{_INSTRUCTIONS})\s+\S", regex.I)
_LAST_COUNTS = regex.compile(r"(USER|WORKDIR|CMD|ENTRYPOINT|HEALTHCHECK|STOPSIGNAL|SHELL)\s+\S")
_STAGE = regex.compile(r"FROM\s+\S")
_HOST = regex.compile(r"(?:Host|Match)\s+\S", regex.I)
_SSH = regex.compile(
    r"\s*(?:Host(?:Name|KeyAlias)?|Match|User|Port|IdentityFile|IdentitiesOnly|Proxy(?:Jump|Command)|ForwardAgent"
    r"|LocalForward|RemoteForward|DynamicForward|ServerAlive\w+|StrictHostKeyChecking|UserKnownHostsFile|Control\w+"
    r"|AddKeysToAgent|Compression|LogLevel|Include|SendEnv|SetEnv|PreferredAuthentications|\w+Authentication"
    r"|Permit\w+|Allow\w+|X11Forwarding|ChrootDirectory|ForceCommand|Subsystem)\b[ \t=]+\S",
    regex.I,
)
_TARGET = regex.compile(r"(?![\s#@\-])[^\s:=#]+(?:[ \t]+[^\s:=#]+)*[ \t]*::?(?![=:/])(?:[^=]|=(?=\S))*$")
_TAG = regex.compile(r"\s*<(?P<close>/)?(?P<name>[A-Za-z]\w*)(?:\s[^<>]*|)>\s*$")
_APACHE = regex.compile(
    r"\s*<(?:VirtualHost|Directory(?:Match)?|Location(?:Match)?|Files(?:Match)?|IfModule|IfDefine|IfVersion|Limit"
    r"|LimitExcept|If|Else|ElseIf|Proxy|ProxyMatch|Require(?:All|Any|None)|Macro)\b[^<>]*>\s*$"
)
_BRACED = regex.compile(
    r"""
    \s* (?:
      (?: http | events | server | stream | mail | types | upstream \s+ \S+ | location \s+ [^{;]+
        | map \s+ [^{;]+ | geo \s+ [^{;]+ | if \s* \( \$ [^{;]+ | limit_except \s [^{;]+ ) \s*
      | (?: resource | data | module | variable | output | provider | terraform | locals | backend
        | required_providers | moved | import | check | job | group | task | service | node
        | client ) (?: \s+ "[^"\n]*" )* \s*
      | (?: message | service | enum | oneof | extend ) \s+ [\w.]+ \s*
      | (?: extend \s+ )? (?: type | input | interface | enum | schema | union | query | mutation
        | subscription | fragment ) \b [^{;=()]* (?: \( [^{}()]* \) [^{;=()]* )?
      | @(?: media | supports | font-face | keyframes | layer | page | container ) \b [^{;]*
      | [\w.-]+ \s* = \s*
      | (?! (?: if | for | while | switch | else | do | try | catch | return ) \b )
        (?: [.\#*:&>~+] | [a-z][\w-]* ) (?: [^{};=()\n] | : [\w-]+ \( [^(){}]* \) )*
    ) \{ \s* (?: \#.* | //.* )? $
    """,
    regex.VERBOSE,
)
_MEMBER = regex.compile(
    r"""
    \s* (?: [\w-]+ \s [^{}]*; | [\w-]+ \s* : \s* [^;{}]+ ;  # of nginx, Protocol Buffers and CSS
      | [\w.\"-]+ \s* = \s* \S                                 # of HCL
      | \w+ (?: \( [^()]* \) )? \s* : \s* \[* \w+ [\]!]* (?: \s* [=@] .* )? $ ) # of GraphQL
    """,
    regex.VERBOSE,
)
_CODE = regex.compile(
    r"\s*(?:(?:async |export |public |private |static |pub )*"
    r"(?:def|class|func|fn|function|struct|impl|namespace)\b"
    r"|(?:int|void|char|double|float|bool|long|unsigned|size_t|auto)\b[\s*]+\w+\s*\("
    r"|(?:if|switch|catch)\s*\((?!\s*\$)|for\b.*[;(]|while\b|else\b|return\b[^$;]*\(|using\b|template\b|const\b|let\b|var\b"
    r"|sub\s+\w+\s*\{|my\s+[$@%]|\w+::)"
)
_TIMES = regex.compile(
    r"(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)\s+|(?:[\d*/,\-A-Za-z?L#]+\s+){5})\S"
)
_CRON = regex.compile(r"(?:@\w+|[\d*][\d*/,\-]*)(?:\s+[\d*/,\-]+){1,3}\s")
_TEMPLATE = regex.compile(r"\s*\{\{-?\s*(?P<word>if|range|with|define|block|else|end)\b[^{}]*\}\}\s*$")
_WORDS = regex.compile(r"\s*(?P<word>ifn?eq|ifn?def|else|endif|define|endef)\b")
_OPEN_WORDS = ("if", "range", "with", "define", "block", "ifeq", "ifneq", "ifdef", "ifndef")
_CLOSE_WORDS = ("end", "endif", "endef")
_SPECIAL = regex.compile(r"\.[A-Z_]+\s*:")  # it says how make reads the others
_ZONE = regex.compile(r"(?:CRON_)?TZ\s*=")
_HEREDOC = regex.compile(r"<<[-~]?\s*[\"']?(?P<end>\w+)[\"']?")
_STRING = regex.compile(r"\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+'|(?:^|\s)(?:#|//).*")
_WHOLE = 240  # characters up to which a block without others in it is kept or dropped whole
_RECIPE = 600  # those of a target with the steps to it
_LONG = 1_500  # those up to which lines in brackets, or that go on, are one piece
_DEEP = 60  # blocks inside of one another, from which on none is opened
_COMMENTED = 400  # those up to which a comment comes with what it is about


@dataclass
class _Block:
    """A line that opens a block, or one that does not; with what stands in it and the line that closes it."""

    line: Line
    inside: list[_Block] | None = None
    closing: Line | None = None
    before: _Block | None = None  # the branch before this one: "else" means nothing without it
    sort: str = ""  # of what opens it: a brace, a tag, a word, its indentation, or what it is named
    depth: int = 0

    @property
    def end(self) -> int:
        last = self.inside[-1].end if self.inside else self.line.end
        return self.closing.end if self.closing else last


def read_config(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Directives under what opens the blocks that they stand in; a short block is one piece."""
    found = list(with_comments(outline.text, lines(outline.text, *span), _COMMENT, _COMMENTED))
    statements = list(_statements(outline.text, found))
    _add(outline, _tree(outline.text, statements), needs)


def _statements(text: str, found: Sequence[Line]) -> Iterator[Line]:
    """Lines, joined where a backslash, a comma, a bracket or a here-document goes on."""
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
    """Blocks that are open, the innermost last."""

    def __init__(self) -> None:
        self.top: list[_Block] = []
        self.open: list[_Block] = []

    def add(self, block: _Block) -> None:
        inner = self.open[-1] if self.open else None
        siblings = self.top if inner is None or inner.inside is None else inner.inside
        if len(self.open) > _DEEP:
            block.inside = None
        siblings.append(block)
        if block.inside is not None:
            self.open.append(block)

    def close(self, sort: str) -> _Block | None:
        """Leave the innermost block of a sort, and those in it."""
        if not any(block.sort == sort for block in self.open):
            return None
        while self.open[-1].sort != sort:
            self.open.pop()
        return self.open.pop()

    def leave(self, *sorts: str, depth: int = -1) -> None:
        """Leave the innermost blocks of some sorts that stand no less deep."""
        while self.open and self.open[-1].sort in sorts and self.open[-1].depth >= depth:
            self.open.pop()


def _tree(text: str, statements: Sequence[Line]) -> list[_Block]:
    level = _Level()
    contents = [text[line.own : line.end] for line in statements]
    depths = _depths(contents)
    for number, (line, content, deep) in enumerate(zip(statements, contents, depths, strict=True)):
        if content[:1] != "\t":
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
        sort = named or opened or ("indent" if under and not word else "")
        level.add(_Block(line, [] if sort else None, before=before, sort=sort, depth=deep))
    return level.top


def _depths(contents: Sequence[str]) -> list[int]:
    """How deep lines stand; a word of a template, which stands anywhere, as deep as what follows it."""
    found: list[int] = []
    for content in reversed(contents):
        found.append(found[-1] if found and _word(content) else _depth(content))
    return found[::-1]


def _depth(content: str) -> int:
    """How deep a line stands; an item of a list stands below its key."""
    return 2 * indent(content) + content.lstrip().startswith("- ")


def _named(content: str, deep: int, after: str) -> str:
    """The sort of a line to which all those below it belong, up to the next of its sort."""
    if deep:
        return ""
    if _STAGE.match(content):
        return "stage"
    if _HOST.match(content) and (_SSH.match(after) or _HOST.match(after) is not None):
        return "host"
    return "target" if after.startswith("\t") and _TARGET.match(content) else ""


def _word(content: str) -> str:
    found = _TEMPLATE.match(content) or _WORDS.match(content)
    return str(found["word"]) if found else ""


def _closes(content: str, word: str) -> str:
    """The sort of the block that a line closes."""
    tag = _TAG.match(content)
    if tag and tag["close"]:
        return str(tag["name"])
    if word in _CLOSE_WORDS or word == "else":
        return "word"
    return "brace" if content.lstrip()[:1] == "}" else ""


def _opens(content: str, word: str) -> str:
    """The sort of the block that a line opens."""
    tag = _TAG.match(content)
    if tag:
        return "" if tag["close"] else str(tag["name"])
    if word in _OPEN_WORDS or word == "else":
        return "word"
    bare = _STRING.sub("", content).rstrip()
    return "brace" if bare.endswith("{") and bare.count("{") > bare.lstrip("}").count("}") else ""


def _add(outline: Outline, blocks: Sequence[_Block], needs: tuple[int, ...]) -> None:
    """Add the blocks of one level. What a later instruction of a stage takes the place of needs that."""
    text = outline.text
    numbers: dict[int, int] = {}  # of branches
    said: dict[str, int] = {}
    for block in blocks:
        known = needs if block.before is None else (*needs, numbers[id(block.before)])
        content = text[block.line.own : block.line.end]
        leaf = not block.inside or not any(one.inside is not None for one in block.inside)
        most = _RECIPE if block.sort == "target" else _WHOLE
        if block.inside is None or (leaf and block.end - block.line.start <= most and block.sort != "stage"):
            at = outline.add(block.line.start, block.end, known, carrier=_SPECIAL.match(content) is not None)
        else:
            at = _add_block(outline, block, known)
        numbers[id(block)] = at
        if block.before is not None:
            outline.bind(numbers[id(block.before)], at)
        needs = (*needs, at) if _ZONE.match(content) else needs
        over = _LAST_COUNTS.match(content)
        if over:
            if over[1] in said:
                outline.bind(said[over[1]], at)
            said[over[1]] = at


def _add_block(outline: Outline, block: _Block, needs: tuple[int, ...]) -> int:
    """Add what opens a block, what stands in it, and what closes it."""
    valued = block.sort == "indent" and outline.text[block.line.end - 1] != ":"
    says = block.sort == "stage" or valued  # for itself, too: which image, which value
    at = outline.add(block.line.start, block.line.end, needs, carrier=not says, heads=says)
    _add(outline, block.inside or (), (*needs, at))
    if block.closing:
        outline.add(block.closing.start, block.closing.end, closes=at)
    return at


def is_config(found: Sequence[str]) -> bool:
    """Whether lines are directives in blocks, stages or targets, or schedules.

    >>> is_config(["FROM alpine", "RUN apk add curl"]), is_config(["server {", "  listen 80;", "}"])
    (True, True)
    >>> is_config(["From here on", "we run."])
    False
    """
    told = [line for line in found if line.strip() and not _COMMENT.match(line)]
    return len(told) > 1 and any(fits(told) for fits in _FORMATS)


def _is_docker(told: Sequence[str]) -> bool:
    outer: list[str] = []
    goes_on = False
    for line in told:
        if not goes_on:
            outer.append(line)
        goes_on = line.rstrip().endswith("\\")
    instructions = sum(map(bool, map(_INSTRUCTION.match, outer)))
    return any(map(_STAGE.match, outer)) and instructions >= 0.8 * len(outer)


def _is_make(told: Sequence[str]) -> bool:
    targets = [
        number
        for number, line in enumerate(told[:-1])
        if _TARGET.match(line) and told[number + 1][:1] == "\t"
    ]
    recipes = sum(line[:1] == "\t" for line in told)
    return bool(targets) and recipes >= len(targets) and 5 * (recipes + len(targets)) >= 2 * len(told)


def _is_tagged(told: Sequence[str]) -> bool:
    tags = sum(map(bool, map(_TAG.match, told)))
    return (
        any(map(_APACHE.match, told))
        and tags >= 2
        and not any(line.lstrip()[:1] in "<" and not _TAG.match(line) for line in told)
    )


def _is_ssh(told: Sequence[str]) -> bool:
    said = any(line.rstrip()[-1] in ".:!?" for line in told)
    return (
        not said and any(map(_HOST.match, told)) and sum(map(bool, map(_SSH.match, told))) >= 0.8 * len(told)
    )


def _is_cron(told: Sequence[str]) -> bool:
    entries = [line for line in told if not regex.match(r"\w+\s*=", line)]
    times = sum(
        _TIMES.match(line) is not None and (line[0] == "@" or _CRON.match(line) is not None)
        for line in entries
    )
    return times > 1 and times >= 0.8 * len(entries)


def _is_braced(told: Sequence[str]) -> bool:
    if any(map(_CODE.match, told)):
        return False
    openers = sum(map(bool, map(_BRACED.match, told)))
    closers = sum(line.strip(" \t;,") == "}" for line in told)
    members = sum(map(bool, map(_MEMBER.match, told)))
    ends = sum(line.rstrip().endswith("{") for line in told)
    return (
        openers > 0
        and closers > 0
        and openers >= 0.8 * ends
        and openers + closers + members >= 0.7 * len(told)
    )


def _is_template(told: Sequence[str]) -> bool:
    words = [match["word"] for match in map(_TEMPLATE.match, told) if match]
    return "end" in words and any(word in _OPEN_WORDS for word in words)


_FORMATS = (_is_docker, _is_make, _is_tagged, _is_ssh, _is_cron, _is_braced, _is_template)
