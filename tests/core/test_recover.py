"""Subsequence recovery: what an answer took from shortened contexts is written out again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import laws
from lingua_integrations.core.recover import Quote, recover
from lingua_integrations.core.results import CompressedContext
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.spans import Span

ORIGINAL = "The Sierra Nevada Brewing Company opened its east-coast brewery in early 2014. It brews ale, too."


def shortened(original: str, words: list[str], index: int = 0) -> CompressedContext:
    """A context of which only some units were kept."""
    units = segment(original)
    kept = [i for i, unit in enumerate(units.strings()) if unit in words]
    import numpy as np

    indices = np.array(kept, dtype=np.int64)
    return CompressedContext(units.join(indices), original, units.spans(indices), 9, 9, index)


def test_a_shortened_name_is_written_out():
    """By hand: three kept words of a name of four; the fourth comes back, with its place."""
    context = shortened(ORIGINAL, ["Sierra", "Nevada", "Company", "early", "2014"], index=3)
    answer = "It was the Sierra Nevada Company, I think."
    found = recover(answer, [context])
    assert found.text == "It was the Sierra Nevada Brewing Company, I think."
    assert found.quotes == (Quote(11, 40, 3, Span(4, 33)),)
    assert found.text[11:40] == ORIGINAL[4:33]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["2014", "It", "brews"], "2014. It brews"),
        (["Sierra", "ale"], "Sierra ale"),
        (["Company", "opened"], "Sierra"),
        ([], "Sierra Nevada"),
        (["Sierra", "Nevada"], ""),
    ],
    ids=["over a sentence's end", "too far apart", "one word", "nothing kept", "no answer"],
)
def test_what_does_not_come_back(words, answer):
    """Dropped text does not come back over the end of a sentence, nor a long way, nor for one word."""
    assert recover(answer, [shortened(ORIGINAL, words)]).text == answer


def test_the_longest_run_wins():
    """Of two contexts with the same words, the one with more of the answer is quoted."""
    one = shortened("By Sierra big Nevada.", ["Sierra", "Nevada"], index=0)
    other = shortened("By Sierra old Nevada grand Company.", ["Sierra", "Nevada", "Company"], index=1)
    found = recover("sierra nevada company", [one, other])
    assert found.text == "Sierra old Nevada grand Company"
    assert [quote.index for quote in found.quotes] == [1]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("It is raised if a variable is unset.", "It is raised if a local variable is unset."),
        ("If a variable is unset, yes.", "If a local variable is unset, yes."),
        ("See the faq entry on it.", "See the FAQ entry on it."),
    ],
)
def test_capitals(answer, expected):
    """A sentence's capital does not get into the middle of the answer's; a name's does."""
    context = shortened(
        "If a local variable is unset. See the FAQ entry on it.",
        "If a variable is unset. See the FAQ entry on it.".split(),
    )
    assert recover(answer, [context]).text == expected


@given(original=laws.prose, answer=laws.prose, data=st.data())
def test_every_quote_is_the_originals_wording(original, answer, data):
    """Quotes are in order, do not overlap, and say exactly what their context says there."""
    words = data.draw(st.lists(st.sampled_from(segment(original).strings() or ["x"]), max_size=20))
    found = recover(answer, [shortened(original, words)])
    end = 0
    for quote in found.quotes:
        assert end <= quote.start < quote.end <= len(found.text)
        said, there = found.text[quote.start : quote.end], original[quote.span.start : quote.span.end]
        assert said.casefold() == there.casefold()
        assert said.split(maxsplit=1)[1:] == there.split(maxsplit=1)[1:]
        end = quote.end
    if not found.quotes:
        assert found.text == answer


def test_results_recover(tiny_compressor):
    """The same from a result."""
    result = tiny_compressor("rag").compress([ORIGINAL], question="Who opened it?", rate=0.6)
    answer = result.texts[0]
    assert result.recover(answer).quotes
