"""Quotations in Markdown and mails: words of others do not come out as the writer's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outputs import kept

from lingua_integrations.core.text.documents import read

SUBJECTS = ("bridge", "harbour", "boiler", "library", "orchard", "tunnel")
said = st.lists(st.sampled_from(SUBJECTS), min_size=2, max_size=6, unique=True)


@given(said, st.integers(1, 3), st.data())
def test_a_sentence_of_a_quotation_keeps_its_marks(subjects, depth, data):
    """Wherever it stands in its line, and however the quotation is broken into lines."""
    marks = "> " * depth
    words = " ".join(f"The old {subject} by the river is closed for good." for subject in subjects).split()
    breaks = data.draw(st.sets(st.integers(1, len(words) - 1), max_size=2))
    quoted = marks + "".join(
        (f"\n{marks}" if n in breaks else " " * (n > 0)) + word for n, word in enumerate(words)
    )
    text = f"The board met in May.\n\n{quoted}\n\nNobody agreed. It rained on that day."
    units = read(text)
    for unit in range(len(units)):
        if units.text[units.starts[unit] :].startswith("The old"):
            needed = sorted({unit, *_needs(units, unit)})
            out = units.join(np.array(needed))
            line = out[: out.index("The old")].rpartition("\n")[2]
            assert line.count(">") == depth, out


def _needs(units, unit):
    found = set()
    for need in units.structure.needs[unit] if units.structure else ():
        found |= {need, *_needs(units, need)} if need < unit else {need}
    return found


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (
            "# Notes\n\nThe board met in May.\n\n> Critics say the bridge is weak. The bridge carries 40 "
            "tons at most. Go round it.\n\nThe engineer measured 90 tons.",
            "How many tons does the bridge carry at most?",
            "# Notes\n\n> The bridge carries 40 tons at most.",
        ),
        # Quotations of quotations: a line of another depth is not the same one's.
        (
            "Intro.\n\n> > The old pump is fine. It was checked in May.\n> The pump is broken. We need a new "
            "one.\n\nThe end of it.",
            "Is the pump broken?",
            "> The pump is broken.",
        ),
        # A sentence that begins a line has its own marks, and no others.
        (
            "Hello.\n\n> We met in May in the old town hall by the river. It rained all of the day.\n"
            "> The pump is broken and nobody in this town wants to pay for a new one at all.\n"
            "> The wall is dry now and needs no more work until the end of next year or so.\n\nBye.",
            "Is the pump broken?",
            "> The pump is broken and nobody",
        ),
        # One sentence has its marks anyway.
        ("Hello all.\n\n> The pump is broken.\n\nBye now.", "Is the pump broken?", "> The pump is broken."),
    ],
)
def test_who_says_it_can_be_seen(text, question, expected):
    found = kept(text, question)
    assert expected in found
    assert not [line for line in found.splitlines() if line.strip() == ">"]


def test_a_reply_in_a_quotation_is_found_behind_its_marks():
    text = (
        "> > Shall we close the old bridge in July?\n> No. We close it in August. The mayor agrees.\n\n"
        "Thank you.\n"
    )
    assert "No." in kept(text, "Shall we close the old bridge?")
