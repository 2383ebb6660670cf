"""A long text of lines that are a few characters each takes no longer than another one of its size."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import PromptCompressor
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.lines.crumbs import runs


@given(st.text(alphabet="a- \r\n\u0301", max_size=2_000))
def test_runs_are_whole_lines_and_lose_nothing(text):
    found = runs(text)
    assert "".join("".join(text[slice(*run)] for run in found).split()) == "".join(text.split())
    for run in found:
        assert run.start == 0 or text[run.start - 1] == "\n"
        assert not text[run.end :].partition("\n")[0].strip()


@pytest.mark.parametrize("line", ["- a\n", "> a\n", "+a\n-b\n", "A\n===\n", "a:\n  b: c\n"])
def test_units_of_crumbs_are_few(line):
    long, short = line * (36_000 // len(line)), line * (6_000 // len(line))
    assert len(read(long)) < 200
    assert len(read(short)) > len(short.splitlines()) / 3


def test_rows_of_a_long_table_keep_their_head():
    rows = "".join(f"{n},{n % 7}\n" for n in range(20_000))
    (out,) = (
        PromptCompressor(config="extractive-bm25")
        .compress([f"id,day\n{rows}"], question="Which day has 1234?", target_tokens=60)
        .texts
    )
    assert out.startswith("id,day\n")
    assert "1234,2" in out


def test_a_kind_that_is_named_is_read_as_such():
    assert len(read("- a\n" * 30_000, "text")) == 30_000


@pytest.mark.parametrize(
    ("line", "kind"),
    [("x" + " " * 20_000 + "y\n\n", None), ("2026-01-01 10:00:00 INFO a " + "a= " * 7_000 + "\n", "log")],
)
def test_a_very_long_line_takes_no_square_of_its_length(line, kind):
    """Either took three seconds and more."""
    read("It rained.")
    begin = time.process_time()
    read(2 * line, kind)
    assert time.process_time() - begin < 1.5
