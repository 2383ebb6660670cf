"""Figures that the next sentence narrows: without something they are other ones, or they hold only at times.

"Revenue rose from 410 to 455 million. Excluding acquisitions, it fell by 2%.", "Trains leave at 07:30 and
14:00. On Sundays only the 14:00 runs."
"""

from __future__ import annotations

import regex

from lingua_integrations.core.text.needs.discourse import bounds

_STRETCH = r"[^.;:!?]{0,60}?"
# What a figure is freed of, and that the sentence goes on about that figure, by language.
_ADJUSTS = regex.compile(
    rf"""
    [\s>*_"“(]* (?:
      (?: excluding | not \s counting | ignoring | leaving \s aside | setting \s aside | apart \s from
        | stripping \s out | net \s of | without | in \s real \s terms
        | (?: (?: after | when | once ) \s )?
          (?: adjust(?:ed|ing) | correct(?:ed|ing) | controll(?:ed|ing) | accounting | allowing ) \s for
        | on \s an? \s (?: organic | like-for-like | comparable | underlying ) \s basis )
      \b {_STRETCH} ,? \s (?: it | this | that | they | these | those
        | the \s (?: figures? | numbers? | increase | decrease | rise | fall | drop | growth | gain | loss
          | difference | result | effect | change | gap | trend | association | correlation ) ) \b
    | (?: ohne | abzüglich | bereinigt \s um | nach \s abzug | inflationsbereinigt | real | organisch )
      \b {_STRETCH} \s
      (?: er | sie | es | dies\p{{L}}* | der \s (?: anstieg | rückgang | zuwachs | unterschied ) ) \b
    | (?: hors | sans | corrigée?s? \s d[eu'’] | à \s (?: périmètre | taux ) \s \p{{L}}+
        | en \s termes \s réels | après \s (?: correction | ajustement ) )
      \b {_STRETCH} , \s (?: ils? | elles? | ce\p{{L}}* | l['’] | la | le )
    | (?: sin (?! \s (?: embargo | duda ) \b ) | excluyendo | descontando | descontad[oa]s?
        | ajustad[oa]s? \s por | en \s términos \s reales
        | sem (?! \s dúvida ) | excluindo | descontand[oa]s? | em \s termos \s reais
        | senza (?! \s dubbio ) | escludendo | al \s netto | esclus[aeio] | in \s termini \s reali )
      \b {_STRETCH} ,
    | (?: zonder | exclusief | gecorrigeerd \s voor )
      \b {_STRETCH} \s (?: hij | zij | ze | het | dit | deze ) \b
    | (?: без \s уч[её]та | за \s вычетом | с \s поправкой \s на | исключая
        | z \s wyłączeniem | po \s wyłączeniu | bez \s uwzględnienia ) \b
    | (?: 剔除 | 扣除 | 不计 | 不計 | 排除 ) [^。，,]{{1,20}} [，,后後]
    | [^。、]{{1,20}} を除 (?: くと | けば | いた場合 )
    | [^.,]{{1,20}} 제외하면
    )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_FIGURE = regex.compile(r"\d+(?:[.:,]\d+)*")
_YEAR = regex.compile(r"(?:1[5-9]|20)\d\d")


def narrows(sentence: str, before: str) -> bool:
    """Whether a sentence says of a figure of the one before what it is without something, or when it holds.

    >>> narrows("Excluding Nortek, it fell by 2%.", "Sales rose by 11%.")
    True
    >>> narrows("Sundays only the 14:00 runs.", "Trains: 07:30, 14:00."), narrows("It fell.", "It was 11%.")
    (True, False)
    """
    figures = {one for one in _FIGURE.findall(before) if not _YEAR.fullmatch(one)}
    if not figures:
        return False
    if _ADJUSTS.match(sentence):
        return True
    same = any(len(one) > 1 and one in figures for one in _FIGURE.findall(sentence))
    return same and bounds(sentence)
