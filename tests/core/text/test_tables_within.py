"""Tables that stand within a text: their rows need their head, their title and the notes below them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outputs import kept, needed

from lingua_integrations.core.text.data.tables_within import aligned_tables
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of
from lingua_integrations.core.text.spans import Span

NAMES = "Site Open Closed Late Price Kilos Crew".split()
ABOVE = ["", "Hello team,\nhere it is:\n", "Report no. 7   (tonnes)\nHarbour office\n", "It rained.\n\n"]
BELOW = ["", "Please answer soon.\n", "\n* Counted by hand.\n", "\nBye.\n"]
SALES = """Sales by region (thousand USD)

Region   Product        Q1      Q2
------   -------    ------  ------
North    Lamps       120.5   131.0
         Desks        80.0    95.5

South    Lamps        90.1    88.7
         Desks        71.3    70.2
                    ======  ======
Total                361.9   385.4

* Q2 is provisional.
"""
TIMES = """BOATS TO HVEN

Weekdays         Saturday         Sunday
06:30            08:00            09:30
08:15            10:30            12:00
11:00            13:00            15:15
20:00 c

Dogs travel free.
"""


@given(
    st.lists(
        st.tuples(st.sampled_from("Oslo Bergen Rome Lima Cork".split()), *[st.integers(0, 9999)] * 3),
        min_size=2,
        max_size=6,
    ),
    st.sampled_from(ABOVE),
    st.sampled_from(BELOW),
    st.booleans(),
)
def test_a_row_needs_the_names_of_its_columns(rows, above, below, ruled):
    """Whatever stands right above or below the table, and with a rule across all columns or without."""
    head = f"{'Site':<10}{'Open':>8}{'Closed':>8}{'Late':>8}"
    lines = [f"{name:<10}" + "".join(f"{one:>8}" for one in values) for name, *values in rows]
    table = "\n".join([head, *["-" * 34] * ruled, *lines])
    found = needed(f"{above}{table}\n{below}", "text")
    for line in lines:
        assert any(need.startswith(head) for need in found[line]), (line, found[line])
    for other in filter(None, (above + below).splitlines()):
        assert not any(need.startswith(head) for need in found.get(other, ()))


def test_rows_below_a_blank_line_need_the_head_and_all_of_them_title_and_note():
    found = needed(SALES)
    assert kind_of(SALES) == "text"
    head = next(one for one in found if one.startswith("Region"))
    assert "Sales by region (thousand USD)" in found[head]
    for row in ("South    Lamps        90.1    88.7", "Desks        71.3    70.2"):
        assert {head, "* Q2 is provisional."} <= found[row]
    (total,) = [one for one in found if "Total" in one]
    assert head in found[total]


def test_times_under_names_are_rows_and_no_log():
    found = needed(TIMES)
    assert kind_of(TIMES) == "text"
    head = "Weekdays         Saturday         Sunday"
    assert found[head] == {"BOATS TO HVEN"}
    assert head in found["11:00            13:00            15:15"]
    assert head in found["20:00 c"]


@pytest.mark.parametrize(
    "text",
    [
        "He said  that it was 3  or 4.\nNobody  came 5.\nThey left  at 6 or  7.\nBye.",
        "```\nSite  Open  Late\nOslo  12  3\nRome  9  4\nnote\n```\n",
        "10:00:01 started worker 1\n10:00:02 started worker 2\n10:00:03 stopped worker 1",
    ],
)
def test_what_is_no_table_within_a_text(text):
    assert not any(
        any("\n" not in need and "Site" in need for need in needs) for needs in needed(text).values()
    )
    assert kind_of(text) in ("text", "log")


def test_rows_without_names_above_them_have_no_head():
    found = needed("Oslo 1  8:10  9:10\nRome 2  8:20  9:25\nLima 3  8:30  9:45\nThat is all of it.\n")
    assert not any(found[row] for row in ("Oslo 1  8:10  9:10", "Rome 2  8:20  9:25", "Lima 3  8:30  9:45"))


def test_what_comes_out_of_a_statement_has_its_unit():
    text = (
        "ACCOUNT STATEMENT NO. 11                     AMOUNTS IN EUR\nIBAN NL91 ABNA 0417\n"
        "DATE   TEXT                    DEBIT    BALANCE\n"
        "0111   OPENING BALANCE                  1204,11\n0511   CARD HEMA               34,95    1169,16\n"
        "0911   TRANSFER               500,00     669,16\n"
    )
    out = kept(text, "What was paid at Hema?")
    assert "AMOUNTS IN EUR" in out
    assert "DEBIT    BALANCE" in out


def test_lettered_notes_are_about_the_rows_with_their_letter():
    found = needed(
        TIMES.replace("15:15", "15:15 a").replace("Dogs", "a  not on 1 May\nc  Fridays only\n\nDogs")
    )
    assert "a  not on 1 May" in found["11:00            13:00            15:15 a"]
    assert "c  Fridays only" in found["20:00 c"]
    assert not {"a  not on 1 May", "c  Fridays only"} & found["08:15            10:30            12:00"]


@pytest.mark.parametrize("kind", [None, "table"])
def test_a_table_below_a_letterhead_in_columns_is_no_whole_table(kind):
    text = (
        "PAYROLL                 PERIOD 10/2026\nCompany 41              AMOUNTS IN GBP\n"
        "NAME         GROSS       TAX      NET\nOKORO      2875.00    431.00  2444.00\n"
        "SMITH      4120.50    803.10  3317.40\n           -------   -------  -------\n"
        "TOTAL      6995.50   1234.10  5761.40\nPaid by BACS.\n"
    )
    assert kind_of(text) == "text"
    found = needed(text, kind)
    assert {"NAME         GROSS       TAX      NET"} < found["OKORO      2875.00    431.00  2444.00"]
    assert not found["Paid by BACS."]


@pytest.mark.parametrize("kind", [None, "table", "mail"])
def test_a_table_within_a_table_is_read_once(kind):
    text = (
        "“so”        never       never       \n---------   ---------   ---------   \n"
        "“so”        never       never       \n$12.50      > b` b` } never > U.S.A. never apples        \n"
        "FATAL       <           2524        \n2024-01-31 |306         1925        "
    )
    assert " ".join(read(text, kind).strings()).split() == text.split()


def test_columns_that_nothing_names_are_no_table():
    """Their first line is a row like the others, and no head of them."""
    text = "Seen so far:\n12      34      56\n13      35      57\n14      36      58\nThat is all."
    assert list(aligned_tables(text, Span(0, len(text)))) == []
