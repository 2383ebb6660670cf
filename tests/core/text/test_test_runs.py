"""What test runners print: failures with the test they belong to, sums for themselves."""

from __future__ import annotations

import pytest

from lingua_integrations import PromptCompressor
from lingua_integrations.core.methods import METHODS
from lingua_integrations.core.text.kinds import kind_of
from lingua_integrations.core.text.landmarks import Landmarks

PASSED = "\n".join(f"tests/test_a.py::test_{n} PASSED [ {n}%]" for n in range(80))
PYTEST = f"""============================= test session starts ==============================
platform linux -- Python 3.11.7, pytest-9.0.0
collected 81 items

{PASSED}
tests/test_a.py::test_sum FAILED [100%]

=================================== FAILURES ===================================
___________________________________ test_sum ___________________________________

    def test_sum():
>       assert add(2, 2) == 5
E       assert 4 == 5

tests/test_a.py:12: AssertionError
=========================== short test summary info ============================
FAILED tests/test_a.py::test_sum - assert 4 == 5
========================= 1 failed, 80 passed in 0.42s =========================
"""
UNITTEST = """test_a (m.T) ... ok
test_b (m.T) ... FAIL

======
FAIL: test_b (m.T)
------
Traceback (most recent call last):
  File "m.py", line 3, in test_b
AssertionError: 1 != 2

------
Ran 2 tests in 0.01s

FAILED (failures=1)
"""
CARGO = """running 2 tests
test a ... ok
test b ... FAILED

failures:

---- b stdout ----
thread 'b' panicked at src/lib.rs:9

test result: FAILED. 1 passed; 1 failed; 0 ignored
"""
GO = """=== RUN   TestA
--- PASS: TestA (0.00s)
=== RUN   TestB
    b_test.go:7: got 1, want 2
--- FAIL: TestB (0.00s)
FAIL
FAIL	example.org/b	0.01s
"""
JEST = """PASS src/a.test.js
FAIL src/b.test.js
  ● adds
    expect(received).toBe(expected)

Tests:       1 failed, 9 passed, 10 total
"""
OTHERS = {"unittest": UNITTEST, "cargo": CARGO, "go": GO, "jest": JEST}


@pytest.mark.parametrize("text", [PYTEST, *OTHERS.values()], ids=["pytest", *OTHERS])
def test_they_are_known(text):
    assert kind_of(text) == "tests"


def test_prose_about_tests_is_none():
    assert kind_of("We ran 3 tests in May.\nTwo of them failed.\nNobody knew why.") != "tests"


@pytest.mark.parametrize("question", ["How many tests passed?", "Which tests failed?", "Is all well?"])
def test_failures_and_the_sum_stay(question):
    config = METHODS["extractive-bm25"].config.with_(landmarks=Landmarks())
    (text,) = PromptCompressor(config=config).compress([PYTEST], question=question, rate=0.25).texts
    assert "1 failed, 80 passed" in text
    assert "FAILED tests/test_a.py::test_sum" in text
    if "assert 4 == 5\n\n" in text or "E       assert" in text:
        assert "test_sum ____" in text  # whose error it is
