"""The bound against the linear program it is the dual of, and the search for compressions."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingua_integrations import Context
from lingua_integrations.evaluation import curve as curves
from lingua_integrations.evaluation.cases import Case, Task
from lingua_integrations.evaluation.contenders import contender
from lingua_integrations.evaluation.curve import Compressions, bound

compressions = st.lists(
    st.tuples(st.floats(0, 1).map(lambda one: round(one, 3)), st.floats(0, 9).map(lambda one: round(one, 3))),
    min_size=1,
    max_size=6,
).map(lambda points: Compressions(*np.array(points, dtype=float).T))


def dual(prompts, rate):
    """Theorem 1 the other way: the largest of  mean_x min_m (d + lambda r) - lambda R  over lambda >= 0.

    It is concave and piecewise linear, with its corners where two compressions of a prompt cost the same.
    """
    rises = [np.subtract.outer(prompt.distortions, prompt.distortions).ravel() for prompt in prompts]
    runs = [np.subtract.outer(prompt.rates, prompt.rates).ravel() for prompt in prompts]
    corners = np.concatenate(
        [[0.0], *(-rise[run > 0] / run[run > 0] for rise, run in zip(rises, runs, strict=True))]
    )
    return max(
        np.mean([(prompt.distortions + price * prompt.rates).min() for prompt in prompts]) - price * rate
        for price in corners[corners >= 0]
    )


@settings(max_examples=60)
@given(
    prompts=st.lists(compressions, min_size=1, max_size=4), rate=st.floats(0, 1).map(lambda r: round(r, 2))
)
def test_the_linear_program_is_its_dual(prompts, rate):
    shortest = np.mean([prompt.rates.min() for prompt in prompts])
    if rate < shortest - 1e-6:
        assert bound(prompts, [rate]) == [float("inf")]
    elif rate > shortest + 1e-6:  # where it just becomes possible, solvers may say either
        assert bound(prompts, [rate])[0] == pytest.approx(dual(prompts, rate), abs=1e-6)


@given(prompts=st.lists(compressions, min_size=1, max_size=4))
def test_more_room_never_costs(prompts):
    found = bound(prompts, np.linspace(0, 1, 11).tolist())
    assert all(later <= sooner + 1e-9 for sooner, later in pairwise(found))
    assert found[-1] == pytest.approx(np.mean([prompt.distortions.min() for prompt in prompts]))


def test_a_beam_finds_the_words_that_count():
    """Distortion is how many of three words are missing; all subsets of up to six are tried anyway."""
    wanted = frozenset({1, 4, 5})

    def measure(some):
        return [float(len(wanted - kept)) for kept in some]

    found = curves.beam(14, measure, width=2)
    assert wanted in found
    assert frozenset() in found
    assert len(found) < 2 * 14 * 2 + 2
    small = {frozenset(kept) for size in range(4) for kept in combinations(range(3), size)}
    assert set(curves.beam(3, measure, width=9)) == small


def test_no_method_is_below_the_bound():
    """Answers lost, on the sentences that come along; who knows the question can keep all of them."""
    task = curves.short_prompts()
    assert all(case.answers[0].lower() in case.contexts[0].text.lower() for case in task.cases), (
        "or nothing could keep them"
    )
    methods = [contender(name) for name in ("truncation", "random sentences", "uncompressed", "no context")]
    words = Task("words", (Case("1", "Who?", (Context("by Jane Austen in 1815"),), ("Jane Austen",)),))
    for some in (task, words):
        found = curves.curve(some, methods, [0.7, 0.3], None)
        assert found.label == "answers lost"
        for points in found.methods.values():
            for rate, lost in points:
                (least,) = np.interp([rate], found.rates, found.aware)
                assert lost >= least - 1e-9
        assert all(one <= other + 1e-9 for one, other in zip(found.aware, found.agnostic, strict=True))
        assert (found.aware[0], found.aware[-1]) == (1.0, 0.0)
    assert "bound, knowing the question" in curves.markdown(found)
    assert curves.drawing(found).startswith("<svg")
