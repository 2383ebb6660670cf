"""Files as texts: their encoding is told by a mark, or UTF-8 is assumed; what is no text is refused."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path

import typer

from lingua_integrations.core.visible import visible
from lingua_integrations.errors import InvalidRequest

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 8192  # bytes that say whether a file is text
_CONTROLS = bytes(set(range(32)) - set(b"\b\t\n\v\f\r\x1b"))  # that text does not have
_MOST = 0.02  # share of them


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


def text_of(data: bytes) -> str | None:
    r"""Bytes as text, without a byte order mark; nothing where they are none.

    >>> text_of("Fig".encode("utf-16")), text_of("Fig".encode("utf-16-le")), text_of(b"GIF89a\x01\x00\x01")
    ('Fig', 'Fig', None)
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding)
    sample = data[:_SAMPLE]
    if b"\0" in sample:
        return _decoded(data, _without_mark(sample))
    odd = len(sample) - len(sample.translate(None, _CONTROLS))
    return None if odd > _MOST * len(sample) else data.decode("utf-8", "surrogateescape")


def _decoded(data: bytes, encoding: str | None) -> str | None:
    if encoding is None:
        return None
    try:
        return data.decode(encoding, "surrogateescape" if encoding == "utf-8" else "strict")
    except UnicodeDecodeError:
        return None


def _without_mark(sample: bytes) -> str | None:
    """UTF-16 without its mark: of mostly Latin letters every other byte is 0, and no others are."""
    even, odd = sample[::2], sample[1::2]
    for zeros, others, encoding in ((odd, even, "utf-16-le"), (even, odd, "utf-16-be")):
        if zeros.count(0) >= 0.5 * len(zeros) and not others.count(0):
            return encoding
    return None
