"""Source code that is pasted into prose without a fence, told from prose by its looks."""

from __future__ import annotations

import time

import pytest

from lingua_integrations.core.text.code.source_code import pasted_code
from lingua_integrations.core.text.spans import Span

PYTHON = """import os
from pathlib import Path as P

@cached
def total(rows):
    # add them up
    count = 0
    for row in rows:
        count += row["n"]
    return count

print(total([]))"""
JAVASCRIPT = """const total = rows.reduce((a, b) => a + b, 0);
if (total > 3) {
  console.log("many");
} else {
  return total;
}"""
C = """#include <stdio.h>
int main(void)
{
    puts("hello");
    return 0;
}"""
PROSE = [
    "The parties agree:\n(a) to pay the fee;\n(b) to keep the peace;\n(c) to part in good will;",
    "Import duties rose in May.\nimport duties rose again\nimport tariffs fell\nimport quotas went",
    "for the king:\nwith the queen:\nwhile it rained:\nif it must be so:",
    "return the book\nraise the flag\nassert your rights\nbreak\ncontinue",
    "class struggle (again):\nfunction of the state:\nclass war (again):\nend",
    "Dear all,\nwe met on Monday;\nnobody came;\nsee you (soon)\n",
]


@pytest.mark.parametrize("code", [PYTHON, JAVASCRIPT, C])
def test_code_between_prose_is_found(code):
    text = f"See what I wrote:\n\n{code}\n\nIt works, but why?"
    assert [text[slice(*found.span)] for found in pasted_code(text, Span(0, len(text)))] == [code]


@pytest.mark.parametrize("prose", PROSE)
def test_prose_is_none(prose):
    assert pasted_code(prose, Span(0, len(prose))) == []


@pytest.mark.parametrize(
    ("code", "found"), [("import numpy\nx = numpy.ones(3);\nprint(x);", 1), ("import numpy\nprint(x);", 0)]
)
def test_three_statements_make_code(code, found):
    text = f"Run this:\n\n{code}\n\nIt prints ones."
    assert [text[slice(*one.span)] for one in pasted_code(text, Span(0, len(text)))] == [code] * found


@pytest.mark.parametrize(
    "line", ["x ", "a.b", "a ", "return x", "f(", ") ", "a[", "a: b", "for a", "};", " "]
)
def test_long_lines_take_time_in_proportion(line):
    """Ten times the text may take thirty times as long on a busy machine, and never a hundred times."""
    times = []
    for length in (30_000, 300_000):
        text = "\n".join([line * (length // len(line))] * 3)
        times.append(min(_seconds(text) for _ in range(3)))
    assert times[1] < 30 * max(times[0], 1e-4)


def _seconds(text):
    begin = time.thread_time()  # of this thread alone: a busy machine counts for nothing
    pasted_code(text, Span(0, len(text)))
    return time.thread_time() - begin
