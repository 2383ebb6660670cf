"""Dates that stand above what happened then: the heads of a diary, a chronicle or minutes."""

from __future__ import annotations

import regex

_MONTH = (
    r"(?:jan|feb|fév|fev|mar|mär|maa|mrz|apr|avr|abr|may|mai|mag|mei|maj|jun|juin|giu|gen|ene|jul|juil|lug"
    r"|aug|août|ago"
    r"|sep|set|oct|okt|ott|out|nov|dec|dez|déc|dic|янв|фев|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)\p{L}*\.?"
)
_DATE = rf"""
    (?: \p{{Lu}}?\p{{L}}{{2,12}},? \s+ (?: den \s+ )? )?  # the day of the week, or a place
    (?: (?:le|el|the|den|am) \s+ )?
    (?: \d{{1,2}} (?: st|nd|rd|th|er|\.|º )? \s+ (?: de \s+
    | of \s+ )? {_MONTH} (?: ,? \s+ (?: de \s+ )? \d{{4}} )?
      | {_MONTH} \s+ \d{{1,2}} (?: st|nd|rd|th )? (?: ,? \s+ \d{{4}} )?
      | \d{{4}}-\d{{2}}-\d{{2}} | \d{{1,2}}[./]\s?\d{{1,2}}[./]\s?\d{{4}}
      | (?: \d{{4}} \s? [年년] \s? )? \d{{1,2}} \s? [月월] \s? \d{{1,2}} \s? [日일]
      | (?: day | tag | jour | día | dia | giorno | dag | день | วันที่ ) \s \d{{1,3}} )
"""
_DIGIT = regex.compile(r"\d")
_LONGEST = 80  # characters of a line that is a date
_ALONE = regex.compile(rf"[\s*_#]*{_DATE}[*_]*\s*[:.]?[*_]*\s*$", regex.VERBOSE | regex.IGNORECASE)
_BEGINS = regex.compile(rf"[\s*_]*{_DATE}[*_]*\s*[:.—–][*_]*\s+\S", regex.VERBOSE | regex.IGNORECASE)


def is_date(line: str) -> bool:
    """Whether a line is a date and nothing else.

    >>> is_date("Monday, 3 May 1911"), is_date("5月3日"), is_date("3 May was cold.")
    (True, True, False)
    """
    return len(line) <= _LONGEST and _DIGIT.search(line) is not None and _ALONE.match(line) is not None


def is_entry(content: str) -> bool:
    """Whether a paragraph begins with the date of what it tells.

    >>> is_entry("3 May. Snow all day."), is_entry("3 May was cold.")
    (True, False)
    """
    return _BEGINS.match(content) is not None
