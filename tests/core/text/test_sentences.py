"""Sentences and phrases: where one ends and the next begins, in any language."""

from __future__ import annotations

from unittest import mock

import numpy as np
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st
from labelled_sentences import PASSAGES, UNSEEN, f1

import laws
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.documents import READERS, read
from lingua_integrations.core.text.excerpt import Excerpt
from lingua_integrations.core.text.language.languages import language_of
from lingua_integrations.core.text.language.sentences import boundaries, sentences
from lingua_integrations.core.text.words import phrases

LINES = st.sampled_from([
    "# Head", "Title", "=====", "- item", "  - inner:", "| a | b |", "|---|---|", "```py", "```", "def f(x):", "    return x", "}",
    "diff --git a/x b/x", "--- a/x", "+++ b/x", "@@ -1,2 +1,2 @@", "+new", "-old", "10:00:01 INFO x", "\tat a.b(C.java:1)", "Ann: hello there.",
    "Traceback (most recent call last):", "{\"a\": [1, 2]}", "key: value", "[section]", "x = 1", "<p>text <b>bold</b></p>", "<table><tr><td>1</td>",
    "00:00:01,000 --> 00:00:02,000", "Q: why?", "A: so.", "From: a@b.c", "commit abcdef1", "INSERT INTO t VALUES (1, 'a');", "> quoted", "", "§ 5 Title",
])  # fmt: skip
"""Beginnings of every kind of text."""


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Dr. Wu paid $3.50.", "Was it e.g. fine?", "Yes!"]),
        ("en", ["He threw a werkzeug.exceptions.RequestEntityTooLarge error.", "Nothing was stored."]),
        ("en", ["We use java.util.HashMap here.", "It is fast."]),
        ("en", ["It takes approx. 5 minutes.", "See Eq. 3 and Fig. 4.", "Dr. No came on Mon. 5 May."]),
        ("en", ["Fed. R. Civ. P. 12(b)(6) applies.", "Smith et al. [2004] say so."]),
        ("en", ["He owes Oliver! fame.", "Hey Arnold! is a show."]),
        ("en", ["See [the. Docs](x.md).", "Then https://a.b/c.d?e=F.", "Go."]),
        ("en", ["The `a. B` option is off.", "Turn it on."]),
        (
            "de",
            [
                "Die Pacht endet am 31. Oktober.",
                "Sie beträgt 5 Mio. Euro nach § 7 Abs. 2 Nr. 3 des Vertrags.",
            ],
        ),
        ("es", ["Según el art. 3 inc. 5 de la ley.", "Fin."]),
        ("hi", ["डॉ. शर्मा आए।", "वे बैठे।"]),
        ("ar", ["قال د. أحمد ذلك.", "ثم ذهب؟", "نعم."]),
        ("th", ["วันนี้อากาศดี", "ครับ", "ผมไป"]),
    ],
)
def test_sentences(language, expected):
    """Dotted names, abbreviations, ordinals, titles with marks in them, links and code."""
    text = " ".join(expected)
    assert [text[slice(*span)] for span in sentences(text, 0, len(text), language)] == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["他写了程序。", "这很好！", "你呢？"],
        ["𠮷野家で食べる。", "はい。"],
        ["「行きます。」と言った。", "彼は去った。"],
    ],
)
def test_sentences_without_spaces(expected):
    text = "".join(expected)
    assert [text[slice(*span)] for span in sentences(text, 0, len(text), "ja")] == expected


def test_no_scraps():
    """A number or a mark goes with what it belongs to, as do the last words of a sentence cut off."""
    for text in ("He won in 1998. 1999. And again.", "the venue. It opened in May.", "** It rained."):
        for start, end in sentences(text, 0, len(text), "en"):
            assert any(map(str.isalpha, text[start:end])) and len(text[start:end].split()) > 1


@pytest.mark.parametrize("language", PASSAGES)
def test_boundaries_are_where_people_see_them(language):
    """Nearly all of the hard ones, and most of those that no rule was made for."""

    def begins(text: str) -> list[int]:
        return [start for start, _ in sentences(text, 0, len(text), language)[1:]]

    assert f1(begins, PASSAGES[language]) > 0.96
    assert f1(begins, UNSEEN[language]) > 0.87


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The lease ends on the last day of October, and it is not renewed."),
        ("de", "Die Pacht endet am 31. Oktober. Sie beträgt 5 Mio. Euro im Jahr, zahlbar nach dem Vertrag."),
        ("fr", "Le bail prend fin le dernier jour du mois d'octobre et il n'est pas renouvelé cette année."),
        ("es", "El contrato termina el último día de octubre y no se renueva este año en ningún caso."),
        ("en", "No."),
    ],
)
def test_language(language, text):
    assert language_of(text) == language


@pytest.mark.parametrize("cut", [read, phrases, segment])
@given(text=laws.anything | laws.prose)
def test_no_visible_character_is_lost(cut, text):
    units = cut(text)
    assert "".join("".join(units.strings()).split()) == "".join(text.split()) or not text.strip()
    edges = [0, *np.c_[units.starts, units.ends].ravel().tolist(), len(text)]
    assert edges == sorted(edges)


@given(text=laws.prose)
def test_an_excerpt_traces_back(text):
    """Every span of an excerpt is the same wording in the original, and comes back to its place."""
    units = segment(text)
    kept = np.flatnonzero(np.arange(len(units)) % 3 != 1)
    excerpt = Excerpt.of(units, kept)
    inner = excerpt.units_of(units)
    assert inner.strings() == [units.strings()[i] for i in kept]
    for span in zip(inner.starts.tolist(), inner.ends.tolist(), strict=True):
        (there,) = excerpt.trace([span])
        assert text[there.start : there.end] == excerpt.text[span[0] : span[1]]
        assert list(excerpt.place([there])) == [span]


@pytest.mark.parametrize("kind", READERS)
@given(text=laws.anything | laws.prose | st.lists(LINES, max_size=12).map("\n".join))
def test_any_text_may_be_of_any_kind(kind, text):
    """Whoever names a wrong kind gets units all the same, and loses nothing but what JSON puts between."""
    units = read(text, kind)
    edges = [0, *np.c_[units.starts, units.ends].ravel().tolist(), len(text)]
    assert edges == sorted(edges)
    if kind != "json":
        assert "".join("".join(units.strings()).split()) == "".join(text.split()) or not text.strip()
    for number, piece in enumerate(units.structure.pieces if units.structure else ()):
        assert all(0 <= need < len(units) and need != number for need in piece.needs)
        assert piece.closes < number


@given(
    content=st.text("abeABDrNo019    ,<>+-|*#=_/%$&@"),
    mark=st.sampled_from(["", ".", "?", "!"]),
    language=st.sampled_from(["en", "de", "fr", "es", "zh", "ja", "el", "hy", "ru", "ar", "hi", "th"]),
)
def test_no_sentence_ends_before_the_first_mark(content, mark, language):
    """What is known without a search is what the search finds."""
    text = content + mark
    known = boundaries(text, 0, len(text), language)
    with mock.patch("lingua_integrations.core.text.language.sentences._PLAIN", regex.compile(r"(?!)")):
        assert known == boundaries(text, 0, len(text), language) == []
