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


@pytest.mark.parametrize(
    "text",
    [
        "If you are on a hosted machine, the client finds credentials. You do not need to configure any.",
        "If the order is above 50 euros, shipping is free. No code is needed.",
        "Si vous êtes abonné, le musée est gratuit. Vous pouvez entrer par la porte sud.",
        "Wenn Sie hier wohnen, ist der Eintritt frei. Kein Ausweis wird verlangt.",
        "You can let the tool assume a role. When you do this, calls are made for you.",
        "Puede usar la clave antigua. Al hacerlo, se pierde el saldo.",
    ],
)
def test_what_holds_under_a_condition_needs_it(text):
    before, after = needed(text)
    assert before in needed(text)[after]


def test_a_question_supposes_nothing():
    found = needed("If it rains, will you come? You are welcome. It is free.")
    assert "If it rains, will you come?" in found["You are welcome."]  # as its answer
    found = needed("We wondered if it rained. You were late.")
    assert not found.get("You were late.")
