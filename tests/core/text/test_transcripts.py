"""Transcripts as meeting programs export them: turns with their speakers, answers with their questions."""

from __future__ import annotations

import pytest
from outputs import kept

from lingua_integrations.core.text.kinds import kind_of

SAID = [
    ("Maria Lopez", "Good morning everyone."),
    ("John Smith", "Did legal send the contract?"),
    ("Maria Lopez", "Not yet. Priya will send it tomorrow."),
    ("Priya Nair", "The budget is approved."),
    ("John Smith", "The hall is booked for May."),
]
FORMS = {
    "zoom": "[{name}] 10:02:0{n}\n{said}\n\n",
    "teams": "{name}   0 minutes {n} seconds\n{said}\n",
    "teams, German": "{name}   0 Minuten {n} Sekunden\n{said}\n",
    "teams, cues": "0:0:{n}.120 --> 0:0:{n}.900\n{name}\n{said}\n",
    "otter": "{name}  0:0{n}\n{said}\n\n",
    "voices": "00:00:0{n}.000 --> 00:00:0{n}.900\n<v {name}>{said}</v>\n\n",
    "saved": "10:02:0{n}\t From  {name} : {said}\n",
    "saved, to one": "10:02:0{n} From {name}  to  Everyone: {said}\n",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_an_answer_comes_with_its_question_and_both_speakers(form):
    turns = [form.format(name=name, said=said, n=n) for n, (name, said) in enumerate(SAID, 1)]
    assert kind_of("".join(turns)) in ("chat", "subtitles")
    assert kept("".join(turns), "Who sends the contract?") == "".join(turns[1:3]).strip()
    assert kept("".join(turns), "Is the budget approved?") == turns[3].strip()


def test_people_of_whom_some_speak_more_than_others_are_no_fields():
    text = (
        "Ana: Hello, Ben.\nBen: Hello.\nAna: Who has the maps?\nBen: I do.\nCy: I am late.\nAna: Fine, then."
    )
    assert kind_of(text) == "chat"
    text = "Fault: It leaks.\nCause: The seal is worn.\nRemedy: Replace it.\n"
    assert kind_of(text * 2) == "record"
