"""The laws of the package, written a second time: checks that share no code with what they check.

Every law takes inputs and a result and fails with what it saw. The tests of every method call them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest
import regex
from hypothesis import strategies as st

from lingua_integrations import BudgetTooSmall, CompressionResult
from lingua_integrations.core.results import CompressedText

CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}]")
URL = regex.compile(r"https?://[a-z0-9./?=&_-]+[a-z0-9]")
NUMBER = regex.compile(r"(?<![\w.,])\d+(?:[.,]\d+)+(?![\w.,])")
EMAIL = regex.compile(r"(?<![\w.])[a-z]+@[a-z]+\.[a-z]+(?![\w.])")

anything = st.text(st.characters(exclude_categories=()), max_size=120)
"""Any Unicode at all: NUL, lone surrogates, right-to-left marks, combining characters."""

_words = st.sampled_from([
    "`a b`",
    *(
        "the cat sat 1969 3.14 1,234,567 $12.50 -5 50% don't state-of-the-art foo.bar(x) x[i]=y snake_case "
        'C++ #42 me@example.org https://example.org/a?b=c&d=1 Yes—no (hello) "cat" word, end. ... -- | '
        "漢字 在2019年，用Python。 コンピュータは 한국어 שלום مرحبا สวัสดี 👩‍👩‍👧 🇩🇪 e\u0301 naïve **bold** "
        '[link](http://a.b/c) {"a":1,"b":[2]}'
    ).split(),
])  # fmt: skip
_spaces = st.sampled_from([" ", " ", " ", "\n", "\n\n", "  ", "\t", "\r\n", "\u3000", ""])
prose = st.lists(st.tuples(_words, _spaces), max_size=60).map(lambda pairs: "".join(map("".join, pairs)))
"""Text like users' text, with everything in it that compressors tear."""

texts = st.lists(st.one_of(prose, prose, anything), max_size=5)


Outcome = TypeVar("Outcome")


def or_least(compress: Callable[..., Outcome], *given: object, rate: float, **request: object) -> Outcome:
    """The outcome at a rate; where that is too small, at the least budget, which is one: less fails."""
    try:
        return compress(*given, rate=rate, **request)
    except BudgetTooSmall as error:
        assert error.smallest > error.budget
        if error.smallest > 1:
            with pytest.raises(BudgetTooSmall):
                compress(*given, target_tokens=error.smallest - 1, **request)
        return compress(*given, target_tokens=error.smallest, **request)


def budget(result: CompressionResult, count: Callable[[str], int]) -> None:
    """Law 2: at most the budget comes out, counted on the texts themselves."""
    assert sum(count(context.text) for context in result.contexts) <= result.budget
    assert sum(count(context.text) for context in result.contexts) == result.tokens_after


def filled(result: CompressionResult, count: Callable[[str], int], units: Callable[[str], list[str]]) -> bool:
    """Law 2: no less than 0.97 of the budget is used where units are small; tells whether they are."""
    largest = max((count(unit) for c in result.contexts for unit in units(c.original)), default=0)
    small = result.note is None and result.budget >= 100 and largest <= 0.03 * result.budget
    assert not small or result.tokens_after >= 0.97 * result.budget, result
    return small


def extractive(part: CompressedText) -> None:
    """Law 3: kept pieces are spans of the input in order; between them stands the rule's white space."""
    end = 0
    rebuilt: list[str] = []
    for number, (start, stop) in enumerate(part.spans):
        assert end <= start < stop <= len(part.original)
        if number:
            runs = re.findall(r"\s+", part.original[end:start])
            best = max((run.count("\n") for run in runs), default=0)
            run = [run for run in runs if run.count("\n") == best][-1] if runs else ""
            last = part.original[:start].endswith(run) and run == runs[-1] if runs else True
            rebuilt.append(
                run if last or not best else run[: run.rindex("\n") + 1]
            )  # not another line's indent
        rebuilt.append(part.original[start:stop])
        end = stop
    assert "".join(rebuilt) == part.text


def whole_atoms(part: CompressedText) -> None:
    """Law 4: no edge of a kept piece tears an atom, and no two words fuse."""
    original = part.original
    edges = {edge for span in part.spans for edge in span} - {0, len(original)}
    for edge in edges:
        assert not (_wordy(original[edge - 1]) and _wordy(original[edge])), original[edge - 9 : edge + 9]
    clusters = {match.start() for match in regex.finditer(r"\X", original)}
    assert edges <= clusters | {0, len(original)}, "a grapheme cluster is torn"
    for pattern in (URL, NUMBER, EMAIL):
        for match in pattern.finditer(original):
            assert not [edge for edge in edges if match.start() < edge < match.end()], match.group()
    for (_, left), (right, _) in zip(part.spans, part.spans[1:], strict=False):
        if not re.search(r"\s", original[left:right]):
            before, after = original[left - 1], original[right]
            assert not (_wordy(before) and _wordy(after)), f"{before!r} and {after!r} fused"


def provenance(result: CompressionResult, inputs: Sequence[str], *, ordered: bool = True) -> None:
    """Law 5: every input is accounted for once, by index, in their order unless another is wanted."""
    indices = [c.index for c in result.contexts] + [d.index for d in result.dropped]
    assert sorted(indices) == list(range(len(inputs)))
    if ordered:
        assert [c.index for c in result.contexts] == sorted(c.index for c in result.contexts)
    for one in [*result.contexts, *result.dropped]:
        assert one.original == inputs[one.index]
    for context in result.contexts:
        assert context.text.strip() or not inputs[context.index].strip(), "an empty context came out"


def _wordy(char: str) -> bool:
    """Letters and digits that must not meet or be parted; CJK characters may."""
    return unicodedata.category(char)[0] in "LN" and not CJK.match(char)
