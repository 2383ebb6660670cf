"""What an answer or a compressed prompt is worth. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from lingua_integrations.core.results import CompressionResult

_ARTICLES = frozenset({"a", "an", "the"})
_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]|[\p{L}\p{N}\p{M}_]+")


def words(text: str) -> list[str]:
    """Words in lower case without punctuation and articles, as SQuAD compares them; CJK by characters.

    >>> words("The 3rd Duke, of York!"), words("厦门大学。")
    (['3rd', 'duke', 'of', 'york'], ['厦', '门', '大', '学'])
    """
    return [word for word in _WORD.findall(text.lower()) if word not in _ARTICLES]


def answer_kept(answers: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether one of the answers stands in one of the texts, word for word.

    >>> answer_kept(["Jane Austen"], ["It is by Jane  Austen (1815)."]), answer_kept(["art"], ["a party"])
    (True, False)
    """
    places = [f" {' '.join(words(text))} " for text in texts]
    wanted = [f" {' '.join(found)} " for answer in answers if (found := words(answer))]
    return any(answer in place for answer in wanted for place in places)


def exact_match(answer: str, right: Sequence[str]) -> bool:
    """Whether an answer is one of the right ones, as SQuAD compares them.

    >>> exact_match("The Jane Austen.", ["Jane Austen"])
    True
    """
    return any(words(answer) == words(one) for one in right)


def f1(answer: str, right: Sequence[str]) -> float:
    """Harmonic mean of precision and recall over words, of the right answer that fits best (SQuAD).

    >>> round(f1("Jane Austen wrote it", ["Jane Austen"]), 3)
    0.667
    """
    return max((_f1(words(answer), words(one)) for one in right), default=0.0)


def _f1(answer: Sequence[str], right: Sequence[str]) -> float:
    common = sum((Counter(answer) & Counter(right)).values())
    return 2 * common / (len(answer) + len(right)) if common else float(not answer and not right)


def span_overlap(relevant: Sequence[tuple[int, int, int]], result: CompressionResult) -> float:
    """Share of the relevant characters that are kept.

    Args:
        relevant: (context, start, end) in characters, not overlapping.
        result: of a compression of these contexts.
    """
    kept = {context.index: context.spans for context in result.contexts}
    overlap = sum(
        max(0, min(end, span.end) - max(start, span.start))
        for index, start, end in relevant
        for span in kept.get(index, ())
    )
    total = sum(end - start for _, start, end in relevant)
    return overlap / total if total else 0.0


def benefit_retained(nothing: float, compressed: float, everything: float) -> float | None:
    """Share of what the contexts give that a shorter prompt retains, from nats per answer token.

    ``(nothing - compressed) / (nothing - everything)``; above 1 where the shorter prompt helps more, below 0
    where it does harm. ``None`` where the contexts give nothing.

    >>> benefit_retained(4.0, 2.5, 2.0)
    0.75
    """
    gain = nothing - everything
    return (nothing - compressed) / gain if gain > 0 else None
