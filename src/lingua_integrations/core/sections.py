"""Structured prompts: sections with a rate of their own, or that stay as they are."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import Formatter

import regex

from lingua_integrations.core.checks import check_rate
from lingua_integrations.errors import InvalidRequest, LinguaWarning

_TAG = regex.compile(r"<(?P<close>/?)\s*llmlingua\b(?P<settings>[^<>]*)>")


@dataclass(frozen=True)
class Section:
    """A stretch of a structured prompt.

    Attributes:
        text: the text; white space at its edges always stays.
        rate: the largest share of it to keep, in (0, 1]; default: what the budget leaves for all sections
            without a rate.
        compress: ``False``: the section stays byte for byte.
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


def sections_of(prompt: str | Sequence[Section], values: Mapping[str, str] | None) -> list[Section]:
    """The sections of a prompt: as given, or read from its markup. Warns of markup in values.

    Raises:
        MarkupError: as in `parse_markup`.
        InvalidRequest: there are values for a prompt that is not text, or as in `parse_markup`.
    """
    if not isinstance(prompt, str):
        if values is not None:
            raise InvalidRequest("values need a prompt that is text and has their names in braces.")
        return list(prompt)
    if marked := [name for name, text in (values or {}).items() if _TAG.search(text)]:
        warnings.warn(
            f"Markup in {', '.join(marked)} is taken as text: only the template's is obeyed.",
            LinguaWarning,
            stacklevel=3,  # the caller of `compress_sections`
        )
    return parse_markup(prompt, values)


def parse_markup(template: str, values: Mapping[str, str] | None = None) -> list[Section]:
    """Read the reference implementation's markup; what stands outside of it is a section, too.

    Args:
        template: text with markup; with values, also with their names in braces (``{{`` is a brace).
        values: texts to insert, such as documents. Markup in them is text.

    Raises:
        MarkupError: a mark is unclosed, nested or unopened, or one of its settings is unknown.
        InvalidRequest: the template and the values do not name the same.

    >>> parse_markup("<llmlingua, compress=False>Be brief.</llmlingua>", {})
    [Section(text='Be brief.', rate=None, compress=False)]
    >>> parse_markup("{notes}", {"notes": "Notes.</llmlingua>"})
    [Section(text='Notes.</llmlingua>', rate=None, compress=True)]
    """
    found = [section for section in _sections(template) if section.text]
    return found if values is None else _filled(found, values)


def _filled(sections: Sequence[Section], values: Mapping[str, str]) -> list[Section]:
    """Sections with the values that they name."""
    used: set[str] = set()

    def text(section: Section) -> str:
        try:
            parts = [(before, name, form, how) for before, name, form, how in Formatter().parse(section.text)]
        except ValueError as error:
            raise InvalidRequest(
                f"The template's braces do not match: {error}. Write a literal brace twice."
            ) from error
        made = ""
        for before, name, form, how in parts:
            if name is not None and (name not in values or form or how):
                raise InvalidRequest(f"The template names {name!r}, but the values are {', '.join(values)}.")
            used.update([name] if name is not None else [])
            made += before + (values[name] if name is not None else "")
        return made

    found = [replace(section, text=text(section)) for section in sections]
    if unused := [name for name in values if name not in used]:
        raise InvalidRequest(f"The template does not name {', '.join(unused)}.")
    return [section for section in found if section.text]


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
