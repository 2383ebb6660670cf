"""A kept row of an HTML table says under which column each of its values stands."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import BudgetTooSmall, CompressionConfig, PromptCompressor
from lingua_integrations.core.text.documents import read


def kept(text, question, rate=0.1, **settings):
    compressor = PromptCompressor(config=CompressionConfig(ranker="bm25", **settings))
    try:
        return compressor.compress([text], question=question, rate=rate).texts[0]
    except BudgetTooSmall as error:
        return compressor.compress([text], question=question, target_tokens=error.smallest).texts[0]


def table(*rows, inside="table"):
    return f"<html><body><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></body></html>"


def cells(line):
    return [cell.strip() for cell in line.split("|")]


FILL = ["<td>Zinc</td><td>7</td><td>8</td>", "<td>Yarn</td><td>5</td><td>6</td>"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["<td></td><th>2019</th><th>2018</th>", "<th>Tax</th><td>1</td><td>2</td>"], "| 2019 | 2018\nTax | 1 | 2"),
        (["<th></th><th>North</th><th>South</th>", "<td>Tax</td><td></td><td>2</td>"], "| North | South\nTax | | 2"),
        (
            [
                "<th rowspan=2>Item</th><th colspan=2>2019</th><th>2018</th>",
                "<th>June</th><th>July</th><th>June</th>",
                "<td>Tax</td><td>1</td><td></td><td>3</td>",
            ],
            "Item | 2019 | | 2018\n| June | July | June\nTax | 1 | | 3",
        ),
        (
            ["<th>Tent</th><th>Size</th><th>Price</th>", "<td rowspan=2>Dome</td><td>small</td><td>1</td>", "<td>Tax</td><td>2</td>"],
            "Tent | Size | Price\nDome | small | 1\n| Tax | 2",
        ),
        (
            ["<td></td><td colspan=2>2019</td><td></td><td colspan=2>2018</td>", "<td>Tax</td><td>$</td><td>1</td><td></td><td>$</td><td>2</td>"],
            "| 2019 | 2018\nTax | $ 1 | $ 2",
        ),
    ],
    ids=["corner", "empty cell", "two header rows", "a cell reaches down", "signs have columns"],
)  # fmt: skip
def test_values_stand_under_their_columns(rows, expected):
    width = 6 if "colspan=2>2018" in rows[0] else 4 if len(rows) == 3 and "2018" in rows[0] else 3
    fill = [
        f"<td>{name}</td><td></td><td>7</td><td></td><td></td><td>7</td>"
        for name in ("Zinc", "Yarn", "Wool", "Wolf")
    ]
    fill = (
        fill
        if width == 6
        else [f"<td>{name}</td>" + "<td>7</td>" * (width - 1) for name in ("Zinc", "Yarn", "Wool")]
    )
    assert kept(table(*rows, *fill), "Tax") == expected


@given(
    data=st.data(),
    width=st.integers(2, 5),
    height=st.integers(2, 6),
)
def test_bars_count_columns(data, width, height):
    """Whatever spans what: a value has as many bars before it as there are columns, less the empty ones."""
    names = [f"<th>C{column}</th>" for column in range(width)]
    rows, where, free = ["".join(names)], {}, [[True] * width for _ in range(height + 1)]
    for number in range(height):
        row = ""
        for column in range(width):
            if not free[number][column]:
                continue
            across = data.draw(st.integers(1, 2)) if column + 1 < width and free[number][column + 1] else 1
            down = data.draw(st.integers(1, 2))
            for y in range(number, min(number + down, height)):
                for x in range(column, column + across):
                    free[y][x] = False
            word = f"w{number}{column}" if column == 0 or data.draw(st.booleans()) else ""
            where[word] = column
            row += f"<td colspan={across} rowspan={down}>{word}</td>"
        rows.append(row)
    text = table(*rows)
    units = read(text)
    kept = (units.join(np.array(units.members.get(unit, [unit]))) for unit in units.scored().tolist())
    for line in (line for unit in kept for line in unit.splitlines()):
        for place, word in enumerate(cells(line)):
            if word.startswith("w"):
                assert where[word] == place


def test_a_section_names_the_rows_below_it_and_no_others():
    rows = [
        "<th>Role</th><th>2021</th><th>2022</th>",
        "<th colspan=3>Berlin</th>",
        "<td>Cooks</td><td>4</td><td>5</td>",
    ]
    rows += [
        "<td>Paris</td><td></td><td></td>",
        "<td>Cooks</td><td>7</td><td>8</td>",
        "<td>Maids</td><td>1</td><td>2</td>",
    ]
    assert kept(table(*rows), "Maids") == "Role | 2021 | 2022\nParis\nMaids | 1 | 2"
    assert kept(table(*rows), "Berlin Cooks") == "Role | 2021 | 2022\nBerlin\nCooks | 4 | 5"


def test_titles_are_nested_where_one_stands_right_below_another():
    rows = ["<td></td><td>2021</td><td>2020</td>"]
    for title, inner, name in [
        ("ASSETS", "Current:", "Cash"),
        ("", "Other:", "Goodwill"),
        ("DEBT", "Current:", "Loans"),
    ]:
        rows += [f"<td>{one}</td><td></td><td></td>" for one in (title, inner) if one]
        rows.append(f"<td>{name}</td><td>1</td><td>2</td>")
    assert kept(table(*rows), "Goodwill") == "| 2021 | 2020\nASSETS\nOther:\nGoodwill | 1 | 2"
    assert kept(table(*rows), "Loans") == "| 2021 | 2020\nDEBT\nCurrent:\nLoans | 1 | 2"


def test_a_head_that_comes_again_is_that_of_the_rows_below():
    rows = ["<th>Year</th><th>Men</th>", "<td>2019</td><td>Abebe</td>", "<td>2020</td><td>Kip</td>"]
    rows += ["<th>Year</th><th>Women</th>", "<td>2019</td><td>Chep</td>", "<td>2020</td><td>Rad</td>"]
    assert kept(table(*rows), "Rad") == "Year | Women\n2020 | Rad"


@pytest.mark.parametrize("foot", ["<tfoot><tr><td colspan=2>Without deposit.</td></tr></tfoot>", ""])
@pytest.mark.parametrize("note", ["<p>Prices exclude VAT.</p>", "<div>* Estimated.</div>", ""])
def test_rows_come_with_captions_and_notes(foot, note):
    body = "".join(
        f"<tr><td>{name}</td><td>{n}*</td></tr>" for n, name in enumerate(["Tent", "Bike", "Boat"])
    )
    text = "<html><body><p>Table 1. Rent</p><p>(in euro)</p><table><caption>Per day</caption><thead><tr><th>Thing"
    text += f"</th><th>Price</th></tr></thead>{foot}<tbody>{body}</tbody></table>{note}<p>It rained all day.</p></body></html>"
    out = kept(text, "Bike").splitlines()
    said = [
        "Table 1. Rent",
        "(in euro)",
        "Per day",
        "Thing | Price",
        *["Without deposit."] * bool(foot),
        "Bike | 1*",
    ]
    assert out == [*said, *[note[note.find(">") + 1 : note.find("</")]] * bool(note)]


def test_a_page_that_is_laid_out_by_a_table_is_read_as_a_page():
    inner = "<table><tr><th></th><th>Basic</th><th>Pro</th></tr><tr><td>Price</td><td>$9</td><td>$29</td></tr></table>"
    text = f"<table><tr><td><a href='/'>Home</a></td><td><h2>Plans</h2>{inner}<p>You can cancel.</p></td></tr></table>"
    assert kept(text, "What is the price?") == "<h2>Plans</h2>\n| Basic | Pro\nPrice | $9 | $29"
    assert kept(text, "How can I cancel?") == "<h2>Plans</h2>\nYou can cancel."


def test_what_only_sorts_a_table_is_not_seen():
    key = "<span class='sortkey' style='display:none;'>04 !</span><span>4</span>"
    rows = [
        "<th>Rank</th><th>Name</th>",
        f'<td>{key}</td><td><span class="sortkey">Wu, Ann</span><b>Ann</b> Wu</td>',
        *FILL,
    ]
    assert kept(table(*rows), "Ann") == "Rank | Name\n4 | Ann Wu"


def test_the_gap_marker_stands_before_the_bars_of_a_row():
    rows = ["<th>Tent</th><th>Size</th><th>Price</th>", *["<td>Hut</td><td>x</td><td>3</td>"] * 3]
    rows += [
        "<td rowspan=3>Dome</td><td>small</td><td>1</td>",
        "<td>mid</td><td>2</td>",
        "<td>Tax</td><td>2</td>",
    ]
    out = kept(table(*rows), "Tax", gap_marker="…").splitlines()
    assert out == ["Tent | Size | Price", "…", "Dome | small | 1", "…", "| Tax | 2"]


@pytest.mark.parametrize(
    "text",
    [
        "<table>" + "<tr><td colspan=9999 rowspan=9999>x</td></tr>" * 6_000 + "</table>",
        "<table><tr>"
        + "<td rowspan=60000>x</td>" * 300
        + "</tr>"
        + "<tr><td>y</td></tr>" * 15_000
        + "</table>",
        "<table><tr><td>" * 4_000,
    ],
    ids=["wide", "deep", "nested"],
)
def test_time_is_linear(text):
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 10
