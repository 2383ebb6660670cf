"""Rows in a file, one JSON object a line: each is on disk before the next one is worked on."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any


class Records:
    """Rows found by their ``key``. A line that was cut off while it was written counts as missing.

    Args:
        path: the file, which is made with the first row.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = path.read_text("utf-8").split("\n") if path.exists() else []
        self._torn = bool(lines and lines[-1])  # what comes next begins a line of its own
        self._known = {row["key"]: row for row in map(_parsed, lines) if row}

    def get(self, key: str) -> dict[str, Any] | None:
        """The row of that key."""
        return self._known.get(key)

    def rows(self) -> list[dict[str, Any]]:
        """All rows, in the order in which their keys first came."""
        return list(self._known.values())

    def add(self, row: dict[str, Any]) -> None:
        """Keep a row; it is on disk when this returns.

        Raises:
            OSError: it cannot be written; the file is as it was.
        """
        line = "\n" * self._torn + json.dumps(row) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab", buffering=0) as stream:
            end = stream.tell()
            try:
                if stream.write(line.encode()) != len(line.encode()):
                    raise OSError(errno.ENOSPC, "No space left on device")
                os.fsync(stream.fileno())
            except OSError:
                os.truncate(self.path, end)
                raise
        self._torn = False
        self._known[row["key"]] = row


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and "key" in row else None
