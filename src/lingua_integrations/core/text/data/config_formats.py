"""Which texts are configuration: a detector for each format looks at the lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

from lingua_integrations.core.text.data.config_lines import (
    COMMENT,
    HOST,
    OPEN_WORDS,
    RULES,
    SSH,
    STAGE,
    TAG,
    TARGET,
    TEMPLATE,
)
from lingua_integrations.core.text.data.table_looks import is_table
from lingua_integrations.core.text.shares import most


def is_config(found: Sequence[str]) -> bool:
    """Whether lines are directives in blocks, stages or targets, or schedules.

    >>> is_config(["FROM alpine", "RUN apk add curl"]), is_config(["server {", "  listen 80;", "}"])
    (True, True)
    >>> is_config(["From here on", "we run."])
    False
    """
    told = [line for line in found if line.strip() and not COMMENT.match(line)]
    return len(told) > 1 and any(fits(told) for fits in _FORMATS)


_INSTRUCTIONS = (
    "FROM|RUN|CMD|LABEL|MAINTAINER|EXPOSE|ENV|ADD|COPY|ENTRYPOINT|VOLUME|USER|WORKDIR|ARG|ONBUILD|STOPSIGNAL"
    "|HEALTHCHECK|SHELL"
)
_INSTRUCTION = regex.compile(rf"(?:{_INSTRUCTIONS})\s+\S", regex.I)


def _is_docker(told: Sequence[str]) -> bool:
    """Whether most lines are instructions of a Dockerfile, and one begins a stage."""
    outer = _first_lines(told)
    return any(map(STAGE.match, outer)) and most(_INSTRUCTION.match, outer, 0.8)


def _first_lines(told: Sequence[str]) -> list[str]:
    """Lines without those that a backslash at the end of the line above joins to it."""
    goes_on = [False, *(line.rstrip().endswith("\\") for line in told[:-1])]
    return [line for line, joined in zip(told, goes_on, strict=True) if not joined]


_MAKES = regex.compile(
    r" *(?:[\w.()$-]+\s*[:?+!]?=|-?include\b|(?:un)?export\b"
    r"|ifn?(?:def|eq)\b|else\b|end(?:if|ef)\b|define\b|vpath\b)"
)
_CONDITION = regex.compile(r" *(?:(?:else +)?ifn?(?:def +[\w$({]|eq +[(\"'])|endif\s*(?:#|$))")


def _is_make(told: Sequence[str]) -> bool:
    """Whether lines are a Makefile: targets, recipes that a tab begins, and little else but variables.

    Conditions, such as ``ifeq ($(OS),Linux)`` and its ``endif``, are in no other format.
    """
    outer = [line for line in _first_lines(told) if line[:1] != "\t"]
    if not most(lambda line: (":" in line and TARGET.match(line)) or _MAKES.match(line), outer, 0.8):
        return False
    targets = [
        number for number, line in enumerate(told[:-1]) if TARGET.match(line) and told[number + 1][:1] == "\t"
    ]
    recipes = sum(line[:1] == "\t" for line in told)
    conditions = sum(map(bool, map(_CONDITION.match, outer)))
    if conditions > 1:
        return True
    return bool(targets) and recipes >= len(targets) and 5 * (recipes + len(targets)) >= 2 * len(told)


_APACHE = regex.compile(
    r"\s*<(?:VirtualHost|Directory(?:Match)?|Location(?:Match)?|Files(?:Match)?|IfModule|IfDefine|IfVersion|Limit"
    r"|LimitExcept|If|Else|ElseIf|Proxy|ProxyMatch|Require(?:All|Any|None)|Macro)\b[^<>]*>\s*$"
)


def _is_tagged(told: Sequence[str]) -> bool:
    """Whether lines are sections of Apache, between tags that stand alone on their lines."""
    return (
        any(map(_APACHE.match, told))
        and sum(map(bool, map(TAG.match, told))) >= 2
        and not any(line.lstrip().startswith("<") and not TAG.match(line) for line in told)
    )


def _is_ssh(told: Sequence[str]) -> bool:
    """Whether most lines are settings of SSH, and none is a sentence."""
    said = any(line.rstrip()[-1] in ".:!?" for line in told)
    return not said and any(map(HOST.match, told)) and most(SSH.match, told, 0.8)


_TIME = r"(?:[*?L]|\d{1,2}|[A-Za-z]{3})(?:[-/,#](?:[*?L]|\d{1,2}|[A-Za-z]{3}))*"
# The command behind the times does not begin with a digit: rows of numbers are no schedule.
_TIMES = regex.compile(
    rf"(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)\s+|(?:{_TIME}\s+){{5}})[^\s\d]"
)
_VARIABLE = regex.compile(r"\w+\s*=")
# At least the first of them is a number or a star: five words are no times.
_CRON = regex.compile(r"(?:@\w+|[\d*][\d*/,\-]*)(?:\s+[\d*/,\-]+){1,3}\s")


def _is_cron(told: Sequence[str]) -> bool:
    """Whether most lines are a schedule of cron: five times, or one by its name, and a command."""
    entries = [line for line in told if not _VARIABLE.match(line)]
    times = sum(
        _TIMES.match(line) is not None and (line[0] == "@" or _CRON.match(line) is not None)
        for line in entries
    )
    return times > 1 and times >= 0.8 * len(entries)


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
# A rule of CSS on one line, and a selector before another one.
_STYLE = regex.compile(
    r"\s*+[.#:*\[@a-z][^{};=()\n]*+(?:\([^(){};\n]*+\)[^{};=()\n]*+)*+\{\s*+[\w-]++\s*+:[^{}]*+\}\s*+$"
)
_SELECTOR = regex.compile(r"\s*[.#:*a-z][\w .#:*>~+-]*,\s*$")
# Source code has braces, too.
_CODE = regex.compile(
    r"\s*(?:(?:async |export |public |private |static |pub )*"
    r"(?:def|class|func|fn|function|struct|impl|namespace)\b"
    r"|(?:int|void|char|double|float|bool|long|unsigned|size_t|auto)\b[\s*]+\w+\s*\("
    r"|(?:if|switch|catch)\s*\((?!\s*\$)|for\b.*[;(]|while\b|else\b|return\b[^$;]*\(|using\b|template\b|const\b|let\b|var\b"
    r"|sub\s+\w+\s*\{|my\s+[$@%]|\w+::)"
)


def _is_braced(told: Sequence[str]) -> bool:
    """Whether lines are blocks in braces, as in nginx, HCL, Protocol Buffers, GraphQL and CSS."""
    if not any("}" in line for line in told):
        return False
    if any(map(_CODE.match, told)) or told[0].lstrip()[:1] == "<":  # a page, with its styles
        return False
    openers = sum(map(bool, map(_BRACED.match, told)))
    closers = sum(line.strip(" \t;,") == "}" for line in told)
    members = sum(map(bool, map(_MEMBER.match, told)))
    ends = sum(line.rstrip().endswith("{") for line in told)
    styles = sum(map(bool, map(_STYLE.match, told)))
    blocks = min(openers, closers) + styles
    members += styles + (sum(map(bool, map(_SELECTOR.match, told))) if blocks else 0)
    return blocks > 0 and openers >= 0.8 * ends and openers + closers + members >= 0.7 * len(told)


def _is_template(told: Sequence[str]) -> bool:
    """Whether lines have blocks of a template of Go, which a word opens and "end" closes."""
    words = [match["word"] for match in map(TEMPLATE.match, told) if match]
    return "end" in words and any(word in OPEN_WORDS for word in words)


_RULE = regex.compile(r":\S+ \S+|-[AID] \S|\[\d+:\d+\] -[AI] ")


def _is_iptables(told: Sequence[str]) -> bool:
    """Whether lines are tables of iptables, which a line commits."""
    return any(map(RULES.match, told)) and most(_RULE.match, told, 0.5)


_SUDO = regex.compile(
    r"(?:Defaults\b|(?:User|Runas|Host|Cmnd)_Alias\s)|[%+\w@][\w.@\\-]*\s+\S+\s*=\s*(?:\(|!?/|ALL\b)"
)


def _is_sudoers(told: Sequence[str]) -> bool:
    """Whether lines say who may run what as whom."""
    outer = _first_lines(told)
    return any("=" in line for line in outer) and all(
        _SUDO.match(line) or line.startswith(("@include", "root ")) for line in outer
    )


_KEYED = regex.compile(r"\p{Ll}[\w-]*(?:\.[\w-]+)*[ \t]+(?P<value>\S+)(?: \S+){0,3}\s*$")
_VALUE = regex.compile(r"\d|(?:yes|no|on|off|true|false)$|[/~*$\"']|\w++://|\S*[\w-]\.\w")
_LEAST = 4  # lines of settings without a sign between name and value


def _is_keyed(told: Sequence[str]) -> bool:
    """Whether each line has a name and a value, as in redis.conf; few names come again."""
    found: list[regex.Match[str]] = []
    for line in told:
        keyed = _KEYED.match(line)
        if keyed is None:
            return False
        found.append(keyed)
    names = {one.group().split()[0] for one in found}
    values = sum(_VALUE.match(one["value"]) is not None for one in found)
    largely = 2 * values > len(told) and 2 * len(names) > len(told)
    return len(told) >= _LEAST and largely and not is_table(told)


_FORMATS: tuple[Callable[[Sequence[str]], bool], ...] = (
    _is_docker,
    _is_make,
    _is_tagged,
    _is_ssh,
    _is_cron,
    _is_braced,
    _is_template,
    _is_iptables,
    _is_sudoers,
    _is_keyed,
)
