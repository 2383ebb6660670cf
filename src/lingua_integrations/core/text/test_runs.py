"""What test runners print: a failure needs the test that it belongs to, and the sum stays for itself."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.landmarks import SUM
from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_BEGINS = regex.compile(
    r"=+ test session starts =+$|=== RUN |running \d+ tests?$|test \S+ \.\.\. (?:ok|FAILED|ignored)"
    r"|\S+ \([\w.]+\)[^\n]* \.\.\. (?:ok|FAIL|ERROR|skipped)|--- (?:PASS|FAIL|SKIP): "
    r"|(?:PASS|FAIL) \S+\.[jt]sx?$|TAP version"
)
_SECTION = regex.compile(r"=+ [^=].* =+$")
_TEST = regex.compile(
    r"_{3,} .* _{3,}$|(?:FAIL|ERROR): \S|\s*● |\s*--- FAIL: |---- \S+ stdout ----$|\s*\d+\) \S"
)
_RULE = regex.compile(r"[=\-_]{5,}$")


def is_tests(found: Sequence[str]) -> bool:
    """Whether lines are what a test runner printed."""
    return any(_BEGINS.match(line) for line in found[:60]) or (
        any(map(SUM.match, found[-3:])) and len(found) > 3
    )


def read_tests(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Lines under the name of the test that failed, and that under its section; sums need nothing."""
    section: tuple[int, ...] = ()
    test: tuple[int, ...] = ()
    for line in lines(outline.text, *span):
        content = outline.text[slice(*line)]
        if SUM.match(content):
            outline.add(*line, needs, record="line")
            section = test = ()
        elif _RULE.match(content):
            outline.add(*line, carrier=True)
        elif _SECTION.match(content):
            section, test = (outline.add(*line, needs, carrier=True),), ()
        elif _TEST.match(content):
            test = (outline.add(*line, (*needs, *section), carrier=True),)
        else:
            outline.add(*line, (*needs, *section, *test), record="line")
