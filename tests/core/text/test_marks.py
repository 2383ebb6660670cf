"""What stands where something was left out: it breaks no syntax, and its numbers are true."""

from __future__ import annotations

import ast
import configparser
import json
import re
import sqlite3
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import BudgetTooSmall, CompressionConfig, Context, PromptCompressor
from lingua_integrations.core.budget.drafts import Draft, with_needs
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.omissions.comments import COMMENTS, comment_of
from lingua_integrations.core.text.omissions.repeats import counted, said_again, template

MARKER = "[… {lines} lines left out]"
YAML = """version: 2
services:
  api:
    image: acme/api
    ports:
      - "80:80"
      - "81:81"
    command: |
      set -e
      exec api --port 80
  worker:
    image: acme/worker
    environment: {LEVEL: info, TZ: UTC}
volumes:
  data:"""
INI = "[server]\nport = 80\nhost = a\nuser = b\n\n[client]\nport = 99\n; seconds\ntimeout = 5\nretries = 3"
SQL = """CREATE TABLE fruit (id int, name text);
INSERT INTO fruit VALUES
(1,'fig'),
(2,'pear; (ripe)'),
(3,'kiwi');
INSERT INTO fruit (id, name) VALUES (4,'apple'),(5,'plum'),(6,'it''s');"""
PYTHON = """import os

LIMIT = 3


def f(x):
    '''Say it.'''
    if x is None:
        raise ValueError(x)
    return x + LIMIT


class A:
    size = 1

    def g(self):
        return self.size

    def h(self):
        return os.name
"""
XML = "<top>\n<a>1</a>\n<b>\n<c>2</c>\n<d>3</d>\n</b>\n<e>4</e>\n</top>"
CSV = "id,fruit,price\n" + "\n".join(f"{n},fruit_{n},{n * 3}" for n in range(30))
LINES = "\n".join(json.dumps({"id": n, "ok": n % 2 == 0}) for n in range(6))


def _sql(text):
    with sqlite3.connect(":memory:") as base:
        base.executescript(
            "CREATE TABLE IF NOT EXISTS fruit (id int, name text);\n"
            + text.replace("CREATE TABLE fruit", "CREATE TABLE IF NOT EXISTS fruit")
        )
        return set(base.execute("SELECT * FROM fruit"))


def _ini(text):
    parser = configparser.ConfigParser()
    parser.read_string(text)
    return {(section, *item) for section in parser.sections() for item in parser[section].items()}


def _yaml(text):
    return set(_paths(yaml.safe_load(text)))


def _paths(data, above=()):
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    if not isinstance(data, dict | list):
        yield (*above, str(data).split("\n")[0] if "\n" not in str(data) else "text")
    for key, value in inside:
        yield from _paths(value, (*above, "item" if isinstance(data, list) else key))


def _python(text):
    return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}


def _xml(text):
    return {(one.tag, (one.text or "").strip()) for one in ElementTree.fromstring(text).iter()}


def _lines(text):
    found = [json.loads(line) for line in text.splitlines() if line.strip()]
    return {json.dumps(one) for one in found if not isinstance(one, str)}


@st.composite
def choices(draw, text, kind):
    """What comes out of a text where any of its units are chosen, each with what it needs."""
    units = read(text, kind, gap_marker=MARKER)
    scored = units.scored().tolist()
    chosen = draw(st.sets(st.sampled_from(scored), min_size=1))
    nothing = np.zeros(len(units), dtype=bool)
    wanted = np.isin(np.arange(len(units)), list(chosen))
    draft = with_needs(Draft(units, wanted, np.where(wanted, 1.0, -np.inf), nothing))
    return units.join(np.flatnonzero(draft.kept))


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        (YAML, "yaml", _yaml),
        (INI, "toml", _ini),
        (SQL, "sql", _sql),
        (PYTHON, "python", _python),
        (XML, "xml", _xml),
        (LINES, "jsonl", _lines),
    ],
)
@given(data=st.data())
def test_what_comes_out_is_of_its_format_and_says_nothing_new(text, kind, values, data):
    out = data.draw(choices(text, kind))
    assert values(out) <= values(text)
    assert "[…" not in out


@pytest.mark.parametrize(
    ("text", "kind", "question", "mark"),
    [
        (YAML, "yaml", "worker image", "  # … 8 lines left out"),
        (INI, "toml", "client timeout", "# … 4 lines left out"),
        (CSV, "csv", "fruit_20", "# … 11 lines left out"),
        (LINES, "jsonl", '"id": 4', '"… 4 lines left out"'),
        (XML, "xml", "4", "<!-- … 5 lines left out -->"),
        ("It rained.\n\n" * 3 + "A fig costs 3.", "text", "fig", "[… 3 lines left out]"),
    ],
)
def test_the_mark_is_a_comment_of_the_format(text, kind, question, mark):
    assert mark in _kept(text, question, kind=kind, rate=0.5).splitlines()


def test_within_a_line_rows_are_counted():
    rows = ",".join(f"({n},'fruit_{n}')" for n in range(30))
    out = _kept(f"INSERT INTO fruit (id, name) VALUES {rows};", "fruit_20", rate=0.2, kind="sql")
    gone = sum(map(int, re.findall(r"/\* … (\d+) rows? left out \*/", out)))
    assert "(20,'fruit_20')" in out and 0 < gone == 30 - len(_sql(out))


def test_in_a_text_only_what_is_fenced_has_comments():
    items = "\n".join(f"key_{n}:\n  value: {n}\n  unit: kg" for n in range(40))
    out = _kept(
        f"# Title\n\nIt rained.\n\nSet this:\n\n```yaml\n{items}\n```\n\nIt rained again.", "key_5", 0.3
    )
    fenced = out.split("```")[1]
    assert "\n# … " in fenced and "[…" not in fenced
    assert out.startswith("# Title") and out.endswith("[… 1 line left out]")


def _kept(text, question, rate=0.3, kind=None):
    compressor = PromptCompressor(config=CompressionConfig(ranker="bm25", gap_marker=MARKER))
    contexts = [Context(text, kind=kind)]
    try:
        (found,) = compressor.compress(contexts, question=question, rate=rate).texts
    except BudgetTooSmall as error:
        (found,) = compressor.compress(contexts, question=question, target_tokens=error.smallest).texts
    return found


@pytest.mark.parametrize("kind", [*COMMENTS, "code"])
@pytest.mark.parametrize("words", ["-- > */ -->", 'say "so"', "two\nlines"])
def test_a_comment_does_not_end_within_the_words(kind, words):
    """The user's marker may hold anything; where a comment cannot, it stands as it is."""
    comment = comment_of(kind, "")
    made = comment.of(words, alone=True)
    end = comment.line.split("{}")[1].strip()
    assert made is None or ("\n" not in made and (not end or made.index(end, 1) == len(made) - len(end)))


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("# a\nputs 1", "#"),
        ("// a\nf();", "//"),
        ("#include <a>\nint x;", "//"),
        ("-- a\nx = 1", "--"),
        ("f x\ng x", "#"),
    ],
)
def test_code_without_a_grammar_is_asked_for_its_comments(text, sign):
    assert comment_of("code", text).line == sign + " {}"


LOG = [f"2026-01-02 10:00:{n:02} INFO served /a/{n} in {n % 7} ms" for n in range(60)]


def test_repeated_lines_are_the_first_and_the_last_with_their_number():
    lines = list(LOG)
    lines[20:50] = [f"2026-01-02 10:00:{n:02} ERROR cannot reach cache-3" for n in range(20, 50)]
    out = _kept("\n".join(lines), "Why can cache-3 not be reached?", rate=0.5)
    assert lines[20] in out and lines[49] in out and out.count("cache-3") == 2
    assert f"{lines[20]}\n[… 28 lines (all like the one above) left out]\n{lines[49]}" in out


def test_one_of_them_that_is_asked_for_stays():
    lines = [f"2026-01-02 10:{n:02}:00 ERROR cannot reach cache-3" for n in range(40)]
    assert lines[17] in _kept("\n".join(lines), "What happened at 10:17:00?", rate=0.3)


def test_without_marks_nothing_is_counted_so_nothing_is_left_out_for_it():
    lines = [f"2026-01-02 10:00:{n:02} ERROR cannot reach cache-3" for n in range(20)]
    config = CompressionConfig(ranker="bm25")
    (out,) = PromptCompressor(config=config).compress(["\n".join(lines)], question="cache-3", rate=0.9).texts
    assert len(out.splitlines()) >= 17


@given(
    st.lists(
        st.sampled_from(["served 1", "served 22", "ready", "no answer of 'a'"]), min_size=2, max_size=30
    ),
    st.data(),
)
def test_the_numbers_of_a_mark_are_true(said, data):
    lines = [f"10:00:{n:02} {one}" for n, one in enumerate(said)]
    units = read("\n".join(lines), "log", gap_marker=MARKER)
    kept = sorted(data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=1)))
    out = units.join(np.array(kept)).splitlines()
    gone = [line for n, line in enumerate(lines) if n not in kept]
    for place, line in enumerate(out):
        if not line.startswith("[… "):
            continue
        count = int(line.split()[1])
        here, gone = gone[:count], gone[count:]
        for side, where in (("above", -1), ("below", 1)):
            like = (
                sum(template(one) == template(out[place + where]) for one in here)
                if 0 <= place + where < len(out)
                else 0
            )
            told = next((part for part in line.split("(")[-1].split(",") if f"the one {side}" in part), None)
            assert (
                told is None
                or (told.strip().startswith("all") and like == count)
                or str(like) == told.split()[0]
            )
            assert told is not None or like < 3 or "all like" in line
    assert not gone


def test_what_counts_as_the_same():
    assert said_again(["a", "a"]) == []
    assert said_again(["Nov 27 10:00:01 h x", "Nov 27 10:00:02 h x", "Nov 27 10:00:03 h x", "y"]) == [
        [0, 1, 2]
    ]
    assert counted(3, 3, 3) == "3 lines (all like the one above)"
    assert counted(5, 0, 5) == "5 lines (all like the one below)"
