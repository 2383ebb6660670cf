"""What people see of a result: all of each input, kept or left out, and nothing of it takes effect."""

from __future__ import annotations

from html.parser import HTMLParser
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from lingua_integrations import PromptCompressor
from lingua_integrations.cli.view import bar, shown, view_of
from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.view import Piece, View, pieces_of
from lingua_integrations.core.view_html import html_of, page_of
from lingua_integrations.core.visible import visible

NOISE = "Dogs bark at night. It rained in the town again and again. Nobody went out.\n"
TEXT = NOISE * 9 + "The cat sat on the mat. " + NOISE + "The end.\n"
HOSTILE = "</del></details><script>alert(1)</script><img src=x onerror=alert(2)>&amp; 'a' \"b\" \x1b[8m"
OURS = {"div", "section", "details", "summary", "del", "style", "label", "input", "b"}


class Reader(HTMLParser):
    """Tags, attributes and text of a page, its style aside."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text, self.open = set(), set(), [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


@st.composite
def cut(draw):
    """A text, and spans of it in order."""
    text = draw(st.text() | st.sampled_from([TEXT, HOSTILE * 20]))
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    return text, [Span(*pair) for pair in zip(places[::2], places[1::2], strict=False)]


@given(cut())
def test_all_of_a_text_is_shown_once(given):
    """In order; what was kept is never shown as left out."""
    text, spans = given
    pieces = pieces_of(text, spans)
    assert "".join(piece.text for piece in pieces) == text
    gone = "".join(piece.text for piece in pieces if not piece.kept)
    assert len(gone) <= len(text) - sum(end - start for start, end in spans)
    assert not any(piece.folded for piece in pieces if piece.kept)


@given(cut(), st.integers(0, 10**6), st.integers(0, 10**6))
def test_nothing_of_a_text_takes_effect(given, before, after):
    """Only our tags, no attribute that runs anything, and the text as text."""
    text, spans = given
    views = [View(0, before, after, pieces_of(text, spans)), View(1, before, 0, pieces_of(text, ()), text)]
    read = Reader(html_of(text, views, before, after))
    assert read.tags <= OURS
    assert read.attributes <= {"class", "style", "type"}
    shown = "".join(read.text)
    for piece in views[0].pieces:
        assert visible(piece.text) in shown
    assert not [one for one in read.text if "\x1b" in one]


@pytest.fixture(scope="module")
def result():
    compressor = PromptCompressor(config="extractive-bm25")
    return compressor.compress(
        [NOISE, TEXT, NOISE, HOSTILE], question="Where did the cat sit?", target_tokens=30
    )


def test_long_gaps_are_folded_and_neighbours_that_went_are_one_line(result):
    page = result._repr_html_()
    assert "… 9 lines left out" in page
    assert page.count("<details") == page.count("</details>") > 1
    assert "<summary>… [2] to [3] left out, " in page
    (kept,) = [view for view in result.views() if view.reason is None]
    assert next(piece.text for piece in kept.pieces if piece.kept) == "The cat sat on the mat."


def test_the_bar_is_the_share_that_is_left():
    def width(before, after):
        return html_of("", [], before, after).split("width:")[1].split('"')[0]

    assert [width(*pair) for pair in ((1000, 250), (10, 0), (0, 0), (5, 9))] == [
        "25.0%",
        "0.0%",
        "100.0%",
        "100.0%",
    ]
    assert bar(1000, 0).count("█") == 0
    assert bar(0, 0) == bar(1, 2) == "█" * 40


def test_a_page_is_whole(result):
    page = page_of("<b>title</b>", result._repr_html_())
    assert page.startswith("<!doctype html>")
    assert "&lt;b&gt;title" in page
    assert "http" not in page


def test_on_a_terminal(result):
    """Kept text plain, a long gap as one line of its own, no control sequence of a text."""
    console = Console(width=100, record=True, file=StringIO())
    console.print(view_of(result))
    text = console.export_text()
    assert "\n… 9 lines left out\nThe cat sat on the mat." in text
    assert "[1]: " in text
    assert "left out, " in text
    assert "\x1b[8m" not in text


def test_short_gaps_are_struck_out_on_a_terminal():
    text = shown(
        (Piece("It rained. ", kept=False), Piece("Emma came.\n", kept=True), Piece("x\n" * 5, kept=False))
    )
    assert text.plain == "It rained. Emma came.\n… 5 lines left out\n"
    assert [(text.plain[span.start : span.end], span.style) for span in text.spans] == [
        ("It rained. ", "dim strike"),
        ("… 5 lines left out\n", "dim italic"),
    ]


def test_inputs_are_called_by_their_names(result):
    """On a page and on a terminal, where there are names, and the question stands on top of the page."""
    names = [f"<{n}>.txt" for n in range(4)]
    console = Console(width=100, record=True, file=StringIO())
    console.print(view_of(result, names))
    text = console.export_text()
    page = html_of("", result.views(names), 1, 1, question="Who & where?")
    assert "<1>.txt: " in text
    assert "&lt;1&gt;.txt: " in page
    assert "<h2>Who &amp; where?</h2>" in page
    assert "[1]" not in text + page
