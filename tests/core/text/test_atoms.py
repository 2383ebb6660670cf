"""Stage 1: what is a unit, and what stands between kept units."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import regex
from hypothesis import given

import laws
from lingua_integrations.core.text.atoms import _JOINING, segment
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.units import from_tokens
from lingua_integrations.errors import MissingExtra


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", []),
        ("   ", ["   "]),
        ("The cat, which sat.", ["The", "cat", ",", "which", "sat", "."]),
        ("Yes—no", ["Yes—", "no"]),
        ("don't re-use U.S.A. code", ["don't", "re-use", "U.S.A", ".", "code"]),
        ("-5 $12.50 1,234,567 50% 10:30am #42", ["-5", "$12.50", "1,234,567", "50%", "10:30am", "#42"]),
        ("a,b,c", ["a,", "b,", "c"]),
        ("x[i]=y foo.bar(x) f(a, b)", ["x[i]=y", "foo.bar(x)", "f(", "a", ",", "b)"]),
        ("see https://x.org/a_(b)?q=1, me@x.org.", ["see", "https://x.org/a_(b)?q=1", ",", "me@x.org", "."]),
        ("run `a b` now", ["run", "`a b`", "now"]),
        ('"cat", (dog)', ['"cat"', ",", "(dog)"]),
        ('{"a":1,"b":[1,2]}', ['{"a":', '1,"', 'b":[', "1,2]}"]),
        ("漢字。「漢」", ["漢字", "。", "「漢」"]),
        ("他写了一个程序。这很好！", ["他", "写", "了", "一个", "程序", "。", "这", "很好", "！"]),
        ("𠮷野家で食べる。", ["𠮷", "野家", "で", "食べる", "。"]),
        ("ร้านนี้อร่อยมาก, ฉัน", ["ร้านนี้อร่อยมาก", ",", "ฉัน"]),
        ("ذهب الولد. هل؟", ["ذهب", "الولد", ".", "هل", "؟"]),
        ("a [l [x]](h://b/c_(d)), ![i](s.png)", ["a", "[l [x]](h://b/c_(d))", ",", "![i](s.png)"]),
        ("[![alt](src)](href) x[0][1]", ["[![alt](src)](href)", "x[0][1]"]),
        ("so:\n```py\nx = 1", ["so", ":", "```py", "x", "=", "1"]),
        ("在2019年，用Python。", ["在", "2019年", "，", "用", "Python", "。"]),
        ("漢,word", ["漢", ",word"]),
        ("コンピュータは", ["コンピュータ", "は"]),
        ("👩‍👩‍👧 🇩🇪 e\u0301", ["👩‍👩‍👧", "🇩🇪", "e\u0301"]),
        ("a \u0308x", ["a", " \u0308x"]),
        ("a\x00b \ud800", ["a\x00b", "\ud800"]),
    ],
)
def test_atoms(text, units):
    """Words, numbers, identifiers, URLs, code and grapheme clusters are whole."""
    assert segment(text).strings() == units


@given(laws.anything | laws.prose)
def test_units_cover_everything_but_white_space(text):
    """No visible character is lost, and units neither overlap nor swap places."""
    units = segment(text)
    end = 0
    for start, stop in zip(units.starts.tolist(), units.ends.tolist(), strict=True):
        assert end <= start < stop
        assert not text[end:start].strip()
        end = stop
    assert not text[end:].strip()


@pytest.mark.parametrize(
    ("text", "left", "right", "white"),
    [
        ("a b\n\nc d", 0, 3, "\n\n"),
        ("a b\n\nc\n\n d", 0, 3, "\n\n "),
        ("a\tb c", 0, 2, " "),
        ("漢。漢", 0, 2, ""),
        ("a b", 0, 1, " "),
    ],
)
def test_separator(text, left, right, white):
    """Of the runs between two kept units the one with the most line breaks stays, the last on a tie."""
    assert segment(text).joint(left, right) == white


def test_neighbours_are_one_span():
    """Kept neighbours are one span of the input, white space included."""
    units = segment("The cat  sat on it")
    assert units.spans(np.array([1, 2, 4])) == (Span(4, 12), Span(16, 18))
    assert units.join(np.array([1, 2, 4])) == "cat  sat it"


def test_owners():
    """Tokens belong to the units they touch; white space to the unit after it."""
    units = segment("a bc  d ")
    first, last = units.owners([(0, 1), (1, 4), (4, 5), (5, 7), (7, 8)])
    assert first.tolist() == [0, 1, 2, 2, 2]
    assert last.tolist() == [0, 1, 2, 2, 2]


def test_a_token_may_touch_two_units():
    """A token that spans two units counts for both."""
    first, last = segment("cat, dog").owners([(0, 4), (4, 8)])
    assert (first.tolist(), last.tolist()) == ([0, 2], [1, 2])


@pytest.mark.parametrize(
    ("text", "spans", "units"),
    [
        ("Hello world", [(0, 3), (3, 5), (5, 11)], ["Hel", "lo", "world"]),
        ("漢字", [(0, 1), (0, 1), (0, 1), (1, 2)], ["漢", "字"]),
        ("a \n b", [(0, 1), (1, 3), (3, 5)], ["a", "b"]),
        ("left out", [(0, 4)], ["left", "out"]),
    ],
)
def test_units_of_tokens(text, spans, units):
    """Sub-word units: shared characters once, white space in the gaps, nothing lost."""
    assert from_tokens(text, spans).strings() == units


def test_texts_without_joining_characters_have_no_cluster_of_several():
    """Saves looking for clusters everywhere: no character is wrongly said to join nothing."""
    for code in (*range(0x80, 0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200)):
        char = chr(code)
        if not _JOINING.search(char):
            for pair in (f"a{char}", f"{char}a", char * 2, f"{char}\u1780"):
                assert all(len(cluster) == 1 for cluster in regex.findall(r"\X", pair)), hex(code)


def test_only_chinese_and_japanese_need_icu(monkeypatch):
    """Without it they are refused, and not cut in some other way; all else is cut as before."""
    monkeypatch.setitem(sys.modules, "icu4py.breakers", None)
    assert segment("Grüße 一, ภาษาไทย").strings() == ["Grüße", "一", ",", "ภาษาไทย"]
    with pytest.raises(MissingExtra, match="models"):
        segment("他不知道")
