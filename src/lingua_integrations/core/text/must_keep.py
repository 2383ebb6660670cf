"""What stays in a text whatever its score: numbers, negations, names of the user's own, first sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from lingua_integrations.core.text.spans import Span
from lingua_integrations.errors import InvalidRequest

RULES: dict[str, str] = {
    "numbers": r"\d+",
    "negations": r"(?i)\b(?:not|no|never|none|nobody|nothing|neither|nor|nowhere|without|cannot|\w+n[’']t)\b",
    "urls": r"\w[\w+.-]*://\S+",
    "emails": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    "dates": r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\b",
    "identifiers": r"\b(?:\w+_\w+|[a-z]+[A-Z]\w*|\w+\(\)|[A-Z]{2,}\d*|\w+(?:\.\w+)+)",
    "names": r"\b\p{Lu}\w+(?:\s+\p{Lu}\w+)*",
}
"""Patterns by name."""


@dataclass(frozen=True, kw_only=True)
class MustKeep:
    """Rules for text that no stage may drop from a selected context.

    Attributes:
        rules: names of patterns: numbers, negations, urls, emails, dates, identifiers, names.
        patterns: regular expressions of your own; the whole match stays.
        tokens: strings that always stay, such as "?" (LLMLingua-2's force_tokens).
        first: how many sentences stay at the start of a context.
        last: how many stay at its end.
    """

    rules: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    first: int = 0
    last: int = 0

    def __post_init__(self) -> None:
        for name in ("rules", "patterns", "tokens"):
            if isinstance(getattr(self, name), str):
                raise InvalidRequest(f"MustKeep.{name} must be a tuple: ({getattr(self, name)!r},).")
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for rule in self.rules:
            if rule not in RULES:
                raise InvalidRequest(f"There is no rule {rule!r}. There are {', '.join(RULES)}.")
        try:
            regex.compile("|".join(f"(?:{pattern})" for pattern in self.patterns))
        except regex.error as error:
            raise InvalidRequest(f"MustKeep.patterns: {error} in {error.pattern!r}.") from error
        if self.first < 0 or self.last < 0:
            raise InvalidRequest("MustKeep.first and last must not be negative.")

    def spans(self, text: str, language: str | None) -> Iterator[Span]:
        """Find what must stay of ``text``, as spans in no particular order: all units that they touch stay.

        >>> keep = MustKeep(rules=("numbers", "negations"))
        >>> ["It did not cost $3.50."[slice(*s)] for s in keep.spans("It did not cost $3.50.", "en")]
        ['3', '50', 'not']
        """
        named = [RULES[rule] for rule in self.rules]
        for pattern in [*named, *self.patterns, *map(regex.escape, self.tokens)]:
            for match in regex.finditer(pattern, text):
                if match.group().strip():
                    yield Span(*match.span())
        if self.first or self.last:
            # Not at the top: it brings numpy, which a configuration does without.
            from lingua_integrations.core.text.documents import read

            units = read(text, language=language)
            n = len(units)
            for at in {*range(min(self.first, n)), *range(max(0, n - self.last), n)}:
                yield Span(int(units.starts[at]), int(units.ends[at]))
