"""Tries an untrusted tokenizer in a process of its own, with a time limit."""

from __future__ import annotations

import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from lingua_integrations.errors import UnsupportedModel

TIME_LIMIT = 8.0  # seconds; an honest one takes a tenth of one
_TRIAL = """
import sys
sys.path[:] = sys.argv[2:]
from tokenizers import Tokenizer
tokenizer = Tokenizer.from_file(sys.argv[1])
for unit in ("a", "1", " ", "-", "ab ", "\\u6f22"):
    sample = unit * 2000 + "!x"
    tokenizer.encode(sample, add_special_tokens=False)
"""


def check_tokenizer(folder: Path) -> None:
    """Refuse a folder whose tokenizer.json crashes or does not come to an end on plain samples.

    Its patterns are regular expressions, which can take years; no thread could be stopped while it waits.

    Raises:
        UnsupportedModel: it does.
    """
    file = folder / "tokenizer.json"
    if file.is_file():
        found = file.stat()
        _tried(str(file), found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=64)
def _tried(file: str, size: int, changed: int) -> None:
    if getattr(sys, "frozen", False):  # no interpreter to start
        return
    command = [sys.executable, "-c", _TRIAL, file, *sys.path]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise UnsupportedModel(
            f"The tokenizer {file} took more than {TIME_LIMIT:.0f} seconds for a few plain words."
        ) from None
    except OSError:  # no processes here: then it is not tried
        return
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise UnsupportedModel(f"The tokenizer {file} cannot be used ({''.join(last)[:200]}).")
