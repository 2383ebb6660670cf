"""Stage 1, segment: a text of any kind becomes units, each with what it needs to be understood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lingua_integrations.core.text.code.blocks import read_blocks
from lingua_integrations.core.text.code.diagnostics import read_diagnostics
from lingua_integrations.core.text.code.diffs import read_diff
from lingua_integrations.core.text.code.grammar import GRAMMARS, reader_of
from lingua_integrations.core.text.code.numbered import is_numbered, read_numbered
from lingua_integrations.core.text.code.preambles import read_preamble
from lingua_integrations.core.text.code.templates import is_template, read_template
from lingua_integrations.core.text.data.components import read_components
from lingua_integrations.core.text.data.config import read_config
from lingua_integrations.core.text.data.csv_text import read_csv
from lingua_integrations.core.text.data.events import connect_events
from lingua_integrations.core.text.data.http_text import read_http
from lingua_integrations.core.text.data.indented import read_sections
from lingua_integrations.core.text.data.json_text import read_json, read_json_lines
from lingua_integrations.core.text.data.nested import read_nested
from lingua_integrations.core.text.data.set_again import connect_changes, connect_set_again
from lingua_integrations.core.text.data.sql import read_sql
from lingua_integrations.core.text.data.table_pages import connect_pages
from lingua_integrations.core.text.data.tables import read_table
from lingua_integrations.core.text.data.tables_within import is_within
from lingua_integrations.core.text.data.yaml_text import read_yaml
from lingua_integrations.core.text.kinds import kind_of
from lingua_integrations.core.text.language.languages import language_of
from lingua_integrations.core.text.lines.commits import read_commits
from lingua_integrations.core.text.lines.crumbs import is_crumbs, runs
from lingua_integrations.core.text.lines.fields import read_record
from lingua_integrations.core.text.lines.mails import read_mail
from lingua_integrations.core.text.lines.options import read_options
from lingua_integrations.core.text.lines.plans import read_plan
from lingua_integrations.core.text.lines.records import read_listing, read_records
from lingua_integrations.core.text.lines.reports import read_trace
from lingua_integrations.core.text.lines.scenarios import read_scenarios
from lingua_integrations.core.text.lines.services import is_services, read_services
from lingua_integrations.core.text.lines.statuses import is_status, read_status
from lingua_integrations.core.text.lines.subtitles import read_subtitles
from lingua_integrations.core.text.lines.test_runs import read_tests
from lingua_integrations.core.text.lines.turns import read_chat
from lingua_integrations.core.text.markup.asciidoc import read_asciidoc
from lingua_integrations.core.text.markup.columns import read_columns
from lingua_integrations.core.text.markup.entries import read_entry
from lingua_integrations.core.text.markup.formats import documents_perl
from lingua_integrations.core.text.markup.html import read_html
from lingua_integrations.core.text.markup.latex import read_latex
from lingua_integrations.core.text.markup.literal_blocks import read_literal
from lingua_integrations.core.text.markup.markdown import read_text
from lingua_integrations.core.text.markup.outlines import read_outline
from lingua_integrations.core.text.markup.pod import read_pod
from lingua_integrations.core.text.markup.wiki import read_wiki
from lingua_integrations.core.text.markup.xml_text import read_xml
from lingua_integrations.core.text.needs.claims import connect_claims
from lingua_integrations.core.text.needs.continued import connect_continued
from lingua_integrations.core.text.needs.corrections import connect_corrections
from lingua_integrations.core.text.needs.cut import connect_cut
from lingua_integrations.core.text.needs.decisions import connect_decisions
from lingua_integrations.core.text.needs.discourse import asks
from lingua_integrations.core.text.needs.distant import connect_frames, connect_notes
from lingua_integrations.core.text.needs.messages import connect_messages
from lingua_integrations.core.text.needs.notes import connect_signs, connect_starred
from lingua_integrations.core.text.needs.posts import connect_posts
from lingua_integrations.core.text.needs.quizzes import connect_quizzes
from lingua_integrations.core.text.needs.replies import connect_replies
from lingua_integrations.core.text.needs.takebacks import connect_takebacks
from lingua_integrations.core.text.outline import Outline, Reader, lines
from lingua_integrations.core.text.prose import add_pairs, add_prose
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.text.units import Units, from_pieces, from_spans


def read(
    text: str, kind: str | None = None, language: str | None = None, gap_marker: str | None = None
) -> Units:
    """Cut a text into units: sentences, lines, rows, records, statements, under headings and heads.

    Args:
        text: of any kind.
        kind: see `Kind`; by default it is found from the text.
        language: of its prose, as an ISO 639 code; by default it is found.
        gap_marker: what stands where units are left out; ``{lines}`` in it is the number of their lines.
    """
    if not text.strip():
        return from_spans(text, [(0, len(text))] if text else [])
    looks = kind or kind_of(text)
    if kind is None and is_crumbs(text, looks):
        return replace(from_spans(text, runs(text)), gap_marker=gap_marker, kind=looks)
    if looks == "table" and is_within(text, Span(0, len(text))):
        looks = "text"  # a caller may call a whole statement a table
    outline = Outline(text, language or language_of(text), READERS)
    outline.read(looks, Span(0, len(text)))
    _connect(outline)
    return replace(from_pieces(text, outline.pieces), gap_marker=gap_marker, kind=looks)


def _connect(outline: Outline) -> None:
    """Let pieces need what is said of them far from where they stand."""
    contents = [outline.text[piece.start : piece.end] for piece in outline.pieces]
    connect_messages(outline, contents)
    connect_replies(outline, contents)
    connect_posts(outline, contents)
    connect_pages(outline)
    connect_set_again(outline)
    connect_changes(outline, contents)
    connect_events(outline)
    connect_starred(outline, contents)
    connect_signs(outline, contents)
    connect_continued(outline, contents)
    connect_cut(outline, contents)
    connect_takebacks(outline, contents)
    said = [number for number, piece in enumerate(outline.pieces) if piece.prose and not piece.carrier]
    if said:
        connect_notes(outline, contents)
        connect_frames(outline, contents, said)
        connect_claims(outline, contents, said)
        words = [number for number, piece in enumerate(outline.pieces) if piece.prose]
        asked = {n for n in words if outline.pieces[n].carrier and asks(contents[n])}
        connect_corrections(outline, contents, sorted({*said, *asked}))  # "Shall we meet at six?", too
        connect_decisions(outline, contents, said)
        connect_quizzes(outline, contents)


def _read_prose(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    add_prose(outline, span, needs)


def _read_code(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    source = outline.text[slice(*span)]
    if documents_perl(source):
        read_pod(outline, span, needs)
    elif is_template(source):
        read_template(outline, span, needs)
    else:
        known = read_preamble(outline, span, needs)
        read_blocks(outline, Span(max(span.start, outline.at), span.end), known)


def _read_listing(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    found = [outline.text[slice(*line)] for line in lines(outline.text, *span)]
    known = ((is_numbered, read_numbered), (is_status, read_status), (is_services, read_services))
    reader = next((reader for fits, reader in known if fits(found)), read_listing)
    reader(outline, span, needs)


READERS: Mapping[str, Reader] = {
    "text": read_text,
    "prose": _read_prose,
    "html": read_html,
    "json": read_json,
    "jsonl": read_json_lines,
    "csv": read_csv,
    "table": read_table,
    "log": read_records,
    "trace": read_trace,
    "diagnostics": read_diagnostics,
    "diff": read_diff,
    "plan": read_plan,
    "scenarios": read_scenarios,
    "listing": _read_listing,
    "record": read_record,
    "tests": read_tests,
    "commits": read_commits,
    "chat": read_chat,
    "faq": add_pairs,
    "subtitles": read_subtitles,
    "mail": read_mail,
    "components": read_components,
    "xml": read_xml,
    "yaml": read_yaml,
    "toml": read_sections,
    "sql": read_sql,
    "lines": read_records,
    "nested": read_nested,
    "config": read_config,
    "columns": read_columns,
    "entry": read_entry,
    "literal": read_literal,
    "outline": read_outline,
    "options": read_options,
    "latex": read_latex,
    "asciidoc": read_asciidoc,
    "wiki": read_wiki,
    "pod": read_pod,
    "http": read_http,
    "template": read_template,
    "code": _read_code,
    **{language: reader_of(language) for language in GRAMMARS},
}
"""For each kind what cuts it."""
