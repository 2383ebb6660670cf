"""The white space between kept units, by its definition."""

from itertools import pairwise

import numpy as np
import regex
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations.core.text.omissions.gaps import Gaps
from lingua_integrations.core.text.units import from_spans

TEXTS = st.text(alphabet="ab \n\t\u00a0", min_size=1, max_size=30)


@st.composite
def cuts(draw):
    """A text, and ascending spans of it; some own white space, whole runs or parts of them."""
    text = draw(TEXTS)
    edges = sorted(draw(st.sets(st.integers(0, len(text)), min_size=2)))
    spans = list(pairwise(edges))
    return text, [span for span in spans if text[slice(*span)].strip() or draw(st.booleans())]


def by_definition(text, spans, left, right):
    """A run of white space ends where a unit does; the indentation of a line that is gone goes with it."""
    edges = [spans[left][1], *(edge for span in spans[left + 1 : right] for edge in span), spans[right][0]]
    runs = [
        (start + run.start(), start + run.end())
        for start, stop in pairwise(edges)
        for run in regex.finditer(r"\s+", text[start:stop])
    ]
    begin, end = max(reversed(runs), key=lambda run: text.count("\n", *run), default=(0, 0))
    run = text[begin:end]
    touches = end == spans[right][0]
    return run if touches or "\n" not in run else run[: run.rindex("\n") + 1]


@given(cuts(), st.data())
def test_the_run_with_the_most_line_breaks_the_last_on_a_tie(cut, data):
    text, spans = cut
    units = from_spans(text, spans)
    begin = data.draw(st.integers(0, len(spans)))
    part = units.part(begin, len(spans))
    for left in range(len(spans)):
        for right in range(left + 1, len(spans)):
            expected = by_definition(text, spans, left, right)
            assert units.joint(left, right) == expected
            if left >= begin:
                assert part.joint(left - begin, right - begin) == expected


def test_a_unit_that_owns_a_part_of_a_run():
    gaps = Gaps("a \n b", np.array([0, 2, 4]), np.array([1, 3, 5]))
    assert [gaps.between(*pair) for pair in ((0, 1), (1, 2), (0, 2))] == [" ", " ", "\n"]


def test_of_many_runs_between_two_units_the_one_with_the_most_line_breaks():
    text = "a\n" * 20 + "b\n\n" + "c\n" * 20
    units = from_spans(text, [match.span() for match in regex.finditer("[abc]", text)])
    assert [units.joint(*pair) for pair in ((0, 40), (0, 20), (21, 40))] == ["\n\n", "\n", "\n"]


@given(cuts(), st.data())
def test_a_choice_of_units_is_cut_from_the_text_with_those_gaps(cut, data):
    text, spans = cut
    units = from_spans(text, spans)
    kept = [i for i in range(len(spans)) if data.draw(st.booleans())]
    expected = ""
    for place, i in enumerate(kept):
        if place and kept[place - 1] == i - 1:
            expected += text[spans[i - 1][1] : spans[i][0]]
        elif place:
            expected += units.joint(kept[place - 1], i)
        expected += text[slice(*spans[i])]
    assert units.join(np.array(kept, dtype=np.int64)) == expected
    edges = [(spans[first][0], spans[last][1]) for first, last in stretches(kept)]
    assert list(units.spans(np.array(kept, dtype=np.int64))) == edges


def stretches(kept):
    found = []
    for i in kept:
        if found and found[-1][1] == i - 1:
            found[-1][1] = i
        else:
            found.append([i, i])
    return found
