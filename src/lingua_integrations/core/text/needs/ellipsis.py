"""Sentences that leave out what the one before has said, as "Students pay half." does.

Such a sentence is short, and what shows that it lacks something stands at its end: a word that compares, adds
or repeats, or a number without its unit.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import regex

_WORDS, _CHARACTERS = 10, 90  # of a sentence that leaves something out, at most
# Words with which a sentence ends that compare, add or repeat, in the languages of `connectives`.
_COMPARES = regex.compile(
    r"""
    (?<!\p{L}) (?:
      (?<!and\ a\ ) half | double | twice\ (?:as\ (?:much|many)|that|the\ price) | more
      | less | fewer | extra | the\ same | too | as\ well | likewise | either | neither
      | others? | (?:the|a)\ \p{L}+\ ones? | instead
      | die\ hälfte | das\ doppelte | mehr | weniger | auch | ebenfalls | ebenso | gleichfalls | dasselbe
      | das\ gleiche | extra | auch\ nicht | die\ anderen
      | (?:la\ )?moitié | (?:le\ )?double | plus | moins | aussi | également | pareil | de\ même | les\ autres
      | (?:la\ )?mitad | (?:el\ )?doble | más | menos | también | tampoco | lo\ mismo | los\ demás
      | (?:a\ |la\ )?metade | (?:o\ )?dobro | mais | menos | também | o\ mesmo | os\ outros
      | (?:la\ )?metà | (?:il\ )?doppio | più | meno | anche | lo\ stesso | gli\ altri
      | de\ helft | het\ dubbele | meer | minder | ook | evenmin | hetzelfde
      | połowę | dwa\ razy\ więcej | więcej | mniej | też | także | również | tak\ samo
      | половину | вдвое | больше | меньше | тоже | также | так\ же
      | yarısı\p{L}* | daha\ (?:fazla|az) | da | de | aynı
      | النصف | أيضا\p{M}? | كذلك | نصف\ (?:السعر|الثمن) | आधा | भी | ज़्यादा | कम ) [.!।]? \s* $
    | (?: 一半 | 半价 | 半價 | 更多 | 更少 | 也一样 | 也是 | 同样 | 半額 | 半分 | 同じ | 同様
        | 절반 | 반값 | 마찬가지 )
      (?: です | だ | である | 입니다 | 이다 | 예요 )? [.。！!]? \s* $
    | (?: ครึ่งราคา | ครึ่งหนึ่ง | เหมือนกัน | เช่นกัน ) \s* $
    """,
    regex.VERBOSE | regex.IGNORECASE | regex.REVERSE,  # it is matched from the end on
)
_TAIL = 32  # characters at the end of a sentence that show what it lacks
_FEW = 3  # spaces in what only denies
_NEGATES = regex.compile(
    r"(?<!\p{L})(?:not|nicht|non|no|não|niet|nie|нет|değil|नहीं)[.!।]?\s*$|(?:不行|不可|ไม่ได้)[。！]?\s*$",
    regex.I,
)
_NUMBER = regex.compile(r"(?<=[\s:])\d{1,3}(?:[.,]\d+)?[.!。।]?\s*$")  # and no year
_MEASURED = regex.compile(
    r"[$€£¥₹₽]\s?\d|\d[\d.,]*\s?(?:[$€£¥₹₽%°]|(?!(?:and|or|to|und|oder|bis|et|ou|à|y|o|a|e)\b)\p{L}{1,12}\b)"
)
_BY = regex.compile(r"\s*(?:[–—―~-]{1,2}|by\b)\s*\p{Lu}[^\n]{0,60}$")
_BEGIN = regex.compile(r"[\p{L}\p{M}’']+")
_OPENING, _ALIKE = 5, 2  # words with which sentences begin, and how many of them are the same
_DENIAL = regex.compile(
    r"not|no|never|cannot|\p{L}+n['’]t|nicht|nie|kein\p{L}*|ne|n['’]\p{L}+|pas|jamais|non|nunca|não|nem|niet|geen"
    r"|не|нельзя|nie|değil|नहीं|لا|لن|ليس"
)
_FOR = regex.compile(
    r"\s*(?:for(?! (?:example|instance|now|this|that|it)\b)|für|pour|para|per|por|voor|для|dla)\s"
    r"\p{L}[^:?]*[.!]\s*$",
    regex.I,
)
# Before such a number: of what it is one, or a preposition, since times and places have no unit.
_PLACED = regex.compile(
    r"""
    (?<!\p{L}) (?: page | chapter | section | step | table | figure | version | room | no | part | level
      | line | port | article | annex | clause | seite | kapitel | abschnitt | schritt | tabelle | raum | nr
      | chapitre | página | capítulo | pagina | capitolo
      | since | in | until | till | by | at | on | from | after | before | of | to | with | than | and | or
      | seit | ab | bis | um | am | im | vor | nach | von | mit | auf | und | en | à | de | du | depuis | dès
      | avant | après | et | desde | hasta | las? | y | dal | al | alle | di | às | até | em | e | om | tot
      | van | с | до | в | на | и | od | do | w | o | i )
    \.? \s \S+ \s* $
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


# A sentence that supposes something; and how one begins that says what else holds then.
_SUPPOSES = regex.compile(
    r"\s*(?:if|unless|in case|wenn|falls|sofern|si|s['’]il|se|caso|als|indien|если|jeśli|eğer|إذا|यदि|अगर)\b"
    r"(?!.*\?)",
    regex.I | regex.S,
)
_THEN = regex.compile(
    r"""
    \s* (?: (?: you | vous | usted(?:es)? | você | u | je | вы | siz ) \b
      | (?: (?: there \s (?:is|are|will \s be) \s )? no | not | non | não | kein\p{L}* | geen | нет
        | нельзя | il \s n['’] | (?: no | non | não ) \s \p{L}+ ) \s )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


# What is counted out stands for itself, as at the end of a calculation.
_COUNTED = regex.compile(
    r"\s*(?:(?:so|thus|hence|therefore|altogether|in total)[,\s]+)?(?:the |her |his |its |their )?"
    r"(?:final |grand )?(?:answer|sum|total|result|solution|difference|product|quotient)\b",
    regex.I,
)


def leaves_out(sentence: str, before: str) -> bool:
    """Whether a sentence leaves out what the one before has said.

    >>> leaves_out("Students pay half.", "A ticket costs 14 euros."), leaves_out("It rained.", "We left.")
    (True, False)
    >>> leaves_out("Children pay 6.", "Adults pay 12 euros."), leaves_out("See page 6.", "It costs 12 euros.")
    (True, False)
    >>> leaves_out("You need no ticket.", "If you live here, it is free.")
    True
    """
    if _THEN.match(sentence) and _SUPPOSES.match(before):
        return True
    if len(sentence) > _CHARACTERS or (spaces := sentence.count(" ")) >= _WORDS:
        return False
    tail = max(0, len(sentence) - _TAIL)
    if _COMPARES.match(sentence, tail) or (spaces <= _FEW and _NEGATES.search(sentence, tail)):
        return True
    if _NUMBER.search(sentence, tail) is None or _MEASURED.search(sentence):
        return False
    told = _PLACED.search(sentence, tail) is not None or _COUNTED.match(sentence) is not None
    return not told and _MEASURED.search(before) is not None


def is_attribution(content: str, before: str) -> bool:
    """Whether words behind a dash say whose words a quotation before them has.

    >>> is_attribution("– Kim, verified buyer", "“Great phone.”"), is_attribution("– tea", "We have:")
    (True, False)
    """
    return _BY.match(content) is not None and before.rstrip()[-1:] in '"”»’“'


def is_counterpart(content: str, before: str) -> bool:
    """Whether a sentence denies for some what the one before says, in the same first words.

    >>> is_counterpart("Dogs may not swim in the pool.", "Dogs may swim in the lake.")
    True
    >>> is_counterpart("No podrán participar los empleados.", "Podrán participar todos.")
    True
    """
    first, second = _opening(before), _opening(content)
    return first.words == second.words and len(second.words) == _ALIKE and first.denials != second.denials


class _Opening(NamedTuple):
    """How a sentence begins: its first words but those that deny, and how many of them do."""

    words: list[str]
    denials: int


@lru_cache(maxsize=8)  # each sentence is held against the two before it
def _opening(sentence: str) -> _Opening:
    words = _BEGIN.findall(sentence.casefold()[:_CHARACTERS])[:_OPENING]
    plain = [word for word in words if not _DENIAL.fullmatch(word)]
    return _Opening(plain[:_ALIKE], len(words) - len(plain))


def tells_for_some(content: str) -> bool:
    """Whether a few words say for whom, or for what, the sentence before is different.

    >>> tells_for_some("For members from May."), tells_for_some("For example, dogs are welcome in the park.")
    (True, False)
    """
    return content.count(" ") <= _FEW + 1 and _FOR.match(content) is not None
