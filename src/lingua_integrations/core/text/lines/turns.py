"""What is said by turns: chats, transcripts, subtitles. Words need who said them, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.leads import is_name
from lingua_integrations.core.text.lines.depths import Depths
from lingua_integrations.core.text.lines.exchanges import Exchanges
from lingua_integrations.core.text.lines.records import LOG_LINE, SHORT, read_records
from lingua_integrations.core.text.lines.times import DATE, TIME
from lingua_integrations.core.text.needs.thread import Thread
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.prose import add_prose
from lingua_integrations.core.text.spans import Span

SPEAKER = regex.compile(
    rf"""
    [ \t]* (?: [*_>\-]{{1,3}}[ ]? )? (?: [\[(]? (?:{DATE}[T ,]*)? {TIME} [\])]? [ \-–]* )?
    (?P<name> <[^<>\n]{{1,40}}>
      | \p{{L}}[\p{{L}}\p{{M}}\p{{N}}.'’_\- ]{{0,30}}(?:\([^()\n]{{1,30}}\))? (?=\**:|\**：)
      | \p{{Lu}}[\p{{Lu}}'’\-]{{1,20}}(?:\s\p{{Lu}}[\p{{Lu}}'’\-]+)? (?=\.\s+\p{{Lu}})
    ) [*_]* [.:：]?+ \s* (?=\S)
    """,
    regex.VERBOSE,
)
NAMED = regex.compile(
    rf"""
    [ \t]* [*_]{{0,2}} (?P<name> \p{{L}}[\p{{L}}\p{{M}}\p{{N}}.'’_\- ]{{0,40}}?)
    (?:\([^()\n]{{1,30}}\))? [*_]{{0,2}}
    (?P<time> [ \t,·|—–-]+ (?:(?:Today|Yesterday)[ ,]*)? (?:at[ ])? [\[(]? (?:{DATE}[T ,]*)? {TIME} [\])]? )?
    (?(time) :? | [:：][*_]{{0,2}} ) \s*$
    """,
    regex.VERBOSE,
)
"""A line that says who speaks in the lines below it, and perhaps when."""
_CUE = regex.compile(r"\s*(?P<name>\p{Lu}[\p{Lu}.'’\- ]{1,30}?)(?:\s*\([^()\n]{1,40}\))?\s*$")
"""Such a line in a play: a name in capitals."""
TIMING = regex.compile(r"\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->")
_ENDS = regex.compile(r"[.!?…。！？♪\])>\"”»]\s*$")  # the last line of a cue that ends a sentence
_CUES = 4  # that a sentence may last
_REPLIES = regex.compile(
    r"(?m)^[ \t]*\d{1,4} ?(?:repl(?:y|ies)|antwort(?:en)?|réponses?|respuestas?|rispost[ae]|respostas?"
    r"|reacties?|antwoord(?:en)?|ответ\p{L}*|条回复|则回覆|件の返信|개의 답글)(?: [^\n]{0,40})?\s*\Z",
    regex.I,
)
"""What Slack and others show between a turn and the replies to it."""
_NO_SPEAKERS = frozenset(["name", "version", "summary", "license", "classifier", "author", "id", "key"])
_NO_NAMES = frozenset(["note", "notes", "warning", "caution", "danger", "tip", "important", "example", "end"])
_TITLE_LINES = 6  # of a play, before anybody speaks


def read_chat(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Utterances: a short one is one piece; what follows the first sentence of a long one needs that.

    The first sentence has the speaker in front, or the line above it has: then all need that line.
    """
    text = outline.text
    found = lines(text, *span)
    contents = [text[slice(*line)] for line in found]
    named = _named(contents)
    titles = {n for n in range(len(found) - 1) if _is_title(text, found, n, named)}
    begins = [n for n, content in enumerate(contents) if n == 0 or n in titles or _begins(content, named)]
    thread, above = Thread(outline), needs
    exchanges = Exchanges(outline)
    answered = Depths()  # the turns to which others reply that are indented below them
    nested = _is_nested([indent(contents[n]) for n in begins], contents) and named is not _CUE
    for first, after in pairwise([*begins, len(found)]):
        if first in titles:
            thread, needs = Thread(outline), (*above, outline.add(*found[first], above, carrier=True))
            continue
        whole = Span(found[first].start, found[after - 1].end)
        exchanges.add(whole, (named or SPEAKER).match(contents[first]))
        depth = indent(contents[first]) if nested else 0
        own = (*needs, *answered.over(depth))
        headed = named and after - first > 1 and named.match(contents[first]) is not None
        if headed and whole.end - whole.start > SHORT:
            at = outline.add(*found[first], own, carrier=True)
            add_prose(outline, Span(found[first + 1].start, whole.end), (*own, at), thread=thread)
        else:
            at = add_utterance(outline, whole, own, thread, (named or SPEAKER).match(contents[first]))
        answered.enter(depth, at)
    exchanges.join()


def _is_nested(depths: Sequence[int], contents: Sequence[str]) -> bool:
    """Whether replies stand indented below what they reply to: some turn is not, after one that is."""
    outer = any(after <= depths[0] < before for before, after in pairwise(depths))
    return outer or any(map(_REPLIES.fullmatch, contents))


def _is_title(text: str, found: Sequence[Span], number: int, named: regex.Pattern[str] | None) -> bool:
    """Whether a line names the turns right below it, up to the next such line."""
    apart = (
        not number
        or text.count("\n", found[number - 1].end, found[number].start) > 1
        or indent(text[slice(*found[number])]) < indent(text[slice(*found[number + 1])])
    )
    close = text.count("\n", found[number].end, found[number + 1].start) == 1
    line, below = (text[slice(*found[one])] for one in (number, number + 1))
    turns = not _begins(line, named) and _begins(below, named) and not _REPLIES.fullmatch(line)
    return apart and close and turns and is_name(line.rstrip(" :："))


def _begins(line: str, named: regex.Pattern[str] | None) -> bool:
    """Whether a line begins an utterance, in a chat whose names stand on lines of their own or do not."""
    if named:
        return named.match(line) is not None
    return SPEAKER.match(line) is not None or LOG_LINE.match(line) is not None


def add_utterance(
    outline: Outline,
    span: Span,
    needs: Iterable[int],
    thread: Thread,
    speaker: regex.Match[str] | None,
) -> int:
    """Add what someone said, with the name in front; returns the number of its first piece."""
    skip = speaker.end() if speaker else 0
    name = speaker["name"].strip().casefold() if speaker else ""
    content = _REPLIES.sub("", outline.text[span.start + skip : span.end]).rstrip()
    before = thread.before(content)
    if span.end - span.start <= SHORT:
        at = outline.add(*span, (*needs, *before), prose=True)
    else:
        at = add_prose(outline, span, (*needs, *before), joined=True)
    thread.replied(at, content, name)
    return at


def is_chat(found: Sequence[str]) -> bool:
    """Whether most lines begin with a speaker, and some speak twice or two speak in turn."""
    names = [match["name"].strip().casefold() for match in map(SPEAKER.match, found) if match]
    told = [line.split(":", 1)[-1].strip() for line in found if SPEAKER.match(line)]
    spoken = sum(text.count(" ") > 1 or text.rstrip()[-1:] in ".!?…。！？" for text in told) >= 0.4 * len(
        told
    )
    few_words = all(name.count(" ") < 4 for name in names) and not _NO_SPEAKERS & set(names)
    turns = len(names) >= 2 and len(names) >= 0.5 * len(found) and len(set(names)) < len(names)
    plain = not any(line.lstrip()[:1] in "#-" for line in found)
    return plain and ((turns and few_words and spoken) or _named(found) is not None)


def _named(found: Sequence[str]) -> regex.Pattern[str] | None:
    """How names stand on lines of their own, above what they say; None where none do.

    Without a time beside it a name is a name only where two of them take turns: "Example:" is none.
    """
    if any(line.lstrip()[:1] in "#-*`|" for line in found):
        return None
    if NAMED.match(found[0]):
        heads = [match for match in map(NAMED.match, found) if match]
        timed = 2 * sum(head["time"] is not None for head in heads) >= len(heads)
        if _are_names(heads, len(found)) and (timed or _take_turns(heads, 2)):
            return NAMED
    if any(map(_CUE.match, found[:_TITLE_LINES])):
        heads = [match for match in map(_CUE.match, found) if match]
        if _are_names(heads, len(found)) and _take_turns(heads, 1.5):
            return _CUE
    return None


def _are_names(heads: Sequence[regex.Match[str]], lines: int) -> bool:
    """Whether there are enough of them among so many lines, and not nothing else."""
    return len(heads) > 1 and 5 * len(heads) >= lines and len(heads) < lines


def _take_turns(heads: Sequence[regex.Match[str]], times: float) -> bool:
    """Whether two or more speak, each so many times on average."""
    names = {head["name"].strip().casefold() for head in heads}
    return len(names) > 1 and len(heads) >= times * len(names) and not names & _NO_NAMES


def read_subtitles(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """SRT and WebVTT: the cues that one sentence lasts are one piece, with their numbers and times.

    What comes before them says nothing.
    """
    text = outline.text
    found = lines(text, *span)
    timed = [number for number, line in enumerate(found) if TIMING.match(text, *line)]
    if not timed:
        read_records(outline, span, needs)
        return
    begins = [n - _identified(text, found, n) for n in timed]
    if begins[0]:
        outline.add(found[0].start, found[begins[0] - 1].end, needs, carrier=True)
    cues = [Span(found[b].start, found[e - 1].end) for b, e in pairwise([*begins, len(found)])]
    thread = Thread(outline)
    for cue in _sentences(text, cues):
        content = _said(text[slice(*cue)])
        at = outline.add(*cue, (*needs, *thread.before(content)))
        thread.said(at, content)


def _said(cue: str) -> str:
    """What is said in a cue, without its number, its time and its speaker."""
    after = cue.rfind("-->")
    content = cue[cue.find("\n", after) + 1 :]
    speaker = SPEAKER.match(content)
    return content[speaker.end() :] if speaker else content.lstrip("- ")


def _identified(text: str, found: Sequence[Span], timing: int) -> bool:
    """Whether the line above a cue's time is its number or name: what stands behind a blank line."""
    if timing == 0:
        return False
    if text[slice(*found[timing - 1])].strip().isdigit():
        return True
    return timing > 1 and text.count("\n", found[timing - 2].end, found[timing - 1].start) > 1


def _sentences(text: str, cues: Sequence[Span]) -> Iterator[Span]:
    """Cues together as far as a sentence goes on; each alone where captions end none."""
    ends = [_ENDS.search(text[slice(*cue)]) is not None for cue in cues]
    joined = 4 * sum(ends) >= len(ends)
    begin = 0
    for number, end in enumerate(ends):
        if end or not joined or number - begin + 1 == _CUES or number + 1 == len(cues):
            yield Span(cues[begin].start, cues[number].end)
            begin = number + 1
