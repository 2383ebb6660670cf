"""What a good unit names comes up where other texts name it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations.core.prune.mentions import said_in
from lingua_integrations.core.prune.names import named, names_in
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.prune.scorers.relevance import RelevanceScorer
from lingua_integrations.core.text.documents import read

QUESTION = "Who owns the label of the performer of Another Page?"
ALBUM = "Another Page is the second album of Christopher Cross."
LABEL = "Back of My Mind, by Christopher Cross, came out at Warner."


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Robert De Niro and Danny Aiello star.", ["robert de niro", "danny aiello"]),
        ("The film stars Meg Ryan, Dennis Quaid and James Caan.", ["meg ryan", "dennis quaid", "james caan"]),
        ("It was led by the Duke of Edinburgh.", ["duke of edinburgh"]),
        ("Later he met Anna. Later she left.", ["anna"]),
        ("He said: Peter came.", []),
        ("Since May 7 and 31 December, Note 5 says.", []),
        ("In 1947 Philip Mountbatten married.", ["philip mountbatten"]),
        ("He lived in Rom, a town of Io.", []),  # one short word: most of them are no names
        ("In Rome. By Sinéad O’Connor.", ["sinéad o connor"]),
        ("no capitals, 東京, 1815", []),
        ("the Aa" + " Aa" * 8, []),  # a heading
        ("", []),
    ],
)
def test_names(text, names):
    assert [" ".join(name) for name in names_in(text, {"in", "by"})] == names


@given(st.text(alphabet="aA. bBΣé\n:'-", max_size=60))
def test_every_name_stands_in_its_text(text):
    for name in names_in(text):
        assert said_in([text], [name]) == [{name}]


def test_words_stand_side_by_side_or_say_no_name():
    assert said_in(["Cross, Christopher", "CHRISTOPHER  cross", ""], [("christopher", "cross")]) == [
        set(),
        {("christopher", "cross")},
        set(),
    ]


units = st.lists(
    st.sampled_from([ALBUM, LABEL, "It rained.", "She met Anna there.", "Anna left.", "Anna and Bert sang."]),
    min_size=1,
    max_size=9,
)


@given(units, st.data())
def test_names_lift_as_far_as_below_what_names_them(drawn, data):
    """Nothing sinks, the best stays the best, and no unit moves by more than two deviations a round."""
    scores = np.array(data.draw(st.lists(st.floats(-3, 3), min_size=len(drawn), max_size=len(drawn))))
    owners = np.sort(data.draw(st.lists(st.integers(0, 3), min_size=len(drawn), max_size=len(drawn))))
    rounds = data.draw(st.integers(1, 3))
    lifted = named(scores, drawn, owners, QUESTION, rounds)
    assert (lifted >= scores).all()
    assert lifted.max() == pytest.approx(scores.max())
    assert (lifted - scores).max() <= rounds * 2 * scores.std() + 1e-9


@pytest.mark.parametrize(
    ("best", "other", "asked", "lifted"),
    [
        (ALBUM, LABEL, QUESTION, True),
        (ALBUM, LABEL, "What did Christopher Cross do?", False),  # the question says it itself
        (ALBUM, "Peter Cross came.", QUESTION, False),  # another one of that name
        ("It has a Senate.", "The Senate voted.", QUESTION, True),
        ("It has a Senate.", "The Senate voted, as each senate does.", QUESTION, False),  # a common noun
    ],
)
def test_what_is_looked_up(best, other, asked, lifted):
    texts = [best, other, *["Nothing happened."] * 8]
    scores = np.array([4.0] + [0.0] * 9)
    found = named(scores, texts, np.arange(10), asked)
    assert bool(found[1] > 0) is lifted
    assert found[2:].tolist() == [0.0] * 8


def test_what_many_texts_name_says_nothing():
    texts = [ALBUM, *[LABEL] * 3, *["Nothing happened."] * 6]
    scores = np.array([4.0] + [0.0] * 9)
    assert named(scores, texts, np.arange(10), QUESTION).tolist() == scores.tolist()


@pytest.mark.parametrize(("best", "lifted"), [(3.0, True), (9.0, False)])
def test_nothing_is_looked_up_where_one_unit_stands_far_apart(best, lifted):
    texts = [ALBUM, LABEL, *["Nothing happened."] * 18]
    scores = np.array([best, 0.0, *np.linspace(0, 2, 18)])
    assert bool(named(scores, texts, np.arange(20), QUESTION)[1] > 0) is lifted


def test_the_own_text_is_not_lifted():
    texts = [ALBUM, LABEL, "Nothing happened."]
    scores = np.array([4.0, 0.0, 0.0])
    assert named(scores, texts, np.array([0, 0, 1]), QUESTION).tolist() == scores.tolist()


@pytest.mark.parametrize("hops", [1, 2])
def test_the_second_hop_is_found_without_a_title(hops):
    """Of six albums with a label, the one whose performer the first text names."""
    others = [
        f"{album}, by {singer}, came out at {label}."
        for album, singer, label in (
            ("Blue Sky", "Ann Lee", "Decca"),
            ("Old Road", "Bob Ray", "Motown"),
            ("Long Way", "Cy Day", "Verve"),
            ("New Home", "Di Fox", "Chess"),
            ("Red Sun", "Ed Orr", "Stax"),
        )
    ]
    texts = [*others, LABEL, ALBUM]
    scores = RelevanceScorer(BM25Ranker(), hops=hops).score(
        [read(text) for text in texts], QUESTION, [None] * len(texts)
    )
    came_out = [float(score.max()) for score in scores[:6]]
    assert bool(came_out[-1] > max(came_out[:-1]) + 0.5) is (hops == 2)
