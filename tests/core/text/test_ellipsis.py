"""What says too little alone: ellipses need the sentence before, and values the line that names them."""

from __future__ import annotations

import pytest
from outputs import kept, needed


@pytest.mark.parametrize(
    "text",
    [
        "A day ticket costs 14 euros. Students pay half.",
        "The blue scooter costs 400 euros. The red one costs 50 more.",
        "Adults pay 12 euros. Children pay 6.",
        "Dogs are welcome in the garden. Cats too.",
        "Eine Karte kostet 14 Euro. Studenten zahlen die Hälfte.",
        "Un billet coûte 14 euros. Les étudiants paient la moitié.",
        "La entrada cuesta 14 euros. Los niños pagan la mitad.",
        "Билет стоит 400 рублей. Студенты платят половину.",
        "门票一百元。学生半价。",
        "入場料は千円です。学生は半額です。",
    ],
)
def test_an_ellipsis_needs_the_sentence_before(text):
    found = needed(text)
    (before, after) = found
    assert before in found[after]
    assert after not in found[before]


@pytest.mark.parametrize(
    "text",
    [
        "A ticket costs 14 euros. Trains leave at 7.",
        "A ticket costs 14 euros. The fort fell in 1806.",
        "A ticket costs 14 euros. Rooms are described on page 6.",
        "It is half past nine. The garden is open until 5.",
    ],
)
def test_times_places_and_years_lack_nothing(text):
    assert not any(needed(text).values())


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_value_stands_below_its_name_and_that_below_its_product(gap):
    sheets = [
        ["Model X200", "Tank", "5 litres", "Weight", "12 kg"],
        ["Model X300", "Tank", "8 litres", "Weight", "15 kg"],
    ]
    text = "\n\n".join(gap.join(sheet) for sheet in sheets)
    found = kept(text, "How many kg does the X300 weigh: 15 kg?")
    assert found.split() == "Model X300 Weight 15 kg".split()
