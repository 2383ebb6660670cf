"""Texts that look like another kind at first sight, as files and logs have them."""

from __future__ import annotations

import csv
import io
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.kinds import kind_of
from lingua_integrations.core.text.markup import outlines
from lingua_integrations.core.text.omissions.comments import comment_of
from lingua_integrations.core.text.shares import most
from lingua_integrations.core.text.spans import Span

COPYRIGHT = (
    "Format: https://www.debian.org/doc/copyright-format/1.0/\nSource: https://example.org\n\nFiles: *\n"
    "Copyright: 2010 Ann\n 2012 Ben\nLicense: MIT\n\tPermission is granted to anybody.\n"
    " It comes without warranty.\n"
)
YAML = "name: lost\nbody:\n" + "".join(
    f"  - id: {n}\n    type: input\n    attributes:\n      label: Field {n}\n" for n in range(6)
)
WORDS = "Say what you did, what you saw and what you had hoped to see instead of that."
PROGRESS = "." * 60 + " [ 50%]\n" + "." * 60 + " [100%]\n"
FAILED = "=== FAILURES ===\n__ test_a __\n    def test_a():\n>       assert f() == 1\nE       assert 2 == 1\n"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("id,day,by,sum\n" + "".join(f"1{n},2026-09-0{n},C1{n},3.{n}\n" for n in range(1, 9)), "csv"),
        ("id;by;at;sum\n" + "".join(f"1{n};C1{n};10:3{n}:15;3.{n}\n" for n in range(1, 9)), "csv"),
        ("id,part,sum\n" + "".join(f"1{n},A-1{n}-B,3.{n}\n" for n in range(1, 9)), "csv"),
        ("".join(f"logs/day-2026-09-0{n}.log:1{n}:1{n},C1{n},3.{n}\n" for n in range(1, 9)), "listing"),
        ("5 4 * * * /bin/a\n0 12 * * 1-5 ann /bin/b\n", "config"),
        ("all: a b\n\tcc -o all a b\n\nclean:\n\trm -f all\n", "config"),
        ("CC = gcc\nSRC = a.c \\\n  b.c\nall: $(SRC)\n\t$(CC) $(SRC)\n", "config"),
        ("<html>\n<style>\np {\n  color: red;\n}\n</style>\n<p>It rained.</p>\n</html>", "html"),
        (f"{YAML}description: {WORDS}\n", "yaml"),
        (f"# {WORDS}\n{YAML}", "yaml"),
        (PROGRESS + FAILED, "tests"),
        (f"x = 1\n{FAILED}", "tests"),
        ("It rained.\n" * 3_000 + f"{FAILED}1 failed, 3 passed in 2.5s\n", "tests"),
        ("# Testing\n\nIt looks so:\n\n```\n=== 3 passed in 2.5s ===\n```\n", "text"),
        ("#Port 22\n#ListenAddress 0.0.0.0\n#PermitRootLogin no\n", "toml"),
    ],
)
def test_the_kind_is_the_right_one(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        COPYRIGHT,
        "1 2 3 4 5 6\n7 8 9 1 2 3\n4 5 6 7 8 9\n",
        "2272060800 10 # 1 Jan 1972\n2287785600 11 # 1 Jul 1972\n",
        "#1 [1/2] FROM a\n#1 DONE 0.1s\n#2 [2/2] RUN b == 3\n",
    ],
)
def test_what_is_no_configuration(text):
    assert kind_of(text) not in ("config", "toml", "yaml")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("server {\n    listen 80;\n}", "# {}"),
        ("FROM a\nUSER b", "# {}"),
        ("p {\n  color: red;\n}", "/* {} */"),
        ("message A {\n  string name = 1;\n}", "// {}"),
        ("// of Go\nservice A {\n}", "// {}"),
    ],
)
def test_marks_in_configuration_are_comments(text, line):
    assert comment_of("config", text).line == line


LINES = [
    "- a\n",
    "1. b\n",
    "A. c\n",
    "  I. d\n",
    "(1) e\n",
    " ● f\n",
    "x y\n",
    "\r",
    "\n",
    "A.\n",
    "* g\n",
    "1) h\n",
]


@given(st.lists(st.sampled_from(LINES), max_size=9))
def test_no_outline_is_missed_for_want_of_marks(lines):
    text = "".join(lines)
    found = list(outlines.outlines_in(text, Span(0, len(text))))
    with patch.object(outlines, "_may_have_outlines", lambda *_: True):
        assert found == list(outlines.outlines_in(text, Span(0, len(text))))


@given(st.lists(st.sampled_from("ab"), max_size=20), st.sampled_from([0.0, 0.5, 0.8, 0.9, 1.0]))
def test_most_of_some_lines_are_so_many_of_them(found, share):
    assert most("a".__eq__, found, share) == (found.count("a") >= share * len(found))


_VALUES = {
    "id": st.integers(10_000, 99_999).map(str),
    "part": st.from_regex(r"[A-Z]-[0-9]{2}-[B-D]", fullmatch=True),
    "day": st.dates().map(str),
    "time": st.times().map(lambda time: time.strftime("%H:%M:%S")),
    "at": st.datetimes().map(lambda time: time.strftime("%Y-%m-%dT%H:%MZ")),
    "phone": st.from_regex(r"555-[0-9]{3}-[0-9]{4}", fullmatch=True),
    "level": st.sampled_from(["INFO", "WARN", "ERROR"]),
    "host": st.from_regex(r"10\.0\.[1-9][0-9]\.[1-9]", fullmatch=True),
    "file": st.from_regex(r"/srv/[a-z]{3}/[a-z]{3}\.py", fullmatch=True),
    "item": st.sampled_from(["olive oil 1 l", "green tea", "sea salt"]),
    "said": st.sampled_from(["It came late, and wet.", "All is well.", "Nothing to say."]),
}


@given(
    st.lists(st.sampled_from(sorted(_VALUES)), min_size=3, max_size=7, unique=True),
    st.sampled_from(",;\t|"),
    st.integers(3, 30),
    st.data(),
)
def test_rows_of_any_values_are_a_table_with_a_head(names, delimiter, rows, data):
    """Whatever a row begins with: a time as in a log, a number as `grep` prints it."""
    values = [data.draw(st.tuples(*(_VALUES[name] for name in names))) for _ in range(rows)]
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerows([names, *values])
    text = written.getvalue()
    kind = kind_of(text)
    assert kind == "csv" or (delimiter == "\t" and kind == "table")
    units = read(text, kind)
    assert units.strings()[0] == text.split("\n", 1)[0]
    assert all(0 in needs for needs in units.structure.needs[1:])
