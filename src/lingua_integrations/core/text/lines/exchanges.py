"""Exchanges: turns of the same speakers in the same order, again and again, with blank lines between.

The examples of a prompt look so ("Text: ... Label: ..."), and questions with their answers: one turn of them
says nothing, or something false, without the other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import regex

from lingua_integrations.core.text.outline import Outline
from lingua_integrations.core.text.spans import Span

_TIMES = 3  # from which on they are examples
_LONG = 600  # characters up to which an exchange comes whole


@dataclass
class Exchanges:
    """Those of a chat, as its turns are read."""

    outline: Outline
    spans: list[Span] = field(default_factory=list)
    names: list[list[str]] = field(default_factory=list)

    def add(self, turn: Span, speaker: regex.Match[str] | None) -> None:
        """A turn is about to be read: it goes on with the exchange unless a blank line parts them."""
        name = speaker["name"].strip().casefold() if speaker else ""
        if self.spans and self.outline.text.count("\n", self.spans[-1].end, turn.start) < 2:
            self.spans[-1] = Span(self.spans[-1].start, turn.end)
            self.names[-1].append(name)
        else:
            self.spans.append(turn)
            self.names.append([name])

    def join(self) -> None:
        """All turns are read: let those of an exchange come together, if there are several such."""
        times = Counter(map(tuple, self.names))
        pieces, at = self.outline.pieces, 0
        for span, names in zip(self.spans, self.names, strict=True):
            while at < len(pieces) and pieces[at].end <= span.start:
                at += 1
            first = at
            while at < len(pieces) and pieces[at].end <= span.end:
                at += 1
            if len(names) > 1 and times[tuple(names)] >= _TIMES and span.end - span.start <= _LONG:
                for one in range(first, at):
                    self.outline.require([one], range(first, at))
