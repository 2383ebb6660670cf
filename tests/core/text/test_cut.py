"""Sentences that the edge of a page or blank lines cut in two come out whole or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outputs import kept, needed

EDGES = (
    "\n\n",
    "\n\n\n\n",
    "\n\nPage 4 of 12\n\n",
    "\n\n– 3 –\n\n",
    "\n\n7\n\n\f\n",
    "\n\nTerms of use        5\n\n",
)
RULE = (
    "The owner shall mend the roof at its own cost, except where the harm was done by the tenant or by guests"
)
AFTER = "The rent is due in May. The deposit amounts to two rents.\n\nDogs are welcome."


@given(st.integers(9, 18), st.sampled_from(EDGES))
def test_both_halves_of_a_sentence_come_together(words, edge):
    found = RULE.split()
    left, right = " ".join(found[:words]), " ".join(found[words:]) + "."
    units = needed(f"{left}{edge}{right}\n\n{AFTER}")
    assert right in units[left]
    assert left in units[right]
    assert not units["Dogs are welcome."]


@pytest.mark.parametrize(
    ("text", "half"),
    [
        (
            "It is not refunded unless the buyer shows a\n\nCertificate of a doctor. Lunch is included.",
            "Certificate of a doctor.",
        ),
        (
            "Der Vertrag endet im Mai, sofern nicht\n\n– 3 –\n\nMuster GmbH · Vertrag 47\n\n"
            "eine Partei widerspricht.",
            "eine Partei widerspricht.",
        ),
        (
            "Le contrat prend fin en mai sauf si le\n\nPage 3\n\nlocataire demande un délai.",
            "locataire demande un délai.",
        ),
        (
            "出租人应当负责房屋的维修，但是承租人故意造成损坏\n\n第 3 页\n\n的情况除外。",
            "的情况除外。",
        ),
        (
            "The court held that the clause was void in the light of\nthe statute and of the older decisions "
            "of the High\n\nCourt in similar matters. The costs were shared.",
            "Court in similar matters.",
        ),
    ],
)
def test_the_second_half_may_begin_with_a_capital_or_have_none(text, half):
    found = needed(text)
    (first, *_) = found
    assert half in found[first]
    assert first in found[half]


@pytest.mark.parametrize(
    "text",
    [
        "- tea\n- juice\n\nwater is free",
        "my new driver does not load on this box\n\nthe box crashes at boot with no message\n\nany ideas",
        "The garden is open to the public on Sundays.\n\niPhones are not allowed in the garden at any time.",
        "The first line of a poem has no stop at all\n\nThe second line has none of them either here",
    ],
)
def test_sentences_that_are_whole_stand_alone(text):
    found = needed(text)
    assert not any(other in found[one] for one in found for other in found[one])


def test_what_stands_at_the_edge_of_a_page_heads_nothing():
    edge = "\n\n– 3 –\n\nSmith Ltd · Contract 47\n\n"
    text = f"§ 5 Cancellation\n\n{RULE}{edge}who live with the tenant in the flat. Dogs may stay.\n\n{AFTER}"
    assert kept(text, "May dogs stay?") == "§ 5 Cancellation\n\nDogs may stay."
