"""Sentences that lean on the one before: they answer it, take part of it back, or say "it" for what it names.

Words at the start of a sentence tell, and few in the midst of one.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache

import regex

from lingua_integrations.core.text.needs.connectives import LANGUAGES, NO_SPACES


class Leaning(Enum):
    """What a sentence needs of those before it."""

    NOT = "nothing"
    NAMES = "the one that says of whom or of what it speaks"
    LAST = "the one right before it"
    CONTRASTS = "the one right before it, from which it may take something back"
    LIMITS = "the one right before it, which is not true without it"


_LEAD = r"[\s>*_\"'“”«»„(\-–—•]*+(?:\(?\w{1,4}[.)]\s+)?"
_REFUTES = regex.compile(
    r"""
    \b (?: the \s opposite (?! \s of ) | to \s the \s contrary | (?: a \s )? different \s conclusions?
      | contradict(?:s|ed)
      | reversed (?: (?=[.;])
        | \s (?:the|this|that) \s (?:decision|judge?ment|ruling|verdict|order|conviction) )
      | quashed | set \s aside
      | (?: overrid(?:e|es|ing) | overrode | supersed(?:es?|ed) | replac(?:es?|ed) | revok(?:es?|ed)
          | cancel(?:s|led|ed) | lift(?:s|ed) | takes \s precedence \s over )
        \s (?: it | this | that | them | these | those ) \b
      | (?: admitted | conceded | acknowledged ) \s that | recanted
      | (?: withdrew | retracted ) \s (?: his | her | their | its | the | this | that ) \s \p{L}+
      | refut(?:es|ed) | disprov(?:es|ed|en) | debunk(?:s|ed) | overturned | gegenteil\w* | widerlegt\w*
      | widerspr\w+
      | le \s contraire | réfut\w+ | contredi\w+ | lo \s contrario | refut\w+ | desmint\w+ | desment\w+
      | o \s contrário | il \s contrario | smenti\w+ | het \s tegendeel | weerleg\w+ | опроверг\p{L}+
      | обратное ) \b
    | خلاف \s ذلك | نفى | खंडन | 否定 | 反対の結論 | 相反 | 否认 | 反驳 | 반박 | 부인 | ตรงข้าม | ปฏิเสธ
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_ANSWERS = (
    r"(?:yes|no|ja|nein|oui|non|s[ií]|sì|sim|não|nee|да|нет|نعم|لا|כן|לא|हाँ|हां|जी हाँ|नहीं"
    r"|はい|いいえ|是的|不是|不可以|可以|对|네|예|아니요|아니오|아뇨)[.,;:!。、，；।،–—-]"
)
_QUOTED = regex.compile(r"[\s>]*(?:[\"“„][^\"”“]+[\"”“]|«[^»]+»|[「『][^」』]+[」』])[.!?]?\s*$")
# The words that safety signs begin with (ANSI Z535, ISO 3864), in the languages above.
_SIGNALS = regex.compile(
    r"""
    [\s>*_!\[#.:'"&⚠️-]* (?: warning | caution | danger | warnung | achtung | vorsicht | gefahr
      | attention | avertissement | mise \s en \s garde | advertencia | precaución | peligro | atención
      | atenção | cuidado | perigo | attenzione | avvertenza | pericolo | waarschuwing | let \s op | gevaar
      | внимание | осторожно | предупреждение | تحذير | אזהרה | चेतावनी
      | 警告 | 注意 | 危险 | 危険 | 경고 | 주의 | คำเตือน )
    [\s*_\])]* (?: [:：!！—–\n] | $ )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_END = 40  # characters in which a sentence asks
_ASKS = regex.compile(
    r"""
    (?: [?？؟] | (?<=\p{Greek})[;;] ) [\s"'”’»)*_\]」』]* $ | ՞
    | (?: ません | ます | です | でしょう | した | る | の ) か [。．.」』\s]* $  # a particle asks
    | [吗嗎] [。．.”」』\s]* $ | 까 [.。\s]* $
    | (?: ไหม | มั้ย | หรือไม่ | หรือยัง | หรือเปล่า | เมื่อไร | เมื่อไหร่ | เท่าไร | เท่าไหร่ | ทำไม
        | (?<!ไม่[^\s]{0,12}) (?: อะไร | ที่ไหน | อย่างไร | ยังไง | ใคร | ไหน ) )  # "nobody" is no question
      (?: ครับ | คะ | ค่ะ | นะ | จ๊ะ )* [.\s]* $
    """,
    regex.VERBOSE,
)
_ASKED_FIRST = regex.compile(
    r"[\s>*_\"'“”«»(]*+(?:\d{1,3}[.)]\s*)?(?:क्या|هل|ทำไม|(?:true or false|richtig oder falsch"
    r"|wahr oder falsch"
    r"|vrai ou faux|verdadero o falso|verdadeiro ou falso|vero o falso|waar of niet waar|верно ли)\b)",
    regex.I,
)
_LABEL = regex.compile(r"[\s>*_#\-]*(?:\p{L}{1,2}\d{0,3}|\p{L}{1,10} ?\d{1,3})[.:)][*_]*$")
"""What numbers a question, an answer or a step: "A1.", "Step 2:"."""


# "The latter" says which of two things, wherever it stands.
_OF_TWO = regex.compile(
    r"\bthe (?:former|latter)\b|\b(?:erster|letzter|ersterer|letzterer)e[nmrs]?\b(?= (?:ist|sind|wird|darf"
    r"|kann|gilt))"
    r"|前者|后者|後者|전자는|후자[는만]",
    regex.I,
)
# What denies or bounds, so that a sentence that begins with "but" takes part of the last one back.
_BOUNDS = regex.compile(
    r"""
    \m (?: not | no (?! \. \s? \d ) | never | cannot | only | except | unless | must | required? | forbidden
    | avoid(?:ed)? | vermeiden | vermieden | éviter | évitée?s? | evitar(?:se)? | evitad[oa]s? | evitat[oaie]
    | prohibited | excluded | nie | tylko | zakaz\p{L}*
      | nicht | kein\p{L}* | nie | nur | außer | muss | müssen | verboten | ausgenommen
      | ne | n | pas | jamais | sauf | seulement | uniquement | interdite?s? | doit | doivent
      | nunca | solo | sólo | salvo | excepto | prohibid[oa]s? | debe | deben
      | não | nunca | apenas | só | exceto | proibid[oa]s? | deve | devem
      | non | mai | soltanto | tranne | vietat[oaie] | niet | geen | nooit | alleen | behalve | verboden
      | не | нет | никогда | только | кроме | нельзя | запрещ\p{L}+ | должн\p{L}+
      | لا | لم | لن | ليس | إلا | فقط | ممنوع\p{L}* | يجب | לא | אין | רק | אסור
      | değil\p{L}* | yok\p{L}* | yasak\p{L}* | sadece | yalnızca | hariç | dışında | gerek\p{L}* | zorunlu
      | नहीं | न | मत | केवल | सिर्फ़ | मना | वर्जित ) \b
    | \m \p{L}++ \b (?<= \p{L} (?: m[ea]z(?:l[ea]r)? | m[ıiuü]yor\p{L}* ) )  # what Turkish verbs end in
    | \wn['’]t\b
    | (?= [^\x00-\x7f] ) (?: ない | ません | のみ | だけ | 禁止 | 除 | 必要 | [不没沒無无未非勿禁仅僅只]
      | 必须 | 必須 | 없 | 않 | 못 | 만\b | 금지 | ไม่ | ห้าม | เฉพาะ | ต้อง | ยกเว้น )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


@lru_cache(maxsize=len(LANGUAGES))
def _patterns(language: str) -> tuple[tuple[Leaning, regex.Pattern[str]], ...]:
    words = LANGUAGES[language]
    ends = "" if language in NO_SPACES else r"(?![\p{L}\p{M}\p{N}])"
    found = [
        (Leaning.LIMITS, rf"(?:{words.limits}){ends}"),
        (Leaning.CONTRASTS, rf"(?:{words.but}){ends}"),
        (Leaning.LAST, rf"(?:{words.last}){ends}|{_ANSWERS}"),
        (Leaning.NOT, rf"(?:{words.empty}){ends}"),
        (Leaning.NAMES, rf"(?:{words.names}){ends}"),
    ]
    return tuple((kind, regex.compile(_LEAD + f"(?:{words})", regex.I)) for kind, words in found)


_OPENING = regex.compile(r"[^\p{L}]{0,8}\p{L}{0,12}.?", regex.S)  # the first word with what stands around it


def _may_match(sentence: str, language: str) -> tuple[tuple[Leaning, regex.Pattern[str]], ...]:
    """Those patterns that a sentence may match, by its first word: for most words, one of five.

    >>> [kind.name for kind, _ in _may_match("But not in May.", "en")], _may_match("But not in May.", "xx")
    (['LIMITS', 'CONTRASTS', 'NAMES'], ())
    """
    if language not in LANGUAGES:
        return ()
    opening = sentence[: _OPENING.match(sentence).end()]
    return _with_opening(opening, len(opening) < len(sentence), language)


@lru_cache(maxsize=1 << 12)  # sentences often begin with the same words
def _with_opening(
    opening: str, goes_on: bool, language: str
) -> tuple[tuple[Leaning, regex.Pattern[str]], ...]:
    known = _patterns(language)
    return tuple((kind, words) for kind, words in known if words.match(opening, partial=goes_on))


_DENIES = regex.compile(
    r"""
    ^ [\s>*_"“]* (?: (?: no | nope | wrong (?:\s again)? | spoiler | not \s true
      | (?:that|this) (?:['’]s|\s (?:is|was)) \s (?: (?:simply|just|plain|completely|absolutely|pure) \s )?
        (?: not | wrong | nonsense | rubbish | ridiculous | absurd | false | untrue
          | an? \s (?:lie|myth|rumou?r|mistake|misunderstanding) )
      | (?:quite \s)? the \s (?:opposite|contrary) | on \s the \s contrary | not \s at \s all
      | i \s (?: don['’]t | do \s not ) \s think \s so | actually,? \s no
      | nein | nö | falsch | unsinn | quatsch | (?:das|dies) \s stimmt \s nicht
      | das \s ist \s (?:nicht \s wahr|falsch|unsinn|quatsch|gelogen|eine \s lüge) | im \s gegenteil
      | keineswegs
      | non | faux | c['’]est \s (?:faux|absurde|un \s mensonge|n['’]importe \s quoi) | pas \s du \s tout
      | ce \s n['’]est \s pas \s vrai | au \s contraire
      | no \s es | es[eo] \s (?:no|es \s (?:falso|mentira|absurdo)) | todo \s lo \s contrario
      | não | isso \s (?:não|é \s (?:falso|mentira)) | pelo \s contrário
      | non \s è \s vero | è \s falso | al \s contrario | nej | nee | dat \s (?:klopt|is) \s niet | onzin
      | нет | неверно | неправда | это \s (?:не \s так|неправда|ложь|чушь) | لا | هذا \s غير \s صحيح
      | नहीं | यह \s (?:गलत|झूठ) ) \b (?! \s+ \p{L}+ \s+ (?:is|are|was) \b )
      | 不行 | 不对 | 不對 | 不是 | 不 [，,] | 胡说 | 这不是真的 | 恰恰相反 | いいえ
      | それは(?:違|嘘|誤り|間違)
      | 違う | 違います | 아니 | 사실이 \s? 아니 | ไม่ใช่ | ไม่จริง )
    | ^ [\s>*_"“]* (?: i \s (?: disagree | refuse )
      | i \s (?: do | can ) (?: n['’]t | \s?not ) \s (?: agree | approve )
      | ich \s bin \s dagegen | je \s (?: ne \s suis \s pas \s d['’]accord | refuse )
      | no \s estoy \s de \s acuerdo | non \s sono \s d['’]accordo ) \b
    | \b (?: does | did | do ) (?: n['’]t | \s not ) \s (?: help | work ) \b
    | \b made \s (?: it | things | everything ) \s (?: even | much )? \s? worse \b
    | \b still \s (?: hangs | fails | crashes | breaks | broken | happens ) \b
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


_RETRACTS = regex.compile(
    r"""
    ^ [\s>*_"“]* (?: (?: oh | ah | (?: i['’]m \s )? sorry | apologies | no
      | entschuldigung | désolée? | perdón )[,.!:]? \s+ )?
    (?: (?<=sorry[,.!:]?\s) (?: but \s )? i \b
      | wait,? \s no \b | oops | i \s meant \b,? | quise \s decir | ich \s meinte \b,?
      | je \s voulais \s dire
      | \p{L}[\p{L}\p{M}]{2,20}\*$
      | (?:that|this) \s was \s (?:meant|intended|only) \s for | das \s war \s für
      | c['’]était \s pour | eso \s era \s para
      | i \s (?: was \s (?:wrong|mistaken) | made \s a \s mistake | misread | misspoke | stand \s corrected
        | apologi[sz]e ) | my \s (?: mistake | bad | apologies ) | correction \b | scratch \s that
      | ich \s habe \s mich \s geirrt | mein \s fehler | je \s me \s suis \s trompée? | me \s equivoqué
      | mi \s sono \s sbagliat[oa] | me \s enganei | я \s ошиб\w+ )
    | ^ \s* [*] \p{L}[\p{L}\p{M}'’\- ]{1,30} $
    | ^ \s* (?: 抱歉 | 对不起 | 我说错 | 我错了 | 更正 | 訂正 | すみません[、，]? (?:間違え|訂正)
      | 죄송합니다[,.]? \s* (?:잘못|정정) )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


def leaning(sentence: str, language: str) -> tuple[Leaning, str]:
    """What a sentence needs of those before it, by its first words; and the word that says so.

    >>> leaning("In 1891 she went to Paris.", "en")[1], leaning("It is known that tea is free.", "en")
    ('she', (<Leaning.NOT: 'nothing'>, ''))
    """
    if _QUOTED.match(sentence):  # whoever was speaking speaks on
        return Leaning.LAST, ""
    for kind, words in _may_match(sentence, language):
        found = words.match(sentence)
        if found and kind is Leaning.CONTRASTS:
            return (Leaning.LIMITS if bounds(sentence[found.end() :]) else Leaning.LAST), ""
        if found and kind is not Leaning.NOT:
            return kind, found.group().split()[-1].casefold()
        if found:
            break
    return (Leaning.LAST if _OF_TWO.search(sentence) else Leaning.NOT), ""


def limits(sentence: str, language: str) -> bool:
    """Whether a sentence begins by limiting what is said right before.

    >>> limits("Not for gift cards.", "en"), limits("Gift cards are sold.", "en")
    (True, False)
    """
    return leaning(sentence, language)[0] is Leaning.LIMITS


def bounds(words: str) -> bool:
    """Whether words deny or bound something.

    >>> bounds("and only if they take dogs"), bounds("and a dog")
    (True, False)
    """
    return _BOUNDS.search(words) is not None


def contrasts(sentence: str, language: str) -> bool:
    """Whether a sentence begins with a word that sets it against the last one.

    >>> contrasts("However, Jones shows that it leaks.", "en"), contrasts("It leaks.", "en")
    (True, False)
    """
    found = dict(_may_match(sentence, language)).get(Leaning.CONTRASTS)
    return found is not None and found.match(sentence) is not None


def refutes(sentence: str) -> bool:
    """Whether a sentence tells that something before it was not so.

    >>> refutes("A second inspection came to the opposite conclusion."), refutes("It was safe.")
    (True, False)
    """
    return _REFUTES.search(sentence) is not None


def of_two(sentence: str) -> bool:
    """Whether a sentence tells two things apart that others have named: "the former".

    >>> of_two("The former promised to keep all workers."), of_two("Both did.")
    (True, False)
    """
    return _OF_TWO.search(sentence) is not None


def asks(sentence: str) -> bool:
    """Whether a sentence is a question, in whatever script.

    >>> asks("Is it open?"), asks("「開いていますか？」"), asks("It is open.")
    (True, True, False)
    """
    marked = "?" in sentence or not sentence.isascii()  # nothing else in ASCII asks at the end
    if marked and _ASKS.search(sentence, max(0, len(sentence) - _END)) is not None:
        return True
    return _ASKED_FIRST.match(sentence) is not None


def denies(text: str) -> bool:
    """Whether words begin by denying those before them, or say that these did not help.

    >>> denies("No, school ends at four."), denies("That does not help."), denies("Nobody came.")
    (True, True, False)
    """
    return _DENIES.search(text) is not None


def retracts(text: str) -> bool:
    """Whether words take back what the same speaker said before.

    >>> retracts("Sorry, I was wrong: it is 300."), retracts("I was there.")
    (True, False)
    """
    return _RETRACTS.search(text) is not None


def warns(text: str) -> bool:
    """Whether a text begins as a warning does.

    >>> warns("> **Warning:** Unplug it first."), warns("Warnings are shown in red.")
    (True, False)
    """
    return _SIGNALS.match(text) is not None


def is_label(sentence: str) -> bool:
    """Whether a piece only numbers what follows it.

    >>> is_label("A1."), is_label("Stop.")
    (True, False)
    """
    return _LABEL.match(sentence) is not None
