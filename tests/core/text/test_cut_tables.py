"""Tables of which a text has only a part: rows have no head that is a row, nor that of another table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outputs import kept, needed

from lingua_integrations.core.text.documents import read

PEOPLE = [
    ("Anna", "Meyer", "Berlin", "active"),
    ("Ben", "Schulz", "Hamburg", "inactive"),
    ("Cara", "Vogt", "Munich", "active"),
    ("Dan", "Wolf", "Hamburg", "active"),
]
CUT = {
    "csv": "\n".join(map(",".join, PEOPLE)),
    "cut in a row": "burg,active\n" + "\n".join(map(",".join, PEOPLE)),
    "pipes": "\n".join(f"| {' | '.join(row)} |" for row in PEOPLE),
    "thousands": "| Zurich | 443,037 |\n| Geneva | 209,061 |\n| Basel | 176,401 |",
    "html": "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>\n" for row in PEOPLE) + "</table>",
    "cells of html": "<td>Bern</td></tr>\n<tr><td>Ben</td><td>8</td></tr>\n<tr><td>Cara</td><td>7</td></tr>",
    "grid": "".join(f"| {row} | {n} |\n+---+---+\n" for n, row in enumerate(["web", "db", "mail", "cache"])),
}


@pytest.mark.parametrize("sort", CUT)
def test_rows_of_a_table_that_was_cut_have_no_head(sort: str) -> None:
    structure = read(CUT[sort]).structure
    assert structure is not None
    rows = [number for number, piece in enumerate(structure.pieces) if piece.record == "row"]
    assert len(rows) == CUT[sort].count("\n") + (not CUT[sort].endswith("\n")) or sort in ("html", "grid")
    assert len(rows) > 2
    assert not any(structure.needs[row] for row in rows)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 999)), min_size=2, max_size=8))
def test_names_above_numbers_are_a_head(rows: list[tuple[str, int]]) -> None:
    text = "\n".join(["a,b", *(f"{one},{two}" for one, two in rows)])
    pieces = read(text, "csv").structure.pieces  # type: ignore[union-attr]
    assert pieces[0].carrier and all(piece.needs == (0,) for piece in pieces[1:])


def test_a_head_may_have_no_name_for_the_names_of_rows() -> None:
    assert needed("mpg,cyl\nMazda,21,6\nFord,15,8\nFiat,32,4", "csv")["Ford,15,8"] == {"mpg,cyl"}


def test_another_table_below_a_blank_line_has_its_own_head() -> None:
    text = "id,name,city\n1,Anna,Bern\n2,Ben,Basel\n\nsku,price,stock\nchair,48.00,12\nlamp,19.50,3\n"
    found = needed(text)
    assert found["2,Ben,Basel"] == {"id,name,city"}
    assert found["lamp,19.50,3"] == {"sku,price,stock"}
    assert kept(text, "What is the price of the lamp?") == "sku,price,stock\nlamp,19.50,3"


def test_a_blank_line_between_rows_begins_no_table() -> None:
    text = "sku,price,stock\nchair,48.00,12\nlamp,19.50,3\n\ndesk,9.00,1\nbed,8.50,2\n"
    assert needed(text)["bed,8.50,2"] == {"sku,price,stock"}


@pytest.mark.parametrize("edge", ["<!-- page 2 -->", "\f", "Page 2 of 3", "(continued)"])
def test_rows_over_the_edge_of_a_page_need_their_head(edge: str) -> None:
    head = "| Town | People | Canton |\n|---|---|---|"
    pages = [f"{head}\n| Bern | 134,000 | BE |\n| Biel | 55,000 | BE |", edge]
    pages += ["| Chur | 38,000 | GR |\n| Davos | n/a | GR |"]
    text = "\n\n".join(pages)
    assert head in needed(text)["| Chur | 38,000 | GR |"]
    assert head in needed(text.replace("38,000", "n/a"))["| Chur | n/a | GR |"]


def test_a_page_of_an_invoice_repeats_the_head() -> None:
    text = (
        "Item            Qty     Price     Total\nDesk lamp         2     39.00     78.00\n"
        "Cable             1     12.00     12.00\nCarried forward                   90.00\n\n"
        "Invoice 17   Page 2 of 2\n\n"
        "Item            Qty     Price     Total\nBrought forward                   90.00\n"
        "Bulb              4      4.50     18.00\nTotal                            108.00\n"
    )
    assert (
        "Item            Qty     Price     Total" in needed(text)["Bulb              4      4.50     18.00"]
    )
