"""What kind of text something is: from its file's name or MIME type, else from its looks."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePath
from typing import Literal, get_args

import regex

from lingua_integrations.core.text.code.diagnostics import is_diagnostics
from lingua_integrations.core.text.code.diffs import is_diff
from lingua_integrations.core.text.code.source_code import language_of_code
from lingua_integrations.core.text.data.components import is_components
from lingua_integrations.core.text.data.config_formats import is_config
from lingua_integrations.core.text.data.csv_text import delimiter_of
from lingua_integrations.core.text.data.literals import is_data, values
from lingua_integrations.core.text.data.nested import is_nested
from lingua_integrations.core.text.data.table_looks import is_ruled, is_table
from lingua_integrations.core.text.lines.records import LOG_LINE, is_listing, is_log, is_session
from lingua_integrations.core.text.lines.reports import COMMIT, MAIL_FIELD, is_trace
from lingua_integrations.core.text.lines.test_runs import is_tests
from lingua_integrations.core.text.lines.turns import TIMING, is_chat
from lingua_integrations.core.text.markup.columns import pages_of
from lingua_integrations.core.text.markup.xml_text import is_xml
from lingua_integrations.core.text.needs.discourse import asks
from lingua_integrations.core.text.prose import is_answer, is_question
from lingua_integrations.core.text.spans import Span
from lingua_integrations.errors import InvalidRequest

Kind = Literal[
    "text", "prose", "html", "json", "jsonl", "csv", "table", "log", "trace", "diff", "listing", "commits",
    "tests", "chat", "faq", "record", "subtitles", "mail", "yaml", "toml", "sql", "lines",
    "nested", "xml", "diagnostics", "config", "columns", "components",
    "code", "python", "javascript", "typescript", "java", "go", "rust", "c",
]  # fmt: skip
"""``text`` is Markdown, reST or plain; ``code`` any language without a grammar here."""

_OF_NAMES: dict[str, str] = {
    "text": "md markdown txt rst text mdx adoc plain",
    "html": "html htm xhtml",
    "xml": "xml svg xsd xsl plist pom csproj rss atom",
    "json": "json geojson ipynb",
    "jsonl": "jsonl ndjson",
    "csv": "csv tsv psv tab-separated-values",
    "log": "log",
    "diff": "diff patch x-patch x-diff",
    "subtitles": "srt vtt",
    "mail": "eml mbox rfc822",
    "components": "ics ical calendar vcf vcard",
    "yaml": "yaml yml",
    "toml": "toml ini cfg conf properties env editorconfig gitconfig npmrc pylintrc requirements.txt"
    " constraints.txt hosts gitignore dockerignore",
    "config": "dockerfile containerfile docker makefile gnumakefile make mk nginx apache apacheconf htaccess"
    " httpd caddyfile vhost tf tfvars hcl terraform nomad ssh_config sshd_config sshconfig crontab cron proto"
    " protobuf proto3 graphql gql graphqls css scss less",
    "sql": "sql",
    "python": "py pyi python py3 x-python",
    "javascript": "js jsx mjs cjs javascript",
    "typescript": "ts tsx typescript",
    "java": "java",
    "go": "go golang",
    "rust": "rs rust",
    "c": "c h",
    "code": "cc cpp cxx hpp cs rb php swift kt scala sh bash zsh lua pl r m jl dart ex hs clj "
    "c++ csharp ruby shell",
}
_KINDS = {name: kind for kind, names in _OF_NAMES.items() for name in names.split()}
_SUFFIXES = {**_KINDS, **dict.fromkeys(["service", "timer", "socket", "mount", "target", "desktop"], "toml")}
_STEMS = ("dockerfile", "makefile", "env", "nginx")  # of names that go on
_HTML = regex.compile(
    r"\s*(?:<!doctype html|<\?xml"
    r"|<(?:html|head|body|div|table|ul|ol|li|p|h[1-6]|section|article|main|span|tr)\b[^<>]*>)",
    regex.I,
)
_TAG = regex.compile(r"</(?:p|li|td|th|tr|div|h[1-6]|ul|ol|table|html|body|span|a)\s*>", regex.I)
_MARKDOWN = regex.compile(r"(?m)^(?:#{1,6} \S|```|~~~)")
_FENCED = regex.compile(r"(?ms)^(```|~~~)\w*\s*$.*?^\1\s*$")
_SQL = regex.compile(
    r"(?:--[^\n]*\n|/\*.*?\*/;?|\s)*+(?:CREATE|INSERT INTO|COPY|DROP|ALTER|LOCK|DELIMITER"
    r"|(?:SET|USE|BEGIN)\b(?=.*\b(?:CREATE|ALTER|DROP|INSERT|SELECT|UPDATE|DELETE)\s+\w))"  # not Perl
    r"\s+\S[^\n]*(?:\n[^\n]*){0,40}?;",
    regex.I | regex.S,
)
_YAML = regex.compile(r"\s*(?:- )?(?:[\w./$-]+|\"[^\"\n]+\"|'[^'\n]+'):(?: \S.*|\s*)$|\s*- \S|\s*#|---\s*$")
_OPTION = regex.compile(r"\s*\(?[Bb][).:]\s")  # the second of a quiz, whose first looks like an answer
_PAIR = regex.compile(r"\s*[\w.\-\"']+\s*=\s*\S")
_KEY_VALUE = regex.compile(_PAIR.pattern + r"|\s*\[{1,2}[\w.\"' :/-]+\]{1,2}\s*$|\s*[#;]")
_SMALL = regex.compile(r"\s*[\p{Ll}\"'#-]")
_COMMIT_FIELDS = ("Author:", "Merge:", "Date:")
_BLANK = regex.compile(r"\n[ \t]*\r?\n")
_FIELD = regex.compile(r"\p{Lu}[\w .()/-]{0,28}: +\S")
_PARAGRAPH = regex.compile(r"\n[ \t\r]*\n")
_HEAD = 20_000  # characters that say what a text is
_FEW = 200  # lines that do
_WORDY = 14  # words from which on a line is prose


def kind_of_name(name: str) -> str | None:
    """The kind of what a file of this name, of this MIME type, or fenced code of this language holds.

    >>> kind_of_name("src/main.py"), kind_of_name("text/csv; charset=utf-8"), kind_of_name("v1.2")
    ('python', 'csv', None)
    """
    plain = name.split("?")[0].split(";")[0].strip().lower()
    last = plain.rsplit("/", 1)[-1].removeprefix("x-").removeprefix(".")
    stem = last.split(".", 1)[0]  # "Dockerfile.prod", ".env.local"
    whole = _KINDS.get(last) or (_KINDS.get(stem) if stem in _STEMS else None)
    return whole or _SUFFIXES.get(PurePath(plain).suffix[1:])


def checked_kind(name: str) -> str:
    """The kind that a caller's word for it means: a kind, a MIME type, or what files of it are called.

    Raises:
        InvalidRequest: it means none; says which there are.

    >>> checked_kind("markdown"), checked_kind("csv")
    ('text', 'csv')
    """
    kinds = get_args(Kind)
    found = name if name in kinds else kind_of_name(name)
    if found is None:
        near = difflib.get_close_matches(name, [*kinds, *_KINDS], n=1)
        guess = f" Did you mean {near[0]!r}?" if near else ""
        raise InvalidRequest(f"There is no kind of text {name!r}.{guess} There are {', '.join(kinds)}.")
    return found


def may_be(kind: str, text: str) -> bool:
    r"""Whether a text can be what its file's name says: loaders often hand on only the words of a file.

    >>> may_be("csv", "id: 1\nfruit: fig"), may_be("html", "<p>Fig</p>")
    (False, True)
    """
    found = [line for line in text[:_HEAD].splitlines() if line.strip()][:_FEW]
    fits = {
        "html": lambda: _TAG.search(text) is not None,
        "xml": lambda: is_xml(text),
        "json": lambda: is_json(text) or is_data(text),
        "jsonl": lambda: bool(found) and _is_jsonl(found),
        "csv": lambda: bool(found) and delimiter_of(found) is not None,
        "diff": lambda: is_diff(found),
        "subtitles": lambda: any(map(TIMING.match, found)),
        "mail": lambda: bool(found) and _is_mail(found),
        "config": lambda: is_config(found),  # a page about nginx may have that as its source
        "toml": lambda: not is_config(found) and not _is_wordy(found),  # nginx.conf is none
        "yaml": lambda: not is_config(found),  # templates of it
    }
    return fits[kind]() if kind in fits else True


def kind_of(text: str) -> str:
    r"""The kind of a whole text, by its looks.

    >>> table = "id,fruit,price\n1,apple,3.5\n2,fig,9"
    >>> kind_of('{"a": 1}'), kind_of("It rained. We stayed."), kind_of(table)
    ('json', 'text', 'csv')
    """
    start = text.lstrip()[:1]
    if start and start in "{[" and is_json(text):
        return "json"
    if is_data(text):
        return "json"
    if start == "{" and _is_stream(text):
        return "jsonl"
    head = text[:_HEAD]
    found = [line for line in head.splitlines() if line.strip()][:_FEW]
    if len(head) < len(text) and len(found) > 1:
        found = found[:-1]
    if text.startswith("Metadata-Version:"):  # of a package: its fields are no mail's
        return "text"
    tagged = _tagged(text, head, found) if start == "<" else None
    if tagged is not None:
        return tagged
    if len(found) < 2:
        return "text"
    if _FENCED.search(head):  # what it shows of other languages is not what it is
        found = _FENCED.sub("", head).splitlines()[:_FEW]
        found = [line for line in found if line.strip()] or ["", ""]
    kind = kind_of_lines(found, whole=True) or _by_look(head, found) or "text"
    laid_out = kind == "table" and pages_of(head, Span(0, len(head)))
    return "text" if laid_out or (kind == "table" and not _is_one_table(head)) else kind


def _tagged(text: str, head: str, found: Sequence[str]) -> str | None:
    """The kind of a text that begins with a tag; nothing where it is none of them."""
    if is_config(found):
        return "config"
    if is_xml(text):
        return "xml"
    html = _HTML.match(head) and _TAG.search(head) and len(_MARKDOWN.findall(head)) < 2
    return "html" if html else None


def _is_one_table(text: str) -> bool:
    """Whether a text of rows is one table, and not one under a heading, in a list, or one of several.

    Columns of spaces may have blank lines between their rows.
    """
    first, *others = filter(str.strip, _BLANK.split(text))
    return not others or (is_table(first.splitlines()) and not any(map(is_ruled, (first, *others))))


def kind_of_lines(found: Sequence[str], *, whole: bool = False) -> str | None:
    """The kind of lines that stand together; nothing where they are prose.

    Those that no paragraph of a document is taken for are tried only where they are the ``whole`` text.
    """
    for kind, fits in _RECORDS:
        if (whole or kind not in _WHOLE) and fits(found):
            return kind
    if is_config(found):
        return "config"
    configured = _configuration(found, whole=whole)
    language = language_of_code(found)
    if language is not None and (language != "code" or configured is None):
        return language
    if is_question(found[0]) and any(map(is_answer, found)) and not any(map(_OPTION.match, found)):
        return "faq"
    return _in_columns(found) or configured or _in_turns(found)


def _is_jsonl(found: Sequence[str]) -> bool:
    """Whether each line is a JSON value of its own."""
    return found[0].lstrip()[:1] in ("{", "[") and all(is_json(line) for line in found[:20])


def _is_stream(text: str) -> bool:
    """Whether a text is JSON values one after another, some of them over several lines."""
    found = list(values(text, Span(0, len(text))))
    return len(found) > 1 and not text[found[-1].end :].strip() and is_json(text[slice(*found[0])])


def _is_commits(found: Sequence[str]) -> bool:
    """Whether lines are those of ``git log``."""
    return COMMIT.match(found[0]) is not None and found[1:2] != [] and found[1].startswith(_COMMIT_FIELDS)


def _is_wordy(found: Sequence[str]) -> bool:
    """Whether lines are prose rather than settings."""
    return sum(len(line.split()) > _WORDY for line in found) > 0.2 * len(found)


def _is_mail(found: Sequence[str]) -> bool:
    """Whether lines begin with the fields of a mail."""
    return sum(map(bool, map(MAIL_FIELD.match, found[:4]))) >= 2


_RECORDS: tuple[tuple[str, Callable[[Sequence[str]], bool]], ...] = (
    ("jsonl", _is_jsonl),
    ("diff", lambda found: is_diff(list(found))),
    ("subtitles", lambda found: any(map(TIMING.match, found))),
    ("lines", is_session),
    ("components", is_components),
    ("tests", is_tests),
    ("diagnostics", is_diagnostics),
    ("trace", is_trace),
    ("commits", _is_commits),
    ("listing", is_listing),
    ("mail", _is_mail),
    ("log", lambda found: is_log(found) and not _is_dated_table(found) and not _is_talk(found)),
)
"""Kinds that their lines give away, in the order in which they are tried."""
_WHOLE = ("mail",)  # of these, those that only a whole text is taken for


def _is_dated_table(found: Sequence[str]) -> bool:
    """Whether lines that begin with a time are rows of values, under a line that names the columns."""
    return not LOG_LINE.match(found[0]) and len(found) > 2 and delimiter_of(found) is not None


def _is_talk(found: Sequence[str]) -> bool:
    """Whether lines that begin with a time are said by people: no program asks."""
    return any(map(asks, found)) and is_chat(found)


def _in_columns(found: Sequence[str]) -> str | None:
    """Whether lines are rows: of values between delimiters, or of a table that was drawn."""
    if delimiter_of(found) is not None and not any(len(line) > 2_000 for line in found):
        return "csv" if not is_table(found) else "table"
    return "table" if is_table(found) else None


def _in_turns(found: Sequence[str]) -> str | None:
    """Whether lines are said by turns, or are fields of one thing."""
    if is_chat(found):
        return "chat"
    return "record" if len(found) < 30 and all(map(_FIELD.match, found)) else None


def _configuration(found: Sequence[str], *, whole: bool) -> str | None:
    outer = [line for line in _unquoted(found) if not line[:1].isspace() and line.strip(" ,]}")]
    pairs = sum(map(bool, map(_KEY_VALUE.match, outer)))
    if pairs >= 0.8 * len(outer) and any(map(_PAIR.match, outer)):
        return "toml"
    keys = sum(map(bool, map(_YAML.match, found)))
    nested = any(line[:1].isspace() for line in found) and any(line.rstrip().endswith(":") for line in found)
    starred = sum(line.lstrip().startswith(("- ", "#")) for line in found)
    if (
        whole
        and keys >= 0.8 * len(found)
        and starred < 0.7 * keys
        and (nested or (keys == len(found) and all(map(_SMALL.match, found))))
    ):
        return "yaml" if not any(len(line.split()) > 14 for line in found) else None
    return None


def _unquoted(found: Sequence[str]) -> Iterator[str]:
    """Lines without those that a string of many lines holds."""
    quoted = False
    for line in found:
        if not quoted:
            yield line
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1


def _by_look(head: str, found: Sequence[str]) -> str | None:
    """Kinds that a text as a whole looks like."""
    if _SQL.match(head):
        return "sql"
    if len(_TAG.findall(head)) >= max(3, len(found) // 3) and len(_MARKDOWN.findall(head)) < 2:
        return "html"
    if is_nested(found) and not any(map(_is_block_of_rows, _PARAGRAPH.split(head))):
        return "nested"
    return None


def _is_block_of_rows(block: str) -> bool:
    found = block.splitlines()
    return len(found) > 2 and is_table(found)


def is_json(text: str) -> bool:
    """Whether a text is a JSON object or array, and not a bare number, word or string.

    So is one in which a key stands twice, although `data_of` refuses it: it must not be taken for prose.

    >>> is_json('{"a": [1]}'), is_json("1999"), is_json("[see above]")
    (True, False, False)
    """
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        json.loads(text, parse_int=str)  # Python refuses to make a number of more than 4,300 digits
    except (json.JSONDecodeError, RecursionError):
        return False
    return True
