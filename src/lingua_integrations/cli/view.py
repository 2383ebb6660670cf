"""The view of a result on a terminal: kept text plain, short gaps struck out, long ones folded to a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import Group
from rich.text import Text

from lingua_integrations.core.visible import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lingua_integrations.core.results import CompressionResult
    from lingua_integrations.core.view import Piece, View

_GONE = "dim strike"
_BAR = 40  # columns


def view_of(result: CompressionResult, names: Sequence[str] = ()) -> Group:
    """The inputs, each by its name, and a bar of the call's tokens before and after."""
    return Group(
        Text(f"{result}\n{bar(result.tokens_before, result.tokens_after)}", style="bold"),
        *(part for view in result.views(names) for part in _parts(view)),
    )


def bar(before: int, after: int) -> str:
    """Tokens after, as a share of those before.

    >>> bar(1000, 250).rstrip()
    '██████████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░'
    """
    full = round(_BAR * min(1.0, after / before)) if before else _BAR
    return "█" * full + "░" * (_BAR - full)


def _parts(view: View) -> Iterator[RenderableType]:
    if view.reason is not None:
        yield Text(
            f"\n… {visible(view.label)} left out, {view.before:,} tokens: {visible(view.reason)}", style="dim"
        )
        return
    yield Text(f"\n{visible(view.label)}: {view.before:,} → {view.after:,} tokens", style="bold cyan")
    yield shown(view.pieces)


def shown(pieces: tuple[Piece, ...]) -> Text:
    """A text in pieces, for a terminal."""
    text = Text()
    for piece in pieces:
        if piece.folded:
            apart = "" if text.plain.endswith("\n") or not text else "\n"
            text.append(f"{apart}{piece.summary}\n", "dim italic")
        else:
            text.append(visible(piece.text), "" if piece.kept else _GONE)
    return text
