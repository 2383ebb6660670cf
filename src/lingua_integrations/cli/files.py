"""Reads files as texts, and refuses files that are not text."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from lingua_integrations.core.text.encodings import text_of
from lingua_integrations.core.visible import visible
from lingua_integrations.errors import InvalidRequest


def read(file: Path) -> str:
    """A file, or standard input for "-", as text; bytes that are no UTF-8 survive as lone surrogates.

    Raises:
        BadParameter: it cannot be read.
        InvalidRequest: it is not text.
    """
    if str(file) == "-" and sys.stdin.isatty():
        raise typer.BadParameter("give files, or pipe a text in")
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{visible(str(file))}: {error.strerror}") from error
    text = text_of(data)
    if text is None:
        raise InvalidRequest(f"{name_of(file)}: not a text file. Convert it to text first.")
    return text


def name_of(file: Path) -> str:
    """What people call it."""
    return "standard input" if str(file) == "-" else str(file)
