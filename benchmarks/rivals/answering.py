"""Requests on stdin, answers on stdout: one JSON object a line. It runs in a rival's own environment."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

Pieces = list[tuple[int | None, str]]
"""What is left: texts, each with the index of the text it comes from; ``None``: of all of them in a row."""


def answer(compress: Callable[[dict[str, Any]], Pieces]) -> None:
    """Answer requests until stdin ends; whatever the rival prints goes to stderr."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    for line in sys.stdin:
        request = json.loads(line)
        start = time.perf_counter()
        pieces = compress(request)
        done = {"pieces": pieces, "seconds": time.perf_counter() - start}
        print(json.dumps(done), file=answers, flush=True)
