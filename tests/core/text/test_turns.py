"""What is said by turns, and values and records of many lines: each with its speaker, key or head."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of

SLACK = """Alice Smith  10:02 AM
The deploy failed.
Rolling back now.

Bob  10:05 AM
OK. Do not restart the queue.

Alice Smith  10:09 AM
Done.
"""
COLONS = "Ann:\nI will come at five.\n\nBob:\nNo, please do not.\n\nAnn:\nThen at six.\n\nBob:\nFine.\n"
SRT = """1
00:00:01,000 --> 00:00:03,000
Do not under any circumstances

2
00:00:03,000 --> 00:00:05,000
open the red valve.

3
00:00:06,000 --> 00:00:07,000
The blue one is fine.
"""
VTT = "WEBVTT\n\nintro\n00:01.000 --> 00:04.000\nHello there.\n\nend\n00:05.000 --> 00:06.000\nBye now.\n"
TOML = '[a]\ntext = """\nNot for\n[use] = here\n"""\nx = 1\n\n[b]\nx = 2\n'
DUMP = """COPY public.users (id, name) FROM stdin;
1\tAnn O'Neil; esq
2\tBob
\\.

ALTER TABLE x ADD y int;
"""
TERMS = """Terms
=====

timeout
    Seconds to wait. Zero waits for ever.

retries
    How often. Negative ones are refused.
"""
LOG = """2024-01-01 10:00:01 INFO start
2024-01-01 10:00:02 ERROR request failed
  status: 500
  user: bob
2024-01-01 10:00:03 INFO end
"""


def needed(text, words):
    """The unit with these words, and the text of those it needs."""
    units = read(text)
    strings = units.strings()
    (at,) = [n for n, content in enumerate(strings) if words in content]
    needs = units.structure.needs[at] if units.structure else ()
    return strings[at], [strings[need] for need in needs]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (SLACK, "chat"),
        (COLONS, "chat"),
        (SRT, "subtitles"),
        (VTT, "subtitles"),
        (TOML, "toml"),
        (DUMP, "sql"),
    ],
)
def test_their_kinds_are_known(text, kind):
    assert kind_of(text) == kind


def test_labels_of_paragraphs_are_no_speakers():
    assert kind_of("Example:\nx is set.\nExample:\ny is set.\nNote:\nIt rained.\n") != "chat"
    assert kind_of("Monday:\n- tea\n- milk\nFriday:\n- tea\nMonday:\n- rice\n") != "chat"


@pytest.mark.parametrize(("text", "said"), [(SLACK, "Do not restart"), (COLONS, "please do not")])
def test_words_stand_with_the_name_above_them(text, said):
    unit, _ = needed(text, said)
    assert unit.startswith("Bob")
    assert "five" not in unit
    assert "Done" not in unit


def test_what_is_long_needs_the_name_above_it():
    long = "We met. " * 80 + "Do not sign."
    units = read(f"Ann  9:01\n{long}\n\nBob  9:04\nFine.\n\nAnn  9:05\nGood.\n")
    assert units.structure.carrier.tolist()[:2] == [True, False]
    assert units.strings()[0] == "Ann  9:01"
    assert all(needs == (0,) for needs in units.structure.needs[1:82])


def test_a_sentence_over_two_cues_is_one_piece():
    unit, _ = needed(SRT, "open the red valve")
    assert "Do not under any circumstances" in unit
    assert "00:00:03,000 --> 00:00:05,000" in unit
    assert "blue" not in unit


def test_captions_without_stops_come_a_few_at_a_time():
    cues = "\n".join(f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\nand then word {n}\n" for n in range(1, 20))
    assert len(read(cues)) == 4


def test_a_cue_has_its_name():
    assert needed(VTT, "Bye now")[0].startswith("end\n")


def test_a_value_of_many_lines_stands_with_its_key():
    unit, needs = needed(TOML, "[use] = here")
    assert unit.startswith('text = """')
    assert unit.endswith('"""')
    assert needs == ["[a]"]
    assert needed(TOML, "x = 2")[1] == ["[b]"]


def test_a_long_value_needs_its_key_and_its_end():
    units = read(f'[a]\ntext = """\n{"Some words. " * 20}\n{"Other words. " * 20}\n"""\nx = 1\n', "toml")
    strings = units.strings()
    assert strings[1] == 'text = """'
    assert units.structure.carrier[1]
    assert units.structure.closes[strings.index('"""')] == 1


@pytest.mark.parametrize(
    "value", ['"a [b"', "'{'", "1  # see [3", "a [b", "[\n[1, 2],\n[3, 4]\n]", '[\n  "x",\n  {y = 1},\n]']
)
def test_no_bracket_swallows_the_next_section(value):
    assert needed(f"[a]\nkey = {value}\nz = 3\n\n[b]\nx = 2\ny = 1\n", "x = 2")[1] == ["[b]"]


def test_rows_of_a_copy_need_its_columns():
    unit, needs = needed(DUMP, "O'Neil")
    assert unit == "1\tAnn O'Neil; esq"
    assert needs == ["COPY public.users (id, name) FROM stdin;"]


def test_what_a_term_means_needs_the_term():
    assert needed(TERMS, "Negative ones")[1] == ["Terms\n=====", "retries"]


def test_a_short_record_of_a_log_is_one_piece():
    assert needed(LOG, "status: 500")[0] == needed(LOG, "request failed")[0]


def test_what_was_struck_out_keeps_its_tags():
    text = "<html><body><h1>Prices</h1><p>It was <del>$5</del> <ins>$7</ins>.</p><p>Go.</p></body></html>"
    assert needed(text, "$5")[0] == "It was <del>$5</del>"


def test_what_a_page_hides_goes_first():
    hidden = '<p hidden>Old terms.</p><p style="display: none">Gone.</p>'
    text = f"<html><body><h1>A</h1>{hidden}<p>New.</p></body></html>"
    units = read(text)
    shown = [content for n, content in enumerate(units.strings()) if not units.structure.carrier[n]]
    assert shown == ["New."]


@given(
    st.lists(st.sampled_from(["ok", "see you then", "it works. finally", "no"]), min_size=4, max_size=8),
    st.sampled_from(["moving it to tomorrow 10:00", "Tomorrow 10:00", "we meet at the station 9:30"]),
    st.data(),
)
def test_a_message_that_ends_in_a_time_is_no_name(messages, appointment, data):
    """Who speaks above it has said it, and what follows it."""
    at = data.draw(st.integers(0, len(messages) - 1))
    said = [*messages[:at], f"{appointment}\nfine", *messages[at + 1 :]]
    turns = [f"{'Ana Ruiz' if n % 2 else 'Ben'}  9:{n:02}\n{one}" for n, one in enumerate(said)]
    text = "\n".join(turns) + "\n"
    units = read(text, "chat")
    (unit,) = [one for one in units.strings() if appointment in one]
    assert unit.startswith(turns[at].split("\n")[0])
    assert "\nfine" in unit


def test_a_name_in_lower_case_that_speaks_twice_is_one():
    text = "bob the builder  9:00\nhi\nAna  9:01\nhello\nbob the builder  9:02\nbye\n"
    assert [one.split("  ")[0] for one in read(text, "chat").strings()] == [
        "bob the builder",
        "Ana",
        "bob the builder",
    ]
