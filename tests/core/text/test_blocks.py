"""What of a layout is not torn, and larger units: sentences, phrases, lines of code."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

import laws
from lingua_integrations.core.text.atoms import segment
from lingua_integrations.core.text.blocks import code_lines, untorn_blocks
from lingua_integrations.core.text.excerpt import Excerpt
from lingua_integrations.core.text.sentences import phrases, sentences


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Dr. Wu paid $3.50. Was it e.g. fine? Yes!", ["Dr. Wu paid $3.50.", "Was it e.g. fine?", "Yes!"]),
        ("de", "Das war am 3. Oktober. Herr Dr. Meier kam.", ["Das war am 3. Oktober.", "Herr Dr. Meier kam."]),
        ("zh", "他写了程序。这很好！你呢？", ["他写了程序。", "这很好！", "你呢？"]),
        ("ja", "𠮷野家で食べる。はい。", ["𠮷野家で食べる。", "はい。"]),
        ("ar", "ذهب الولد. هل أنت بخير؟ نعم.", ["ذهب الولد.", "هل أنت بخير؟", "نعم."]),
        ("en", "# Head\n\nOne. Two\nlines.\n\n- item a\n- item b", ["# Head", "One.", "Two\nlines.", "- item a", "- item b"]),
        ("en", "| x | y |\n|---|---|\n| 1. A | 2 |\n\nEnd. X", ["| x | y |\n|---|---|", "| 1. A | 2 |", "End.", "X"]),
        ("en", "So:\n```py\nx = 1. Y\n```\nEnd.", ["So:", "```py\nx = 1. Y\n```", "End."]),
        ("en", "See [the. Docs](x.md). Then https://a.b/c.d?e=F. Go.", ["See [the. Docs](x.md).", "Then https://a.b/c.d?e=F.", "Go."]),
        ("en", "", []),
        ("en", " \n ", [" \n "]),
    ],
)  # fmt: skip
def test_sentences(language, text, expected):
    """Sentences, headings, items, rows, code and links, in several languages."""
    assert sentences(text, language).strings() == expected


@pytest.mark.parametrize("cut", [sentences, phrases])
@given(text=laws.anything | laws.prose)
def test_larger_units_are_runs_of_atoms(cut, text):
    """No visible character is lost, and no atom is torn."""
    units, atoms = cut(text), segment(text)
    assert set(units.starts.tolist()) <= set(atoms.starts.tolist())
    assert set(units.ends.tolist()) <= set(atoms.ends.tolist())
    assert "".join("".join(units.strings()).split()) == "".join(text.split()) or not text.strip()


@given(text=laws.anything | laws.prose)
def test_lines_of_code_lose_nothing(text):
    units = code_lines(text)
    assert "".join("".join(units.strings()).split()) == "".join(text.split()) or not text.strip()
    edges = [0, *np.c_[units.starts, units.ends].ravel().tolist(), len(text)]
    assert edges == sorted(edges)


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("a\r\n\r\n```\r\nx\r\n```\r\nb", ["```\r\nx\r\n```"]),
        ("> ~~~\n> x\n> ~~~\n", ["> ~~~\n> x\n> ~~~"]),
        ("```\nnever closed", []),
        ("a | b\n--|--\n1 | 2\n\nend", ["a | b\n--|--", "1 | 2"]),
        ("a - b | c", []),
        ("- x\n\n  ```\n  y\n  ```\n- z", ["  ```\n  y\n  ```"]),
        (
            "See:\n\ndef f(x):\n    # why\n    y = x\n    return y\n\nIt is. So",
            ["def f(x):", "    # why", "    y = x", "    return y"],
        ),
        ("int f() {\r\n  g(1);\r\n}\r\nEnd.", ["int f() {", "  g(1);", "}"]),
        ("```\na = 1;\nb = 2;\nc = 3;\n```", ["```\na = 1;\nb = 2;\nc = 3;\n```"]),
        ("x = 1 is a formula.\nName: Bo\nAge: 3\nif you like:\n- go (now)\n# Head", []),
    ],
)
def test_blocks(text, blocks):
    """Closed fences whole, heads of tables with their line of dashes, rows and lines of code one by one."""
    assert [text[slice(*span)] for span in untorn_blocks(text)] == blocks


@given(text=laws.prose)
def test_an_excerpt_traces_back(text):
    """Every span of an excerpt is the same wording in the original, and comes back to its place."""
    units = segment(text)
    kept = np.flatnonzero(np.arange(len(units)) % 3 != 1)
    excerpt = Excerpt.of(units, kept)
    inner = excerpt.units_of(units)
    assert inner.strings() == [units.strings()[i] for i in kept]
    for span in zip(inner.starts.tolist(), inner.ends.tolist(), strict=True):
        (there,) = excerpt.trace([span])
        assert text[there.start : there.end] == excerpt.text[span[0] : span[1]]
        assert list(excerpt.place([there])) == [span]


def test_lines_of_code_bring_their_line_break_along():
    """Also one of two characters: between any two kept lines stands a whole one."""
    for end in ("\n", "\r\n", "\r"):
        units = code_lines(f"def f():{end}{end}    return 1{end}")
        assert units.strings() == ["def f():", f"{end}    return 1"]
