"""Who asks for the most, the least, the first or the last gets the row that has it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import PromptCompressor
from lingua_integrations.core.prune.extremes import asks_for_extremes, with_extremes
from lingua_integrations.core.text.documents import read

SEATS = [41, 67, 36, 80, 12, 55, 23, 71, 38, 44]
ROWS = [{"ground": f"ground {n}", "seats": seats} for n, seats in enumerate(SEATS)]
TABLE = "| ground | seats |\n|---|---|\n" + "\n".join(f"| {r['ground']} | {r['seats']} |" for r in ROWS)

CSV = "ground,seats\n" + "\n".join(f"g{n},{seats}" for n, seats in enumerate(SEATS))


@pytest.mark.parametrize("text", [TABLE, json.dumps(ROWS), CSV])
@pytest.mark.parametrize(
    "question",
    [
        "Which ground has the most seats?",
        "Welches Stadion hat die meisten seats (ground)?",
        "Quel ground a le plus de seats ?",
    ],
)
def test_the_row_with_the_most_comes_out(text, question):
    (out,) = PromptCompressor(config="extractive-bm25").compress([text], question=question, rate=0.6).texts
    assert "80" in out
    assert len(out) < len(text)


@pytest.mark.parametrize(
    "question",
    ["Who is the tallest?", "Wer war der erste König?", "¿Quién tiene más goles?", "誰が一番速い？",
     "Кто самый высокий?", "谁最高？", "किसके पास सबसे अधिक है?", "من هو الأكثر؟",
     "누가 가장 빠릅니까?", "ใครสูงที่สุด"],
)  # fmt: skip
def test_questions_for_the_most_in_many_languages(question):
    assert asks_for_extremes(question)


@pytest.mark.parametrize(
    "question", ["When is the harvest fest?", "Was kostet das Fenster?", "Quand est la fête ?", "Who won?"]
)
def test_other_questions(question):
    assert not asks_for_extremes(question)
    scores = np.arange(12.0)
    assert (with_extremes(read(TABLE), scores, question) == scores).all()


@given(best=st.integers(1, 10))
def test_rows_of_another_table_stay_as_they_are(best):
    """A row is raised to the best row of its own table, and no further."""
    units = read(f"{TABLE}\n\nIt rained.\n\n| a | b |\n|---|---|\n| x | 1 |\n| y | 2 |\n")
    scores = np.zeros(len(units))
    scores[best] = 1.0
    raised = with_extremes(units, scores, "Which has the most seats?")
    assert raised.max() == 1.0
    assert (raised[-2:] <= 0).all()
    assert (raised >= scores).all()


def test_who_asks_how_many_gets_the_row_with_the_sum():
    rows = "\n".join(f"| 20{n} | plane {n} | {n * 3} |" for n in range(10, 30))
    text = f"| Year | Sort | Ordered |\n|---|---|---|\n{rows}\n| Total | | 1,234 |\n"
    for question, kept in (
        ("How many planes were ordered in 2019?", True),
        ("When was plane 19 ordered?", False),
    ):
        (out,) = (
            PromptCompressor(config="extractive-bm25").compress([text], question=question, rate=0.3).texts
        )
        assert ("1,234" in out) is kept


def test_the_sum_comes_where_the_question_names_a_column_and_no_row():
    rows = "\n".join(f"| model {n} | {n} | {n * 2} |" for n in range(10, 30))
    text = f"| Sort | Due in 2024 | Due after 2024 |\n|---|---|---|\n{rows}\n| Total | 390 | 780 |\n"
    units = read(text)
    scores = np.arange(float(len(units)), 0, -1)
    for question, lifted in (
        ("What are the commitments after 2024?", True),
        ("What is due after 2024 for model 10?", False),
    ):
        assert bool(with_extremes(units, scores, question)[-1] > scores[-1]) is lifted
