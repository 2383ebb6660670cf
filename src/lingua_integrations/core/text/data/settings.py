"""Which lines are settings: pairs as in TOML and INI files, or keys as in YAML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

_YAML = regex.compile(r"\s*(?:- )?(?:[\w./$-]+|\"[^\"\n]+\"|'[^'\n]+'):(?: \S.*|\s*)$|\s*- \S|\s*#|---\s*$")
_PAIR = regex.compile(r"\s*(?:(?:export|alias|set|declare|readonly)\s+)?[\w.\-\"']+\s*=(?:\s*\S|\s*$)")
_KEY_VALUE = regex.compile(_PAIR.pattern + r"|\s*\[{1,2}[\w.\"' :/-]+\]{1,2}\s*$|\s*[#;]")
_NUMBERED = regex.compile(r"#\d+ ")  # a step of what `docker build` prints
_SMALL = regex.compile(r"\s*[\p{Ll}\"'#-]")
_WORDY = 14  # words from which on a line is prose
_DESCRIBED = 0.1  # of the lines under keys that may be, such as descriptions


def kind_of_settings(found: Sequence[str], *, whole: bool) -> str | None:
    """The kind of lines that are settings, "toml" or "yaml"; None where they are not.

    YAML is told from prose with colons only where the lines are a ``whole`` text.

    >>> kind_of_settings(["[tool]", "name = 1"], whole=False), kind_of_settings(["a:", "  b: 1"], whole=True)
    ('toml', 'yaml')
    """
    outer = [line for line in _unquoted(found) if not line[:1].isspace() and line.strip(" ,]}")]
    pairs = sum(map(bool, map(_KEY_VALUE.match, outer)))
    if pairs >= 0.8 * len(outer) and (any(map(_PAIR.match, outer)) or _is_commented(outer)):
        return "toml"
    keys = sum(map(bool, map(_YAML.match, found)))
    nested = any(line[:1].isspace() for line in found) and any(line.rstrip().endswith(":") for line in found)
    starred = sum(line.lstrip().startswith(("- ", "#")) for line in found)
    if (
        whole
        and keys >= 0.8 * len(found)
        and starred < 0.7 * keys
        and (nested or (keys == len(found) and all(map(_SMALL.match, found))))
    ):
        wordy = sum(len(line.split()) > _WORDY and line.lstrip()[:1] != "#" for line in found)
        return "yaml" if wordy <= (_DESCRIBED * len(found) if nested else 0) else None
    return None


def _is_commented(outer: Sequence[str]) -> bool:
    """Whether all settings are comments, which show their defaults: ``#Port 22``, but not ``#1 DONE``."""
    return len(outer) > 2 and not any(map(_NUMBERED.match, outer))


def _unquoted(found: Sequence[str]) -> Iterator[str]:
    """Lines, without those inside strings of several lines."""
    quoted = False
    for line in found:
        if not quoted:
            yield line
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
