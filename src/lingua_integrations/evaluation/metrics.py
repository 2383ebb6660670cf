"""What an answer or a compressed prompt is worth. Pure functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import regex

from lingua_integrations.core.text.spans import Span
from lingua_integrations.core.types import FloatArray

_ARTICLES = frozenset({"a", "an", "the"})
_WORD = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]|[\p{L}\p{N}\p{M}]+")


def words(text: str) -> list[str]:
    """Words in lower case without punctuation and articles, as SQuAD compares them; CJK by characters.

    >>> words("The 3rd Duke, of York!"), words("厦门大学。")
    (['3rd', 'duke', 'of', 'york'], ['厦', '门', '大', '学'])
    """
    return [word for word in tokens(text) if word not in _ARTICLES]


def tokens(text: str) -> list[str]:
    """Words in lower case without punctuation; CJK by characters."""
    return list(_WORD.findall(text.lower()))


def answer_kept(answers: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether one of the answers stands in one of the texts, word for word; an underscore ends a word.

    >>> answer_kept(["Jane Austen"], ["It is by Jane  Austen (1815)."]), answer_kept(["art"], ["a party"])
    (True, False)
    >>> answer_kept(["1073"], ["blk_1073_2731 is gone"])
    True
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
    said, wanted = Counter(words(answer)), [Counter(words(one)) for one in right]
    found = ((2 * (said & one).total(), said.total() + one.total()) for one in wanted)
    return max((common / both if both else 1.0 for common, both in found), default=0.0)


def final_answer(text: str) -> str:
    r"""What a worked solution comes to: what follows the last "answer is", up to the end of its line.

    >>> final_answer("2 + 2 = 4.\nThe answer is 4.\n\nQuestion: no"), final_answer(" (B).")
    ('4', '(B)')
    """
    head, _, _ = text.partition("\n\n")
    lines = head.rpartition("answer is")[2].strip().splitlines()
    return lines[0].strip(" .:") if lines else ""


def rouge_l(said: str, right: Sequence[str]) -> float:
    """ROUGE-L: F1 of the longest common subsequence of words, of the right text that fits best (Lin 2004).

    >>> rouge_l("the cat sat on a mat", ["a cat was on the mat"])  # cat ... on ... mat: 3 of 6, 3 of 6
    0.5
    """
    return max((_rouge_l(tokens(said), tokens(one)) for one in right), default=0.0)


def _rouge_l(said: Sequence[str], right: Sequence[str]) -> float:
    lengths = [0] * (len(right) + 1)  # of the longest common subsequence with each beginning of ``right``
    for word in said:
        diagonal = 0
        for place, other in enumerate(right, 1):
            above = lengths[place]
            lengths[place] = diagonal + 1 if word == other else max(above, lengths[place - 1])
            diagonal = above
    return 2 * lengths[-1] / (len(said) + len(right)) if lengths[-1] else 0.0


def greedy_f1(said: FloatArray, right: FloatArray) -> float:
    """BERTScore: F1 of every token's best cosine in the other text (Zhang et al. 2020, section 3).

    Args:
        said: vectors of length 1, shape [tokens, dimensions].
        right: likewise.

    >>> import numpy as np
    >>> greedy_f1(np.eye(2), np.eye(2)[:1])  # precision (1 + 0) / 2, recall 1
    0.6666666666666666
    """
    if not len(said) or not len(right):
        return 0.0
    cosines = said @ right.T
    precision, recall = float(cosines.max(1).mean()), float(cosines.max(0).mean())
    return 2 * precision * recall / (precision + recall) if precision + recall > 0 else 0.0


def span_overlap(relevant: Sequence[tuple[int, int, int]], kept: Mapping[int, Sequence[Span]]) -> float:
    """Share of the relevant characters that are kept.

    Args:
        relevant: (context, start, end) in characters, not overlapping.
        kept: spans of each context that came through.
    """
    overlap = sum(
        max(0, min(end, span.end) - max(start, span.start))
        for index, start, end in relevant
        for span in kept.get(index, ())
    )
    total = sum(end - start for _, start, end in relevant)
    return overlap / total if total else 0.0


def all_kept(
    relevant: Sequence[tuple[int, int, int]], kept: Mapping[int, Sequence[Span]], share: float = 0.8
) -> bool:
    """Whether of every relevant stretch at least a share of its characters is kept.

    >>> all_kept([(0, 0, 10), (1, 0, 5)], {0: [Span(0, 9)], 1: [Span(1, 5)]}), all_kept([(0, 0, 9)], {})
    (True, False)
    """
    return all(span_overlap([one], kept) >= share for one in relevant)


def kept_of(
    texts: Sequence[str], relevant: Sequence[tuple[int, int, int]], kept: Mapping[int, Sequence[Span]]
) -> list[str]:
    """What is left of each relevant stretch.

    >>> kept_of(["It is by Jane Austen."], [(0, 6, 21)], {0: [Span(0, 8), Span(14, 21)]})
    ['by Austen.']
    """
    return [
        " ".join(
            texts[index][max(start, span.start) : min(end, span.end)]
            for span in kept.get(index, ())
            if max(start, span.start) < min(end, span.end)
        )
        for index, start, end in relevant
    ]


def benefit_retained(nothing: float, compressed: float, everything: float) -> float | None:
    """Share of what the contexts give that a shorter prompt retains, from nats per answer token.

    ``(nothing - compressed) / (nothing - everything)``; above 1 where the shorter prompt helps more, below 0
    where it does harm. ``None`` where the contexts give nothing.

    >>> benefit_retained(4.0, 2.5, 2.0)
    0.75
    """
    gain = nothing - everything
    return (nothing - compressed) / gain if gain > 0 else None
