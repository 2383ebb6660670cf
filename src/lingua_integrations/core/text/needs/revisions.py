"""Plans that a later turn of a talk changes: "Actually let's do Friday instead"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

import regex

from lingua_integrations.core.text.needs.discourse import bounds

_LONGEST = 300  # characters of a turn that changes a plan, or of the plan
_NEAR = 24  # turns before it that may have told the plan
_COMMON = 3  # such turns in which a word is, from which on it does not tell one from another
_MOST = 3  # of them that it changes
# Adverbs that put one thing in place of another, and what says that a plan has changed.
_REVISES = regex.compile(
    r"""
    (?<!\p{L}) (?: instead (?!\ of\ \p{Ll}+ing) | actually | rather (?!\ (?:than|good|nice|bad)) | after\ all
      | on\ second\ thought | (?:change|changes)\ of\ plans?
      | (?:plans?|things?|time|date|venue|place)\ (?:has\ |have\ |is\ |are\ )?changed?
      | changed\ my\ mind | make\ (?:it|that)\ (?:an?\ )?(?:\d|\p{Lu})
      | (?:moved|pushed|switched|postponed)\ (?:to|from|back|by|until|till)
        (?=[^.\n]{0,24}(?:\d|day\b|week|month|noon|morning|evening))
      | (?:i|we)\ (?:have\ to|need\ to|must|will|'ll)\ (?:cancel|move|change|postpone|push|switch|skip)
      | (?:move|push|switch|shift|postpone|change|reschedule)
        \ (?:it|that|this|them|the\ \p{L}+)\ (?:to|from|by|back)
      | stattdessen | doch\ (?:lieber|erst|nicht|schon) | lieber | plan(?:ä|ae)nderung
      | verschieb\p{L}* | verschoben | verlegt | abgesagt
      | (?:klappt|passt|geht|schaff\p{L}*)\ (?:\p{L}+\ ){0,2}(?:doch\ )?nicht
      | plutôt | finalement | au\ lieu\ de | en\ fin\ de\ compte
      | on\ (?:décale|repousse|avance|annule) | (?:reporté|repoussé|décalé|annulé)\p{L}*
      | changement\ de\ p\p{L}+
      | mejor | al\ final | en\ vez\ de | en\ lugar\ de | cambio\ de\ planes? | en\ realidad
      | aplaz\p{L}+ | pospo\p{L}+ | adelantamos | cancel(?:ad[oa]|amos)
      | melhor | afinal | em\ vez\ d\p{L}+ | mudança\ de\ planos | na\ verdade
      | adi(?:ad[oa]|amos|ou) | remarc\p{L}+
      | piuttosto | invece | alla\ fine | cambio\ di\ programma | anzi
      | rinvi\p{L}+ | spost(?:ato|ata|iamo) | annullat[oa]
      | toch\ (?:liever|maar|niet) | liever | in\ plaats\ (?:van|daarvan) | verzet | uitgesteld | afgelast
      | jednak | zamiast | raczej | zmiana\ planów | lepiej | przełoż\p{L}+ | przesu\p{L}+ | odwołan\p{L}+
      | лучше | вместо | всё-таки | все-таки | перенос\p{L}* | перенес\p{L}*
      | отложи\p{L}+ | отмен[её]?н?\p{L}*
      | aslında | onun\ yerine | yerine | vazgeçtik? | dur\ bak | ertele\p{L}+ | iptal
      | بدلا | في\ الواقع | غيرنا | تأجيل | تأجل\p{L}* | إلغاء
      | के\ बजाय | की\ बजाय | बदल | स्थगित | रद्द | टाल ) (?! \p{L} )
    | やっぱり | やはり | 代わりに | 変更 | 延期 | 中止 | ずらし | ずらそう
    | 還是 | 还是 | 改[成为到在期天] | 换成 | 換成 | 其实 | 算了
    | 推迟 | 推遲 | 提前到 | 取消
    | 대신 | 차라리 | 아니다 | 변경 | 바꾸 | 바꿔 | 미루 | 미룰 | 미뤄 | 연기 | 취소
    | เปลี่ยน | แทน | ดีกว่า | เลื่อน
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_DAY = regex.compile(
    r"""
    (?<!\p{L}) (?: (?:mon|tues|wednes|thurs|fri|satur|sun)day | to(?:day|morrow|night) | weekend
      | (?:mon|diens|donners|frei|sams|sonn)tag | mittwoch | heute | morgen | übermorgen
      | lundi | mardi | mercredi | jeudi | vendredi | samedi | dimanche | demain
      | lunes | martes | miércoles | jueves | viernes | sábado | domingo | mañana | hoy
      | (?:segunda|terça|quarta|quinta|sexta)(?:-feira)? | amanhã | hoje
      | (?:lune|marte|mercole|giove|vener)dì | sabato | domenica | domani | oggi
      | (?:maan|dins|woens|donder|vrij|zater|zon)dag | vandaag
      | poniedział\p{L}* | wtor\p{L}+ | środ\p{L}+ | czwart\p{L}+ | piąt\p{L}+ | sobot\p{L}+
      | niedziel\p{L}+ | jutro
      | понедельник\p{L}* | вторник\p{L}* | сред[ауы] | четверг\p{L}* | пятниц\p{L}* | суббот\p{L}*
      | воскресен\p{L}* | завтра | сегодня
      | pazartesi | salı | çarşamba | perşembe | cuma | cumartesi | pazar | yarın | bugün
      | الاثنين | الثلاثاء | الأربعاء | الخميس | الجمعة | السبت | الأحد | غدا
      | सोमवार | मंगलवार | बुधवार | गुरुवार | शुक्रवार | शनिवार | रविवार | कल ) (?! \p{L} )
    | [月火水木金土日]曜 | (?:周|星期|礼拜)[一二三四五六日天] | 明[天日] | 今[天日] | [월화수목금토일]요일
    | 내일 | วัน(?:จันทร์|อังคาร|พุธ|พฤหัส|ศุกร์|เสาร์|อาทิตย์) | พรุ่งนี้
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_NUMBER = regex.compile(
    r"(?<!\p{L})(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midnight|half past"
    r"|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|deux|trois|quatre|cinq|sept|huit|neuf|dix"
    r"|onze|douze|midi|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)(?!\p{L})"
    r"|(?:\d|[一二三四五六七八九十两])+ ?(?:[点點时時个個月日号號]|시|월|일)",
    regex.I,
)
_EXACT = regex.compile(r"\d[\d.,:]*\d")
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}"
_STEM = regex.compile(rf"(?:(?![{_UNSPACED}])[\p{{L}}\p{{M}}]){{5,}}")
_PAIR = regex.compile(r"[\p{Han}\p{Katakana}\p{Hangul}]{2}")


class Told(NamedTuple):
    """What a turn may have planned: whether on a day, whether with a number, and in which words."""

    day: bool
    number: bool
    stems: frozenset[str]

    @classmethod
    def of(cls, content: str) -> Told:
        """What a turn tells."""
        return _told(content[:_LONGEST])

    def alike(self, other: Told, common: Collection[str] = ()) -> int:
        """How much two turns speak of the same, in other words than the common ones."""
        same = 2 * (self.day and other.day) + (self.number and other.number)
        return same + 2 * len((self.stems & other.stems).difference(common))


@lru_cache(maxsize=4 * _NEAR)
def _told(content: str) -> Told:
    stems = {word.casefold()[:5] for word in _STEM.findall(content)}
    stems |= set(_PAIR.findall(content, overlapped=True))
    return Told(_DAY.search(content) is not None, _NUMBER.search(content) is not None, frozenset(stems))


def revises(content: str) -> bool:
    """Whether a turn puts one thing in the place of another.

    >>> revises("Actually let's do Friday instead."), revises("Lieber erst um 11."), revises("At six.")
    (True, True, False)
    """
    return len(content) <= _LONGEST and _REVISES.search(content) is not None


def denied(turns: Sequence[tuple[int, str]], content: str) -> list[int]:
    """The turns of whose numbers a later one says that they do not hold.

    >>> denied([(3, "We take the 8:15.")], "The 8:15 does not run on Sundays.")
    [3]
    """
    exact = set(_EXACT.findall(content)) if len(content) <= _LONGEST else set()
    if not exact or not bounds(content):
        return []
    return [at for at, told in turns[-_NEAR:] if not exact.isdisjoint(_EXACT.findall(told))][-_MOST:]


def revised(turns: Sequence[tuple[int, str]], content: str) -> list[int]:
    """The turns that one changes, the most alike first and of those the last.

    >>> revised([(3, "Let's meet on Thursday."), (4, "I like tea.")], "Actually let's do Friday instead.")
    [3]
    """
    own = Told.of(content)
    near = [(at, Told.of(told)) for at, told in turns[-_NEAR:]]
    counts = Counter(stem for _, told in near for stem in told.stems)
    common = {stem for stem, count in counts.items() if count > _COMMON}
    found = [(own.alike(told, common), at) for at, told in near]
    return [at for alike, at in sorted(found, reverse=True) if alike > 0][:_MOST]
