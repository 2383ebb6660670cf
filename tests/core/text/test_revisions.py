"""Plans come with the turn that changes them."""

from __future__ import annotations

import pytest
from outputs import kept

TALK = "{0}\nBen: Fine with me.\nAna: Who has the maps?\nBen: I do.\n{1}\nBen: Sure, see you."


@pytest.mark.parametrize(
    ("plan", "change", "question"),
    [
        (
            "Ana: Let's meet on Thursday at the Lion.",
            "Ana: Actually let's do Friday instead.",
            "When do we meet?",
        ),
        (
            "Ana: I booked a table at Luigi's for eight.",
            "Cy: Change of plan, Luigi's is full. We go to the Thai place.",
            "Is a table booked?",
        ),
        ("Ana: We need 40 chairs for the hall.", "Ana: Make it 60.", "How many chairs do we need?"),
        ("Ana: Wir treffen uns am Montag am See.", "Ana: Doch lieber Dienstag.", "Wann treffen wir uns?"),
        (
            "Ana: On se voit samedi au marché.",
            "Ana: Finalement plutôt dimanche.",
            "Quand est-ce qu'on se voit ?",
        ),
        ("Ana: Nos vemos el lunes en el parque.", "Ana: Mejor el martes.", "¿Cuándo nos vemos?"),
        ("Ana: 我们周六在公园见面。", "Ana: 还是周日吧。", "什么时候在公园见面？"),
    ],
)
def test_a_plan_comes_with_its_change(plan, change, question):
    found = kept(TALK.format(plan, change), question).splitlines()
    assert plan in found
    assert change in found


def test_what_changes_nothing_is_left_out():
    plan, remark = "Ana: Let's meet on Thursday at the Lion.", "Cy: Actually I like the new maps."
    assert kept(TALK.format(plan, remark), "Where do we meet on Thursday?") == plan
