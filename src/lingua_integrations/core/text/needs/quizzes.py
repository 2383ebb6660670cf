"""Quizzes: an option is no answer, so options come with their question, one another, and the solution."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.needs.discourse import asks
from lingua_integrations.core.text.outline import Outline

_OPTION = regex.compile(r"[\s>*_\-•]*\(?(?P<mark>[A-Ha-h1-8])[).:][*_]*\s")
_SOLUTION = regex.compile(
    r"""
    [\s>*_(\[]*+ (?: the \s )? (?: correct | right | richtige | bonne | correcta )? \s*
    (?: answers? | answer \s key | solutions? | key | lösung(?:en)? | antwort(?:en)? | réponses? | respuestas?
      | soluci[oó]n(?:es)? | respostas? | gabarito | risposte? | soluzion[ei] | antwoord(?:en)?
      | oplossing(?:en)? | ответы? | الإجابات? | उत्तर | 正解 | 答案 | 答え | 答 | 정답 | เฉลย | คำตอบ )
    \s* (?: correcta | correcte )? (?: \s is )? [*_]* \s* [:：]
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_WHOLE = regex.compile(r"[?？]\s*\n\s*\(?[Aa1][).:]\s[^\n]+\n\s*\(?[Bb2][).:]\s")
"""A question with its options."""
_NUMBERED = regex.compile(r"[\s>*_]*(?:Question|Frage|Q\.?)?\s*(?P<number>\d{1,3})[.):]\s", regex.I)
_LINE = regex.compile(r"[\s>*_]*(?P<number>\d{1,3})\s*[.):\-–=]?\s*\S[^\n]{0,24}$")
"""A line of a key: the number of a question, and what is right."""
_GAP = regex.compile(r"_{3,}|…\s*$")  # where an option fills in or goes on
_KEY = regex.compile(r"\d+\s*[.):\-–]?\s*\(?[A-Ha-h]\b")
_LONG = 800  # characters up to which a question with its options comes as one
_KEYED = 400  # characters up to which the solutions of all questions come with each of them


def connect_quizzes(outline: Outline, contents: Sequence[str]) -> None:
    """Let the options of a question need one another, the question, and the solution below them."""
    marks = [match["mark"] if (match := _OPTION.match(content)) else "" for content in contents]
    asked: list[int] = []
    at = 1
    while at < len(marks):
        after = _run(marks, at)
        solved = after < len(contents) and _SOLUTION.match(contents[after]) is not None
        if after - at > 1 and (solved or (marks[at] != "1" and _asks(contents[at - 1]))):
            asked += [] if solved else [at - 1]
            _join(outline, range(at - 1, after + solved))
        at = max(after, at + 1)
    asked += [n for n, content in enumerate(contents) if _WHOLE.search(content)]
    _connect_lines(outline, contents)
    key = next((n for n in reversed(range(len(contents))) if _is_key(contents[n])), None)
    if key is not None:
        for question in asked:
            outline.bind(question, key)


def _connect_lines(outline: Outline, contents: Sequence[str]) -> None:
    """Let the lines below the title "Answer key" and the questions of their numbers need one another."""
    title = next((n for n in reversed(range(len(contents))) if _is_title(contents[n])), None)
    if title is None:
        return
    questions: dict[str, int] = {}
    for n in range(title):
        if found := _NUMBERED.match(contents[n]):
            questions.setdefault(found["number"], n)
    for n in range(title + 1, len(contents)):
        found = _LINE.match(contents[n])
        if found is None:
            return
        question = questions.get(found["number"])
        if question is not None:
            outline.bind(question, n)
            outline.bind(n, question)
            outline.bind(n, title)


def _is_title(content: str) -> bool:
    return "\n" not in content and _SOLUTION.fullmatch(content.strip(" #*_:：") + ":") is not None


def _run(marks: Sequence[str], at: int) -> int:
    """Where options end that begin at a place with the first letter or number.

    >>> _run(["", "A", "B", "C", "A"], 1)
    4
    """
    end = at
    while marks[at] in ("A", "a", "1") and end < len(marks) and marks[end] == chr(ord(marks[at]) + end - at):
        end += 1
    return end


def _asks(content: str) -> bool:
    return asks(content) or _GAP.search(content) is not None


def _is_key(content: str) -> bool:
    """Whether a piece gives the solutions of several questions."""
    return len(content) <= _KEYED and _SOLUTION.match(content) is not None and len(_KEY.findall(content)) > 1


def _join(outline: Outline, together: Sequence[int]) -> None:
    """Let pieces come as one, if that is short."""
    if outline.pieces[together[-1]].end - outline.pieces[together[0]].start > _LONG:
        return
    first, *others = together
    for other in others:
        outline.bind(first, other)
        outline.bind(other, first)
