"""The names of kinds, and which kind a file name, a MIME type or a language of fenced code means."""

from __future__ import annotations

import difflib
from pathlib import PurePath
from typing import Literal, get_args

from lingua_integrations.errors import InvalidRequest

Kind = Literal[
    "text", "prose", "html", "json", "jsonl", "csv", "table", "log", "trace", "diff", "listing", "commits",
    "tests", "chat", "faq", "record", "subtitles", "mail", "yaml", "toml", "sql", "lines",
    "nested", "xml", "diagnostics", "config", "columns", "components", "plan", "outline", "scenarios",
    "options", "latex", "asciidoc", "wiki", "pod", "http", "template",
    "code", "python", "javascript", "typescript", "java", "go", "rust", "c",
]  # fmt: skip
"""``text`` is Markdown, reST or plain; ``code`` any language without a grammar here."""

_OF_NAMES: dict[str, str] = {
    "text": "md markdown txt rst text mdx plain bib bibtex pgn",
    "latex": "tex latex ltx",
    "asciidoc": "adoc asciidoc",
    "wiki": "wiki mediawiki wikitext",
    "pod": "pod",
    "http": "http",
    "html": "html htm xhtml",
    "template": "erb ejs j2 jinja jinja2 hbs handlebars mustache twig liquid phtml blade svelte jsp",
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
    "scenarios": "feature gherkin cucumber",
    "python": "py pyi python py3 x-python",
    "javascript": "js jsx mjs cjs javascript",
    "typescript": "ts tsx typescript",
    "java": "java",
    "go": "go golang",
    "rust": "rs rust",
    "c": "c h",
    "code": "cc cpp cxx hpp cs rb php swift kt scala sh bash zsh lua pl r m jl dart ex hs clj "
    "c++ csharp ruby shell ps1 psm1 kts groovy jenkinsfile powershell",
}
_KINDS = {name: kind for kind, names in _OF_NAMES.items() for name in names.split()}
_SUFFIXES = {**_KINDS, **dict.fromkeys(["service", "timer", "socket", "mount", "target", "desktop"], "toml")}
_STEMS = ("dockerfile", "makefile", "env", "nginx")  # of names such as "Dockerfile.prod"


def kind_of_name(name: str) -> str | None:
    """The kind that a file name, a MIME type or a language of fenced code means; None where it means none.

    >>> kind_of_name("src/main.py"), kind_of_name("text/csv; charset=utf-8"), kind_of_name("v1.2")
    ('python', 'csv', None)
    """
    plain = name.split("?")[0].split(";")[0].strip().lower()
    last = plain.rsplit("/", 1)[-1].removeprefix("x-").removeprefix(".")
    stem = last.split(".", 1)[0]  # "Dockerfile.prod", ".env.local"
    whole = _KINDS.get(last) or (_KINDS.get(stem) if stem in _STEMS else None)
    return whole or _SUFFIXES.get(PurePath(plain).suffix[1:])


def checked_kind(name: str) -> str:
    """The kind that a caller asks for: by its own name, a MIME type or a file name.

    Raises:
        InvalidRequest: there is no such kind; the message lists all kinds.

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
