"""What the next sentence narrows: a figure without something, at some times, for some; or until something.

"Revenue rose from 410 to 455 million. Excluding acquisitions, it fell by 2%.", "Trains leave at 07:30 and
14:00. On Sundays only the 14:00 runs.", "The bridge is open. Trucks, however, must wait.", "The picture came
in as a Vermeer. It is now attributed to an imitator."
"""

from __future__ import annotations

import regex

from lingua_integrations.core.text.needs.discourse import bounds

_STRETCH = r"[^.;:!?]{0,60}?"
_IN_WORDS = (
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|twice|zwei|drei|vier|fünf|sechs"
    r"|sieben|acht|neun|zehn|elf|zwölf|deux|trois|quatre|cinq|sept|huit|neuf|dix|dos|tres|cuatro|cinco|seis"
    r"|siete|ocho|nueve|diez|due|tre|quattro|cinque|sei|sette|otto|nove|dieci)\b"
)
_COUNT = rf"(?:\d|{_IN_WORDS})"
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
# At a time, at a place or for a group the figure is another one, or it changes by so much.
_ELSEWHERE = regex.compile(
    rf"""
    [\s>*_"“(]* (?:
      (?: in | on | at | near | between | from | during | after | before | for | among | with | above | below
        | over | under | outside | inside | within ) \s [^.;:,!?]{{1,50}} ,? \s
      (?: it | this | they | that ) (?: ['’]s | \s (?: is | are | was | were | rises? | falls? | drops? ) ) \b
      [^.;:!?]{{0,20}} {_COUNT}
    | (?: in | am | an | auf | bei | zwischen | von | ab | während | nach | vor | für | über | unter | wegen )
      \s [^.;:,!?]{{1,50}} \s (?: ist | sind | sinkt | steigt | beträgt | war | waren | gilt )
      \s (?: er | sie | es ) \b [^.;:!?]{{0,20}} {_COUNT}
    | (?: en | entre | à | pendant | pour | près | después | durante | para | cerca | fra | tra | per )
      \s [^.;:!?]{{1,50}} , \s (?: (?: il | elle | ils | elles ) \s )?
      (?: est | sont | passe | es | son | sube | baja | é | são | è | sono ) \b [^.;:!?]{{0,20}} {_COUNT}
    )
    | [^.;:!?]{{0,60}} \b (?: halve | double | triple | increase | reduce | extend | shorten | lower | raise
        | halv(?:ed|es) | doubl(?:ed|es) | halbier\p{{L}}+ | verdoppel\p{{L}}* | verkürz\p{{L}}+
        | verlänger\p{{L}}+
        | rédui\p{{L}}+ | doubl\p{{L}}+ | reduc\p{{L}}+ | duplic\p{{L}}+ | ridu\p{{L}}+ | raddoppi\p{{L}}+ )
      \s (?: it | this | that | these | them | dies\p{{L}}* | ihn | sie | es | cett?e? | ces | est[ea]s?
        | quest[oaie] ) (?!\p{{L}})
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_COUNTS = regex.compile(_IN_WORDS, regex.I)
_FIGURE = regex.compile(r"\d+(?:[.:,]\d+)*")
_YEAR = regex.compile(r"(?:1[5-9]|20)\d\d")
# "However" behind the first words, or behind the verb.
_SETS_APART = regex.compile(
    r"""
    [^.;:,!?]{1,40} ,? \s (?: however | though | (?:by|in) \s contrast | on \s the \s other \s hand ) ,
    | [^.;:,!?]{1,40} \s (?: jedoch | hingegen | dagegen | allerdings | aber ) \s
    | [^.;:,!?]{1,40} , \s (?: en \s revanche | toutefois | cependant | par \s contre | sin \s embargo
        | en \s cambio | no \s obstante | porém | no \s entanto | contudo | invece | però | tuttavia
        | echter | daarentegen | однако | напротив ) ,
    | [^.;:,!?]{1,30} \s (?: invece | però | echter | daarentegen | однако | же ) \s
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# Adverbs that say that something is so now, and was not before. "Later" only tells what comes next.
_NOW = regex.compile(
    r"""
    (?<!\p{L}) (?: now | today | nowadays | currently | at \s present | thereafter
      | from \s then \s on | no \s longer
      | heute | jetzt | inzwischen | mittlerweile | derzeit | seither | seitdem | nicht \s mehr
      | aujourd['’]hui | désormais | maintenant | actuellement | ne \s \p{L}+ \s plus
      | hoy | ahora | actualmente | ya \s no | desde \s entonces
      | hoje | agora | atualmente | já \s não | desde \s então
      | oggi | ora | attualmente | non \s \p{L}+ \s più | da \s allora
      | nu | inmiddels | tegenwoordig | sindsdien | niet \s meer
      | теперь | сейчас | сегодня | ныне | больше \s не | с \s тех \s пор
      | obecnie | teraz | dziś | już \s nie | artık | şimdi | bugün ) (?!\p{L})
    | 现在 | 現在 | 如今 | 目前 | 今では | 지금 | 현재 | ปัจจุบัน | ตอนนี้
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_EARLY = 60  # characters at the beginning of a sentence


def sets_apart(sentence: str) -> bool:
    """Whether a sentence says, with "however" behind its first words, for what the last one does not hold.

    >>> sets_apart("Trucks, however, must wait."), sets_apart("Trucks, however, are red.")
    (True, False)
    """
    found = _SETS_APART.match(sentence)
    return found is not None and bounds(sentence[found.end() :])


def updates(sentence: str) -> bool:
    """Whether a sentence that says "it" tells what has become of it.

    >>> updates("It is now attributed to an imitator."), updates("It hangs in room 12.")
    (True, False)
    """
    return _NOW.search(sentence, 0, _EARLY) is not None


def states_figure(sentence: str) -> bool:
    """Whether a sentence has a figure, or a count in words, and not only a year.

    >>> states_figure("It opens on 15 March."), states_figure("It opened in 1902.")
    (True, False)
    """
    return bool(_figures(sentence)) or _COUNTS.search(sentence) is not None


def _figures(sentence: str) -> set[str]:
    return {one for one in _FIGURE.findall(sentence) if not _YEAR.fullmatch(one)}


def narrows(sentence: str, before: str) -> bool:
    """Whether a sentence says of a figure of the one before what it is without something, or elsewhere.

    >>> narrows("Excluding Nortek, it fell by 2%.", "Sales rose by 11%.")
    True
    >>> narrows("Sundays only the 14:00 runs.", "Trains: 07:30, 14:00."), narrows("It fell.", "It was 11%.")
    (True, False)
    """
    if not states_figure(before):
        return False
    if _ADJUSTS.match(sentence) or _ELSEWHERE.match(sentence):
        return True
    figures = _figures(before)
    same = any(len(one) > 1 and one in figures for one in _FIGURE.findall(sentence))
    return same and bounds(sentence)
