"""Metrics and statistics against hand-worked examples, and against an implementation of others."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer

from lingua_integrations import PromptCompressor
from lingua_integrations.evaluation.economics import Prices, length_that_pays, price_that_pays
from lingua_integrations.evaluation.metrics import (
    answer_kept,
    benefit_retained,
    exact_match,
    f1,
    final_answer,
    greedy_f1,
    rouge_l,
    span_overlap,
)
from lingua_integrations.evaluation.statistics import Estimate, estimate, paired_p

TEXT = "Emma is by Jane Austen. It came in 1815."


@pytest.mark.parametrize(
    ("answers", "texts", "expected"),
    [
        (["Jane Austen"], [TEXT], True),
        (["jane  austen!"], [TEXT], True),
        (["the Jane Austen"], [TEXT], True),  # articles do not count
        (["Aust"], [TEXT], False),
        (["Jane Austen"], ["Jane", "Austen"], False),  # not across texts
        (["X", "1815"], [TEXT], True),
        (["厦门大学。"], ["在厦门大学举办"], True),
        (["!"], [TEXT], False),
        ([], [TEXT], False),
        (["x"], [], False),
    ],
)
def test_answers_kept(answers, texts, expected):
    assert answer_kept(answers, texts) is expected


@pytest.mark.parametrize(
    ("answer", "right", "expected"),
    [
        ("Jane Austen", ["Jane Austen"], 1.0),
        ("by Jane Austen", ["Jane Austen"], 0.8),  # precision 2/3, recall 1
        ("Jane", ["Jane Austen", "Austen"], 2 / 3),
        ("the cat the cat", ["cat"], 2 / 3),  # "cat cat": precision 1/2
        ("dog", ["cat"], 0.0),
        ("", [""], 1.0),
    ],
)
def test_f1(answer, right, expected):
    assert f1(answer, right) == pytest.approx(expected)
    assert exact_match(answer, right) == (expected == 1.0)


def test_overlap_counts_characters():
    result = PromptCompressor(config="extractive-bm25").compress(
        [TEXT, "Ulysses came later."], question="Who wrote Emma?", target_tokens=8
    )
    assert result.texts == ["Emma is by Jane Austen."]
    kept = {context.index: context.spans for context in result.contexts}
    assert span_overlap([(0, 0, 23)], kept) == 1.0
    assert span_overlap([(0, 11, 33)], kept) == pytest.approx(12 / 22)
    assert span_overlap([(0, 0, 23), (1, 0, 23)], kept) == 0.5
    assert span_overlap([], kept) == 0.0


def test_benefit():
    """From the paper's kind of figures: none 4.17, everything 1.67."""
    assert benefit_retained(4.17, 1.67, 1.67) == 1.0
    assert benefit_retained(4.17, 4.17, 1.67) == 0.0
    assert benefit_retained(4.17, 4.67, 1.67) == pytest.approx(-0.2)
    assert benefit_retained(1.0, 1.0, 2.0) is None


@given(st.lists(st.floats(-5, 5), min_size=2, max_size=30))
def test_intervals_hold_the_mean(values):
    found = estimate(values)
    assert found == estimate(values)
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.mean == pytest.approx(np.mean(values))


def test_the_interval_of_a_share():
    """70 of 100: about 1.96 * sqrt(0.7 * 0.3 / 100) = 0.09 to either side."""
    found = estimate([1.0] * 70 + [0.0] * 30)
    assert found.mean == 0.7
    assert found.low == pytest.approx(0.61, abs=0.015)
    assert found.high == pytest.approx(0.79, abs=0.015)
    assert str(found).startswith("0.700 [0.6")
    assert estimate([]) is None
    assert estimate([2.0]) == Estimate(2.0, 2.0, 2.0, 1)


def test_paired_differences():
    """Of 5 cases that all differ the same way, 2 of 2^5 sign patterns are as extreme."""
    assert paired_p([1] * 5, [0] * 5) == pytest.approx(2 / 32)
    assert paired_p([1, 0, 1, 0], [0, 1, 0, 1]) == 1.0
    assert paired_p([1, 0], [1, 0]) == 1.0
    assert paired_p([1], [0]) == 1.0
    assert paired_p([1] * 12, [0] * 12) < 0.01


@given(
    said=st.lists(st.sampled_from("the cat sat on a mat 42 don't Paris".split()), max_size=9),
    right=st.lists(st.sampled_from("the cat sat on a mat 42 don't Paris".split()), max_size=9),
)
def test_rouge_l_as_others_have_it(said, right):
    said, right = " ".join(said), " ".join(right)
    expected = RougeScorer(["rougeL"]).score(right, said)["rougeL"].fmeasure
    assert rouge_l(said, [right]) == pytest.approx(expected)
    assert rouge_l(said, ["nothing of it", right]) >= rouge_l(said, [right])


def test_rouge_l_in_chinese():
    """By characters: 厦 and 大 in their order, of two and four."""
    assert rouge_l("厦大", ["厦门大学"]) == pytest.approx(2 * 2 / 6)


def test_bertscore_by_hand():
    """Two tokens said, three right: cosines 1, 0.6, 0 and 0, 0.8, 1."""
    said = np.array([[1.0, 0.0], [0.0, 1.0]])
    right = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]])
    precision, recall = 1.0, (1 + 0.8 + 1) / 3
    assert greedy_f1(said, right) == pytest.approx(2 * precision * recall / (precision + recall))
    assert greedy_f1(said, said) == 1.0
    assert greedy_f1(said, right[:0]) == greedy_f1(said, -said) == 0.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" They have 5.\nThe answer is 5\n\nQuestion: x\nThe answer is 9", "5"),
        ("So the answer is (B).", "(B)"),
        (" (B).", "(B)"),
        ("", ""),
        ("the answer is", ""),
    ],
)
def test_final_answers(text, expected):
    assert final_answer(text) == expected


def test_when_compressing_pays():
    """0.1 s and 50 microseconds a token, against a target that saves 75 of 200 microseconds a token."""
    prices = Prices(tokens_per_second=10_000, machine_per_hour=3.6)
    tokens = [1000, 2000, 4000]
    seconds = [0.1 + 5e-5 * n for n in tokens]
    assert length_that_pays(tokens, seconds, 0.25, prices) == pytest.approx(0.1 / (7.5e-5 - 5e-5))
    assert length_that_pays(tokens, seconds, 0.6, prices) is None, "slower than reading all"
    assert length_that_pays([1000, 1000], [0.01, 0.01], 0.5, prices) == 0
    assert length_that_pays([], [], 0.5, prices) is None
    assert price_that_pays(2.0, 1000, prices) == 2.0  # 0.002 of machine for 1,000 tokens
    assert price_that_pays(2.0, 0, prices) is None


def test_peak_memory_sees_what_is_given_back():
    """In a process of its own: in this one other tests' threads give memory back meanwhile."""
    code = """
        import numpy as np
        from lingua_integrations.evaluation.memory import peak_memory

        with peak_memory() as peak:
            np.ones(8_000_000).sum()
        with peak_memory() as less:
            pass
        print(peak.megabytes, less.megabytes)
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True
    )
    peak, less = run.stdout.split()
    if peak != "None":  # only Linux says
        assert 50 < float(peak) < 100
        assert float(less) < 20
