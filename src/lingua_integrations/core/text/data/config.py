"""Configuration: a directive means something only in its block, its section, its stage, its target.

One outline for many formats: Dockerfile, Makefile, nginx, Apache, HCL, SSH, CSS, Protocol Buffers, GraphQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import regex

from lingua_integrations.core.text.data.config_blocks import Block, blocks_of
from lingua_integrations.core.text.data.config_overrides import connect_overrides
from lingua_integrations.core.text.outline import Outline
from lingua_integrations.core.text.spans import Span

_LAST_COUNTS = regex.compile(r"(?P<key>USER|WORKDIR|CMD|ENTRYPOINT|HEALTHCHECK|STOPSIGNAL|SHELL)\s+\S")
_ASSIGNED = regex.compile(
    r"\s*(?:(?:ENV|ARG|export|set)\s+)*(?P<key>[\w.-]+)\s*[:?]?=(?![=~])|ENV\s+(?P<key>\w+)\s"
    r"|\s*(?P<key>\p{L}?\p{Ll}[\w.-]*)[ \t]+[^\s={(][^\n;{]*$"
)
"""A setting: what sets the same name again in its block replaces it."""
_SPECIAL = regex.compile(r"\.[A-Z_]+\s*:")  # a target that says how make reads the others
_ZONE = regex.compile(r"(?:CRON_)?TZ\s*=")  # holds for all entries of a schedule below it
_AGAIN = 4  # times that a name is set at most; one that is set more often has many values
_WHOLE = 240  # characters up to which a block without others in it is kept or dropped whole
_RECIPE = 600  # characters up to which a target and its recipe are


def read_config(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Add directives, which need the lines that open their blocks; a short block is one piece."""
    first = len(outline.pieces)
    _add(outline, blocks_of(outline.text, span), needs)
    connect_overrides(outline, first)


def _add(outline: Outline, blocks: Sequence[Block], needs: tuple[int, ...]) -> None:
    """Add the blocks of one level. An instruction of a stage needs the later one that replaces it."""
    text = outline.text
    numbers: dict[Block, int] = {}  # of each block, its piece
    said: dict[str, list[int]] = {}  # by the name of an instruction or a setting
    for block in blocks:
        known = needs if block.before is None else (*needs, numbers[block.before])
        content = text[block.line.own : block.line.end]
        leaf = not block.inside or not any(one.inside is not None for one in block.inside)
        most = _RECIPE if block.sort == "target" else _WHOLE
        if block.inside is None or (leaf and block.end - block.line.start <= most and block.sort != "stage"):
            at = outline.add(block.line.start, block.end, known, carrier=_SPECIAL.match(content) is not None)
        else:
            at = _add_block(outline, block, known)
        numbers[block] = at
        if block.before is not None:
            outline.bind(numbers[block.before], at)
        needs = (*needs, at) if _ZONE.match(content) else needs
        over = _LAST_COUNTS.match(content) or (block.inside is None and _ASSIGNED.match(content))
        if over:
            said.setdefault(over["key"], []).append(at)
    for same in said.values():
        for before, after in pairwise(same) if len(same) <= _AGAIN else ():
            outline.bind(before, after)


def _add_block(outline: Outline, block: Block, needs: tuple[int, ...]) -> int:
    """Add the line that opens a block, its content, and the line that closes it; returns the first one."""
    valued = block.sort == "indent" and outline.text[block.line.end - 1] != ":"
    says = block.sort == "stage" or valued  # something by itself: an image, a value
    at = outline.add(block.line.start, block.line.end, needs, carrier=not says, heads=says)
    _add(outline, block.inside or (), (*needs, at))
    if block.closing:
        outline.add(block.closing.start, block.closing.end, closes=at)
    return at
