"""Blocks of Markdown: markdown-it's, found without asking each of its rules about each line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lingua_integrations.core.text.markup.markdown_blocks import _parser

_BEGINS = [
    "", "> ", "- ", "* ", "10. ", "2) ", "+ ", "# ", "###### ", "```", "~~~", "***", "---", "___",
    "<p>", "<!--", "| a |", "|--|",
]  # fmt: skip
lines = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", "", "  ", "\t", "     "]),
    st.sampled_from(_BEGINS),
    st.sampled_from(_BEGINS),
    st.sampled_from(["a", "a b", "", " ", "-", "\x0c", "é", "\ud800"]),
)


@given(st.lists(lines, max_size=12), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_the_blocks_are_those_of_markdown_it(found, end):
    text = end.join(found)
    plain = MarkdownIt("commonmark").enable("table").disable(["code", "inline", "reference"])
    assert [(token.type, token.map) for token in _parser().parse(text)] == [
        (token.type, token.map) for token in plain.parse(text)
    ]
