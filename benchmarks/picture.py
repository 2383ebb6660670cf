"""Writes docs/struck_out.svg, the picture on top of the README: `python benchmarks/picture.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from lingua_integrations import CompressionResult, PromptCompressor
from lingua_integrations.core.view import Piece
from lingua_integrations.demo.corpus import QUESTIONS, retrieve

PICTURE = Path(__file__).parent.parent / "docs" / "struck_out.svg"
QUESTION = QUESTIONS[0].text
WIDTH, LINE, TOP, BAR = 700, 18, 104, 640
STYLE = """
.page{fill:#fff;stroke:#d0d7de}
.text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328;white-space:pre}
.gone{fill:#9aa4ae;text-decoration:line-through}.head{font:600 15px system-ui,sans-serif;fill:#1f2328}
.small{font:13px system-ui,sans-serif;fill:#57606a}.before{fill:#d0d7de}.after{fill:#2da06f}
@media (prefers-color-scheme:dark){.page{fill:#0d1117;stroke:#30363d}.text,.head{fill:#e6edf3}
.gone{fill:#6e7681}.small{fill:#9198a1}.before{fill:#30363d}}
"""


def lines_of(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """The pieces of a text by its lines."""
    line: list[Piece] = []
    for piece in pieces:
        first, *others = piece.text.split("\n")
        line.append(piece._replace(text=first))
        for other in others:
            yield line
            line = [piece._replace(text=other)]
    yield line


def drawn(result: CompressionResult) -> str:
    """The picture."""
    (view,) = result.views()
    lines = list(lines_of(view.pieces))
    height = TOP + LINE * len(lines) + 24
    share = view.after / view.before
    rows = "".join(
        f'<text class="text" x="30" y="{TOP + LINE * (n + 1)}">{"".join(map(_shown, line))}</text>'
        for n, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="A page of which {view.after} of {view.before} tokens are kept">'
        f"<style>{STYLE}</style>"
        f'<rect class="page" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>'
        f'<text class="head" x="30" y="34">{escape(QUESTION)}</text>'
        f'<text class="small" x="30" y="60">{view.before} tokens before, {view.after} after</text>'
        f'<rect class="before" x="30" y="72" width="{BAR}" height="8" rx="4"/>'
        f'<rect class="after" x="30" y="72" width="{BAR * share:.0f}" height="8" rx="4"/>{rows}</svg>\n'
    )


def _shown(piece: Piece) -> str:
    return f'<tspan class="{"kept" if piece.kept else "gone"}">{escape(piece.text)}</tspan>'


def main() -> None:
    """Compress one page of Python's manual to 0.4 of its tokens, with the default method."""
    page = retrieve(QUESTION, 1)
    result = PromptCompressor.from_pretrained().compress(page, question=QUESTION, rate=0.4)
    PICTURE.write_text(drawn(result), "utf-8")


if __name__ == "__main__":
    main()
