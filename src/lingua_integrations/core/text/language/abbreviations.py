"""Abbreviations: words that a full stop shortens, and short words that end sentences all the same."""

from __future__ import annotations

# In whatever language; those that often end a sentence are not among them.
_SHORT = """
    abs adj adv al approx apr aprox apt arr asst aug ave bd bldg blvd bzw ca capt cf ch chap circ civ cl cpl
    crim dec dept dr dra dt ed eds eq eqn eqs esp est evtl exp feb fed fig figs ft ggf gen gov hon hr jan jr
    jul jun kap km lt lic lt max mag mar max mio mme mlle mr mrd mrs ms mt nov nr núm oct op pag pág para pl
    pp prof pt pto qty ref refs rep resp rev rs sec sect sen sep sept sgr sgt sig sr sra st str supp tel tit
    dipl ing univ urb usc usf vgl viz vol vols vs wm zzgl
"""
_EVERYWHERE = frozenset(_SHORT.split())
_ENDS = """
    it him her them us me you out off here there now then so too done да он мы вы ты их ее её но
    है हैं था थे थी थीं हो हूँ हूं दो लो दी ली दें लें गई गए गया आए आई आया रहा रही रहे करें होगा होगी
    देखें किया लिया दिया नहीं जाए करो चलो لا نعم هو هي له لها به بي لي لك
"""
ENDS = frozenset(_ENDS.split())
"""Words as short as abbreviations that do end sentences."""
_CLOSES = """
    apr aug ago dec dez dic ene feb febr jan janv jul jun mar nov oct okt sep sept mio hr km ft ave blvd bd
    jr pp pt pto est
"""
CLOSES = frozenset(_CLOSES.split())
"""Abbreviations of units, months and streets: a sentence may end with one where another surely begins."""
_OF_LANGUAGES = {
    "de": "fa inkl exkl zzgl gez inh vorm nachm lfd rd evtl bzgl gem hrn fr abs anl anm aufl ausg beil bde"
    " begl bes betr bez dipl entspr erl hrsg jg jhg kath mind mitgl mtl prof röm schw sog stellv südl nördl"
    " östl westl tgl urspr verf versch vollst zit zul zw",
    "fr": "ste env janv févr gén col mgr prés sgt cdt éd réf coll dép fasc juil suppl tabl trad arr résid",
    "es": "mons gral depto aprox lic avda cía dcha izq exc excmo excma ilmo ilma tte cnel cdte profa arq"
    " admón arts caps cta cód dpto fdo figs máx mín núms págs párr pza prov sres srta sta teléf trim ene febr"
    " dic",
    "hi": "किग्रा मिग्रा किमी सेमी प्रा अनु श्री ब्रिगे अक्तू दिसं लेफ्टि",
}
_OF = {language: frozenset(words.split()) for language, words in _OF_LANGUAGES.items()}
_COMPOUNDS = ("str", "nr")  # what German compounds end with: "Goethestr.", "Artikelnr."
_BEFORE_NUMBERS = ("no", "nos", "art", "cap", "kap", "p", "pp")


def is_abbreviation(word: str, language: str) -> bool:
    """Whether a full stop after a word shortens it.

    >>> is_abbreviation("Dr", "en"), is_abbreviation("Goethestr", "de"), is_abbreviation("tea", "en")
    (True, True, False)
    """
    small = word.casefold()
    if language == "de" and small.endswith(_COMPOUNDS):
        return True
    return small in _EVERYWHERE or small in _OF.get(language, ())


def cites(word: str, language: str) -> bool:
    """Whether a word with a full stop stands before a number, which is then no item of a list.

    >>> cites("Kap", "de"), cites("S", "de"), cites("lid", "en")
    (True, True, False)
    """
    return len(word) == 1 or word.casefold() in _BEFORE_NUMBERS or is_abbreviation(word, language)
