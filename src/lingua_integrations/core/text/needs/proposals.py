"""Sentences in which somebody wants something, of which only the reply tells the rest, or takes it back."""

from __future__ import annotations

import regex

_PROPOSES = regex.compile(
    r"""
    \b (?: (?: i | we ) (?: ['’]d \s like | \s (?: think | suggest | propose | recommend | would | want | wish
        | plan | intend | hope | need ) )
      | (?: i | we | you ) \s (?: should | could | might | can | may ) | let['’]?s | shall \s (?: i | we )
      | (?: how | what ) \s about | why \s (?: not | do[n]['’]t ) | my \s (?: proposal | suggestion ) | please
      | ich \s (?: schlage | würde | möchte | will | wollte | denke | finde | bitte | brauche | wünsche )
      | wir \s (?: sollten | könnten | möchten | wollen | würden | planen ) | lass(?:t|en)? \s uns
      | (?: könn(?:t|en|test|ten) | sollen | wollen | dürf(?:t|en) ) \s (?: ihr | wir | sie | du )
      | vorschlag | bitte
      | je \s (?: propose | souhait\p{L}* | voudrais | veux | pense | suggère | demande | compte )
      | j['’]aimerais | on \s (?: pourrait | devrait )
      | nous \s (?: devrions | pourrions | souhaitons | proposons | voudrions )
      | pourri?ez | veuillez | merci \s de
      | propongo | sugiero | quisiera | quiero | querría | me \s gustaría | deberíamos | podríamos | podrías?
      | creo \s que | solicito | por \s favor
      | suggerisco | vorrei | vorremmo | dovremmo | potremmo | potreste
      | chiedo | facciamo | per \s favore
      | proponho | sugiro | gostaria | queria | quero | dev(?:er)?íamos | poderíamos | poderia
      | acho \s que | peço
      | ik \s (?: stel | wil | zou | vind ) | we \s (?: zouden | moeten | kunnen ) | laten \s we | graag
      | предлагаю | хотел[аи]? \s бы | хочу | давайте | нужно | следует | прошу | пожалуйста ) \b
    | 建议 | 建議 | 提议 | 提議 | 希望 | 想[要请請把在] | 能[否不] | 可[否不] | 请 | 請 | 不如
    | たい(?:です|と思) | 提案 | ませんか | ましょう | お願い
    | いかがでしょう | よろしいでしょうか | べき | ください
    | 제안 | 하고 \s 싶 | 합시다 | 좋겠 | 어떨까 | 부탁 | 주세요
    | أقترح | أود | أريد | نود | نريد | يجب \s أن | هل \s يمكن | نرجو | أرجو | دعونا
    | मैं \s चाह | चाहत | सुझाव | कृपया | चाहिए | ขอเสนอ | อยาก | ควร | ขอให้ | กรุณา
    | מציע | רוצה | רוצים | כדאי | בבקשה | בואו
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_TAKES_BACK = regex.compile(
    r"\b(?:ignore|disregard|forget (?:my|the)|cancel\p{L}*|postponed|(?:has|have|was|were) (?:changed|moved)"
    r"|correction|no longer|ignorier\p{L}*|hinfällig|verschoben|geändert|abgesagt|nicht mehr"
    r"|ne tenez pas compte|ignorez|annul\p{L}*|reportée?s?|n['’]est plus|ignor[ae]|ignoren|aplazad[oa]"
    r"|cambiad[oa]|ya no|adiad[oa]|já não|annullat[oa]|rinviat[oa]|geannuleerd|verzet|отмен\p{L}+"
    r"|перенес\p{L}+)\b"
    r"|取消|作废|改到|改为|撤回|取り消|変更|キャンセル|취소|변경|ألغي|تأجل|यह रद्द|ยกเลิก|เลื่อน",
    regex.I,
)
_LONGEST = 400  # characters of a sentence


def proposes(sentence: str) -> bool:
    """Whether a sentence says what somebody wants, thinks best or asks for.

    >>> proposes("> I think we should drop it."), proposes("Je souhaite partir."), proposes("It costs 5.")
    (True, True, False)
    """
    return _PROPOSES.search(sentence[:_LONGEST]) is not None


def takes_back(sentence: str) -> bool:
    """Whether a sentence says that something told before no longer holds.

    >>> takes_back("Please ignore my mail below."), takes_back("The date holds.")
    (True, False)
    """
    return _TAKES_BACK.search(sentence[:_LONGEST]) is not None
