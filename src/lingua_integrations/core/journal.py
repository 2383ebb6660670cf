"""The record of a call: the seconds of each stage, and the scorers and rankers that it asked."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Journal:
    """What a call did: wall time by stage, and the scorers and rankers that it asked."""

    seconds: dict[str, float] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)
    scored: dict[Any, Any] = field(default_factory=dict)  # what a budget tried before asked for, too
    _last: float = field(default_factory=time.perf_counter)

    def lap(self, stage: str) -> None:
        """Book the time since the last lap on ``stage``."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now

    @property
    def models(self) -> str | None:
        """The models' names and digests; ``None`` where none was asked."""
        names = {str(one.name): None for one in self.asked if getattr(one, "name", None)}
        return ", ".join(names) or None
