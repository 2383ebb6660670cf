"""What the demo prints, and the page that it writes."""

from __future__ import annotations

import html
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text

from lingua_integrations.core.results import CompressionResult
from lingua_integrations.core.view_html import page_of
from lingua_integrations.demo.trials import AgentTrial, Trial


def question_table(number: int, trials: Sequence[Trial], *, answered: bool) -> Table:
    """One question in every framework at every rate.

    Args:
        number: of the question.
        trials: what was tried.
        answered: whether an LLM was asked.
    """
    last = trials[-1]
    table = Table(
        title=Text(f"{number}. {last.question.text}", style="bold"),
        caption=Text(f"kept: “{last.evidence[:300]}”" if last.kept else f"lost: {last.question.phrase}"),
        title_justify="left",
        caption_justify="left",
    )
    for column in ("", "tokens", "compressing", "answer still there"):
        table.add_column(column, no_wrap=True)
    if answered:
        table.add_column("what the LLM said", ratio=1)
    for trial in trials:
        table.add_row(
            f"{trial.framework}, {_wanted(trial.rate)}",
            _tokens(trial.result.tokens_before, trial.result.tokens_after),
            f"{trial.compressing:.1f} s",
            "[green]yes[/]" if trial.kept else "[red]no[/]",
            *([Text(" ".join(trial.answer.split())[:160])] if answered else []),
        )
    return table


def summary(trials: Sequence[Trial], *, answered: bool) -> Table:
    """All questions together."""
    heads: tuple[str, ...] = ("", "tokens", "answers still there", "compressing")
    heads += ("phrase in the answer", "answering") if answered else ()
    table = Table(*heads, title="All questions", title_justify="left")
    for framework, rate in dict.fromkeys((trial.framework, trial.rate) for trial in trials):
        group = [trial for trial in trials if (trial.framework, trial.rate) == (framework, rate)]
        table.add_row(
            f"{framework}, {_wanted(rate)}",
            _tokens(sum(t.result.tokens_before for t in group), sum(t.result.tokens_after for t in group)),
            f"{sum(t.kept for t in group)} of {len(group)}",
            f"{sum(t.compressing for t in group):.1f} s",
            *([f"{sum(t.answered for t in group)} of {len(group)}"] if answered else []),
            *([f"{sum(t.answering for t in group):.1f} s"] if answered else []),
        )
    return table


def page(trials: Sequence[Trial], agent: AgentTrial) -> str:
    """The struck-out text of each compressed question, and of what the agent's tool said."""
    results = {trial.question.text: trial.result for trial in trials if trial.rate < 1}
    parts = [(question, result._repr_html_()) for question, result in results.items()]
    parts.append((f"A tool's result, for an agent: {agent.question}", agent.result._repr_html_()))
    return page_of("lingua demo", "".join(f"<h2>{html.escape(head)}</h2>{body}" for head, body in parts))


def struck(result: CompressionResult) -> int:
    """How many characters a reader sees struck out, and not folded to a line."""
    views = (view for view in result.views() if view.reason is None)
    pieces = (piece for view in views for piece in view.pieces)
    return sum(len(piece.text.strip()) for piece in pieces if not piece.kept and not piece.folded)


def _wanted(rate: float) -> str:
    return "uncompressed" if rate == 1 else f"at least {1 / rate:.0f}x"


def _tokens(before: int, after: int) -> str:
    """Tokens before and after, and by how much fewer.

    >>> _tokens(2000, 500), _tokens(2000, 2000)
    ('2,000 → 500 (4.0x)', '2,000')
    """
    return f"{before:,} → {after:,} ({before / max(after, 1):.1f}x)" if after < before else f"{before:,}"
