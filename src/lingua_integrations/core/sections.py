"""Structured prompts: sections with a rate of their own, or that stay as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from lingua_integrations.core.config import check_rate
from lingua_integrations.errors import InvalidRequest

_TAG = regex.compile(r"<(?P<close>/?)\s*llmlingua\b(?P<settings>[^<>]*)>")


@dataclass(frozen=True)
class Section:
    """A stretch of a structured prompt.

    Attributes:
        text: what stands there; white space at its edges always stays.
        rate: a share of its own to keep at most, in (0, 1]; default: what the budget leaves to all sections
            without one.
        compress: ``False``: it stays byte for byte.
    """

    text: str
    rate: float | None = None
    compress: bool = True

    def __post_init__(self) -> None:
        if self.rate is not None:
            check_rate(self.rate, "Section.rate")


class MarkupError(InvalidRequest):
    """A prompt's markup is wrong.

    Attributes:
        line: where, counted from 1.
        column: likewise, in characters.
    """

    def __init__(self, message: str, text: str, place: int) -> None:
        before = text[:place]
        self.line = before.count("\n") + 1
        self.column = place - (before.rfind("\n") + 1) + 1
        super().__init__(f"line {self.line}, column {self.column}: {message}")


def parse_markup(text: str) -> list[Section]:
    """Read the reference implementation's markup; what stands outside of it is a section, too.

    Raises:
        MarkupError: a mark is unclosed, nested or unopened, or one of its settings is unknown.

    >>> parse_markup("<llmlingua, compress=False>Rules.</llmlingua><llmlingua, rate=0.4>Notes.</llmlingua>")
    [Section(text='Rules.', rate=None, compress=False), Section(text='Notes.', rate=0.4, compress=True)]
    """
    return [section for section in _sections(text) if section.text]


def _sections(text: str) -> Iterator[Section]:
    end = 0
    opened: regex.Match[str] | None = None
    for tag in _TAG.finditer(text):
        between = text[end : tag.start()]
        if tag["close"] and opened is None:
            raise MarkupError("</llmlingua> closes nothing", text, tag.start())
        if opened is not None and not tag["close"]:
            raise MarkupError("<llmlingua> inside another one", text, tag.start())
        yield _section(between, opened, text) if opened is not None else Section(between)
        opened, end = None if tag["close"] else tag, tag.end()
    if opened is not None:
        raise MarkupError("<llmlingua> is never closed", text, opened.start())
    yield Section(text[end:])


def _section(content: str, tag: regex.Match[str], text: str) -> Section:
    """A section with the settings of its opening tag: ``rate=0.4`` and ``compress=False``."""
    rate: float | None = None
    compress = True
    for setting in regex.finditer(r"[^\s,]+", tag["settings"]):
        place = tag.start("settings") + setting.start()
        name, _, value = setting.group().partition("=")
        try:
            if name == "rate":
                rate = check_rate(float(value), "rate")
            elif name == "compress" and value in ("True", "False"):
                compress = value == "True"
            else:
                raise ValueError("there are rate=NUMBER and compress=True or False")
        except ValueError as error:  # InvalidRequest is one, too
            raise MarkupError(f"{setting.group()!r} is no setting: {error}", text, place) from error
    return Section(content, rate, compress)
