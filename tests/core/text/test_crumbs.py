"""A long text of lines that are a few characters each takes no longer than another one of its size."""

from __future__ import annotations

import json
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import PromptCompressor
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.lines.crumbs import joined, runs
from lingua_integrations.core.text.spans import Span


@given(st.text(alphabet="a- \r\n\u0301", max_size=2_000))
def test_runs_are_whole_lines_and_lose_nothing(text):
    found = runs(text)
    assert "".join("".join(text[slice(*run)] for run in found).split()) == "".join(text.split())
    for run in found:
        assert run.start == 0 or text[run.start - 1] == "\n"
        assert not text[run.end :].partition("\n")[0].strip()


@pytest.mark.parametrize(
    ("line", "size"),
    [
        ("- a\n", 36_000),
        ("> a\n", 36_000),
        ("A\n===\n", 36_000),
        ("+a\n-b\n", 100_000),
        ("a:\n  b: c\n", 100_000),
    ],
)
def test_units_of_crumbs_are_few(line, size):
    long, short = line * (size // len(line) + 1), line * (6_000 // len(line))
    assert len(read(long)) < size / 180
    assert len(read(short)) > len(short.splitlines()) / 3


@pytest.mark.parametrize("head", ["a:\n", "- a\n", "def f():\n", "[a]\n"])
@pytest.mark.parametrize("size", [36_000, 120_000])
def test_what_is_indented_comes_with_its_head(head, size):
    """`return 7` of one function is not to be read as that of another one."""
    block = head + "  b\n" * 3
    for run in runs(block * (size // len(block))):
        assert run.start % len(block) == 0


def test_rows_of_a_long_table_keep_their_head():
    rows = "".join(f"{n},{n % 7}\n" for n in range(20_000))
    (out,) = (
        PromptCompressor(config="extractive-bm25")
        .compress([f"id,day\n{rows}"], question="Which day has 1234?", target_tokens=60)
        .texts
    )
    assert out.startswith("id,day\n")
    assert "1234,2" in out


@given(st.integers(2_990, 3_010), st.sampled_from([None, 1]), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_a_vector_in_json_is_read_in_runs(number, indent, separators):
    """What is left of it is JSON, with its keys; a value is not cut, and none comes from elsewhere."""
    vector = [n % 1000 / 1000 for n in range(number)]
    text = json.dumps({"id": "a7", "vector": vector}, indent=indent, separators=separators)
    assert (len(read(text)) < 300) == (number >= 3_000)
    result = PromptCompressor(config="extractive-bm25").compress([text], question="0.25", target_tokens=800)
    left = json.loads(result.texts[0])
    assert left["id"] == "a7"
    assert 0.25 in left["vector"]
    assert set(left["vector"]) <= set(vector)


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


@given(st.lists(st.integers(1, 9), min_size=1, max_size=50), st.integers(0, 9))
def test_joined_sentences_are_those_that_there_were(lengths, longer):
    """Whatever is joined begins and ends where sentences do, in order, and none is lost."""
    sentences, at = [], 0
    for number in range(3_100):
        length = lengths[number % len(lengths)] + longer
        sentences.append(Span(at, at + length))
        at += length + 1
    found = joined(sentences)
    assert (found[0].start, found[-1].end) == (sentences[0].start, sentences[-1].end)
    assert {one.start for one in found} <= {one.start for one in sentences}
    assert all(before.end < after.start for before, after in pairwise(found))
    assert len(found) == len(sentences) if at - 1 > 12 * len(sentences) else len(found) < len(sentences) / 5


def test_a_paragraph_of_many_tiny_sentences_has_few_units():
    assert len(read("漢字。" * 4_000)) < 100
    assert len(read("漢字。" * 400)) == 400
