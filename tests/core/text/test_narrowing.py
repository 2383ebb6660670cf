"""Figures come with the sentence that says what they are without something, or when they hold."""

from __future__ import annotations

import pytest
from outputs import needed


@pytest.mark.parametrize(
    "text",
    [
        "Revenue rose from 410 to 455 million euros. Excluding acquisitions, it fell by 2%.",
        "Drinkers slept 22 minutes less. After adjusting for shift work, the difference vanished.",
        "Sales grew by 8%. On a like-for-like basis, they shrank.",
        "Der Umsatz stieg um 11 Prozent. Ohne Zukäufe sank er.",
        "Le chiffre d'affaires a augmenté de 11 %. Hors acquisitions, il a baissé.",
        "Las ventas crecieron un 11 %. Sin las adquisiciones, cayeron.",
        "Le vendite sono cresciute dell'11%. Al netto delle acquisizioni, sono calate.",
        "营业额增长了11%。剔除收购因素，下降了2%。",
        "Trains to Porto leave at 07:30, 09:30 and 14:00. Sundays only the 14:00 runs.",
        "The largest file may have 200 MB. Archives of 200 MB are not scanned.",
        "The limit is 10 MB. The upload route overrides it.",
        "The upload limit is 200 MB. In production this limit is switched off.",
    ],
)
def test_what_narrows_a_figure_comes_with_it(text):
    found = needed(text)
    before, after = found
    assert after in found[before]


@pytest.mark.parametrize(
    "text",
    [
        "The fort was built in 1806. No soldier came before 1806.",  # a year is no figure
        "Sales grew by 8%. Without doubt, Italy is the largest market.",
        "Las ventas crecieron un 11 %. Sin duda, Italia es el mayor mercado.",
        "Tea was served. Excluding guests, they were only five people.",
        "The room has 12 chairs. The garden has 12 trees.",
        "The editor opens files. The user overrides settings in a file.",
    ],
)
def test_other_sentences_do_not(text):
    """None needs one that comes later."""
    assert not any(text.index(need) > text.index(one) for one, some in needed(text).items() for need in some)
