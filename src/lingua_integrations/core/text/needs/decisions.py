"""Decisions: what minutes tell of a subject comes with what was decided on it."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.outline import Outline

_DECIDES = regex.compile(
    r"""
    [\s>*_•\-–]* (?: (?: (?:final \s )? decisions? | resolved | resolution | outcome | result | agreed
      | verdict | ruling | conclusion | beschl(?:uss|üsse|ossen) | entscheid(?:ung)? | ergebnis | urteil
      | décision | résolution | decisión | acuerdo | resolución | decisão | deliberação | decisione
      | delibera | besluit | uitslag | decyzja | uchwała | решение | постановили | karar | القرار | قرار
      | निर्णय | มติ | 决议 | 決議 | 決定 | 决定 | 结论 | 結論 | 결정 | 결의 | 결론 ) [*_]{0,2} \s? [:：]
      | (?: it \s was | we | all
        | (?:the \s)? (?:board|committee|council|court|group|meeting|team|parties) )
        \s (?: (?:unanimously|then|finally) \s )? (?: agreed | decided | resolved | voted ) \b
      | (?: es \s wurde | der \s \p{L}+ | die \s \p{L}+ ) \s (?: beschlossen | beschließt | entscheidet ) \b
      | se \s (?: acordó | decidió | resolvió ) | il \s (?: a \s été | est ) \s (?: décidé | convenu )
      | (?: si \s è \s deciso | foi \s decidido | decidiu-se | er \s is \s besloten | postanowiono
        | решено ) \b )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_LONGEST = 300  # characters of a decision that comes with what it is on
_NEAR = 8  # sentences before it that it is on


def connect_decisions(outline: Outline, contents: Sequence[str], said: Sequence[int]) -> None:
    """Let what stands above a decision under the same heading need it.

    Args:
        outline: of the whole text.
        contents: of its pieces.
        said: the numbers of those that are sentences.
    """
    for place, n in enumerate(said):
        if len(contents[n]) > _LONGEST or not _DECIDES.match(contents[n]):
            continue
        above = _heads(outline, n)
        for other in reversed(said[max(0, place - _NEAR) : place]):
            if not above or _heads(outline, other) != above:
                break
            outline.bind(other, n)


def _heads(outline: Outline, n: int) -> set[int]:
    """The headings and lead-ins that a piece stands under."""
    return {need for need in outline.pieces[n].needs if outline.pieces[need].carrier and need < n}
