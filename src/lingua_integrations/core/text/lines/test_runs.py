"""What test runners print: a failure needs the test that it belongs to, and the sum stays for itself."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.lines.attempts import connect_attempts
from lingua_integrations.core.text.lines.depths import Depths
from lingua_integrations.core.text.outline import Outline, indent, lines
from lingua_integrations.core.text.presets import SUM
from lingua_integrations.core.text.spans import Span

_BEGINS = regex.compile(
    r"=+ test session starts =+$|=== RUN |running \d+ tests?$|test \S+ \.\.\. (?:ok|FAILED|ignored)"
    r"|\S+ \([\w.]+\)[^\n]* \.\.\. (?:ok|FAIL|ERROR|skipped)|--- (?:PASS|FAIL|SKIP): "
    r"| ?(?:PASS|FAIL) +\S+\.[jt]sx?$|TAP version|[.sFExX]{3,}\s+\[\s*\d+%\]$"
)
_WITHIN = regex.compile(r"=+ (?:FAILURES|ERRORS|short test summary info) =+$")
"""What pytest prints above what failed: a log that was cut off at its start has no more."""
_SECTION = regex.compile(r"=+ [^=].* =+$| ?(?:PASS|FAIL) +\S+\.\w+(?: \([\d.]+ m?s\))?$|[Ff]ailures:$")
_OUTCOME = regex.compile(r"\s*(?:[✓✔√✕✗✘×✖❯▶ℹ↓○]|(?:not )?ok \d) *\S")
_TICKED = regex.compile(r"\s*[✓✔√✕✗✘×✖] (?P<timed>.*\b\d+(?:\.\d+)? ?m?s\)?$)?")
_TEST = regex.compile(
    r"_{3,} (?P<name>.*) _{3,}$|(?:FAIL|ERROR): (?P<name>\S+)|\s*● (?P<name>.*)"
    r"|---- (?P<name>\S+) stdout ----$|(?P<numbered>\s*\d+\) )(?P<name>\S.*)| ?FAIL +(?P<name>\S+ > .*)"
)
_RUN = regex.compile(r"=== (?:RUN|CONT|NAME) +(?P<name>\S+)$")
_RESULT = regex.compile(
    r"(?P<under>\s*--- )(?:PASS|FAIL|SKIP): (?P<name>\S+)|test (?P<name>\S+) \.\.\. "
    r"|(?P<name>\S+)(?: \([\w.]+\))[^\n]* \.\.\. (?:ok|FAIL|ERROR|skipped)"
    r"|    (?P<name>\w+::[\w:]+)$"
)
_MESSAGE = regex.compile(
    r"E {2,}|\s*(?:\w+\.)*\w*(?:Error|Exception|Failure)\b"
    r"|\s*(?:Expected|Received|expected|actual|got|want|left|right)\b"
    r"|\s*[\w./-]+\.\w+:\d+: |thread '.*' panicked at|assert"
)
"""What says how a test failed."""
_CARET = regex.compile(r"\s*(?:\|\s*)?[\^~]+$")  # points into the line above
_RULE = regex.compile(r"[=\-_]{5,}$")
_NAME = 80  # characters up to which a line may be the name of a group
_SAID = 500  # characters of messages that come with all of what is said about a test


def is_tests(found: Sequence[str]) -> bool:
    """Whether lines are what a test runner printed."""
    begins = any(_BEGINS.match(line) for line in found[:60]) or any(map(_WITHIN.match, found))
    ticked = [match["timed"] for match in map(_TICKED.match, found[:60]) if match]
    ran = len(ticked) > 1 and (all(ticked) or any(map(SUM.match, found)))
    return begins or ran or (any(map(SUM.match, found[-3:])) and len(found) > 3)


def read_tests(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """Lines under the name of the test that failed, and that under its section; sums need nothing.

    What is said about a test needs the message that says how it failed, and so does its result. Elsewhere
    a line needs the group in which it stands: the nearest line above that is less indented.
    """
    text = outline.text
    section: tuple[int, ...] = ()
    tests: dict[str, list[int]] = {}  # the name of each, and what is said about it
    results: list[tuple[str, int]] = []
    test: list[int] = []
    groups, begun = Depths(), outline.last + 1
    found = lines(text, *span)
    depths = [indent(text[slice(*line)]) for line in found]
    for line, depth, below in zip(found, depths, [*depths[1:], 0], strict=True):
        content = text[slice(*line)]
        named, result = _RUN.match(content) or _TEST.match(content), _RESULT.match(content)
        if SUM.match(content):
            outline.add(*line, needs, record="line")
            section, test, groups = (), [], Depths()
        elif _RULE.match(content):
            outline.add(*line, carrier=True)
        elif _SECTION.match(content):
            says = content.lstrip()[:4] == "FAIL" or (content.lstrip()[:4] == "PASS" and below <= depth)
            section, test, groups = (outline.add(*line, needs, carrier=not says, heads=says),), [], Depths()
        elif named and (below > depth or not named.groupdict().get("numbered")):
            test = tests.setdefault(named["name"], [])
            test.append(outline.add(*line, (*needs, *section), carrier=True))
        elif result:
            at = outline.add(*line, (*needs, *section), heads=True, record="line")
            results.append((result["name"], at))
            test = [at] if result["under"] else test
        elif test and _CARET.match(content) and outline.pieces[-1].closes < 0:
            outline.add(*line, closes=outline.last)
        elif test:
            test.append(outline.add(*line, (*needs, *section, *test[:1]), record="line"))
        else:
            within = (*needs, *section, *groups.over(depth))
            heads = below > depth
            named = heads and _names(content)
            at = outline.add(*line, within, carrier=named, heads=heads, record=None if named else "line")
            groups.enter(depth, at)
    said = {name: _messages(outline, about) for name, about in tests.items()}
    for name, at in results:
        outline.require([at], said.get(name, ()))
    connect_attempts(outline, begun)


def _names(line: str) -> bool:
    """Whether a line does nothing but name a group: it tells no outcome, and is no sentence."""
    return len(line) <= _NAME and not _OUTCOME.match(line) and line[-1] not in ".:;!?"


def _messages(outline: Outline, test: Sequence[int]) -> list[int]:
    """Let what is said about a test need the messages, as far as they are short; returns those."""
    text, room = outline.text, _SAID
    found: list[int] = []
    for number in test[1:]:
        start, end = outline.pieces[number][:2]
        if _MESSAGE.match(text, start, end) and end - start <= room:
            found.append(number)
            room -= end - start
    outline.require(test[1:], found)
    return found
