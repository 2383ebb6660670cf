"""Questions for the most, the last, or how many: a table without that row or the sum answers them wrongly."""

from __future__ import annotations

import regex

from lingua_integrations.core.prune.worth import BESIDE
from lingua_integrations.core.text.data.table_cells import is_total
from lingua_integrations.core.text.groups import groups_of, words_of
from lingua_integrations.core.text.units import Units
from lingua_integrations.core.types import FloatArray

_FIELDS = 3  # of which the largest and the smallest value are kept where the question names none
_EN = (
    "high low larg small long short tall old eld young new earli lat fast slow quick cheap near clos farth"
    " furth deep bigg heavi light strong weak warm cold cool hott rich poor wid great few easi hard busi"
    " simpl thick thinn broad steep strict saf dri wett rar loud lengthi wealthi costli prici"
)
_DE = (
    "höch größ klein läng kürz ält jüng neu spät früh schnell langsam billig günstig teuer näch niedrig tief"
    " schwer leicht stärk schwäch wärm kält heiß reich ärm breit schlecht schlimm häufig selten"
)
_ASKS = regex.compile(
    rf"""
    \b (?: most | least | maximum | minimum | max | min | top | bottom | first | last | worst | best | final
      | (?: {_EN.replace(" ", "|")} ) est
      | (?: {_DE.replace(" ", "|")} ) e?ste[nrms]? | meisten? | wenigsten | beste[nrms]? | erste[nrms]?
      | letzte[nrms]?
      | (?: le | la | les ) \s (?: plus | moins | meilleure? | pire ) | premi(?:er|ère)s? | derni(?:er|ère)s?
      | más | menos | (?: el | la | los | las | lo ) \s (?: mayor | menor | mejor | peor )
      | primer[oa]? | últim[oa]s? | primeir[oa]
      | (?: o | a | os | as | com ) \s (?: mais | menos | maior | menor | melhor | pior )
      | (?: il | la | i | le ) \s (?: più | meno | maggior[ei]? | minor[ei]? | miglior[ei]? )
      | prim[oa] | ultim[oa] | hoogste | laagste | meeste | minste | grootste | kleinste | oudste | nieuwste
      | eerste | laatste
      | сам(?:ый|ая|ое|ые|ого|ой) | наи\p{{L}}+ | (?: больше | меньше ) \s всего | перв(?:ый|ая|ое)
      | последн\p{{L}}+ | الأكثر | الأقل | أكبر | أصغر | أعلى | أول | آخر | सबसे | पहला | पहली | अंतिम ) \b
    | [最第]一? | 一番 | もっとも | 首[位个個] | 가장 | 최[대고소저초후] | 마지막 | ที่สุด | สุดท้าย
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


_SUMS = regex.compile(
    r"""
    \b (?: how \s (?: many | much ) | total | sum | altogether | combined | overall
      | wie \s? viele? | insgesamt | gesamt\p{L}* | summe | combien | au \s total | totale? | somme
      | cuánt[oa]s? | en \s total | suma | quant[oaie]s? | no \s total | soma | in \s totale | somma
      | hoeveel | totaal | сколько | всего | итого | كم | إجمالي | مجموع | कितन[ाेी] | कुल ) \b
    | いくつ | いくら | 何[人個件台] | 合計 | 全部で | 多少 | 几 | 總 | 总 | 共 | 몇 | 얼마 | 합계 | 총
    | กี่ | เท่าไ[รห] | รวม | ทั้งหมด
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


def asks_for_extremes(question: str) -> bool:
    """Whether a question is for the most, the least, the first or the last of many.

    >>> [asks_for_extremes(one) for one in ("Who has the most goals?", "Was ist der höchste Berg?")]
    [True, True]
    >>> [asks_for_extremes(one) for one in ("Where is the forest?", "Who won the contest?")]
    [False, False]
    """
    return _ASKS.search(question) is not None


def with_extremes(units: Units, scores: FloatArray, asked: str) -> FloatArray:
    """Scores in which the rows that are asked for without a name come right after the best of their table.

    These are the rows with the most and the least, the first and the last; for "how many", those with sums.
    A sum stands for its table, too, where the question names none of the best row's cells: it comes right
    after the rows beside the best one.

    Args:
        units: of one text.
        scores: one for each unit, shape [n].
        asked: the question.
    """
    most, sums = asks_for_extremes(asked), _SUMS.search(asked) is not None
    raised = scores.copy()
    for group in groups_of(units):
        rows = [record.unit for record in group.records]
        best = scores[rows].max()
        ends = [*group.extremes(_FIELDS, words_of(asked)), rows[0], rows[-1]] if most else []
        totals = [record.unit for record in group.records if is_total(record.text)]
        if totals and not sums and _names(asked, group.records[int(scores[rows].argmax())].text, group.head):
            totals = []
        for place, row in enumerate(dict.fromkeys([*ends, *totals]), 1 if sums or most else 1 + BESIDE):
            raised[row] = max(raised[row], best - 1e-6 * place)
    return raised


def _names(question: str, row: str, head: str) -> bool:
    """Whether a question has a word of a row that is not in the head of its table.

    >>> _names("What did plane 19 cost?", "| plane 19 | 57 |", "| name | cost |")
    True
    >>> _names("What did it cost after 2021?", "| plane 19 | 57 |", "| name | cost after 2021 |")
    False
    """
    return not words_of(question).isdisjoint(words_of(row) - words_of(head))
