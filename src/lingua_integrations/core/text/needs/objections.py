"""Words that change what stands before them: a condition that is added, a ruling that strikes an answer."""

from __future__ import annotations

import regex

from lingua_integrations.core.text.needs.discourse import bounds

_FEW_WORDS = 12  # up to which words are only an addition
_ADDS = regex.compile(
    r"""
    \s* (?: and | or | but | though | und | oder | aber | et | ou | mais | y | o | pero | e | mas | ma | en
      | maar | и | или | но | و | لكن | और | लेकिन | पर ) \b
    | \s* (?: 但 | 不过 | 不過 | 而且 | でも | ただ | けど | 그런데 | 근데 | 단 | แต่ | และ )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_LIMITS = regex.compile(
    r"""
    \s* (?: only | unless | except | if | provided | as \s long \s as | just \s not | not
      | at \s (?:most|least)
      | nur | außer | wenn | falls | sofern | solange | vorausgesetzt | nicht | höchstens | mindestens
      | seulement | sauf | si | à \s condition | tant \s que | pas
      | s[oó]lo | solamente | salvo | excepto | siempre \s que | a \s menos
      | s[oó] | apenas | se | exceto | desde \s que | a \s não \s ser
      | solo | tranne | purché | a \s meno \s che
      | alleen | behalve | mits | als | tenzij | только | кроме | если | فقط
      | إلا | إذا | सिर्फ़? | केवल | अगर | बशर्ते ) \b
    | \s* (?: 只 | 除非 | 除了 | 如果 | 前提 | だけ | もし | ただし | 만약 | 다만 | 단지
      | ถ้า | ยกเว้น | เฉพาะ )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# Interjections with which one repairs one's own words, of a few words.
_REPAIRS = regex.compile(
    r"""
    \s* (?: (?: oh | ah | er | um ) [,.!]? \s )? (?: sorry | oops | whoops | i \s mean | wait | no \b | nope
      | typo | rather | or \s rather | make \s that
      | ups | entschuldigung | nein | quatsch | ich \s meine | vielmehr | pardon | oups | non | enfin | plutôt
      | perdón | digo | no | perdona | desculpa | quer(?:o)? \s dizer | não | scusa | anzi | volevo \s dire
      | nee | ik \s bedoel | ой | извини(?:те)? | нет | вернее | точнее | przepraszam | znaczy | nie | özür
      | yok | عفوا | آسف | أقصد | माफ़ | मतलब ) (?! \p{L} )
    | \s* (?: ごめん | すみません | じゃなくて | いや | 不对 | 不是 | 抱歉 | 说错 | 아니 | 미안
      | ขอโทษ | ไม่ใช่ )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_STRIKES = regex.compile(
    r"""
    ^ [\s"“]* (?: sustained | (?: i \s will \s | i['’]ll \s )? strike \s (?: that | it | the ) | stricken
      | (?: the \s )? objection \s (?: is \s )? sustained | (?: question \s )? withdrawn \b
      | stattgegeben | objection \s retenue | se \s acepta \s la \s objeción | ha \s lugar )
    | \b (?: disregard \s (?: that | the | this ) | (?: be | is | are ) \s (?: stricken | struck )
      | strike \s (?: that | it | this | the \s \w+ ) \s from )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)

_TURNS = regex.compile(
    r"""
    [\s>"“-]* (?: (?: well, | actually | spoiler | in \s (?:fact|truth|reality)
        | not \s (?:so|true|quite) | wrong
        | the \s truth \s is | but \s (?:in \s fact|actually|no) | turns \s out
        | tatsächlich | in \s (?:wahrheit|wirklichkeit) | von \s wegen | falsch | stimmt \s (?:gar \s)? nicht
        | en \s (?:fait|réalité|vérité) | c['’]est \s faux | en \s realidad | la \s verdad \s es | falso
        | na \s verdade | in \s (?:realtà|verità) | на \s самом \s деле ) (?! \p{L} )
      | 其实 | 其實 | 实际上 | 實際上 | 実は | 実際は | 사실은 | จริงๆ )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_BELIEVED = regex.compile(
    r"""
    \b (?: (?:many|most|some|a \s lot \s of|lots \s of) \s (?:people|of \s (?:us|you))
      | (?:they|people) \s (?:say|think|believe)
      | viele \s (?:leute|menschen)? | (?:man|alle) \s sagt? | beaucoup \s de \s gens | on \s dit
      | (?:mucha|la) \s gente | muita \s gente | molti | многие ) \b
    | 很多人 | 许多人 | 多くの人 | 많은 \s? 사람
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


def adds_limit(content: str) -> bool:
    """Whether what somebody goes on with limits what they said right before.

    >>> adds_limit("and only if they take dogs"), adds_limit("falls es regnet"), adds_limit("and a tent")
    (True, True, False)
    """
    if content.count(" ") > _FEW_WORDS or content.rstrip()[-1:] in "?？":
        return False
    return _LIMITS.match(content) is not None or (_ADDS.match(content) is not None and bounds(content))


def repairs(content: str) -> bool:
    """Whether somebody who goes on begins by excusing what they said right before.

    >>> repairs("sorry the GREEN pot"), repairs("Sorry, I am late and the train is full of people.")
    (True, False)
    """
    return content.count(" ") <= _FEW_WORDS // 2 and _REPAIRS.match(content) is not None


def strikes(content: str) -> bool:
    """Whether words rule that what was said before does not count.

    >>> strikes("Sustained. The jury will disregard the answer."), strikes("Overruled.")
    (True, False)
    """
    return _STRIKES.search(content) is not None


def turns_back(content: str) -> bool:
    """Whether a speaker goes on with the truth about what was told before.

    >>> turns_back("Spoiler: you can't."), turns_back("Well, bulls are blind."), turns_back("Bulls hate red.")
    (True, True, False)
    """
    return _TURNS.match(content) is not None


def tells_belief(content: str) -> bool:
    """Whether words say that others believe what was told before.

    >>> tells_belief("Many people believe that."), tells_belief("I believe that.")
    (True, False)
    """
    return _BELIEVED.search(content) is not None
