"""Landmarks: the records of many that tell most, whatever was asked."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingua_integrations import PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.prune.worth import lifted
from lingua_integrations.core.text.documents import read
from lingua_integrations.core.text.groups import groups_of
from lingua_integrations.core.text.landmarks import Landmarks
from lingua_integrations.errors import InvalidRequest

ROWS = [{"id": n, "price": 100 + n * 7 % 13, "state": "ok"} for n in range(40)]
NONE = {"alarms": 0, "frames": 0, "rare": 0, "extremes": 0, "edges": 0}


def found(text, question="", **numbers):
    units = read(text)
    return [units.strings()[unit].strip() for unit in Landmarks(**{**NONE, **numbers}).units(units, question)]


def csv(rows):
    return "\n".join([",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)])


@pytest.mark.parametrize("form", [json.dumps, csv, lambda rows: "\n".join(map(json.dumps, rows))])
def test_extremes_rare_values_and_edges(form):
    rows = [dict(row) for row in ROWS]
    rows[11]["price"], rows[23]["price"], rows[30]["state"] = 9999, 1, "chargeback"
    text = form(rows)
    highest, lowest = found(text, extremes=1)
    assert "9999" in highest
    assert "23" in lowest
    assert ["chargeback" in one for one in found(text, rare=3)] == [True]
    first, last = found(text, edges=1)
    assert "0" in first
    assert "39" in last


PYTHON = """INFO start
Traceback (most recent call last):
  File "/usr/lib/python3/site-packages/flask/app.py", line 1500, in dispatch
    rv = self.handle(e)
  File "/home/me/shop/views.py", line 42, in checkout
    total = cart.total()
  File "/home/me/shop/cart.py", line 17, in total
    return sum(p.price for p in self.items)
  File "/usr/lib/python3/site-packages/sqlalchemy/orm.py", line 12, in _iter
    raise OperationalError(msg)
sqlalchemy.exc.OperationalError: no such table: products
INFO end"""
JAVA = "\n".join(
    [
        "java.lang.IllegalStateException: cannot ship",
        *(f"\tat org.springframework.web.X{n}.doFilter(X{n}.java:{n})" for n in range(20)),
        "\tat com.acme.shop.Shipping.ship(Shipping.java:88)",
        "\tat com.acme.shop.OrderService.place(OrderService.java:12)",
        *(f"\tat java.base/java.lang.reflect.Y{n}.run(Y{n}.java:{n})" for n in range(20)),
        "Caused by: java.sql.SQLException: deadlock detected",
        "\tat org.postgresql.Driver.q(Driver.java:5)",
    ]
)


def test_frames_of_ones_own_code():
    """The nearest to the failure first, with the line of code below; libraries are none."""
    happened = "sqlalchemy.exc.OperationalError: no such table: products"
    assert found(PYTHON, frames=1) == [happened, "return sum(p.price for p in self.items)"]
    assert found(PYTHON, frames=3) == [*found(PYTHON, frames=1), "total = cart.total()"]
    cause = "Caused by: java.sql.SQLException: deadlock detected"
    assert found(JAVA, frames=1) == [cause, "at com.acme.shop.Shipping.ship(Shipping.java:88)"]
    assert found(f"{JAVA}\n{JAVA}", frames=1)[:2] == found(JAVA, frames=1)
    assert len(found(f"{JAVA}\n{JAVA}", frames=1)) == 3, "once each, and what the second begins with"
    assert found(JAVA.replace("com.acme", "org.apache"), frames=3) == [cause]
    own = "\n".join(
        line for line in JAVA.split("\n") if "springframework" not in line and "java.base" not in line
    )
    assert found(own, frames=3) == [cause], "where all are"


@pytest.mark.parametrize(
    ("trace", "frames"),
    [(PYTHON, ["views.py", "cart.py", "sum(p", "products"]), (JAVA, ["Shipping", "deadlock"])],
)
def test_what_is_left_of_a_trace(trace, frames):
    """The exception, its message and the user's frames, at a quarter of the tokens."""
    config = METHODS["extractive-bm25"].config.with_(landmarks=Landmarks())
    rest = "\n".join(f"INFO tick {n}" for n in range(80))
    (out,) = PromptCompressor(config=config).compress([f"{trace}\n{rest}"], question="Why?", rate=0.25).texts
    assert [one for one in frames if one not in out] == []


def test_fields_that_the_question_names_come_first():
    rows = [{"open": 30 + n * 7 % 11, "volume": 500 + n * 11 % 37} for n in range(20)]
    rows[4]["volume"] = 9000
    assert "9000" in found(csv(rows), "On which day was the volume largest?", extremes=1)[0]
    assert "9000" not in found(csv(rows), "How did it open?", extremes=1)[0]


def test_a_number_that_only_counts_up_has_no_extremes():
    assert found(csv([{"id": n, "name": f"n{n}"} for n in range(20)]), extremes=3) == []


def test_alarms_once_each_the_loudest_first():
    lines = [f"2026-01-02 10:00:{n:02} INFO served /a/{n} in {n} ms" for n in range(30)]
    lines[7] = "2026-01-02 10:00:07 WARN request 12 timed out"
    lines[8] = "2026-01-02 10:00:08 WARN request 13 timed out"
    lines[20] = "2026-01-02 10:00:20 FATAL disk full"
    assert found("\n".join(lines), alarms=4) == [lines[20], lines[7]]


def test_patterns_of_ones_own_come_before_all():
    lines = [f"2026-01-02 10:00:{n:02} INFO served /a/{n}" for n in range(30)]
    (only,) = found("\n".join(lines), patterns=(r"/a/17\b",))
    assert only == lines[17]
    for bad in ("x", ("(",)):
        with pytest.raises(InvalidRequest):
            Landmarks(patterns=bad)
    with pytest.raises(InvalidRequest):
        Landmarks(edges=-1)


LOG = "\n".join(f"2026-01-02 10:00:{n % 60:02} INFO served /a/{n} in {n} ms" for n in range(200))
DIFF = """diff --git a/cart.py b/cart.py
--- a/cart.py
+++ b/cart.py
@@ -1,4 +1,4 @@
 import os
-total = 0
+total = 1  # served /a/17
 print(total)
@@ -40,3 +40,3 @@
 x = 1
-y = 2
+y = 3
"""
CODE = "def f(x):\n    return x + 1  # served /a/17\n\n\ndef g(x):\n    return x\n"
PROSE = "It rained. We served /a/17 in the morning. Nobody came. " * 2
OF_KINDS = {
    "log": LOG,
    "csv": csv([*ROWS[:20], {"id": 20, "price": 1, "state": "served /a/17"}, *ROWS[20:]]),
    "json": json.dumps([*ROWS[:20], {"id": 20, "state": "served /a/17"}, *ROWS[20:]]),
    "diff": DIFF,
    "python": CODE,
    "text": PROSE,
    "html": f"<html><body><p>{PROSE}</p><p>It rained again.</p></body></html>",
    "listing": "\n".join(f"src/a.py:{n}: served /a/{n}" for n in range(30)),
}


@pytest.mark.parametrize("kind", OF_KINDS)
def test_rules_of_ones_own_are_of_a_kind(kind):
    """They find what stands in texts of that kind, records or not, and nothing in any other."""
    rules = {"by_kind": {kind: (r"served /a/17\b",)}}
    assert {"served /a/17" in one for one in found(OF_KINDS[kind], **rules)} == {True}
    assert [other for other in OF_KINDS if other != kind and found(OF_KINDS[other], **rules)] == []


def test_rules_of_a_kind_in_a_text_of_another():
    """A log in a fence of Markdown is a log."""
    text = f"# Report\n\nWe served /a/17, too.\n\n```\n{LOG}\n```\n"
    (only,) = found(text, by_kind={"log": (r"served /a/17\b",)})
    assert only.startswith("2026-01-02 10:00:17 INFO")


def test_rules_for_lines():
    """A beginning is that of any line: of a frame below its record, too, or of one in a hunk."""
    (hunk,) = found(DIFF, by_kind={"diff": (r"^\+.*served",)})
    assert hunk.startswith("@@ -1,4")
    assert len(found(PYTHON, patterns=(r"^INFO",))) == 2
    assert any("views.py" in one for one in found(PYTHON, patterns=(r"^\s*File \S+views",)))


def test_rules_are_checked():
    assert found(LOG, by_kind={"app.log": [r"/a/17\b"]})[0].endswith("17 ms"), "kinds have other names, too"
    for bad in ({"by_kind": {"lgo": ("x",)}}, {"by_kind": {"log": "x"}}, {"by_kind": {"log": ("(",)}}):
        with pytest.raises(InvalidRequest):
            Landmarks(**bad)
    rules = Landmarks(by_kind={"log": ("x",)})
    assert hash(rules) == hash(Landmarks(by_kind={"log": ["x"]}))
    assert rules == Landmarks(by_kind={"log": ["x"]}) != Landmarks()


def test_of_a_log_first_occurrences_and_how_it_ended():
    """What hardly any other line is like, once each; and more of the end than of the start."""
    lines = LOG.split("\n")
    lines[90], lines[91] = (f"2026-01-02 10:01:3{n} INFO configuration was read again" for n in (0, 1))
    assert found("\n".join(lines), rare=3) == [lines[90]]
    assert found(LOG, edges=1) == [lines[0], *lines[-1:-4:-1]]
    assert found(OF_KINDS["csv"], edges=1)[1:] == [OF_KINDS["csv"].split("\n")[-1]]


@pytest.mark.parametrize("remark", ["(20 of 900 shown)", "Next page: 2"])
def test_a_remark_behind_all_records(remark):
    """Of data that are not all there is: a reader would take them for all."""
    text = f"Found:\n\n{json.dumps(ROWS)}\n\n{remark}"
    assert found(text, edges=1)[-1] == remark
    assert found(text) == []
    assert len(found(f"{json.dumps(ROWS)}\n\n{'This goes on for long. ' * 9}", edges=1)) == 2


PLAN = "".join(f'  # db.a{n} will be created\n  + resource "db" "a{n}" {{\n    }}\n\n' for n in range(9))
EXPLAINED = "Sort  (cost=1..2 rows=3)\n" + "".join(
    f"  ->  Scan on t{n}  (cost=1..2 rows=3)\n        Index Cond: (id = {n})\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (f"{PLAN}Plan: 9 to add, 0 to change, 0 to destroy.", "Plan: 9 to add, 0 to change, 0 to destroy."),
        (f"                QUERY PLAN\n-----------\n{EXPLAINED}Execution Time: 9 ms", "Execution Time: 9 ms"),
    ],
)
def test_a_report_without_records_ends_with_what_it_comes_to(text, end):
    assert found(text, edges=1) == [end]
    assert found(text) == []


def test_sums_of_test_runs_are_no_alarms_in_data():
    """Who "finished in 3rd place" sums up nothing."""
    rows = [{"id": n, "said": f"Ana{n} Finished in {n}th place"} for n in range(20)]
    assert found(csv(rows), alarms=4) == found(json.dumps(rows), alarms=4) == []
    lines = "\n".join(f"2026-01-02 10:00:{n:02} INFO step {n}" for n in range(20))
    (line,) = found(f"{lines}\n2026-01-02 10:00:21 INFO Finished in 3 s", alarms=4)
    assert "Finished" in line


@pytest.mark.parametrize("kind", ["log", "diff", "json"])
def test_what_a_rule_keeps_in_a_tool_result(kind):
    """Through the pipeline, at a quarter: it stays with the rule, and goes without it."""
    hunks = (f"@@ -{n},2 +{n},2 @@\n a{n} = 0\n-b = {n}\n+b = {n}7\n" for n in range(50, 90))
    text = "".join([DIFF, *hunks]) if kind == "diff" else OF_KINDS[kind]
    config = METHODS["extractive-bm25"].config
    said = [
        PromptCompressor(config=config.with_(landmarks=Landmarks(**NONE, by_kind=rules)))
        .compress([text], question="What about number 77?", rate=0.25)
        .texts[0]
        for rules in ({}, {kind: (r"/a/17\b",)}, {"csv": (r"/a/17\b",)})
    ]
    assert ["/a/17" in one for one in said] == [False, True, False]


def test_prose_has_none():
    assert found("It failed. Nobody knew why. An error was found.", alarms=3, edges=1) == []


@given(
    rows=st.lists(
        st.fixed_dictionaries({"a": st.integers(-9, 9), "b": st.sampled_from("xyz"), "c": st.floats(0, 1)}),
        min_size=1,
        max_size=30,
    ),
    question=st.text(max_size=20),
)
def test_they_are_records_each_once(rows, question):
    """Whatever the numbers: each is a record that can be kept, and stands in the list once."""
    units = read(json.dumps(rows))
    chosen = Landmarks().units(units, question)
    assert len(set(chosen)) == len(chosen)
    assert set(chosen) <= set(units.scored().tolist())


def test_they_come_in_their_order_just_above_the_level():
    first, *rest, last = lifted(np.array([0.0, 9.0, 2.0, 0.0]), [3, 0], 5.0)
    assert last > first >= 5.0
    assert rest == [9.0, 2.0]


def test_they_go_before_what_is_hardly_relevant():
    """And after what answers; the budget holds."""
    rows = [{"id": n, "item": f"thing {n}", "state": "ok"} for n in range(200)]
    rows[150]["state"] = "lost"
    config = METHODS["extractive-bm25"].config
    request = {"question": "What is thing 42?", "rate": 0.2}
    (plain,) = PromptCompressor(config=config).compress([json.dumps(rows)], **request).texts
    (marked,) = (
        PromptCompressor(config=config.with_(landmarks=Landmarks()))
        .compress([json.dumps(rows)], **request)
        .texts
    )
    assert "lost" not in plain
    assert "lost" in marked
    assert "thing 42" in plain
    assert "thing 42" in marked


def test_records_of_json_that_was_cut_off_are_units():
    parts = [{"name": f"part {n}", "of": [{"key": "a", "n": n}, {"key": "b"}]} for n in range(3)]
    text = json.dumps({"parts": parts}, indent=2)
    for end in range(20, len(text), 3):
        units = read(text[:end])
        assert all(record.unit < len(units) for group in groups_of(units) for record in group.records)
