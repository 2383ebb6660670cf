"""What a sentence says of others: the unit of all figures, what a word means, what is supposed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, repeat

import regex

from lingua_integrations.core.text.outline import Outline

_NOTE = 200  # characters up to which such a sentence comes along
_ENDS = regex.compile(r"[.!?]\s+")
_TERMS = 60  # words of a text that are defined in it
_FRAMED = 8  # sentences that one supposition holds for

_QUANTITY = (
    r"counts|ingredients|limits|rates|fees|quotas|doses|quantities|costs|charges|grenzwerte|limites|límites"
    r"|amounts?|figures|prices|values|sums|numbers|results|temperatures?|distances?|weights?|lengths?|times"
    r"|dates|measurements?|dimensions|data|beträge|angaben|preise|werte|zahlen|temperaturen|zeiten|maße|gewichte"
    r"|montants|prix|chiffres|valeurs|températures|sommes|heures|données|importes|precios|cifras|valores"
    r"|temperaturas|montos|cantidades|datos|montantes|preços|quantias|importi|prezzi|valori|cifre|temperature"
    r"|bedragen|prijzen|cijfers|waarden|суммы|цены|данные|значения|температуры"
)
_GIVEN = (
    r"are|is|given|shown|quoted|expressed|stated|reported|listed|measured|sind|angegeben|sont|exprimée?s"
    r"|indiquée?s|están|se|expresan|expresad[oa]s|estão|expressos|sono|espress[ie]|zijn|указаны|приведены"
)
_UNIT = (
    r"euros?|eur|dollars?|usd|cents?|pounds?|gbp|yen|francs?|rupees?|[€$£¥]|fahrenheit|celsius|kelvin|met(?:er|re)s?"
    r"|feet|inch(?:es)?|miles|k?m|k?g|[cm]m|lbs?|grams?|millions?|thousands?|billions?|hundreds|utc|gmt|percent|%"
    r"|mio\.?|millionen|tausend|mrd\.?|milliards?|milliers|millones|miles|milhões|milhares|milioni|migliaia"
    r"|miljoenen|duizenden|млн|тыс\.?|миллион\w*|тысяч\w*|рублях|евро"
)
_LESS = (
    r"without|excluding|including|excludes?|includes?|exclusive \s of|inclusive \s of|excl\.?|incl\.?|before"
    r"|after|net \s of|plus|ohne|inklusive|exklusive|zzgl\.?|inkl\.?|exkl\.?|hors|sans|avec|sin|con|sem"
    r"|com|senza|exclusief|inclusief|без|с"
)
_CHARGE = (
    r"vat|(?:sales \s )?tax(?:es)?|gst|duty|duties|fees?|shipping|delivery|mwst\.?|mehrwertsteuer|steuern?"
    r"|versand|tva|taxes|impôts|iva|impuestos|impostos|imposte|btw|ндс"
)
_SCALE = regex.compile(
    rf"""
    [\s>*_(\[]* (?: unless \s otherwise [^,]{{0,30}}, \s* )?
    (?: (?: all | alle | tous | toutes | todos | todas | tutti | tutte | все | les | los | las | os | as | gli
        | le | die | the ) \s+ ){{0,2}}
    (?: \p{{L}}++ \s )? (?P<what> {_QUANTITY} ) \s
    (?: (?: (?:{_GIVEN}) \s+ )+ (?: in | en | em | в ) \s
        (?! the\b | this | our | table | fig | section | order | line | good | appendix | decline )
      | (?: in | en | em | в ) \s (?: \S+ \s ){{0,2}} (?: {_UNIT} ) (?! \p{{L}} )
      | (?: in | en | em | в ) \s (?-i: \p{{Lu}}{{3}} ) (?! \p{{L}} )
      | (?: (?:{_GIVEN}) \s+ )+ (?: per | pro | par | por | al | na | за
        | for | für | pour | para | voor | для ) \s [\p{{L}}\d]
      | (?: (?:{_GIVEN}) \s+ )* (?: {_LESS} ) \s (?: \S+ \s ){{0,2}} (?: {_CHARGE} ) (?! \p{{L}} ) )
    | [\s>*_(\[]* (?: (?: the | all | these ) \s ){{0,2}} (?P<what> {_QUANTITY} ) \s (?: [^\s.]+ \s ){{0,5}}
      (?: are | is | were | have \s been | sind | sont | son | sono | zijn ) \s (?: \w+ \s )?
      (?: preliminary | provisional | estimate[sd]? | unaudited | rounded | adjusted | approximate
        | not \s final | vorläufig | geschätzt | gerundet | ungeprüft | provisoires? | estimée?s?
        | provisionales? | estimad[oa]s? | provvisor\p{{L}}+ | stimat\p{{L}} | voorlopig | geschat ) \b
    | [\s>*_(\[]* (?: (?: amounts | dollars | figures ) \s )? (?: expressed \s )? (?P<what> in ) \s
      (?: millions | thousands | billions | Mio\. | Millionen | Tausend | millones | milliers | milhões ) \b
    | [\s>*_(\[]* (?P<what> units? | einheit | unité | unidad | unità | eenheid ) \s* [:：]
    | \s* [(（]? (?P<what> 金额 | 金額 | 单位 | 單位 | 単位 | 数据 | 価格 | 温度 | 数値 | 단위 | 금액 | หน่วย )
      [^。\n]{{0,8}} [:：為为は]
    | \s* (?: جميع | كل ) \s (?P<what> المبالغ | الأسعار | القيم ) \s (?: معروضة \s )? ب
    | \s* सभी \s (?P<what> राशियाँ | राशि | मूल्य | तापमान ) \s .{{0,20}} में
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_OF_ALL = regex.compile(
    r"""
    [\s>*_!(\[]* (?: (?: note | warning | notice | hinweis | attention | nota ) [:!] \s* )?
    (?: this | the \s (?: following | present ) | diese[rs]? | cette? | est[ea] | quest[oa] | dit | deze )
    \s (?: \w+ \s ){0,2}
    (?: page | article | document | paper | post | standard | version | guide | tutorial | policy | manual
      | story | seite | artikel | dokument | fassung | anleitung | texte | página | artículo | documento
      | artigo | pagina | articolo )
    \s (?: is | was | has \s been | ist | wurde | est | a \s été | está | fue | es | é | foi | è )
    \s (?: \w+ \s ){0,2}
    (?: out (?:dated|[ ]of[ ]date) | obsolete | deprecated | retracted | withdrawn | superseded | archived
      | fictional | fiction | satire | a \s draft | no \s longer | veraltet | überholt | zurückgezogen
      | obsolète | périmée? | rétracté | obsolet[oa] | retirad[oa] | desactualizad[oa] | verouderd
      | superat[oa] | retra[tc]{1,2}tad[oa] )
    | [\s>*_]* (?: この (?:記事|ページ|文書) は .{0,10} (?:古い|撤回|廃止)
      | 本(?:文|页|文章) .{0,6} (?:过时|过期|撤回|作废) )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# At the top of a text, the state of all that it says.
_STATUS = regex.compile(
    r"""
    [\s>*_|-]* (?: status | state | stand | statut | estado | stato | статус | 状态 | 状態 | resolution )
    [*_]* \s* [:：][*_\s]*
    (?: superseded | rejected | withdrawn | deprecated | obsolete | archived | draft | proposed | cancell?ed
      | expired | retracted | void | won['’]?t \s fix | not \s (?: approved | in \s force )
      | abgelehnt | veraltet | entwurf | aufgehoben | ersetzt | rejeté | abrogé | obsolète | brouillon
      | remplacé | rechazad[oa] | derogad[oa] | borrador | obsolet[oa] | rascunho | revogad[oa] | bozza
      | superat[oa] | 废止 | 草案 | 廃止 | 下書き )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_TOP = 6  # pieces at the top of a text where its state stands
_MEANS = regex.compile(
    r"""
    [\s>*_\-•]* (?: (?: \(? \w{1,4} [.)] | \d+(?:\.\d+)*\.? ) \s+ (?: \p{Lu}[\p{L} ]{2,24}\. \s+ )? )?
    [“"„«‘']\s? (?P<term> \p{Lu}[^”"“»’'\n]{1,40}? ) \s?[”"“»’']
    [*_]* ,? \s (?: means | shall \s mean | refers \s to | has \s the \s meaning | bedeutet | bezeichnet
      | meint | désigne | signifie | significa | se \s refiere | designa | indica | betekent | означает )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_FRAME = regex.compile(
    r"""
    [\s>*_"“]*+ (?: suppose | imagine | assume | let \s us \s (?:assume|suppose|imagine)
      | let['’]s \s say | hypothetically
      | in \s (?: the | this | her | his ) \s (?: novel | film | movie | story | play | game | dream | myth
        | legend | example | scenario | episode )
      | according \s to \s (?:legend|myth|tradition)
      | angenommen | nehmen \s wir \s an | stell(?:en)? \s (?:sie|dir|wir)
      | im \s (?:roman|film|traum|märchen) | in \s diesem \s (?:beispiel|szenario) | der \s legende \s nach
      | supposons | imagin(?:ons|ez) | admettons | dans \s (?:le|ce) \s (?:roman|film|conte|rêve|cas)
      | dans \s cet \s exemple | supongamos | imagin(?:e|emos) | imagínese | en \s este \s ejemplo
      | en \s (?:la|el) \s (?:novela|película|cuento|sueño)
      | suponha(?:mos)? | no \s (?:romance|filme) | neste \s exemplo | supponiamo | immagin(?:iamo|ate|a)
      | nel \s (?:romanzo|film) | in \s questo \s esempio | stel \s je \s voor | in \s de \s (?:roman|film)
      | предположим | представим | допустим | в \s (?:романе|фильме) | لنفترض | في \s (?:الرواية|الفيلم)
      | मान \s लीजिए | उपन्यास \s में | फ़िल्म \s में ) \b
    | \s* (?: 假设 | 假設 | 假如 | 设想 | (?:在)? (?:小说|电影|小說|電影) (?:里|中|裡) | 仮に | 小説では
      | 映画では | 소설에서 | 영화에서 | 가령 | สมมติ | สมมุติ | ในนิยาย | ในภาพยนตร์ )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_DIGIT = regex.compile(r"\p{N}")


def connect_notes(outline: Outline, contents: Sequence[str]) -> None:
    """Let pieces need what holds for the whole text, for all figures in it, or for a word that they use."""
    short = [
        n
        for n, content in enumerate(contents)
        if len(content) <= _NOTE and (outline.pieces[n].prose or outline.pieces[n].carrier)
    ]
    of_all = [n for n in short if _OF_ALL.match(contents[n])]
    states = [n for n in short if _STATUS.match(contents[n])]
    states += [n for n in _records(outline) if any(map(_STATUS.match, contents[n].splitlines()))]
    of_all += states if len(states) == 1 and states[0] < _TOP else []
    scales = {n: match["what"].casefold() for n in short if (match := _scale(contents[n]))}
    terms: dict[str, int] = {}
    for n in short:
        match = _MEANS.match(contents[n])
        if match and len(terms) < _TERMS:
            terms.setdefault(match["term"], n)
    if not (of_all or scales or terms):
        return
    named = "|".join(map(regex.escape, sorted(terms, key=len, reverse=True)))
    used = regex.compile(rf"\b({named})(?:s|es|n|en)?\b")
    current = {what: n for n, what in reversed(scales.items())}
    notes = {*of_all, *scales, *terms.values()}
    counted = {
        piece.closes for piece, one in zip(outline.pieces, contents, strict=True) if _DIGIT.search(one)
    }
    for n, content in enumerate(contents):
        if n in scales:
            current[scales[n]] = n
        if n in notes or outline.pieces[n].carrier or outline.pieces[n].closes >= 0:
            continue
        found = [*of_all, *(current.values() if n in counted or _DIGIT.search(content) else ())]
        found += [terms[term] for term in used.findall(content)] if terms else []
        for note in dict.fromkeys(found):
            outline.bind(n, note)


def _scale(content: str) -> regex.Match[str] | None:
    """Where a sentence tells the unit of all figures, or what they are of."""
    found = map(_SCALE.match, repeat(content), (0, *(end.end() for end in _ENDS.finditer(content))))
    return next(filter(None, found), None)


def _records(outline: Outline) -> Iterator[int]:
    """The fields at the top of a text."""
    yield from (n for n, piece in enumerate(outline.pieces[:_TOP]) if piece.kind == "record")


def connect_frames(outline: Outline, contents: Sequence[str], said: Sequence[int]) -> None:
    """Let a supposition hold up to the end of its paragraph."""
    for place, n in enumerate(said):
        if _FRAME.match(contents[n]):
            for other in same_paragraph(outline, said[place : place + 1 + _FRAMED]):
                outline.bind(other, n)


def same_paragraph(outline: Outline, following: Sequence[int]) -> Iterator[int]:
    """Of pieces that follow a first one, those in its paragraph."""
    for before, other in pairwise(following):
        gap = outline.text[outline.pieces[before].end : outline.pieces[other].start]
        if gap.strip() or gap.count("\n") > 1:
            return
        yield other
