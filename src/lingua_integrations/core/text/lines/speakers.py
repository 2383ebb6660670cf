"""Who speaks: how names stand before what they say, or on lines of their own above it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.lines.records import LOG_LINE
from lingua_integrations.core.text.lines.times import DATE, LASTED, TIME

SPEAKER = regex.compile(
    rf"""
    [ \t]* (?: [*_>\-]{{1,3}}[ ]? )? (?: [\[(]? (?:{DATE}[T ,]*)? {TIME} [\])]? [ \t\-–]* )?
    (?: From \s{{1,3}} (?P<name> \p{{L}}[^:\n]{{0,40}}? ) (?:\s{{1,3}}to\s[^:\n]{{1,60}})? [ \t]* (?=:)
    | \[ (?P<name> \p{{L}}[^\[\]\n]{{0,40}} ) \] \s \[{TIME}\]
    | (?<=\d\t) (?P<name> \p{{L}}[^\t\n]{{0,40}} ) (?=\t)
    | (?P<name> <[^<>\n]{{1,40}}>
      | \p{{L}}[\p{{L}}\p{{M}}\p{{N}}.'’_\- ]{{0,30}}(?:\([^()\n]{{1,30}}\))? (?=\**:|\**：)
      | [QA] (?=\.\s+\p{{Lu}})
      | \p{{Lu}}[\p{{Lu}}'’\-]{{1,20}}(?:\s\p{{Lu}}[\p{{Lu}}'’\-]+)? (?=\.\s+\p{{Lu}})
    ) ) [*_]* [.:：]?+ \s* (?=\S)
    """,
    regex.VERBOSE,
)
NAMED = regex.compile(
    rf"""
    [ \t]* [*_]{{0,2}} (?P<open> \[ )? (?P<name> \p{{L}}[\p{{L}}\p{{M}}\p{{N}}.'’_\- ]{{0,40}}?) (?(open) \] )
    (?:\((?![^()\n]*\d:\d\d)[^()\n]{{1,30}}\))? [*_]{{0,2}}
    (?P<time> [ \t,·|—–-]+ (?:(?:Today|Yesterday)[ ,]*)? (?:at[ ])? [\[(]? (?:{DATE}[T ,]*)?
      (?: {TIME} | {LASTED} ) [\])]? )?
    (?(time) :? | [:：][*_]{{0,2}} ) \s*$
    """,
    regex.VERBOSE,
)
"""A line that says who speaks in the lines below it, and perhaps when."""
STAMPED = regex.compile(
    rf"""
    [ \t]*
    (?P<time> [\[(] (?:\p{{L}}+[ ,]+){{0,2}} (?:{DATE}[T ,]*)? {TIME} [\])] | {TIME} (?=[^\n]*:\s*$) ) \s+
    (?:From\s+)?
    (?P<name> \p{{L}}[\p{{L}}\p{{M}}\p{{N}}.'’_\-]*
      (?:\ [\p{{Lu}}\p{{Lo}}][\p{{L}}\p{{M}}.'’\-]*){{0,3}} )
    (?:\s+to\s+[^:\n]{{1,30}})? (?:\s*\([^()\n]{{1,20}}\))? \s* :? \s* $
    """,
    regex.VERBOSE,
)
"""Such a line that begins with the time: "[Yesterday 3:12 PM] Ana Silva"."""
_FROM = regex.compile(rf"[ \t]*(?:{DATE}[T ,]*)?{TIME}\s+From\s+\p{{L}}[^:\n]{{0,100}}:")
_TABBED = regex.compile(rf"{TIME}\t(?P<name>\p{{L}}[^\t\n]{{0,40}})\t(?P<said>[^\t\n]+)$")  # as LINE has it
_MAY_SPEAK = regex.compile(r"[:：<]|\p{Lu}[\p{Lu}'’\-]*+\.\s+\p{Lu}")  # what a speaker's line has
_MAY_NAME = regex.compile(r"[:：\d]")  # what a line has that names one for those below it
_STAMP = regex.compile(rf"[ \t]*[\[(](?:\p{{L}}+[ ,]+){{0,2}}(?:{DATE}[T ,]*)?{TIME}[\])]")
CUE = regex.compile(r"\s*(?P<name>\p{Lu}[\p{Lu}.'’\- ]{1,30}?)(?:\s*\([^()\n]{1,40}\))?\s*$")
"""Such a line in a play: a name in capitals."""
_NOTICE = regex.compile(
    rf"[ \t]*(?:[\[(]?{TIME}[\])]?\s+)?(?:-!-|\*{{3}}(?=\s)|={{2,3}}(?=\s)|-->|<--|[→←⇐⇒])\s"
)
"""What an IRC client tells of those who come and go."""
_NO_SPEAKERS = frozenset(["name", "version", "summary", "license", "classifier", "author", "id", "key"])
_NO_NAMES = frozenset(["note", "notes", "warning", "caution", "danger", "tip", "important", "example", "end"])
_STOPS = (".", "!", "?", "…", "。", "！", "？")  # with which a sentence ends
_UNSPACED = regex.compile(r"[\p{Hiragana}\p{Thai}]{2}|\p{Han}{4}")  # words of scripts without spaces
_MANY = 5  # turns from which on most people say more than one, or sentences
_TITLE_LINES = 6  # of a play, before anybody speaks


def is_saved_chat(found: Sequence[str]) -> bool:
    r"""Whether lines are a chat as Zoom saves it, "10:02:03 From Ana to Everyone: ...", or as LINE does.

    >>> is_saved_chat(["09:02\tAna\tsee you at nine", "09:05\tBen\tfine", "09:06\tAna\ttake a coat"])
    True
    """
    if 2 * sum(map(bool, map(_FROM.match, found))) > max(2, len(found)):
        return True
    turns = [match for match in map(_TABBED.match, found) if match]
    names = {match["name"] for match in turns}
    said = sum(_is_said(match["said"].rstrip()) for match in turns)
    return len(turns) > max(2, 0.5 * len(found)) and 1 < len(names) < len(turns) and 2 * said > len(turns)


def is_chat(found: Sequence[str]) -> bool:
    """Whether most lines begin with a speaker, and some speak twice or two speak in turn."""
    if any(line.lstrip()[:1] in "#-" for line in found):
        return False
    speakers = [SPEAKER.match(line) if _MAY_SPEAK.search(line) else None for line in found]
    names = [match["name"].strip().casefold() for match in speakers if match]
    if len(names) < 2 or len(names) < 0.5 * len(found) or len(set(names)) == len(names):  # none takes turns
        return heads_of(found) is not None
    told = [line[match.end() :].strip() for line, match in zip(found, speakers, strict=True) if match]
    spoken = sum(map(_is_said, told)) >= 0.4 * len(told)
    few_words = all(name.count(" ") < 4 for name in names) and not _NO_SPEAKERS & set(names)
    ended = sum(text[-1:] in _STOPS for text in told)
    fields = len(names) >= _MANY and 4 * len(set(names)) > 3 * len(names) and 2 * ended < len(told)
    return (few_words and spoken and not fields) or heads_of(found) is not None


def _is_said(words: str) -> bool:
    """Whether what stands behind a name may be said: words, and no value.

    >>> _is_said("see you there"), _is_said("助かる"), _is_said("8080")
    (True, True, False)
    """
    return words.count(" ") > 1 or words[-1:] in _STOPS or _UNSPACED.search(words) is not None


def heads_of(found: Sequence[str]) -> regex.Pattern[str] | None:
    """How names stand on lines of their own, above what they say; None where none do.

    Without a time beside it a name is a name only where two of them take turns: "Example:" is none.
    """
    if any(line.lstrip()[:1] in "#-*`|" for line in found):
        return None
    if any(_MAY_NAME.search(line) and NAMED.match(line) for line in found[:_TITLE_LINES]):
        heads = [match for match in map(NAMED.match, found) if match]
        times = sum(head["time"] is not None for head in heads)
        timed = 2 * times >= len(heads) if NAMED.match(found[0]) else times == len(heads)
        taken = NAMED.match(found[0]) and _take_turns(heads, 2)
        if _are_names(heads, len(found)) and (timed or taken):
            return NAMED
    if any(map(STAMPED.match, found[:_TITLE_LINES])) and _are_stamped(found):
        return STAMPED
    if any(map(CUE.match, found[:_TITLE_LINES])):
        heads = [match for match in map(CUE.match, found) if match]
        if _are_names(heads, len(found)) and _take_turns(heads, 1.5):
            return CUE
    return None


def _are_names(heads: Sequence[regex.Match[str]], lines: int) -> bool:
    """Whether there are enough of them among so many lines, and not nothing else."""
    return len(heads) > 1 and 5 * len(heads) >= lines and len(heads) < lines


def _are_stamped(found: Sequence[str]) -> bool:
    """Whether all lines that begin with a time have a name behind it, and others stand between them."""
    named = [STAMPED.match(line) for line in found]
    heads = [match for match in named if match]
    told = all(match or not _STAMP.match(line) for match, line in zip(named, found, strict=True))
    apart = not named[-1] and not any(match and after for match, after in pairwise(named))
    return told and apart and _are_names(heads, len(found))


def _take_turns(heads: Sequence[regex.Match[str]], times: float) -> bool:
    """Whether two or more speak, each so many times on average."""
    names = {head["name"].strip().casefold() for head in heads}
    return len(names) > 1 and len(heads) >= times * len(names) and not names & _NO_NAMES


def begins_turn(line: str, heads: regex.Pattern[str] | None) -> bool:
    """Whether a line begins a turn, in a chat whose names stand on lines of their own or do not."""
    if heads:
        return heads.match(line) is not None
    return SPEAKER.match(line) is not None or is_notice(line) or LOG_LINE.match(line) is not None


def not_names(found: Sequence[str], heads: regex.Pattern[str] | None) -> set[str]:
    """What ends in a time as heads of turns do and names nobody: "moving it to tomorrow 10:00".

    It heads one turn alone, and is no name: it stands right below a head, or has words in lower case.

    >>> chat = ["Ana 9:02", "not today.", "tomorrow then 10:00", "Ben 9:03", "Monday 11:00", "Ana 9:05", "ok"]
    >>> sorted(not_names(chat, NAMED))
    ['monday', 'tomorrow then']
    """
    named = [heads.match(line) if heads else None for line in found]
    times = Counter(name_of(match) for match in named if match)
    wrong: set[str] = set()
    for before, match in pairwise([None, *named]):
        if match is None or match.re is CUE or times[name_of(match)] > 1:
            continue
        words = match["name"].split()
        lower = len(words) > 1 and any(word[0].islower() for word in words[:: len(words) - 1])
        below = before is not None and name_of(before) not in wrong
        if lower or below:
            wrong.add(name_of(match))
    return wrong


def is_notice(line: str) -> bool:
    """Whether a line tells who came or went: "-!- carl has joined #help"."""
    return _NOTICE.match(line) is not None


def name_of(speaker: regex.Match[str]) -> str:
    """The name of who speaks, in lower case, without the marks that IRC puts around it."""
    return str(speaker["name"]).strip("<>@+%~& \t").casefold()
