"""The two ends of a table of rivals: the simplest method that a rate has, and what nobody can beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from lingua_integrations.core.budget.counting import TokenCounter
from lingua_integrations.core.prune.rankers.lexical import BM25Ranker
from lingua_integrations.core.text.spans import Span
from lingua_integrations.evaluation.cases import Case
from lingua_integrations.evaluation.metrics import answer_kept
from lingua_integrations.evaluation.outcomes import Contender, Outcome

_PIECE = regex.compile(r"[^\n]+?(?:[.!?](?=\s)|(?=\n)|\Z)")


@dataclass(frozen=True)
class Lines(Contender):
    """Whole sentences, or lines where those are shorter, by BM25: the best ones that fit."""

    counter: TokenCounter

    def run(self, case: Case, rate: float) -> Outcome:
        """The best pieces, in their order."""
        texts = [one.text for one in case.contexts]
        places = [(i, Span(*one.span())) for i, text in enumerate(texts) for one in _PIECE.finditer(text)]
        pieces = [texts[i][span.start : span.end] for i, span in places]
        before = sum(map(self.counter.count, texts))
        budget, left = max(1, int(rate * before)), int(rate * before)
        kept: list[int] = []
        scores = BM25Ranker().rank(case.question, pieces)
        for place in sorted(range(len(pieces)), key=lambda place: -scores[place]):
            if (price := self.counter.count(pieces[place]) + 1) <= left:
                kept.append(place)
                left -= price
        spans: dict[int, list[Span]] = {}
        for place in sorted(kept):
            spans.setdefault(places[place][0], []).append(places[place][1])
        shown = tuple((i, "\n".join(texts[i][a:b] for a, b in mine)) for i, mine in spans.items())
        return Outcome(shown, spans, before, sum(self.counter.count(text) for _, text in shown), budget)


@dataclass(frozen=True)
class Oracle(Contender):
    """The evidence alone, or the shortest sentence with an answer: what nobody can beat."""

    counter: TokenCounter

    def run(self, case: Case, rate: float) -> Outcome:
        """The stretches that the answer rests on."""
        texts = [one.text for one in case.contexts]
        found = [(i, Span(start, end)) for i, start, end in case.relevant] or [self._shortest(case, texts)]
        spans: dict[int, list[Span]] = {}
        for i, span in sorted(set(found)):
            spans.setdefault(i, []).append(span)
        shown = tuple((i, " ".join(texts[i][a:b] for a, b in mine)) for i, mine in spans.items())
        before = sum(map(self.counter.count, texts))
        return Outcome(shown, spans, before, sum(self.counter.count(text) for _, text in shown), before)

    def _shortest(self, case: Case, texts: Sequence[str]) -> tuple[int, Span]:
        pieces = [(i, Span(*one.span())) for i, text in enumerate(texts) for one in _PIECE.finditer(text)]
        right = [
            (i, span) for i, span in pieces if answer_kept(case.answers, [texts[i][span.start : span.end]])
        ]
        whole = [(i, Span(0, len(text))) for i, text in enumerate(texts) if answer_kept(case.answers, [text])]
        return min(right or whole, key=lambda one: one[1].end - one[1].start)
