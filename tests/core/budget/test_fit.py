"""Stage 6: exactly to the budget, also with counters that do not add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import laws
from lingua_integrations import BudgetTooSmall
from lingua_integrations.core.budget.drafts import Draft, left_out
from lingua_integrations.core.budget.fit import fit
from lingua_integrations.core.budget.sheet import Sheet
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.outline import Piece
from lingua_integrations.core.text.units import from_pieces


def draft(text, margins, kept=(), forced=()):
    units = segment(text)
    places = np.arange(len(units))
    return Draft(units, np.isin(places, kept), np.array(margins, dtype=float), np.isin(places, forced))


def words(text):
    return len(text.split())


def texts_of(drafts, masks):
    return [d.units.join(np.flatnonzero(mask)) for d, mask in zip(drafts, masks, strict=True)]


def test_gives_up_the_weakest_across_texts():
    """Two too many: the two lowest margins go, wherever they stand."""
    drafts = [draft("a b c", [3, 1, 5], [0, 1, 2]), draft("d e", [2, 9], [0, 1])]
    assert texts_of(drafts, fit(drafts, 3, words)) == ["a c", "e"]


def test_fills_with_the_strongest():
    """Room for two more: the two highest margins of what was dropped."""
    drafts = [draft("a b c d e", [1, 2, 3, 4, 5])]
    assert texts_of(drafts, fit(drafts, 2, words)) == ["d e"]


def test_fills_around_what_does_not_fit():
    """The strongest unit is too large for what is left; the next one is taken."""
    drafts = [draft("a bbbbbbbb c", [1, 9, 2], [0])]
    assert texts_of(drafts, fit(drafts, 3, len)) == ["a c"]


def test_a_ceiling_is_not_filled():
    """fill=False takes nothing that was dropped."""
    drafts = [draft("a b c", [1, 2, 3], [2])]
    assert texts_of(drafts, fit(drafts, 3, words, fill=False)) == ["c"]


def test_forced_units_outlast_all_others():
    """What must stay stays though it is the weakest; if that is too much, the error says by how much."""
    drafts = [draft("a b c", [1, 2, 3], [0, 1, 2], [0, 1])]
    assert texts_of(drafts, fit(drafts, 2, words)) == ["a b"]
    with pytest.raises(BudgetTooSmall) as caught:
        fit(drafts, 1, words)
    assert caught.value.smallest == 2


counters = st.sampled_from([
    len,
    words,
    lambda text: len(text) // 4,
    lambda text: len(text.encode("utf-8", "replace")) + 3,
    lambda text: len(text) % 7 + words(text),  # does not grow with the text
])  # fmt: skip


@given(st.lists(laws.prose | laws.anything, min_size=1, max_size=3), counters, st.integers(0, 80), st.data())
def test_the_bound_holds_for_any_counter(texts, count, budget, data):
    """Whatever the counter does, at most the budget comes out, or the error says so."""
    drafts = []
    for text in texts:
        n = len(segment(text))
        margins = data.draw(st.lists(st.floats(-5, 5), min_size=n, max_size=n))
        drafts.append(draft(text, margins, data.draw(st.sets(st.integers(0, max(0, n - 1))))))
    try:
        masks = fit(drafts, budget, count)
    except BudgetTooSmall as error:
        assert error.smallest > budget
        return
    assert sum(map(count, texts_of(drafts, masks))) <= budget


@given(st.text(alphabet="ab .\n漢", max_size=40), st.data())
def test_what_a_unit_costs_is_the_difference_it_makes_to_the_words_around_it(text, data):
    """Out to the nearest single space on either side, counted with it and without it."""
    units = segment(text)
    if not len(units):
        return
    kept = np.array([data.draw(st.booleans()) for _ in range(len(units))])
    unit = data.draw(st.integers(0, len(units) - 1))
    counted = []

    def count(piece):
        counted.append(piece)
        return len(piece)

    sheet = Sheet(Draft(units, kept, np.zeros(len(units)), np.zeros(len(units), dtype=bool)), count)
    cost = sheet.cost(unit)
    having, lacking = counted
    places = np.arange(len(units))
    whole = [units.join(places[kept | (places == unit)]), units.join(places[kept & (places != unit)])]
    assert cost == len(having) - len(lacking) == len(whole[0]) - len(whole[1])
    assert having in whole[0]
    assert lacking in whole[1]


@given(st.text(alphabet="ab .\n漢", max_size=60), st.data())
def test_what_is_near_several_units_is_what_is_near_each_of_them(text, data):
    units = segment(text)
    kept = np.array([data.draw(st.booleans()) for _ in range(len(units))], dtype=bool)
    sheet = Sheet(Draft(units, kept, np.zeros(len(units)), np.zeros(len(units), dtype=bool)), len)
    added = [unit for unit in sheet.kept if data.draw(st.booleans())]
    each = [sheet.neighbourhood([unit]) for unit in added]
    assert (sheet.neighbourhood(added) if added else set()) == set().union(*each)


def test_of_equals_the_earlier_stays():
    drafts = [draft("a b c d", [1, 1, 1, 1], [0, 1, 2, 3])]
    assert texts_of(drafts, fit(drafts, 2, words)) == ["a b"]
    drafts = [draft("a b c d", [1, 1, 1, 1])]
    assert texts_of(drafts, fit(drafts, 2, words)) == ["a b"]


def test_what_was_given_up_after_filling_is_not_tried_again():
    """A counter for which whole texts cost more than their parts: the fit ends all the same."""
    calls = 0

    def total(texts):
        nonlocal calls
        calls += 1
        assert calls < 50, "it goes round in circles"
        return sum(map(words, texts)) + any("b" in text for text in texts)

    drafts = [draft("a b", [2, 1], [0])]
    assert texts_of(drafts, fit(drafts, 2, words, total=total)) == ["a"]


def test_no_worse_unit_takes_the_place_of_a_better_one():
    """Where filling is strict, it ends at the first unit that does not fit; the best of all is told of."""
    drafts = [draft("a bbbbbbbb c", [1, 9, 2], [])]
    (mask,) = fit(drafts, 3, len, strict=True)
    assert not mask.any()
    assert left_out(drafts, [mask])[1].text == "bbbbbbbb"
    assert left_out(drafts, [np.array([False, True, False])]) is None


def test_what_stays_only_for_others_takes_no_room_of_its_own():
    """Two functions with equal bodies: room for one of them goes to a header with its body."""
    text = "f():\n1\n\ng():\n1"
    pieces = [Piece(0, 4, heads=True), Piece(5, 6, (0,)), Piece(8, 12, heads=True), Piece(13, 14, (2,))]
    bodies = np.array([False, True, False, True])
    one = Draft(from_pieces(text, pieces), bodies, np.where(bodies, 1.0, -np.inf), np.zeros(4, dtype=bool))
    assert texts_of([one], fit([one], 3, words)) == ["f():\n1"]
