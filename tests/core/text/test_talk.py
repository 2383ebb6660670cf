"""What is said in runs of tests and jobs, histories, mails and posts comes with what makes it true."""

from __future__ import annotations

import pytest

from lingua_integrations import BudgetTooSmall, PromptCompressor
from lingua_integrations.core.text.kinds import kind_of

JEST = """ PASS  src/date.test.js
 FAIL  src/cart.test.js
  Cart
    ✓ adds items (3 ms)
    ✕ removes items (5 ms)
  Guest cart
    ✓ counts items (1 ms)

Test Suites: 1 failed, 1 passed, 2 total
"""
MOCHA = """  Cart
    ✓ adds items
    1) removes items
    ✓ counts items

  2 passing (5ms)
  1 failing

  1) Cart
       removes items:
      AssertionError: expected 1 to equal 0
"""
RSPEC = """Cart
  adds items
Guest cart
  counts items

Finished in 0.01 seconds
2 examples, 0 failures
"""
ACTIONS = """10:00:04Z ##[group]Run make test
10:00:05Z ##[endgroup]
10:00:06Z 3 tests failed
10:00:16Z ##[group]Run make deploy
10:00:17Z ##[endgroup]
10:00:18Z ##[error]No host is there.
10:00:19Z Job succeeded
"""
ANSIBLE = """PLAY [web] ******
TASK [nginx : Install] ******
changed: [web1]
TASK [nginx : Start] ******
fatal: [web1]: port in use
PLAY RECAP ******
web1 : ok=1 failed=1
"""
PIPELINE = """[Pipeline] stage
[Pipeline] { (Test)
+ make test
[Pipeline] }
[Pipeline] { (Deploy)
[Pipeline] {
+ make deploy
[Pipeline] }
no host
[Pipeline] }
Finished: FAILURE
"""
GITLAB = """section_start:15:build\r\x1b[0KBuild
$ make
section_end:16:build
section_start:17:deploy\r\x1b[0KDeploy
$ make deploy
no host
section_end:18:deploy
"""
RETRIED = """10:00:05 WARN upload of a.zip failed (attempt 1/3)
10:00:06 INFO upload of b.zip done
10:00:09 WARN upload of a.zip failed (attempt 2/3)
10:00:14 INFO upload of a.zip done
10:00:15 INFO cleaning up
"""
RERUN = """10:00:05 tests/a.py::test_b RERUN
10:00:06 tests/a.py::test_c PASSED
10:00:07 tests/a.py::test_b PASSED
"""
HISTORY = """commit 9f2c1aa4e0b7
Author: Ana <ana@x.org>

    Revert "Enable caching"

    This reverts commit 1b3d5f7a.

commit 7aa0bb1cc2dd
Author: Ben <ben@x.org>

    Raise the limit to 50 MB

    Admins only.

    Signed-off-by: Ben <ben@x.org>

commit 5d6e7f8a9b0c
Author: Ben <ben@x.org>

    Draw the logo anew

    The old one was made in 1998 by somebody who has left the house since, and
    nobody knows which font it has, nor where the files of that year are now.
    The colours are those of before.

commit 1b3d5f7a9c0e
Author: Ben <ben@x.org>

    Enable caching
"""
ONELINE = """9f2c1aa Revert "Enable caching"
7aa0bb1 Update the logo
1b3d5f7 (tag: v1.2) Enable caching
c0ffee1 Add the cache
"""
MERCURIAL = """changeset:   12:9f2c1aa4e0b7
user:        Ana
summary:     Backed out changeset 1b3d5f7a9c0e

changeset:   11:1b3d5f7a9c0e
user:        Ben
summary:     Enable caching
"""


def kept(text, question):
    """What comes out with the least budget."""
    compressor = PromptCompressor(config="extractive-bm25")
    with pytest.raises(BudgetTooSmall) as error:
        compressor.compress([text], question=question, target_tokens=1)
    (found,) = compressor.compress([text], question=question, target_tokens=error.value.smallest).texts
    return found


def lines(text, *numbers):
    """Some lines of a text."""
    found = text.splitlines()
    return [found[number].strip() for number in numbers]


def without_blanks(text):
    """The lines of what comes out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (JEST, "counts", (1, 5, 6)),
        (JEST, "removes", (1, 2, 4)),
        (JEST, "date", (0,)),
        (MOCHA, "counts", (0, 3)),
        (MOCHA, "AssertionError", (8, 10)),
        (RSPEC, "counts", (2, 3)),
    ],
)
def test_a_result_comes_with_its_group_and_with_no_other(text, question, expected):
    assert kind_of(text) == "tests"
    assert without_blanks(kept(text, question)) == lines(text, *expected)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (ACTIONS, "host", (3, 5)),
        (ACTIONS, "tests failed", (0, 2)),
        (ACTIONS, "job succeeded", (6,)),
        (ANSIBLE, "fatal port", (0, 3, 4)),
        (ANSIBLE, "web1 ok", (5, 6)),
        (PIPELINE, "host", (4, 8)),
        (PIPELINE, "finished", (10,)),
        (GITLAB.replace("\r", "\n"), "host", (4, 6, 7)),
    ],
)
def test_a_line_of_a_job_comes_with_its_step(text, question, expected):
    assert kind_of(text) == "log"
    assert without_blanks(kept(text, question)) == lines(text, *expected)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (RETRIED, "attempt 1", (0, 3)),
        (RETRIED, "b.zip", (1,)),
        (RETRIED, "cleaning", (4,)),
        (RERUN, "rerun", (0, 2)),
        (RERUN, "test_c", (1,)),
    ],
)
def test_an_attempt_comes_with_the_outcome(text, question, expected):
    assert without_blanks(kept(text, question)) == lines(text, *expected)


@pytest.mark.parametrize(
    ("text", "question", "expected"),
    [
        (HISTORY, "caching", (0, 1, 3, 5, 25, 26, 28)),
        (HISTORY, "limit 50 MB", (7, 8, 10, 12)),
        (HISTORY, "logo", (16, 17, 19)),
        (HISTORY, "font", (16, 17, 19, 21, 22)),
        (ONELINE, "tag", (0, 2)),
        (ONELINE, "add", (3,)),
        (MERCURIAL, "enable", (0, 1, 2, 4, 5, 6)),
    ],
)
def test_a_commit_comes_with_what_limits_or_reverts_it(text, question, expected):
    assert kind_of(text) == "commits"
    found = without_blanks(kept(text, question))
    assert [line for line in lines(text, *expected) if line not in found] == []
    assert len(found) == len(expected)
