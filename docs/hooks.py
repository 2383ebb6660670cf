"""What the site adds to a page when it is built."""

from __future__ import annotations

from typing import Any

COMMANDS = "<!-- commands -->"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the options of every command in place of the mark."""
    return markdown.replace(COMMANDS, commands()) if COMMANDS in markdown else markdown


def commands() -> str:
    """Help of every command of `lingua`, one heading lower than typer writes it."""
    import typer
    from typer.cli import get_docs_for_click

    from lingua_integrations.cli.app import app

    command = typer.main.get_command(app)
    written = get_docs_for_click(obj=command, ctx=typer.Context(command, info_name="lingua"), name="lingua")
    return "\n".join(f"##{line}" if line.startswith("#") else line for line in written.splitlines())
