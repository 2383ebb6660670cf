"""Titles that Markdown does not know as headings: numbered, bold or underlined lines, dates, plain lines."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.leads import is_name
from lingua_integrations.core.text.markup.html import UNFOLDED
from lingua_integrations.core.text.markup.markdown_blocks import Block
from lingua_integrations.core.text.needs.dates import is_date
from lingua_integrations.core.text.needs.posts import is_post

_BOLD = regex.compile(r"\s*(\*\*|__)[^*_\n]{1,90}\1:?\s*$")
_NUMBERED = regex.compile(
    r"\s*(?:§+ ?\d"
    r"|(?:Article|Art\.|Artikel|Section|Sec\.|Chapter|Clause|Part|Title|Kapitel|Abschnitt|Teil|Appendix|Annex)"
    r" +[\dIVXLC]+\b|(?P<numbers>\d+(?:\.\d+)*)\.? +\p{Lu}|第[\d一二三四五六七八九十百]+[章条節节款])",
)
_ITEM = regex.compile(  # one word and a number, and what they name
    r"\s*(?!(?i:fig|abb|tab|рис|табл|الشكل|الجدول))[\p{Lu}\p{Lo}][\p{L}\p{M}]{1,24} \d{1,3}(?:[:.]| ?[–—-])"
    r"(?: (?P<title>[^\n]{1,80}))?\s*\n\s*(?P<below>\S)"
)
_BY = regex.compile(  # a title above the name of its author
    r"[\p{Lu}\p{Lo}\p{N}\"“'][^\n.!?]{1,58}\n\s*(?:[Bb]y|[Vv]on|[Pp][ao]r|di|av|af|door)\s+\p{Lu}[^\n.!?]{1,58}$"
)
_SAYS = regex.compile(
    r"[.!?:;,。！？：；，…]|\S\s*\n\s*\S|\p{L}\s+\p{L}+\s+\p{L}"
)  # a sentence, or part of one
_ASIDE = regex.compile(r"\s+[(（][^()（）\n]{1,60}[)）]$")
_LISTED = regex.compile(r"\p{L}[,，、] ?\p{L}[^,，、\n]*[,，、] ?\p{L}")  # three things or more, in one line
_FACT = regex.compile(r"copyright\b|\(c\)|©", regex.I)  # a line that says something by itself
HEADING = 120
"""Characters up to which a line may be a heading."""
_TITLE = 12  # words up to which a numbered line may be one, and no clause
_PLAIN = 60  # characters up to which a line with nothing but words may be one
_PLAIN_WORDS = 8
FIRST = UNFOLDED + 1
"""The depth of numbered titles; it is below that of all headings of Markdown."""
_DATE, _BOLD_LINE, PLAIN_LINE = FIRST + 5, FIRST + 10, FIRST + 20  # of titles that only their looks tell


def depth_of_title(content: str, *, dated: bool) -> int | None:
    """The depth of a paragraph that is a title by its looks: a numbered or bold line, or a date.

    Dates are titles where a text is ``dated``, as a diary is.

    >>> depth_of_title("2.1 Refunds", dated=False) == FIRST + 1, depth_of_title("It rained.", dated=False)
    (True, None)
    """
    line = content.strip()
    if not line or "\n" in line or len(line) > HEADING:
        return None
    if dated and is_date(line):
        return _DATE
    if _BOLD.match(line):
        return _BOLD_LINE
    numbered = _NUMBERED.match(line)
    if numbered and len(line.split()) <= _TITLE and line[-1] not in ".;,:!?。":
        return FIRST + (numbered["numbers"] or "").count(".")
    return None


def depth_of_plain_title(content: str, following: str, *, listed: bool = False) -> int | None:
    """The depth of a line of few words that stands alone above something that is no such line.

    Or what follows is ``listed``: names, each with a value below it.

    >>> depth_of_plain_title("Opening hours", "We are open from 9 to 5.") is None
    False
    >>> depth_of_plain_title("Three eggs", "Two plums"), depth_of_plain_title("A new parser", "=back")
    (None, None)
    """
    line = content.strip()
    if len(line) > 2 * HEADING:
        return None
    if _BY.match(line):
        return PLAIN_LINE
    line = _ASIDE.sub("", line) or line
    few = len(line) <= _PLAIN and len(line.split()) <= _PLAIN_WORDS and "\n" not in line
    if not few or not is_name(line) or is_date(line) or _FACT.match(line):
        return None
    listed = listed or (bool(_LISTED.search(following)) and not _LISTED.search(line))
    said = _SAYS.search(following) is not None and not is_name(following.strip())
    return PLAIN_LINE if said or listed or is_post(following.split("\n", 1)[0]) else None


def depth_of_numbered(text: str, block: Block, following: Block) -> int:
    """The depth of a numbered title: one right above its text, as in minutes, may have a plain one above."""
    return FIRST if text.count("\n", block.span.end, following.span.start) > 1 else 1 + PLAIN_LINE


def begins_clause(content: str) -> bool:
    """Whether a paragraph begins with the name of a clause, such as "Article 5", on a line of its own."""
    numbered = _NUMBERED.match(content)
    return "\n" in content and numbered is not None and not numbered["numbers"]


def begins_item(content: str) -> bool:
    r"""Whether the first line of a paragraph is a word with a number, and names what stands below.

    >>> begins_item("Item 3: Fees\nThey rise."), begins_item("المادة 2: الأجر\nيدفع في آخر كل شهر.")
    (True, True)
    >>> begins_item("Item 3: The fees\nrise."), begins_item("Item 3: The fees rise.\nNot all.")
    (False, False)
    """
    item = _ITEM.match(content)
    return item is not None and not item["below"].islower() and is_name(item["title"] or "A")


def unfinished(content: str) -> bool:
    """Whether a paragraph ends within a sentence."""
    return content.rstrip()[-1:].isalpha() and len(content.split()) > _TITLE // 2


def is_numbered_title(block: Block, following: Block, content: str) -> bool:
    """Whether a numbered list of one short line is the title of what follows: "3. TERM"."""
    if block.kind != "ordered_list" or len(block.inside) != 1 or "\n" in content.strip():
        return False
    short = len(content) <= HEADING and len(content.split()) <= _TITLE
    return short and content.rstrip()[-1] not in ".;,:!。" and following.kind != "ordered_list"
