"""Sentences that lean on the one before: they answer it, take part of it back, or say "it" for what it names.

The words that tell are of closed classes (pronouns, connectives), so a language has few of them. Only those
at the start of a sentence count, and a word that may also be an article or an adjective does not.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import NamedTuple

import regex


class Leaning(Enum):
    """What a sentence needs of those before it."""

    NOT = "nothing"
    NAMES = "the one that says of whom or of what it speaks"
    LAST = "the one right before it"
    LIMITS = "the one right before it, which is not true without it"


class _Words(NamedTuple):
    """How sentences of a language begin that lean, as alternatives of a regular expression."""

    names: str  # pronouns of the third person: an earlier sentence tells who that is
    last: str  # connectives of contrast and consequence, and demonstratives
    limits: str  # what takes back part of what was just said


_LANGUAGES = {
    "en": _Words(
        r"it|its|he|his|him|she|her|they|their|both|neither"
        r"|(?:by|in|since|until|from|after|before|during) (?:\S+ ){0,2}\S+,? (?:it|he|she|they)"
        r"|(?:when|after|before|while|if|although|because|as) (?:it|he|she|they)",
        r"(?:(?:in|for|of|under|at|on|to|with|by|after|before|from|like) )?(?:this|that|these|those|such)"
        r"|(?:of|for|with|after) (?:it|him|her|them)|the (?:latter|former)|if (?:so|not)\b"
        r"|but|yet|however|nevertheless|nonetheless|therefore|thus|hence|consequently|otherwise"
        r"|instead(?! of)|then|or|nor|conversely|(?:in|by) contrast(?! to)|on the contrary",
        r"provided(?:,? however)?,? that|provided further|notwithstanding the foregoing"
        r"|(?:this|that|it|the (?:above|foregoing|same)) (?:does|do|did|shall|will) not (?:apply|hold)"
        r"|(?:the (?:only )?)?exceptions?\b|except(?:ed)? (?:are|is)",
    ),
    "de": _Words(
        r"er|sie|es|ihre?[mnrs]?|seine?[mnrs]?|ihm|ihn|beide",
        r"dies\w{0,2}|jene[mnrs]?|solche[mnrs]?|das (?:ist|war|gilt|hat|wird|kann|darf|muss|heißt|bedeutet)"
        r"|in (?:diesem|solchen) \w+|jedoch|aber|doch|allerdings|dennoch|trotzdem|deshalb|daher|darum"
        r"|deswegen|folglich|sonst|andernfalls|stattdessen|dann|oder|davon|dabei|dafür|dagegen|hingegen|hiervon",
        r"(?:dies|das|die(?:se)? regel(?:ung)?|satz \d+) (?:gilt|galt) (?:nicht|auch nicht)"
        r"|(?:hiervon )?ausgenommen|ausnahmen?\b",
    ),
    "fr": _Words(
        r"il(?! (?:y a|faut))|elle|ils|elles|son|sa|ses|leurs?|tous deux",
        r"ce|cet|cette|ces|cela|ceci|c['’]\w+|celui-\w+|celle-\w+|mais|cependant|toutefois|néanmoins|pourtant"
        r"|donc|ainsi|sinon|alors|par conséquent|en revanche|dans ce cas|ou",
        r"(?:cela|ceci|ce|cette \w+|celle-ci) ne s['’]applique(?:nt)? pas"
        r"|(?:en )?(?:sont|est) exceptée?s?|exceptions?\b",
    ),
    "es": _Words(
        r"él|ella|ellos|ellas|sus?|ambos|ambas",
        r"esto|eso|ello|est[ea]|est[oa]s|es[ea]|es[oa]s|pero|sin embargo|no obstante|por lo tanto|por eso"
        r"|por consiguiente|entonces|en cambio|de lo contrario|en ese caso|en este caso",
        r"(?:esto|eso|lo anterior|esta \w+) no se aplica|se exceptúan?|quedan? exclui\w+"
        r"|excepciones|excepción",
    ),
    "pt": _Words(
        r"eles?|elas?|seus?|suas?|ambos|ambas",
        r"isto|isso|est[ea]s?|ess[ea]s?|mas|porém|contudo|todavia|no entanto|entretanto|portanto|por isso"
        r"|assim|então|caso contrário|nesse caso|neste caso|ou",
        r"(?:isto|isso|o disposto|esta \w+) não se aplica|excetuam?-se|exceções|exceção",
    ),
    "it": _Words(
        r"egli|ella|esso|essa|essi|esse|lui|lei|loro|suo|sua|suoi|sue|entrambi|entrambe",
        r"ciò|quest[aeio]|tuttavia|però|ma|quindi|perciò|pertanto|altrimenti|invece|allora|in tal caso",
        r"(?:ciò|questo|tale \w+|questa \w+) non (?:vale|si applica)"
        r"|sono esclus[ei]|fanno eccezione|eccezioni",
    ),
    "nl": _Words(
        r"hij|zij|ze|hun|haar|het (?:is|was|heeft|had|werd|wordt)|beide",
        r"dit|deze|dat|maar|echter|toch|daarom|dus|anders|dan|of|in dat geval",
        r"(?:dit|dat|deze \w+) geldt niet|uitgezonderd|uitzonderingen|uitzondering",
    ),
    "ru": _Words(
        r"он|она|оно|они|его|её|ее|их|оба|обе",
        r"это|этот|эта|эти|такой|такая|такие|но|однако|поэтому|тем не менее|иначе|тогда|или|в этом случае",
        r"это (?:\w+ )?не (?:относится|распространяется|применяется|касается)|исключени[ея]",
    ),
    "ar": _Words(
        r"هو|هي|هم|هما",
        r"هذا|هذه|ذلك|تلك|لكن|ولكن|لذلك|وإلا",
        r"هذا لا ينطبق|ولا ينطبق|ويستثنى|يستثنى",
    ),
    "he": _Words(r"הוא|היא|הם|הן", r"זה|זו|זאת|אלה|אולם|אבל|אך|לכן|אחרת", r"(?:זה|הדבר) (?:לא|אינו) חל|למעט"),
    "hi": _Words(
        r"वह|वे|उसने|उन्होंने|उनका|उनकी|उनके|उसका|उसकी",
        r"यह|ये|लेकिन|परंतु|किंतु|इसलिए|अन्यथा|फिर",
        r"(?:लेकिन )?यह \S+(?: \S+)? लागू नहीं",
    ),
    "ja": _Words(
        r"彼女?ら?[はがのをもに]|それ[はがをもら]|その",
        r"これ|この|しかし|だが|ところが|それでも|そのため|したがって|さもないと|そこで|その場合",
        r"ただし|但し|例外|前項.{0,20}適用しない",
    ),
    "zh": _Words(
        r"[他她它]们?|其",
        r"[这這此该該]|但|然而|不过|不過|因此|所以|否则|否則|那么",
        r"但(?:是)?.{0,12}(?:不适用|除外)|例外|前款.{0,10}不适用",
    ),
    "th": _Words(r"เขา|เธอ|มัน|พวกเขา", r"ดังนั้น|มิฉะนั้น|เพราะ|ในกรณีนี้", r"ยกเว้น|เว้นแต่|แต่"),
    "ko": _Words(
        r"그는|그녀는|그들은|그의|그것은",
        r"이것|이는|그러나|하지만|그렇지만|따라서|그래서|그러므로|그렇지 않으면|이 경우",
        r"다만|단,",
    ),
}  # fmt: skip
_NO_SPACES = ("ja", "zh", "ko", "th")
_LEAD = r"[\s>*_\"'“”«»„(\-–—•]*(?:\(?\w{1,4}[.)]\s+)?"
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
_ASKS = regex.compile(r"[?？؟՞][\s\"'”’»)*_\]」』]*$")
_LABEL = regex.compile(r"[\s>*_#\-]*(?:\p{L}{1,2}\d{0,3}|\p{L}{1,10} ?\d{1,3})[.:)][*_]*$")
"""What numbers a question, an answer or a step: "A1.", "Step 2:"."""


@lru_cache(maxsize=len(_LANGUAGES))
def _patterns(language: str) -> tuple[tuple[Leaning, regex.Pattern[str]], ...]:
    words = _LANGUAGES[language]
    ends = "" if language in _NO_SPACES else r"(?![\p{L}\p{M}\p{N}])"
    found = [
        (Leaning.LIMITS, rf"(?:{words.limits}){ends}"),
        (Leaning.LAST, rf"(?:{words.last}){ends}|{_ANSWERS}"),
        (Leaning.NAMES, rf"(?:{words.names}){ends}"),
    ]
    return tuple((kind, regex.compile(_LEAD + f"(?:{words})", regex.I)) for kind, words in found)


def leaning(sentence: str, language: str) -> tuple[Leaning, str]:
    """What a sentence needs of those before it, by its first words; and the word that says so.

    >>> leaning("In 1891 she went to Paris.", "en")[1], leaning("Tea is free.", "en")
    ('she', (<Leaning.NOT: 'nothing'>, ''))
    """
    if _QUOTED.match(sentence):  # whoever was speaking speaks on
        return Leaning.LAST, ""
    for kind, words in _patterns(language) if language in _LANGUAGES else ():
        found = words.match(sentence)
        if found:
            return kind, found.group().split()[-1].casefold()
    return Leaning.NOT, ""


def asks(sentence: str) -> bool:
    """Whether a sentence is a question, in whatever script.

    >>> asks("Is it open?"), asks("「開いていますか？」"), asks("It is open.")
    (True, True, False)
    """
    return _ASKS.search(sentence) is not None


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
