"""Data in whatever form programs show them: JSON in a text, JSON cut off, what Python prints."""

from __future__ import annotations

import ast
import datetime
import json
import re
import time
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outputs import needed

from lingua_integrations import CompressionConfig, PromptCompressor
from lingua_integrations.core.text.data.literals import data_end, is_data
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of
from lingua_integrations.core.text.markup.embedded import embedded
from lingua_integrations.core.text.spans import Span

ROWS = [{"id": i, "name": f"f{i}.txt", "size": i * 10} for i in range(60)]
TUPLES = [(i, f"file {i}", datetime.date(2025, 1, 1), Decimal("1.50"), None) for i in range(60)]


def kept(text, question, rate=0.1, marker="[… {lines} lines left out]"):
    config = CompressionConfig(ranker="bm25", gap_marker=marker)
    (found,) = PromptCompressor(config=config).compress([text], question=question, rate=rate).texts
    return found


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("lead", ["Results: ", "Here are the files.\n\n"])
def test_json_in_a_text_stays_json(lead, indent):
    text = f"{lead}{json.dumps(ROWS, indent=indent)}\n\nUse offset=60 for more."
    out = kept(text, "size of f33.txt")
    found, _ = json.JSONDecoder().raw_decode(out, re.search(r"\[(?!…)", out).start())
    assert ROWS[33] in found and all(one in ROWS or one.startswith("… ") for one in found)
    assert out.startswith(lead.strip()) == lead.endswith(": ")


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("info", ["json", ""])
def test_json_in_a_fence_stays_json(info, indent):
    """Also where all of it is one line, as tools print it."""
    text = f"Found 60 rows:\n```{info}\n{json.dumps(ROWS, indent=indent)}\n```"
    out = kept(text, "size of f33.txt")
    assert out.startswith(f"Found 60 rows:\n```{info}\n") and out.endswith("\n```")
    found = json.loads(out.split("```")[1].removeprefix(info))
    assert ROWS[33] in found and all(one in ROWS or one.startswith("… ") for one in found)


def test_a_long_line_in_a_fence_that_is_no_data_is_one_piece():
    line = "run --all " + "--flag value " * 60
    assert kept(f"It rained. Run this:\n\n```sh\n{line}\n```", "flag", 0.99).count("--flag") == 60


def test_a_line_that_leads_to_data_comes_with_them():
    cities = [{"id": i, "city": f"city{i}"} for i in range(60)]
    text = f"Files:\n{json.dumps(ROWS)}\n\nCities:\n{json.dumps(cities)}"
    assert kept(text, "city33", 0.05).strip().splitlines()[-2] == "Cities:"


def test_tuples_of_python_are_records():
    out = kept(repr(TUPLES), "file 33")
    assert "(33, 'file 33', datetime.date(2025, 1, 1), Decimal('1.50'), None)" in out
    parts = ast.parse(out, mode="eval").body.elts
    assert all(
        isinstance(part, ast.Tuple) and len(part.elts) == 5
        for part in parts
        if not isinstance(part, ast.Constant)
    )


def test_the_count_of_items_left_out_is_right():
    out = ast.literal_eval(kept(repr([(i, f"file {i}") for i in range(60)]), "file 33"))
    gone = sum(int(part.split()[1]) for part in out if isinstance(part, str))
    assert gone + sum(isinstance(part, tuple) for part in out) == 60


def test_what_is_left_of_a_call_names_what_is_gone():
    body = "It rained. " * 30
    docs = [
        f"Document(id='d{i}', metadata={{'page': {i}}}, page_content='Topic {i}. {body}')" for i in range(9)
    ]
    out = kept(f"[{', '.join(docs)}]", "What is topic 7?", 0.05)
    # "Topic 7." may be the number of what follows, which comes with it.
    assert "Document(id='d7', metadata={'page': 7}, page_content='Topic 7. It rained. […]')" in out
    units = read(docs[0], "json", gap_marker="[…]")
    (gone,) = (n for n, content in enumerate(units.strings()) if content.startswith("page_content"))
    assert '"… page_content left out"' in units.join(
        np.array([n for n in range(len(units)) if n < gone] + [len(units) - 1])
    )


def test_json_that_was_cut_off_is_records_all_the_same():
    cut = json.dumps(ROWS)[:1800] + "... (output truncated)"
    out = kept(cut, "size of f33.txt")
    assert '{"id": 33, "name": "f33.txt", "size": 330}' in out
    assert all(
        one == ROWS[33] or one.startswith("… ") for one in json.loads(out[: out.rindex("}") + 1] + "]")
    )


def test_values_one_after_another_are_records():
    text = "\n".join(json.dumps(row, indent=2) for row in ROWS)
    assert kind_of(text) == "jsonl"
    out = kept(text, "size of f33.txt", 0.05, None)
    assert [json.loads(part) for part in out.replace("}\n{", "}\0{").split("\0")] == [ROWS[33]]


@pytest.mark.parametrize(
    "prose",
    [
        "(as he said, and so on, " + "and the rest of the story, which is long, goes on, " * 9 + ")",
        "[see above] and [see below], " * 20,
        "{ let x = 1; return f(x, 2, 3, 4, 5, 6, 7, 8); }\n" * 9,
        "[1] A. Author, Title, 2020.\n[2] B. Author, Title, 2021.\n" * 9,
    ],
)
def test_prose_and_code_are_no_data(prose):
    assert not is_data(prose) and not any(
        found.kind == "json" for found in embedded(prose, Span(0, len(prose)))
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text(max_size=5), inner, max_size=4)
            | st.tuples(inner, inner)
        ),
        max_leaves=20,
    )
)
def test_the_end_of_data_is_found(data):
    text = repr([data])
    assert data_end(f"{text} and so on", Span(0, len(text) + 10)) == len(text)


@pytest.mark.parametrize("line", ["[a\n", '{"a": [\n', "x: [1, ", "(a, ", "f(", "'[", '"a" = ', "{a:", "[] "])
def test_brackets_that_never_close_take_time_in_proportion(line):
    times = []
    for length in (20_000, 200_000):
        text = line * (length // len(line))
        begin = time.thread_time()
        embedded(text, Span(0, len(text)))
        times.append(time.thread_time() - begin)
    assert times[1] < 50 * max(times[0], 1e-3)  # 100 times for ten times the text would be its square


def test_a_bracket_that_nothing_opened_ends_the_data():
    assert "".join(read("[1, 2]} and more", "json").strings()).replace(" ", "") == "[12]}andmore"


def test_titles_above_the_names_of_columns_and_a_quoted_note_below_the_rows():
    """Rows need all of them; of a table without names each section names its own rows."""
    found = needed(
        "Headcount by plant,,,\n,2024,,2025\nPlant,Men,Women,Men\nPlant A,210,95,205\nPlant B,88,40,90\n"
        '"Apprentices, and guests, not included",,,\n',
        "csv",
    )
    note = '"Apprentices, and guests, not included",,,'
    assert found["Plant B,88,40,90"] == {"Headcount by plant,,,", ",2024,,2025\nPlant,Men,Women,Men", note}
    found = needed("Assets,,\nCash,10,12\nStock,5,7\nDebts,,\nLoan,3,4\nTax,1,1\n", "csv")
    assert found["Cash,10,12"] == {"Assets,,"}
    assert found["Tax,1,1"] == {"Debts,,"}
