"""Docstrings, long strings and long comments: sentences, and not the lines that they were broken into."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import PromptCompressor
from lingua_integrations.core.text.documents import read

PARTS = [
    "Optional mangle is a flag that, when True (the default if policy",
    "is not set), escapes From_ lines in the body of the message by putting",
    "an angle bracket in front of them.  It is off for all other policies.",
    "",
    "The width is what a header may have at most before it is folded into",
    "several lines, which is what the standard recommends but does not ask for.",
    "",
    "Zero means that nothing is folded. Nothing else about a header changes, and",
    "whatever was folded when it came stays folded, since nobody can tell who did",
    "it; a program that has to know must look at the raw bytes that came in.",
    "",
    "The policy says how lines end and what is done about faults. Without one the",
    "policy of the message is taken, as it was when the message was read.",
]


def in_code(before, after, margin=""):
    body = "\n".join(f"{margin}{part}".rstrip() for part in PARTS)
    return f"{before}\n{body}\n{after}"


DOCSTRING = (
    in_code('def make(out):\n    """Make a generator.\n', '    """\n    return out\n', "    ")
    + '\n\ndef other(x):\n    """No."""\n    return x\n'
)
COMMENT = in_code("/**\n * Makes a generator.\n *", " */\nfunction make(out) {\n  return out;\n}\n", " * ")
STRING = in_code('USAGE = """', '"""\nX = 1\n')


@pytest.mark.parametrize("text", [DOCSTRING, STRING], ids=["docstring", "string"])
def test_a_sentence_is_one_unit(text):
    found = [one for one in read(text, "python").strings() if "is not set)" in one]
    assert len(found) == 1
    assert found[0].startswith("Optional mangle is a flag")
    assert found[0].endswith("in front of them.")


def test_so_is_one_in_a_comment():
    found = [one for one in read(COMMENT, "javascript").strings() if "is not set)" in one]
    assert "Optional mangle is a flag" in found[0]


@given(st.floats(0.1, 0.9), st.sampled_from(["mangle", "width", "folded", "generator", "other"]))
def test_what_is_left_is_code(rate, word):
    """It parses, with whole sentences in the docstring; its first line says something by itself."""
    compressor = PromptCompressor(config="extractive-bm25")
    target = int(60 + rate * compressor.counter.count(DOCSTRING))
    question = f"What does {word} mean?"
    (text,) = compressor.compress([DOCSTRING], question=question, target_tokens=target).texts
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and (said := ast.get_docstring(node)):
            assert all(one.strip()[:1].isupper() for one in said.split("\n\n"))


def test_the_summary_is_found():
    units = read(DOCSTRING, "python")
    strings = units.strings()
    summary = next(n for n, one in enumerate(strings) if "Make a generator." in one)
    assert summary in units.scored()
    quote = next(n for n, one in enumerate(strings) if one.strip() == '"""')
    assert units.structure.closes[quote] == summary
