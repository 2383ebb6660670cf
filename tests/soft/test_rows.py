"""Prompts in parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations.errors import InvalidRequest
from lingua_integrations.soft.rows import MARKS, Part, check_marks, parts, until

PLAIN = st.text(st.sampled_from("ab<>/ \n漢.*("), min_size=1).filter(
    lambda text: not any(m in text for m in MARKS)
)


@given(
    texts=st.lists(PLAIN, max_size=6),
    marks=st.sampled_from([MARKS, ("[[", "]]"), ("§", "¶"), (".*", "(")]),
    first=st.booleans(),
)
def test_text_and_contexts_come_out_as_they_went_in(texts, marks, first):
    """In order and unchanged; marks are text and no patterns."""
    wanted = [Part(text, bool(i % 2) is first) for i, text in enumerate(texts)]
    prompt = "".join(text.join(marks) if digested else text for text, digested in wanted)
    if any(mark in text for mark in marks for text in texts):
        return
    if all(prompt.count(mark) == sum(digested for _, digested in wanted) for mark in marks):
        assert parts(prompt, marks) == wanted


def test_a_prompt_without_marks_is_text():
    assert parts("Who wrote Emma?") == [Part("Who wrote Emma?", False)]
    assert parts("") == []
    assert parts("<context></context>") == []


@pytest.mark.parametrize(
    "prompt",
    [
        "<context>Emma",
        "Emma</context>",
        "<context>a<context>b</context></context>",
        "<context>a</context>b</context>",
        "</context>a<context>",
    ],
)
def test_marks_that_do_not_match_are_refused(prompt):
    """So that no document can end its context and go on as text."""
    with pytest.raises(InvalidRequest, match="context>"):
        parts(prompt)


@pytest.mark.parametrize("marks", [("", "x"), ("x", "x"), ("x",), ("x", None)])
def test_marks_that_cannot_be_told_apart_are_refused(marks):
    with pytest.raises(InvalidRequest, match="marks"):
        check_marks(marks)


def test_an_answer_ends_before_the_first_stop_word():
    assert until("a b c", ["c", "b"]) == "a "
    assert until("a b c", None) == until("a b c", [""]) == until("a b c", ["d"]) == "a b c"
