"""Prose: paragraphs of sentences, or of lines that each say something for themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import regex

from lingua_integrations.core.text.language.sentences import sentences
from lingua_integrations.core.text.leads import (
    Lead,
    begins_field,
    has_title,
    is_bulleted,
    is_numeric,
    leads,
    values_below,
    whole_line,
)
from lingua_integrations.core.text.lines.crumbs import joined
from lingua_integrations.core.text.needs.answers import is_answer, is_question, is_terse
from lingua_integrations.core.text.needs.clauses import excepts, is_clause
from lingua_integrations.core.text.needs.dates import is_entry
from lingua_integrations.core.text.needs.discourse import asks, limits
from lingua_integrations.core.text.needs.thread import MARKER, Thread
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.quotations import Quotation
from lingua_integrations.core.text.spans import Span

_ASKED = regex.compile(r"\s*(\*\*|__)(?!\s)[^\n]{3,200}[?？]\1\s+\S")  # answered in the same paragraph
_CHOICE = regex.compile(r"\s*(?:\([ xX✓✔✗✘*•]?\)|\[[ xX✓✔✗✘*]?\]|[○●◉◯◎☐☑☒□■▢✓✔✗✘⬜✅])\s*\S")
_LEAST_WIDTH = 30  # characters below which a line is not broken because it is full
_SENTENCE = 1000  # characters from which on a sentence of several lines is none
_CLAUSE = 300  # characters up to which the first sentence of a clause comes with the others
_FEW = 3  # lines that may all begin with a small letter and be one sentence
_FULL_LINE = 50  # characters from which on a line that ends within a sentence goes on in the next
_SLACK = 4  # characters by which the width of broken lines may vary
_COLUMNS = regex.compile(r"[^\s.!?:] {3,}\S")  # what fills a line is no sentence
_WORD = regex.compile(r"\w")
_WORDY = regex.compile(r"\s*[`*_|\"“«(]*[\p{L}\p{N}]")  # begins with a word, perhaps marked
_CONTINUES = regex.compile(r"\s*[>|]*\s*[\p{Ll}(]")


def add_prose(
    outline: Outline,
    span: Span,
    needs: Iterable[int] = (),
    *,
    joined: bool = False,
    thread: Thread | None = None,
    named: bool = False,
) -> int:
    """Add the sentences of a paragraph; returns the number of the first one.

    With ``joined`` each of them needs the first, as a speaker's words need the speaker. What stands below a
    question on a line of its own needs that. The ``thread`` is of what was said before. The sentences of a
    numbered clause need its number, and it comes with its exceptions; those of a diary need their date; those
    of a quotation the marks before it. Where a line above has ``named`` them, none of them does.
    """
    known = tuple(needs)
    thread = thread or Thread(outline)
    content = outline.text[slice(*span)]
    clause = is_clause(content)
    joined = joined or is_entry(content) or _ASKED.match(content) is not None or is_bulleted(content)
    stretches = list(paragraph_lines(outline.text, span))
    title = -1 if named or joined or clause else _title(outline, stretches, known)
    if title >= 0:
        known = (*known, title)
        thread.cut()
    first, question, before = title, -1, -1
    label, deep = -1, 0  # the last line that begins with a label, and how deep it stands
    several = sum(begins_field(outline.text[slice(*one)]) for one in stretches) > 1
    lead: Lead | None = None
    for number, (start, end) in enumerate(stretches):
        lead = lead if lead is not None and lead.holds(outline.text, Span(start, end)) else None
        if not joined and leads(outline.text, stretches[number : number + 2]):
            lead = Lead.of(
                outline.text, stretches[number : number + 2], outline.add(start, end, known, carrier=True)
            )
            first = lead.at if first < 0 else first
            continue
        group = () if lead is None else (lead.at,)
        found = _parts(outline, Span(start, end))
        quotation = Quotation.of(outline, found, known)
        column = indent(whole_line(outline.text, start))
        labelled = several and begins_field(outline.text[start:end])  # the label holds for all of the line
        label = -1 if labelled or column <= deep else label  # and for those that are indented below it
        if clause and is_clause(outline.text[start:end]):
            first = -1
        alone = len(found) == 1 and asks(outline.text[slice(*found[0])])
        question = -1 if alone else question
        for place, part in enumerate(found):
            own = (*known, *group, first) if (joined or clause) and first >= 0 else (*known, *group)
            part, marks, apart = quotation.sentence(place, part)
            at = thread.add(*part, (*own, label, marks, question), prose=True, apart=apart)
            if title >= 0 and not place and limits(outline.text[slice(*part)], outline.language):
                outline.bind(title, at)  # it limits all that the title names
            if place and is_terse(outline.text[slice(*found[place - 1])]):
                outline.bind(before, at)
            before = at
            if clause and first >= 0 and excepts(outline.text[slice(*part)]):
                outline.bind(first, at)
            first = at if first < 0 else first
            if labelled and not place:
                label, deep = at, column
            clause = clause and outline.pieces[first].end - outline.pieces[first].start <= _CLAUSE
        question = at if alone else question
    return first


def _title(outline: Outline, stretches: list[Span], needs: tuple[int, ...]) -> int:
    """Add the line that names those below it, and take it from them; returns its number, or -1."""
    if not has_title([outline.text[slice(*one)] for one in stretches]):
        return -1
    return outline.add(*stretches.pop(0), needs, carrier=True)


def _parts(outline: Outline, stretch: Span) -> list[Span]:
    """The sentences of a stretch; the choices of a form are one, since the ticked one tells of the others."""
    found: list[Span] = []
    for sentence in joined(sentences(outline.text, *stretch, outline.language)):
        for part in _short(outline.text, sentence):
            chosen = _CHOICE.match(outline.text, *part) is not None
            if chosen and found and _CHOICE.match(outline.text, *found[-1]):
                found[-1] = Span(found[-1].start, part.end)
            else:
                found.append(part)
    return found


def _short(text: str, sentence: Span) -> list[Span]:
    """A sentence; one of many lines that never ends is none: its lines."""
    return [sentence] if sentence.end - sentence.start <= _SENTENCE else lines(text, *sentence)


def add_pairs(outline: Outline, span: Span, needs: Iterable[int] = ()) -> None:
    """Add a paragraph in which answers follow questions ("Q: ... A: ..."): each needs its question."""
    known = tuple(needs)
    question: int | None = None
    stretch = None
    for line in [*lines(outline.text, *span), None]:
        content = outline.text[slice(*line)] if line else ""
        begins = line is None or is_question(content) or is_answer(content)
        if not begins and line is not None:
            stretch = Span(stretch.start, line.end) if stretch else line
            continue
        if stretch:
            question = _add_part(outline, stretch, known, question)
        stretch = line


def _add_part(outline: Outline, part: Span, needs: tuple[int, ...], question: int | None) -> int | None:
    if is_question(outline.text[slice(*part)]):
        return outline.add(*part, needs, carrier=True)
    add_prose(outline, part, needs if question is None else (*needs, question), joined=True)
    return question


def paragraph_lines(text: str, span: Span) -> Iterator[Span]:
    """A paragraph as stretches in which a line break means nothing: all of it where its lines are full."""
    found = lines(text, *span)
    begin = found[0].start if found else span.start
    contents = [text[slice(*line)] for line in found]
    if len(found) > 1 and asks(contents[0]) and contents[1].lstrip()[:1].isupper():
        yield found[0]  # a question, and its answer below it
        found, contents, begin = found[1:], contents[1:], found[1].start
    if not is_wrapped(contents):
        small = sum(bool(_CONTINUES.match(one)) and not MARKER.match(one) for one in contents)
        alike = len(found) > _FEW and small >= 0.9 * len(found)
        values = values_below(contents)
        width = max(map(len, contents))
        for number, (line, following) in enumerate(pairwise(found), 1):
            if number in values:
                continue
            if _CHOICE.match(text, *following):
                continue
            if alike or not _belongs(text, begin, line, following, width):
                yield Span(begin, line.end)
                begin = following.start
    if found:
        yield Span(begin, found[-1].end)


def is_wrapped(found: list[str]) -> bool:
    """Whether lines were broken for want of room: the next word would not have fitted.

    >>> is_wrapped(["It was the best of times, it was the", "worst of times, it was the age of", "wisdom."])
    True
    >>> is_wrapped(["10:00 started", "10:01 stopped"])
    False
    """
    if len(found) < 2 or 2 * sum(map(bool, map(_COLUMNS.search, found))) >= len(found):
        return False
    if all(map(is_numeric, found[1:])):  # times, scores, prices
        return False
    width = max(map(len, found))
    full = sum(
        len(line) + 1 + len(following.split(maxsplit=1)[0]) >= width - _SLACK
        for line, following in pairwise(found)
    )
    return width >= _LEAST_WIDTH and full >= 0.8 * (len(found) - 1)


def _belongs(text: str, begin: int, line: Span, following: Span, width: int) -> bool:
    """Whether a line belongs to the one before it: it goes on, hangs below its column, or has no words."""
    content = text[slice(*following)]
    first = whole_line(text, begin)
    return _runs_on(text[slice(*line)], content, width) or _hangs(first, content) or not _WORD.search(content)


def _hangs(line: str, following: str) -> bool:
    """Whether a line begins right below the second column of another, as what explains an option does.

    >>> _hangs("  -n N   at most N results (default: 10;", "         0 means all)")
    True
    >>> _hangs("  -n N   at most N results", "  --all  all of them")
    False
    """
    column = indent(following)
    explained = line[:column].strip() != "" and line[column - 2 : column] == "  "
    return explained and line[column : column + 1].strip() != ""


def _runs_on(line: str, following: str, width: int) -> bool:
    """Whether a sentence goes on in the next line, which has a small letter first, or no room in this one.

    >>> _runs_on("It is asked for again, and once more after that, up to", "4 times. Then it fails.", 58)
    True
    >>> _runs_on("It has four legs", "Two eyes", 16)
    False
    """
    if " " not in line.strip() or line[-1:] in ".!?:;|。":
        return False
    full = len(line) >= max(_FULL_LINE, 0.8 * width) and line[-1:].islower()
    return _CONTINUES.match(following) is not None or (full and _WORDY.match(following) is not None)
