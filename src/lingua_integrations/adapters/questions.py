"""The question that a text is compressed by, from the user's message and a tool call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import regex

_LONG, _SAID, _ARGUMENT = 1500, 300, 200  # characters
_LINE_BREAK = regex.compile(r"\s*\n\s*")
_BLANK_LINE = regex.compile(r"\r?\n[ \t]*\r?\n\s*")


def question_of_result(asked: str, said: str, arguments: Mapping[str, Any], tool: str) -> str:
    r"""What a tool's result is read for: the user's message, the model's last words, the call's arguments.

    Of the model's words the last 300 characters, of an argument the first 200; long messages of the user
    count by their question (see `split_question`). Where nothing was said, it is the tool's name.

    >>> question_of_result("Where is the cat?", "", {"query": "mat", "limit": 5}, "search")
    'Where is the cat?\nmat'
    """
    if len(asked) > _LONG:
        asked = split_question(asked)[1].strip() or asked[-_LONG:]
    told = [value[:_ARGUMENT] for value in arguments.values() if isinstance(value, str)]
    found = [part for part in (asked, said[-_SAID:], *told) if part.strip()]
    return "\n".join(found) or tool.replace("_", " ")


def split_question(text: str) -> tuple[str, str]:
    r"""A text and its question with the white space before it: the last paragraph, else the last line.

    A text of one line has no question.

    >>> split_question("Emma is by Jane Austen.\n\nWho wrote Emma?\n")
    ('Emma is by Jane Austen.', '\n\nWho wrote Emma?\n')
    >>> split_question("Emma is by Jane Austen.\nWho wrote Emma?"), split_question("Who wrote Emma?")
    (('Emma is by Jane Austen.', '\nWho wrote Emma?'), ('Who wrote Emma?', ''))
    """
    for between in (_BLANK_LINE, _LINE_BREAK):
        breaks = [match.start() for match in between.finditer(text.rstrip())]
        if breaks and text[: breaks[-1]].strip():
            return text[: breaks[-1]], text[breaks[-1] :]
    return text, ""
