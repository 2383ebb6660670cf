"""What kind lines are that stand together, by their looks: records, configuration, code, rows, turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

from lingua_integrations.core.text.code.diagnostics import is_diagnostics
from lingua_integrations.core.text.code.diffs import is_diff
from lingua_integrations.core.text.code.numbered import is_numbered
from lingua_integrations.core.text.code.source_code import language_of_code
from lingua_integrations.core.text.data.components import is_components
from lingua_integrations.core.text.data.config_formats import is_config
from lingua_integrations.core.text.data.csv_text import delimiter_of
from lingua_integrations.core.text.data.http_text import is_http
from lingua_integrations.core.text.data.literals import is_json
from lingua_integrations.core.text.data.queries import is_query
from lingua_integrations.core.text.data.settings import kind_of_settings
from lingua_integrations.core.text.data.table_looks import is_table
from lingua_integrations.core.text.lines.commits import is_commits
from lingua_integrations.core.text.lines.fields import is_fields
from lingua_integrations.core.text.lines.mails import is_mail
from lingua_integrations.core.text.lines.options import is_options
from lingua_integrations.core.text.lines.plans import is_plan
from lingua_integrations.core.text.lines.records import GREP_LINE, LOG_LINE, is_listing, is_log
from lingua_integrations.core.text.lines.reports import is_trace
from lingua_integrations.core.text.lines.scenarios import is_scenarios
from lingua_integrations.core.text.lines.services import is_services
from lingua_integrations.core.text.lines.sessions import is_session
from lingua_integrations.core.text.lines.speakers import STAMPED, heads_of, is_chat, is_saved_chat
from lingua_integrations.core.text.lines.statuses import is_status
from lingua_integrations.core.text.lines.steps import is_job
from lingua_integrations.core.text.lines.subtitles import TIMING, from_start, is_captions
from lingua_integrations.core.text.lines.test_runs import is_tests
from lingua_integrations.core.text.needs.answers import is_answer, is_question
from lingua_integrations.core.text.needs.discourse import asks

_OPTION = regex.compile(r"\s*\(?[Bb][).:]\s")  # of a quiz, where "A:" is an option and no answer
_COURT = regex.compile(
    r"\s*(?:THE (?:COURT|WITNESS)|M(?:R|S|RS|X)\. \p{Lu}[\p{Lu}'’-]+|BY M(?:R|S|RS)\. [^:\n]{1,40}):"
)
_FORM = regex.compile(r"\((?:\p{Ll}[\w*!?/+-]*(?:\s+[^\s)]|$)(?![^()]*[.!?]$))(?![^\n]*?\)\s+\p{L})")
_WORD = regex.compile(r"\p{L}{3}")
_FIELD = regex.compile(r"\p{Lu}[\w .()/-]{0,28}: +\S")


def kind_of_lines(found: Sequence[str], *, whole: bool = False) -> str | None:
    """The kind of lines that stand together; None where they are prose.

    Some kinds are tried only where the lines are the ``whole`` text, and not a paragraph of a document.
    """
    for kind, fits in _RECORDS:
        if (whole or kind not in _WHOLE) and fits(found):
            return kind
    if is_config(found):
        return "config"
    if _is_lisp(found):
        return "code"
    configured = kind_of_settings(found, whole=whole)
    language = language_of_code(found)
    if language is not None and (language != "code" or configured is None or found[0].startswith("#!")):
        return language
    if is_question(found[0]) and any(map(is_answer, found)) and not any(map(_OPTION.match, found)):
        return "chat" if any(map(_COURT.match, found)) else "faq"
    return _in_columns(found) or configured or _in_turns(found)


def _is_lisp(found: Sequence[str]) -> bool:
    """Whether lines are forms between brackets, as in Lisp: each begins at the margin, and all end.

    >>> _is_lisp(["(def a 1)", "(defn f [x]", "  (+ x a))"]), _is_lisp(["(a) Yes.", "(b) No."])
    (True, False)
    """
    outer = [line for line in found if not line[:1].isspace() and line[:1] != ";"]
    opened, closed = (sum(line.count(sign) for line in found) for sign in "()")
    forms = sum(_FORM.match(line) is not None for line in outer)
    return len(outer) > 1 and forms == len(outer) and abs(opened - closed) <= 0.1 * opened


def is_jsonl(found: Sequence[str]) -> bool:
    """Whether each line is a JSON value of its own."""
    return found[0].lstrip()[:1] in ("{", "[") and all(is_json(line) for line in found[:20])


_RECORDS: tuple[tuple[str, Callable[[Sequence[str]], bool]], ...] = (
    ("listing", is_numbered),
    ("listing", is_status),
    ("listing", is_services),
    ("jsonl", is_jsonl),
    ("http", is_http),
    ("plan", is_plan),
    ("scenarios", is_scenarios),
    ("diff", lambda found: is_diff(list(found))),
    ("subtitles", lambda found: any(map(TIMING.match, found)) or is_captions(found)),
    ("lines", is_session),
    ("components", is_components),
    ("tests", is_tests),
    ("diagnostics", is_diagnostics),
    ("trace", is_trace),
    ("options", is_options),
    ("commits", is_commits),
    ("listing", lambda found: is_listing(found) and not _is_titled_table(found)),
    ("mail", is_mail),
    ("sql", is_query),
    ("chat", is_saved_chat),
    ("log", is_job),
    ("log", lambda found: is_log(found) and not _is_titled_table(found) and not _is_talk(found)),
)
"""Kinds with their detectors, in the order in which they are tried."""
_WHOLE = ("mail", "http")  # the kinds among them that only a whole text can have


def _is_titled_table(found: Sequence[str]) -> bool:
    """Whether lines that look like records or a listing are rows of values, below the names of the columns.

    A time or a part number may begin a row as it begins a line of a log or of what `grep` prints.

    >>> _is_titled_table(["Weekdays   Sunday", "06:30      09:30", "07:00      11:30 a"])
    True
    """
    if LOG_LINE.match(found[0]) or GREP_LINE.match(found[0]) or len(found) < 3:
        return False
    told = [_WORD.search(line) is not None for line in found if LOG_LINE.match(line)]
    return delimiter_of(found) is not None or (bool(told) and 5 * sum(told) <= len(told))


def _is_talk(found: Sequence[str]) -> bool:
    """Whether people say lines that begin with a time: they ask, or their names stand above what they say."""
    return ((any(map(asks, found)) or from_start(found)) and is_chat(found)) or heads_of(found) is STAMPED


def _in_columns(found: Sequence[str]) -> str | None:
    """The kind of lines that are rows: of values between delimiters, or of a drawn table."""
    if delimiter_of(found) is not None and not any(len(line) > 2_000 for line in found):
        return "csv" if not is_table(found) else "table"
    return "table" if is_table(found) else None


def _in_turns(found: Sequence[str]) -> str | None:
    """The kind of lines that are turns of a chat, or fields of one record."""
    if is_fields(found):
        return "record"
    if is_chat(found):
        return "chat"
    return "record" if len(found) < 30 and all(map(_FIELD.match, found)) else None
