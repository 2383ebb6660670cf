"""What blocks of Markdown look like, and whether one leads to the next. Nothing here adds to an outline."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.leads import is_name, is_value
from lingua_integrations.core.text.line_kinds import kind_of_lines
from lingua_integrations.core.text.markup.directives import DIRECTIVE
from lingua_integrations.core.text.markup.markdown_blocks import Block
from lingua_integrations.core.text.markup.titles import unfinished
from lingua_integrations.core.text.needs.captions import limits_values
from lingua_integrations.core.text.needs.discourse import asks
from lingua_integrations.core.text.needs.thread import MARKER
from lingua_integrations.core.text.outline import indent
from lingua_integrations.core.text.spans import Span

WARNING = regex.compile(
    r"\s*(?:\.\. (?:deprecated|warning|caution|danger|attention|important)::"
    r"|> *\[!(?:WARNING|CAUTION|IMPORTANT)\]|!!! *(?:warning|danger|caution|important)\b)",
    regex.I,
)
"""A warning as reST, GitHub and MkDocs mark it."""
_TABLES = ("table", "csv")
_CAPTION = 160  # characters up to which lines above a table are its title
_TITLE_LINES = 3  # so many, at most
_QUESTION = 80  # characters up to which a question may stand above its answer
_LISTED = 20  # lines up to which a paragraph may be a list below its name
LEADS = regex.compile(r"[:：][*_]*\s*$")
"""The end of what leads to the next block."""


class Looks:
    """What blocks of a text look like."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._kinds: dict[Span, str | None] = {}  # of paragraphs, since more than one question asks for them

    def content(self, block: Block) -> str:
        """The text of a block."""
        return self.text[block.span.start : block.span.end]

    def line(self, span: Span) -> str:
        """A span from the beginning of its line on."""
        begin = self.text.rfind("\n", 0, span.start) + 1
        return self.text[begin : span.end]

    def whole_line(self, span: Span) -> Span:
        """A span with the indentation in front of it, which shows how deep an item stands."""
        begin = self.text.rfind("\n", 0, span.start) + 1
        return Span(begin, span.end) if not self.text[begin : span.start].strip(" \t>") else span

    def kind_of(self, block: Block) -> str | None:
        """The kind of a paragraph whose lines are no prose; its first line has its indentation."""
        if block.kind != "paragraph":
            return None
        whole = self.whole_line(block.span)
        if whole not in self._kinds:
            self._kinds[whole] = _kind_of_lines(self.text[slice(*whole)])
        return self._kinds[whole]

    def is_table(self, block: Block) -> bool:
        """Whether a block is a table, drawn as Markdown knows it or otherwise."""
        return block.kind == "table" or self.kind_of(block) in _TABLES

    def leads(self, block: Block, following: Block) -> bool:
        """Whether a paragraph leads to the next block: it ends in a colon, or is short and above a list."""
        content = self.content(block)
        if following.kind in ("heading", "hr"):
            return False
        if self.is_listed(following) and (asks(content) or unfinished(content)):
            return True  # the items answer it, or its sentence goes on with them
        if self.is_table(following):
            return content.strip().count("\n") < _TITLE_LINES and len(content) <= _CAPTION
        if following.kind == "paragraph" and len(content) <= _CAPTION and _is_unit(self.content(following)):
            return True  # a title above the unit of a table
        if following.kind == "paragraph" and indent(self.line(following.span)) > indent(
            self.line(block.span)
        ):
            return LEADS.search(content) is not None or DIRECTIVE.match(content) is not None
        if LEADS.search(content) or self.names_value(block, following) or self._asks_of(block, following):
            return True
        listed = following.kind in ("bullet_list", "ordered_list")
        return (
            listed
            and "\n" not in content.strip()
            and len(content) <= 80
            and content.rstrip()[-1] not in ".!?"
        )

    def _asks_of(self, block: Block, following: Block) -> bool:
        """Whether a short line alone asks what the paragraph below it answers, all of it."""
        content = self.content(block).strip()
        alone = (
            block.kind == following.kind == "paragraph" and "\n" not in content and len(content) <= _QUESTION
        )
        return alone and asks(content) and not asks(self.content(following))

    def names_value(self, block: Block, following: Block | None) -> bool:
        """Whether a line names the value that stands alone below it, as in the data sheet of a product."""
        if following is None or not block.kind == following.kind == "paragraph":
            return False
        content = self.content(block)
        named = "\n" not in content.strip() and is_name(content) and not is_value(content)
        return named and is_value(self.content(following))

    def is_listed(self, block: Block) -> bool:
        """Whether a block is a list, or a paragraph that begins as an item does."""
        listed = block.kind in ("bullet_list", "ordered_list")
        return listed or (block.kind == "paragraph" and MARKER.match(self.content(block)) is not None)

    def goes_on(self, before: Block, block: Block) -> bool:
        """Whether a list goes on right below another one, with other marks."""
        lists = all(one.kind.endswith("_list") for one in (before, block))
        return lists and self.text.count("\n", before.span.end, block.span.start) < 2

    def is_list_of_names(self, block: Block) -> bool:
        """Whether a paragraph has several lines none of which is a sentence or a field."""
        found = self.content(block).splitlines() if block.kind == "paragraph" else []
        return 1 < len(found) <= _LISTED and all(map(is_name, found)) and self.kind_of(block) is None

    def may_be_named(self, block: Block, following: Block) -> bool:
        """Whether a paragraph may be the plain title of what follows: both stand at the margin."""
        words = following.kind in ("paragraph", "blockquote")  # what stands above a list leads to it
        outer = all(self.line(one.span)[:1] not in " \t>" for one in (block, following))
        return words and outer and not self.is_table(following)


def _is_unit(content: str) -> bool:
    """Whether a paragraph is a line that says in which units the values of a table are."""
    return len(content) <= _CAPTION and "\n" not in content.strip() and limits_values(content)


def _kind_of_lines(content: str) -> str | None:
    """The kind of a stretch of lines that is no prose."""
    found = [line for line in content.splitlines() if line.strip()]
    return kind_of_lines(found) if len(found) > 1 else None
