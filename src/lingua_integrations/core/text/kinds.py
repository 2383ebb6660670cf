"""What kind a whole text is, by its looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from lingua_integrations.core.text.code.diffs import is_diff
from lingua_integrations.core.text.code.source_code import FENCE
from lingua_integrations.core.text.code.templates import is_template
from lingua_integrations.core.text.data.config_formats import is_config
from lingua_integrations.core.text.data.csv_text import delimiter_of
from lingua_integrations.core.text.data.literals import is_commented, is_data, is_json, values
from lingua_integrations.core.text.data.nested import is_nested
from lingua_integrations.core.text.data.table_cells import PARTED
from lingua_integrations.core.text.data.table_looks import is_ruled, is_table
from lingua_integrations.core.text.data.tables_within import is_within
from lingua_integrations.core.text.kind_names import kind_of_name
from lingua_integrations.core.text.line_kinds import is_jsonl, kind_of_lines
from lingua_integrations.core.text.lines.mails import is_mail
from lingua_integrations.core.text.lines.sessions import is_session
from lingua_integrations.core.text.lines.subtitles import TIMING
from lingua_integrations.core.text.lines.test_runs import is_tests
from lingua_integrations.core.text.markup.columns import pages_of
from lingua_integrations.core.text.markup.directives import literals
from lingua_integrations.core.text.markup.formats import markup_of
from lingua_integrations.core.text.markup.xml_text import is_xml
from lingua_integrations.core.text.spans import Span

_HTML = regex.compile(
    r"\s*(?:<!doctype html|<\?xml"
    r"|<(?:html|head|body|div|table|ul|ol|li|p|h[1-6]|section|article|main|span|tr)\b[^<>]*>)",
    regex.I,
)
_TAG = regex.compile(r"</(?:p|li|td|th|tr|div|h[1-6]|ul|ol|table|html|body|span|a)\s*>", regex.I)
_MARKDOWN = regex.compile(r"(?m)^(?:#{1,6} \S|```|~~~)")
_FENCED = regex.compile(rf"(?ms)^(?=({FENCE}))(```|~~~)\w*\s*$.*?^\2\s*$")
_HEADED = regex.compile(r"(?m)^#{1,6} \S[^\n]*\n[ \t]*\r?\n")  # a heading of Markdown, with room below
_PARTS = ("log", "chat", "listing", "lines", "record")  # what may stand below a heading
_BETWEEN = ("listing", "lines", "record")  # what lines between fences look like: "First query:"
_SQL = regex.compile(
    r"(?:--[^\n]*\n|/\*.*?\*/;?|\s)*+(?:CREATE|INSERT INTO|COPY|DROP|ALTER|LOCK|DELIMITER|DELETE\s+FROM"
    r"|UPDATE\s+\S+\s+SET|TRUNCATE|(?:GRANT|REVOKE)\s[^;]*\s(?:TO|FROM)"
    r"|(?:SET|USE|BEGIN(?:\s+(?:WORK|TRAN\w*))?;?|START\s+TRANSACTION[^;]*;)(?<=[\w;])(?!\w)"
    r"(?=.*\b(?:CREATE|ALTER|DROP|INSERT|SELECT|UPDATE|DELETE)\s+\w))"  # not Perl
    r"\s+\S[^\n]*(?:\n[^\n]*){0,40}?;",
    regex.I | regex.S,
)
_SCRIPT = regex.compile(r"#!\s*/\S*?(?:/env\s+(?:-\S+\s+)*)?(?P<program>[a-z]+)[\d.]*(?:\s|$)")
_PROGRAMS = {"python": "python", "node": "javascript", "deno": "typescript"}
_DIRECTIVE = regex.compile(r"(?m)^\.\. [\w:-]+::")  # of reST, which is a text
_BLANK = regex.compile(r"\n[ \t]*\r?\n")
_PARAGRAPH = regex.compile(r"\n[ \t\r]*\n")
_BY_FIRST_LINE = regex.compile(r"(?P<plan>\s*QUERY PLAN\s*\n\s*-{3,}\s*\n)|Metadata-Version:")
"""What psql prints above a plan; and a Python package, whose fields look like those of a mail."""
_FIRST_WORD = regex.compile(r"[\[(<]?(\p{Ll}[\w./-]*+)\W|(\[\s*)\d+(?:/\d+)?\]\s")
"""The name of a program, and no "Article 4."; or the number of a step: "[12/90]"."""
_ALIKE = 4  # lines from which on it says something that they begin alike
_HEAD = 20_000  # characters at the beginning of a text that decide its kind
_FEW = 200  # lines there that do
_END = 4_000  # characters at the end, where a test runner sums up
_WORDY = 14  # words from which on a line is prose


def may_be(kind: str, text: str) -> bool:
    r"""Whether a text can be of the kind that its file's name says: many loaders hand on only a file's words.

    >>> may_be("csv", "id: 1\nfruit: fig"), may_be("html", "<p>Fig</p>")
    (False, True)
    """
    found = [line for line in text[:_HEAD].splitlines() if line.strip()][:_FEW]
    fits = {
        "html": lambda: _TAG.search(text) is not None and not is_template(text[:_HEAD]),
        "template": lambda: is_template(text[:_HEAD]),
        "xml": lambda: is_xml(text),
        "json": lambda: is_json(text) or is_data(text),
        "jsonl": lambda: bool(found) and is_jsonl(found),
        "csv": lambda: bool(found) and delimiter_of(found) is not None,
        "diff": lambda: is_diff(found),
        "subtitles": lambda: any(map(TIMING.match, found)),
        "mail": lambda: bool(found) and is_mail(found),
        "config": lambda: is_config(found),  # the source of a page about nginx may be called nginx
        "toml": lambda: not is_config(found) and not _is_wordy(found),  # nginx.conf is no TOML
        "yaml": lambda: not is_config(found),  # a template of YAML is configuration
    }
    return fits[kind]() if kind in fits else True


def kind_of_block(name: str, text: str) -> str:
    r"""The kind of a block of code: what was typed at a prompt, its language, or whatever it looks like.

    >>> kind_of_block("python", ">>> 1 + 1\n2"), kind_of_block("py", "1 + 1"), kind_of_block("", '{"a": 1}')
    ('lines', 'python', 'json')
    """
    if is_session([line for line in text[:_HEAD].splitlines() if line.strip()]):
        return "lines"
    return kind_of_name(name) or kind_of(text)


def kind_of(text: str) -> str:
    r"""The kind of a whole text, by its looks.

    >>> table = "id,fruit,price\n1,apple,3.5\n2,fig,9"
    >>> kind_of('{"a": 1}'), kind_of("It rained. We stayed."), kind_of(table)
    ('json', 'text', 'csv')
    """
    start = text.lstrip()[:1]
    if start and start in "{[" and (is_json(text) or is_commented(text)):
        return "json"
    if is_data(text):
        return "json"
    if start == "{" and _is_stream(text):
        return "jsonl"
    head = text[:_HEAD]
    found = [line for line in head.splitlines() if line.strip()][:_FEW]
    if len(head) < len(text) and len(found) > 1:
        found = found[:-1]
    told = _BY_FIRST_LINE.match(head)
    if told is not None:
        return "nested" if told["plan"] else "text"
    sure = _by_signs(text, head, found)
    if sure is not None or len(found) < 2:
        return sure or "text"
    around = _without_literals(_FENCED.sub("", head))
    if len(around) < len(head):  # fenced code does not decide the kind of the text around it
        found = [line for line in around.splitlines()[:_FEW] if line.strip()] or ["", ""]
    kind = markup_of(head, found) or kind_of_lines(found, whole=True) or _by_look(head, found) or "text"
    if kind in ("text", "code", "python") and _ends_as_tests(text[-_END:]):
        return "tests"
    return _of_whole(kind, head, found)


def _without_literals(head: str) -> str:
    """A text without the source code below directives of reST."""
    if "::" not in head:
        return head
    edges = [0, *(edge for one in literals(head, Span(0, len(head))) for edge in one), len(head)]
    return "".join(head[begin:end] for begin, end in zip(edges[::2], edges[1::2], strict=True))


def _of_whole(kind: str, head: str, found: Sequence[str]) -> str:
    """The kind of a text whose lines are of a kind: a document may have such lines, and lines no other."""
    if kind == "text":
        return "lines" if _begin_alike(found) else kind
    return "text" if _is_document(kind, head) else kind


def _by_signs(text: str, head: str, found: Sequence[str]) -> str | None:
    """The kind that signs of its own tell of a text: tags, directives of a template, a program's name."""
    tagged = text.lstrip()[:1] == "<"
    if len(found) > 1 and (tagged or not is_config(found)) and is_template(head):
        return "template"
    script = _SCRIPT.match(text)
    if script and len(found) > 1 and not is_config(found):
        return _PROGRAMS.get(script["program"], "code")
    return _tagged(text, head, found) if tagged else None


def _is_document(kind: str, head: str) -> bool:
    """Whether lines of a kind are only parts of a text: under headings, in columns, in paragraphs."""
    if kind in _BETWEEN and _FENCED.search(head):
        return True
    if kind in _PARTS:
        return _HEADED.search(head) is not None
    if kind == "options":
        return _PARAGRAPH.search(head.strip()) is not None
    return kind == "table" and bool(_is_part(head) or not _is_one_table(head))


def _is_part(text: str) -> bool:
    """Whether a table is a part of a text: on a page, below a letterhead in columns, or above words."""
    whole = Span(0, len(text))
    return is_within(text, whole) or bool(pages_of(text, whole))


def _tagged(text: str, head: str, found: Sequence[str]) -> str | None:
    """The kind of a text that begins with a tag: configuration, XML or HTML; else None."""
    if is_config(found):
        return "config"
    if is_xml(text):
        return "xml"
    html = _HTML.match(head) and _TAG.search(head) and len(_MARKDOWN.findall(head)) < 2
    return "html" if html else None


def _ends_as_tests(end: str) -> bool:
    """Whether a text ends as what a test runner prints does, and does not only show that in a fence."""
    return "```" not in end and is_tests(end.splitlines())


def _is_one_table(text: str) -> bool:
    """Whether a text of rows is one table, and not one under a heading, in a list, or one of several.

    Columns of spaces may have blank lines between their rows.
    """
    first, *others = filter(str.strip, _BLANK.split(text))
    again = first.split("\n", 1)[0]  # another table begins with a head of its own
    apart = any(map(is_ruled, (first, *others))) or any(map(_is_said, others[:-1]))
    apart = apart or any(one.startswith(again) for one in others)
    return not others or (is_table(first.splitlines()) and not apart)


def _is_said(block: str) -> bool:
    """Whether a block between others is a sentence, and no row."""
    return not PARTED.search(block.strip()) and block.rstrip()[-1] in ".!?。！？"


def _is_stream(text: str) -> bool:
    """Whether a text is JSON values one after another, some of them over several lines."""
    found = list(values(text, Span(0, len(text))))
    return len(found) > 1 and not text[found[-1].end :].strip() and is_json(text[slice(*found[0])])


def _is_wordy(found: Sequence[str]) -> bool:
    """Whether lines are prose rather than settings."""
    return sum(len(line.split()) > _WORDY for line in found) > 0.2 * len(found)


def _by_look(head: str, found: Sequence[str]) -> str | None:
    """The kind of a text that only its whole shows: SQL, HTML, or lines under lines."""
    if _SQL.match(head):
        return "sql"
    if len(_TAG.findall(head)) >= max(3, len(found) // 3) and len(_MARKDOWN.findall(head)) < 2:
        return "html"
    if (
        is_nested(found)
        and not _DIRECTIVE.search(head)
        and not any(map(_is_block_of_rows, _PARAGRAPH.split(head)))
    ):
        return "nested"
    return None


def _begin_alike(found: Sequence[str]) -> bool:
    """Whether nearly all lines begin with the same word, as those of a program that says its own name do.

    Or with their numbers in brackets.

    >>> _begin_alike(["npm warn old a@1", "npm warn old b@2", "npm error code E1", "npm error no b@3"])
    True
    """
    words = Counter(match[1] or "[" for match in map(_FIRST_WORD.match, found) if match)
    return len(found) >= _ALIKE and max(words.values(), default=0) >= 0.9 * len(found)


def _is_block_of_rows(block: str) -> bool:
    """Whether a block is a table of at least three lines."""
    found = block.splitlines()
    return len(found) > 2 and is_table(found)
