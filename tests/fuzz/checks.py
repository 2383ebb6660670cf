"""What must hold of every outcome, whatever was asked; written without the package's own text code."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cache

import regex

import laws
from fuzz.calls import Call
from lingua_integrations import CompressionResult, MustKeep
from lingua_integrations.core.results import CompressedText

_MARKS = (
    r"\s", r"[\x1c-\x1f]", "[,|]",  # white space, and what separates values
    r"(?:#|//|--|;|%) \.\.\.", r"/\* \.\.\. \*/", r"\.\.\.", r"\[\.\.\.\]", r"\[…\]",
    "(?:#|//|--) …", r"/\* … \*/", "<!-- … -->", '"…"',  # marks in code, diffs and lines
    r'"… [^\n]*?left out"',  # and in JSON
)  # fmt: skip
_RULES = {
    "numbers": r"\d+",
    "negations": r"(?i)\b(?:not|no|never|none|without)\b",
    "urls": r"https?://\S+",
    "names": r"\b\p{Lu}\w+",
}
"""What rules must keep at least."""


@cache
def _gap(marker: str | None) -> regex.Pattern[str]:
    """What may stand between two kept pieces."""
    marks = list(_MARKS)
    if marker is not None:
        counted = r"\d+ (?:lines?|rows?)(?: \([^()\n]*\))?"
        said = regex.escape(marker).replace(r"\{lines\}\ lines", counted).replace(r"\{lines\}", r"\d+")
        inner = said.removeprefix(r"\[").removesuffix(r"\]")
        comments = (f"(?:#|//|--) {inner}", rf"/\* {inner} \*/", f"<!-- {inner} -->", f'"{inner}"')
        marks += [said, *comments]
    return regex.compile(rf"(?:{'|'.join(marks)})*")


def extractive(part: CompressedText, marker: str | None) -> None:
    """Law 3: the kept pieces are spans of the input, in order, with nothing else but marks between."""
    end = 0
    for start, stop in part.spans:
        assert end <= start < stop <= len(part.original), "spans overlap or leave the text"
        end = stop
    pieces = [part.original[slice(*span)] for span in part.spans]
    assert _follows(part.text, 0, pieces, marker), f"{pieces} are not {part.text!r}"


def _follows(text: str, at: int, pieces: list[str], marker: str | None) -> bool:
    """Whether a text goes on from a place with some pieces and with what may stand between.

    A piece may look like a mark, so that places are tried until one leads to the end.
    """
    open_ = [(at, 0)]
    seen = set(open_)
    while open_:
        at, number = open_.pop()
        if number == len(pieces):
            if _gap(marker).fullmatch(text, at):
                return True
            continue
        piece = pieces[number]
        found = text.find(piece, at)
        while found >= 0:
            step = (found + len(piece), number + 1)
            if step not in seen and _gap(marker).fullmatch(text, at, found):
                seen.add(step)
                open_.append(step)
            found = text.find(piece, found + 1)
    return False


def whole_clusters(part: CompressedText) -> None:
    """Law 4: no edge of a kept piece tears a grapheme cluster."""
    edges = {edge for span in part.spans for edge in span} - {len(part.original)}
    torn = edges - {match.start() for match in regex.finditer(r"\X", part.original)}
    assert not torn, f"torn: {[part.original[max(0, edge - 5) : edge + 5] for edge in torn]}"


def budget(call: Call, result: CompressionResult, count: Callable[[str], int]) -> None:
    """Law 2: at most the budget comes out."""
    prompt = call.config.budget_scope == "prompt"
    after = count(result.prompt) if prompt else sum(map(count, result.texts))
    assert after == result.tokens_after
    assert after <= result.budget - call.config.overhead_tokens, (after, result.budget)


def kept(call: Call, result: CompressionResult) -> None:
    """What must stay is there: spans to keep, texts with a rate of their own, what rules name."""
    through = {context.index: context for context in result.contexts}
    for index, given in enumerate(call.settled):
        context = through.get(index)
        owned = given.rate is not None or any(given.text[slice(*span)].strip() for span in given.keep)
        if context is None:
            assert not (owned and given.text.strip()), f"text {index} had to stay"
            continue
        stay(context, given.keep if given.rate != 1 else [(0, len(given.text))])
        if call.config.must_keep is not None:
            stay(context, _named(context.original, call.config.must_keep))


def stay(context: CompressedText, spans: Sequence[tuple[int, int]]) -> None:
    """Every visible character of some spans of the original is kept, save commas between it and others."""
    inside = {at for start, end in context.spans for at in range(start, end)}
    for start, end in spans:
        visible = [
            at
            for at in range(start, end)
            if context.original[at] != "," and not context.original[at].isspace()
        ]
        lost = [at for at in visible if at not in inside]
        assert not lost, f"{context.original[start:end]!r} is lost"


def _named(text: str, rules: MustKeep) -> list[tuple[int, int]]:
    patterns = [_RULES[rule] for rule in rules.rules] + [regex.escape(token) for token in rules.tokens]
    return [match.span() for pattern in patterns for match in regex.finditer(pattern, text)]


def outcome(call: Call, result: CompressionResult, count: Callable[[str], int]) -> None:
    """All of them."""
    budget(call, result, count)
    laws.provenance(result, call.texts, ordered=call.config.order == "original")
    outer = [result.instruction, result.question] if call.config.budget_scope == "prompt" else []
    for part in [*result.contexts, *filter(None, outer)]:
        extractive(part, call.config.gap_marker)
        if call.config.unit != "token":
            whole_clusters(part)
    kept(call, result)
    json.dumps(result.to_dict())
    assert repr(result)
    assert result._repr_html_()
