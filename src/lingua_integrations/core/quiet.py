"""Silences the bars and warnings of transformers, where we show progress ourselves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lingua_integrations.core.threads import Lock

_lock = Lock()
_before: list[tuple[int, bool]] = []  # one for each block that is open; the first has what was set by others


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Silence transformers' log and progress bars; when the last such block ends they are as they were."""
    from transformers.utils import logging

    with _lock:
        _before.append((logging.get_verbosity(), logging.is_progress_bar_enabled()))
        logging.set_verbosity_error()  # type: ignore[no-untyped-call]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        with _lock:
            verbosity, bars = _before[0]
            if len(_before) == 1:
                logging.set_verbosity(verbosity)
                if bars:
                    logging.enable_progress_bar()  # type: ignore[no-untyped-call]
                _before.clear()
            else:
                _before.pop()
