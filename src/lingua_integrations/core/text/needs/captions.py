"""What stands around a table and says how its values are to be read: their unit, and what they leave out."""

from __future__ import annotations

import regex

LONGEST = 240
"""Characters up to which a note comes along with the rows that it is about."""
_SENTENCE = 120  # those of one that says in any words what is counted
_MARKED = regex.compile(
    r"\s*(?:(?P<mark>\\?\*{1,3}|[†‡§¶¹²³⁴⁵]|\([a-z]\)|\[\d\]|\(\d{1,2}\)|\p{Ll}(?= {2,}\S))\)?\s*(?!\*)\S"
    r"|[*_]{0,2}(?:Notes?|Remarks?|Legend|Key|Units?|Anmerkung(?:en)?|Hinweis|Einheit|Nota|Remarque)"
    r"[*_]{0,2}\s*[:.][*_]{0,2}\s*\S|[注註]\s*[:：]|単位|单位|單位|단위)"
)
# How a sentence begins that speaks of all values of a table at once ...
_VALUES = regex.compile(
    r"""
    [\s*_(\[]*+ (?: (?: (?:unless|except\ where)\ (?:otherwise\ )?(?:stated|noted|indicated)[\w\s]*,\s )?
      (?: (?: all | the | these | any | alle | die | tous | toutes | les | todos | todas | los | las | tutti
        | gli | i | le | todos | os | as | de | het ) \s+ ){0,3}
      (?: (?:dollar|reported|listed|shown|quoted|share|per-share|unit) \s+ )?
      (?: amounts? | figures? | prices? | values? | numbers? | doses? | limits? | totals? | sums?
        | percentages? | rates? | fees?
        | costs? | charges? | salaries | wages | data | results? | columns? | rows? | times? | dimensions?
        | weights? | distances? | balances? | estimates?
        | beträge | preise | angaben | werte | zahlen | summen | kosten | gebühren | daten
        | montants | prix | chiffres | valeurs | tarifs | données
        | importes | precios | cifras | valores | tarifas | datos
        | importi | prezzi | valori | dati | montantes | preços | bedragen | prijzen | cijfers ) \b )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# ... and what it says of them.
_HOLDS = regex.compile(
    r"""
    \b (?: in | exclud\w+ | includ\w+ | before | after | net | gross | per | as\ (?:of|at) | rounded
      | rounding | adjusted | annuali[sz]ed | subject | apply | applies | unaudited | audited
      | estimated | preliminary
      | provisional | approximate | may\ not | do(?:es)?\ not | are | is | expressed | stated | shown
      | inkl\w* | exkl\w* | zzgl | ohne | vor | nach | pro | gerundet | vorläufig | gelten | verstehen | sind
      | hors | hors-taxe | avant | après | par | arrondis? | sont | s['’]entendent | en
      | incluyen? | excluyen?
      | sin | con | antes | por | redondead[oa]s | son | incluem | excluem | sem | com | são | al | netto
      | lordo | esclus[aei] | inclus[aei] | sono | zijn | exclusief | inclusief ) \b
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# Units and what is left out, said without a sentence.
_UNIT = regex.compile(
    r"""
    [\s*_(\[]*+ (?: (?: (?:expressed|stated|amounts|figures|values|all)\ )? in \s
        (?: (?:(?-i:[A-Z]{3})|[A-Z]{1,2}[$€£¥]|[$€£¥]|us|u\.s\.|euro?s?|dollars?|pounds?|yen|thousands?
            |millions?|billions?|hundreds?|percent|per\ cent|%|units?|kg|km|tonnes
            |(?:constant|current)\ (?:prices|dollars|us|euros?|\d{4}\ \w+))
          \s* (?: [)\],.;:] | $ | (?:thousands|millions|billions|of|per|except|unless) \b ) )
      | (?: dollars? | euros? | pounds? | [$€£¥]\w? ) (?: \s amounts )? \s in
        \s (?:thousands|millions|billions)
      | (?:thousands|millions|billions|hundreds) \s of \s | unaudited | % \s of \s
      | (?: excl(?:uding|udes|usive\ of|\.)? | incl(?:uding|udes|usive\ of|\.)? | before | after | net\ of )
        \s+ (?: \w+ \s+ ){0,3} (?: tax(?:es)? | vat | gst | duty | duties | shipping | fees? | discounts?
          | inflation | items | interest )
      | in \s (?: tsd | tausend | mio | mrd | prozent | euro )
      | en \s (?: milliers | millions | milliards | miles | millones | euros )
      | em \s (?: milhares | milhões ) | in \s (?: migliaia | milioni ) | (?:zzgl|inkl|exkl)\. )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


_SOURCE = regex.compile(
    r"[\s*_(]*(?:Sources?|Quellen?|Fuentes?|Fonte|Bron|Источник|来源|出典)\s*[:：]", regex.I
)
_COUNTED = regex.compile(
    r"\b(?:(?:is|are|was|were) (?:not )?"
    r"(?:counted|included|excluded|comparable|rounded|estimate[sd]|adjusted)"
    r"|exclud(?:es?|ing)|before tax|after tax|not include|subject to|up to rounding)\b",
    regex.I,
)


def note_mark(content: str) -> str | None:
    """The mark of rows that a note below a table is about, "" for all rows; None where it is no note.

    >>> note_mark("* Estimated."), note_mark("All amounts exclude VAT."), note_mark("We sold more fruit.")
    ('*', '', None)
    """
    if len(content) > LONGEST:
        return None
    found = _MARKED.match(content)
    if found:
        return (found["mark"] or "").removeprefix("\\")
    if any(map(limits_values, content.splitlines())):
        return ""
    return "" if len(content) <= _SENTENCE and _COUNTED.search(content) else None


def is_source(line: str) -> bool:
    """Whether a line says where a table comes from."""
    return _SOURCE.match(line) is not None


def limits_values(line: str) -> bool:
    """Whether a line says in which unit the values of a table are, or what they leave out.

    >>> [limits_values(line) for line in ("(in thousands)", "Prices before tax", "In May it rained.")]
    [True, True, False]
    """
    found = _VALUES.match(line)
    if found and _HOLDS.search(line, found.end()):
        return True
    return _UNIT.match(line.rstrip()) is not None
