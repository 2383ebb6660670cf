"""What a reader would take for granted from a part of a text comes out with what says otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from misleading import CASES
from outputs import needed
from test_leaning import WORDS, kept

from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.needs.corrections import connect_corrections
from lingua_integrations.core.text.needs.dates import is_date, is_entry
from lingua_integrations.core.text.needs.discourse import Leaning, asks, leaning
from lingua_integrations.core.text.outline import Outline

RATES = (0.5, 0.25, 0.1)


@pytest.mark.parametrize("name", CASES)
def test_no_part_says_what_the_whole_does_not(name):
    case = CASES[name]
    for rate in RATES:
        out = kept(case.text, case.question, rate)
        for part, other in case.pairs:
            assert part not in out or other in out, out


@pytest.mark.parametrize(
    ("sentence", "language", "expected"),
    [
        ("It rained.", "en", Leaning.NOT),
        ("It was long known that tea is free.", "en", Leaning.NOT),
        ("It is important to rest.", "en", Leaning.NOT),
        ("It is known to harm bees.", "en", Leaning.NAMES),
        ("It was opened in 1931.", "en", Leaning.NAMES),
        ("Il pleut.", "fr", Leaning.NOT),
        ("Es gibt Suppe.", "de", Leaning.NOT),
        ("Es steht am See.", "de", Leaning.NAMES),
        ("Unless you tell us first.", "en", Leaning.LIMITS),
        ("Unless you tell us first, the fee is due in May.", "en", Leaning.NOT),
        ("Not all members came.", "en", Leaning.NOT),
        ("Not for children.", "en", Leaning.LIMITS),
        ("Only members vote.", "en", Leaning.NOT),
        ("However, the lab was old.", "en", Leaning.LAST),
        ("However, the lab may not.", "en", Leaning.LIMITS),
        ("But he wasn't.", "en", Leaning.LIMITS),
        ("This claim turned out to be false.", "en", Leaning.LIMITS),
        ("This tea is free.", "en", Leaning.LAST),
        ("Only the latter is free.", "en", Leaning.LAST),
        ("Das stimmt nicht.", "de", Leaning.LIMITS),
        ("Sauf le dimanche.", "fr", Leaning.LIMITS),
        ("Pero los domingos no.", "es", Leaning.LIMITS),
        ("Это неправда.", "ru", Leaning.LIMITS),
        ("यह गलत है।", "hi", Leaning.LIMITS),
        ("这是错误的。", "zh", Leaning.LIMITS),
        ("これは誤りだ。", "ja", Leaning.LIMITS),
        ("เว้นแต่ห้องเล็ก", "th", Leaning.LIMITS),
    ],
)
def test_what_takes_back_and_what_does_not(sentence, language, expected):
    assert leaning(sentence, language)[0] is expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("เลี้ยงสุนัขได้ไหมครับ", True),
        ("ไม่มีใคร", False),
        ("ร้านปิดเมื่อไร", True),
        ("飲めますか。", True),
        ("这水能喝吗", True),
        ("क्या यह मुफ़्त है।", True),
        ("True or false: tea is free.", True),
        ("Είναι ανοιχτό;", True),
        ("We ate; we slept;", False),
    ],
)
def test_questions_without_a_question_mark(sentence, expected):
    assert asks(sentence) is expected


def test_dates_are_headings_only_where_there_are_several():
    """One date in a letter may stand below what it is about."""
    diary = needed("3 May 1911\n\nWe left.\n\n5 May 1911\n\nSnow all day.")
    assert diary["Snow all day."] == {"5 May 1911"}
    letter = needed("Dear Ann,\n\nWe left.\n\nMay 3, 1911\n\nThe house is sold.")
    assert not letter.get("The house is sold.")
    assert is_entry("Day 3. Snow.") and not is_entry("May was cold. Snow.")
    assert not is_date("12 men") and is_date("le 3 mai 1911") and is_date("2026-05-03")


def test_a_scale_holds_for_figures_and_not_for_words():
    found = needed("Prices are in euros.\n\nTea costs 3.\n\nThe shop is old.\n\nPrices in Norway rose by 5.")
    assert found["Tea costs 3."] == {"Prices are in euros."}
    assert found["The shop is old."] == set()
    found = needed("Prices in Norway rose.\n\nTea costs 3.")
    assert not found.get("Tea costs 3.")


def test_a_list_under_a_question_is_a_quiz_only_with_letters_or_a_solution():
    """Steps that answer a question are no options."""
    steps = needed("How is it opened?\n\n1. Turn the key.\n\n2. Lift the lid.\n\nThe lid is heavy.")
    assert "2. Lift the lid." not in steps["1. Turn the key."]
    quiz = needed("How is it opened?\n\nA) With a key.\n\nB) With a card.\n\nThe lid is heavy.")
    assert "B) With a card." in quiz["How is it opened?"]
    assert "How is it opened?" in quiz["A) With a key."]


def test_headings_in_capitals_are_no_speakers():
    text = "INTRODUCTION\nWe went north.\nMETHODS\nWe counted birds.\nRESULTS\nThere were nine.\n"
    assert len(read(text)) == len(read(text, "text"))


@given(
    facts=st.lists(st.tuples(*[st.sampled_from(WORDS)] * 3), min_size=2, max_size=8, unique=True),
    data=st.data(),
    rate=st.sampled_from(RATES),
)
def test_what_was_taken_back_never_comes_alone(facts, data, rate):
    """However many sentences stand between, where the correction repeats the words."""
    wrong = data.draw(st.sampled_from(facts))
    said = [f"The {one} of the {two} is a {three}." for one, two, three in facts]
    text = "\n\n".join([*said, f"Correction: the {wrong[0]} of the {wrong[1]} is no {wrong[2]}."])
    out = kept(text, " ".join(wrong), rate)
    told = f"The {wrong[0]} of the {wrong[1]} is a {wrong[2]}."
    assert told not in out or "Correction:" in out


def test_many_corrections_take_time_in_proportion():
    """Only the first of very many are looked at."""
    text = "\n\n".join(f"Correction: the {word} number {n} is grey." for n, word in enumerate(WORDS * 60))
    outline = Outline(text)
    outline.pieces = list(read(text).structure.pieces)
    contents = [text[piece.start : piece.end] for piece in outline.pieces]
    before = [len(piece.needs) for piece in outline.pieces]
    connect_corrections(outline, contents, range(len(contents)))
    assert sum(len(piece.needs) for piece in outline.pieces) <= sum(before) + 40 * 8
