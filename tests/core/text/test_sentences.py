"""Sentences and phrases: where one ends and the next begins, in any language."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_sentences import SEEN, UNSEEN, f1

import laws
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.documents import READERS, read
from lingua_integrations.core.text.excerpt import Excerpt
from lingua_integrations.core.text.language.languages import language_of
from lingua_integrations.core.text.language.sentences import sentences
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
    ("language", "expected"),
    [
        # An abbreviation that may end a sentence, before a word that begins one.
        ("de", ["Es waren 1,2 Mio.", "Der Wert lag bei 3."]),
        ("es", ["Se aplaza al 9 de dic.", "La sesión termina."]),
        ("fr", ["Elle recule de 0,3 pt.", "Le dividende reste."]),
        ("de", ["Sie wohnt in der Gartenstr. 5 am See.", "Er auch."]),
        ("en", ["See pp. 41 ff.", "Parts are listed there."]),
        # What a short word counts: a letter, a number with one, a Roman numeral.
        ("en", ["See App. B, p. 41.", "Then stop."]),
        ("fr", ["Selon l'art. R. 421 du code, il a tort.", "Bien."]),
        ("es", ["Se hizo en los ss. XVIII y XIX.", "Hoy no está."]),
        # Initials after any mark, and single small letters.
        ("de", ["Hr. Dipl.-Ing. K.-H. Meier kommt.", "Gut."]),
        ("es", ["Llegaron en el s. III d. C. con sus legiones.", "Luego se fueron."]),
        # Ordinals that "and" joins, and numbers that are none.
        ("de", ["Im 18. u. 19. Jh. blieb sie stehen.", "Heute nicht."]),
        ("de", ["Tel.: 089 / 123 45-0.", "Fax gibt es nicht."]),
        # A number begins a sentence; Spanish marks do; so does what stands after an ellipsis or a face.
        ("de", ["Den Ofen vorheizen.", "250 g Mehl verkneten."]),
        ("es", ["Pues no.", "¡Ja, ja!"]),
        ("fr", ["Et puis…", "Trois semaines passèrent."]),
        ("en", ["so i left.", "it was late!!", "he did not mind :)", "see you"]),
        ("fr", ["il marche plus ?", "depuis hier rien ne va.", "c'est le cache.", "merci !"]),
        # Sentences in brackets of their own, and brackets inside a sentence.
        ("de", ["Es ist zu.", "(Karten gibt es online.", "Kinder zahlen nichts.)", "Wo?"]),
        ("hi", ["यह बंद है।", "(टिकट मिलते हैं।", "बच्चे मुफ़्त हैं।)", "भ्रमण दस बजे है।"]),
        ("en", ["The vote (Who asked for it? Nobody knows.) was close.", "It passed."]),
        # What one person says.
        ("en", ['He wrote: "It is late. In May we leave. Nobody knows."', "That was all."]),
        ("ar", ["«أين كنت؟» سأل كريم.", "هز كتفيه."]),
        # Full stops in a text that ends its sentences with dandas.
        ("hi", ["उन्हें ब्रिगे. जन. बनाया गया।", "वे लौटे।"]),
        # Thai: when, who, where, how often, lists, labels, words in other scripts.
        ("th", ["เมื่อวานนี้ รถไฟมาสาย", "วันนี้มาตรงเวลา"]),
        ("th", ["พันเอกบุญมี ทองแท้ เกิดที่พิษณุโลก", "ท่านมีบุตรสองคน"]),
        ("th", ["เราอยู่ที่ ถ.สุขุมวิท แขวงคลองเตย เขตคลองเตย กทม. 10110", "โทรมาได้ทุกวัน"]),
        ("th", ["กินครั้งละ 1 เม็ด วันละ 2 ครั้ง", "อย่ากินเกินนี้"]),
        ("th", ["1. ปิดเครื่อง", "2. เปิดฝาหลัง", "ห้ามทิ้งแบตเตอรี่"]),
        ("th", ["ตัวเลขอยู่ใน app.config.json", "ให้รันคำสั่ง npm start ก่อน", "เสร็จแล้ว"]),
        ("th", ["ร้านปิดวันจันทร์ (ยกเว้นวันหยุด)", "เด็กเข้าฟรี"]),
    ],
)
def test_kinds_that_were_mended(language, expected):
    text = " ".join(expected)
    assert [text[slice(*span)] for span in sentences(text, 0, len(text), language)] == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ja", ["生き延びた。", "1918年に帰国した。", "5.2.1は2/3だけ動く。", "npm startを実行する。"]),
        ("ja", ["会議(誰が呼んだのか?不明だ。)は続いた。", "出席者は大西、B. ルンド。"]),
        ("ja", ["「聞いてる?」", "「聞いた。」", "「じゃあ何て言った?」", "彼は笑った。"]),
        ("ja", ["『海。空。』を読んだ。", "（とても長い。）", "面白い。"]),
        ("zh", ["一日2次。", "24小时内不得超过4片。", "他说：“很冷。11月会更冷。”"]),
        ("es", ["Estaba limpia.", "El personal, amable.", "Desayuno a las 6:30.", "¡Volveremos!"]),
        ("de", ["Es war sauber.", "Das Personal freundlich.", "Frühstück gab es nicht."]),
        ("fr", ["Elle était propre.", "Le personnel aimable.", "Ouvert dès 6 h 30 !", "On reviendra."]),
    ],
)
def test_kinds_that_were_mended_without_spaces(language, expected):
    """Whoever left out one space for sure has left out others; a dotted name alone shows nothing."""
    text = "".join(expected)
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


@pytest.mark.parametrize("language", SEEN)
def test_boundaries_are_where_people_see_them(language):
    """Nearly all of those that rules were made on, and most of the others. Thai has no marks to go by."""

    def begins(text: str) -> list[int]:
        return [start for start, _ in sentences(text, 0, len(text), language)[1:]]

    assert sum(passage.count("|") + 1 for passage in SEEN[language]) >= 200
    assert f1(begins, SEEN[language]) > 0.97
    assert f1(begins, UNSEEN[language]) > (0.75 if language == "th" else 0.9)


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
