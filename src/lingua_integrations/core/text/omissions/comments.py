"""Comments, by kind of text: what is said about a text within it must not break its syntax."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import regex

_MANY = 20_000  # characters that say how a text writes its comments
_SIGN = regex.compile(
    r"(?m)^[ \t]*(//|--(?=\s)|#(?!\s*(?:include|define|if|ifdef|ifndef|endif|else|pragma)\b))"
)
_CURLY = regex.compile(r"(?m)[;{}]$")
_END = regex.compile(
    r"(?m)^\s*(?:end|fi|done|esac)\b\s*;?$|<- function\("  # blocks of Ruby, Elixir and shells, functions of R
    r"|^\s*(?:my [$@%]|sub \w+ \{|use strict;)|^\s*param\s*\(|\s-(?:eq|ne|not|like)\s"  # Perl, PowerShell
)
_BASIC = regex.compile(r"(?m)^\s*End (?:If|Sub|Function|Class|Property)$")
_MATLAB = regex.compile(r"(?m)^function (?:\[?[\w, ]+\]? *= *)?\w+\([^()\n]*\)[ \t]*$")
_LUA = regex.compile(
    r"(?m)^\s*local (?:function \w+\(|\w+(?: =|,|$))|^module [\w.]+(?: .*)? where$|^[a-z]\w* :: "
)  # or Haskell
_CSS = regex.compile(r"(?m)^\s*[\w-]+\s*:[^;{}\n]*;\s*$")  # a declaration
_PROTO = regex.compile(r"(?m)=\s*\d+\s*(?:\[[^\]\n]*\])?;\s*$")  # a field with its number


class Comment(NamedTuple):
    """How a kind of text writes comments; what is said stands in place of ``{}``."""

    line: str  # on a line of its own
    within: str | None = None  # on a line with other things; None: nowhere

    def of(self, words: str, *, alone: bool) -> str | None:
        """Words as a comment, on a line of its own or within one; ``None`` where that cannot be.

        >>> COMMENTS["yaml"].of("… 3 lines left out", alone=True)
        '# … 3 lines left out'
        >>> COMMENTS["sql"].of("…", alone=False), COMMENTS["yaml"].of("…", alone=False)
        ('/* … */', None)
        """
        template = self.line if alone else self.within
        end = template.split("{}")[1].strip()[:2] if template else ""
        if template is None or "\n" in words or (end and end in words):
            return None
        return template.replace("{}", words)


_HASH = Comment("# {}")
_SLASHES = Comment("// {}", "/* {} */")
_DASHES = Comment("-- {}", "/* {} */")
COMMENTS: Mapping[str, Comment] = {
    **dict.fromkeys(("yaml", "toml", "python", "csv"), _HASH),
    **dict.fromkeys(("javascript", "typescript", "java", "go", "rust", "c"), _SLASHES),
    "xml": Comment("<!-- {} -->", "<!-- {} -->"),  # HTML comes out without its tags
    "sql": _DASHES,
    "jsonl": Comment('"{}"'),  # a value like the others
}
"""Kinds whose syntax other marks would break; "code" and "config" are told by their looks."""
_OF_SIGNS = {"#": _HASH, "//": _SLASHES, "--": Comment("-- {}")}


def comment_of(kind: str, text: str) -> Comment | None:
    r"""How a text of a kind writes comments; ``None`` where other marks do no harm.

    >>> comment_of("code", "# Ruby\nputs 1").line, comment_of("code", "f();\ng();").line
    ('# {}', '// {}')
    >>> comment_of("config", "listen 80;\nroot /srv;").line, comment_of("config", "p {\n color: red;\n}").line
    ('# {}', '/* {} */')
    """
    if kind == "config":
        return _of_config(text)
    if kind != "code":
        return COMMENTS.get(kind)
    signs = Counter(_SIGN.findall(text, endpos=_MANY))
    if signs:
        return _OF_SIGNS[signs.most_common(1)[0][0]]
    if _LUA.search(text, endpos=_MANY):
        return _OF_SIGNS["--"]
    if _MATLAB.search(text, endpos=_MANY):
        return Comment("% {}")
    if _BASIC.search(text, endpos=_MANY):
        return Comment("' {}")
    ends = _END.search(text, endpos=_MANY) is not None
    return _SLASHES if _CURLY.search(text, endpos=_MANY) and not ends else _HASH


def _of_config(text: str) -> Comment:
    """How configuration writes comments: with a hash, but for CSS, Protocol Buffers and what has slashes."""
    if _CSS.search(text, endpos=_MANY):
        return Comment("/* {} */", "/* {} */")
    signs = set(_SIGN.findall(text, endpos=_MANY))
    return _SLASHES if signs == {"//"} or _PROTO.search(text, endpos=_MANY) else _HASH
