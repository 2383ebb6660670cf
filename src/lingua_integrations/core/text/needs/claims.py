"""Claims, hearsay and myths: what somebody says, which may be untrue, comes with what may refute it."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from lingua_integrations.core.text.needs.distant import same_paragraph
from lingua_integrations.core.text.outline import Outline

_REPLIES = 2  # sentences after hearsay that may refute it
_MYTH = regex.compile(
    r"[\s>*_\-•]*(?:(?:common )?(?:myth|misconception|mistake)|mythos|irrtum|mythe|idée reçue|mito"
    r"|миф|误区|迷思|俗説|오해|ความเชื่อ)[^:：\n]{0,12}[:：]",
    regex.I,
)
# A claim of people without a name: what follows may refute it.
_HEARSAY = regex.compile(
    r"""
    [\s>*_"“]* (?: (?: some | many | most | a \s few | several | other ) \s
        (?: people | (?:\p{L}+ \s)? (?: critics | users | customers | reviewers | s[ck]eptics
          | parents | websites | articles ) | say | claim | believe | think )
      | critics | opponents | s[ck]eptics | detractors | people \s (?: say | think | believe | claim )
      | rumou?rs? | legend \s has \s it | popular \s belief | contrary \s to
      | (?: it | there ) \s (?: is | was | has \s been ) \s (?: \p{L}+ly \s | often \s | a \s )?
        (?: said | claimed | believed | rumou?r(?:ed)? | thought | reported | alleged | suggested )
      | kritiker | gegner | skeptiker | gerüchte\p{L}*
      | (?: viele | manche | einige ) \s (?: leute | menschen | nutzer | kritiker | sagen | behaupten
          | glauben | meinen )
      | es \s (?: heißt | wird \s \p{L}*\s?behauptet )
      | certains | beaucoup | d['’]aucuns | les \s (?: critiques | détracteurs | opposants | sceptiques )
      | on \s (?: dit | prétend | raconte ) | selon \s (?: la \s rumeur | une \s rumeur | la \s légende )
      | algunos | muchos | los \s (?: críticos | detractores | escépticos )
      | se \s (?: dice | rumorea | cree ) | alguns | muitos | diz-se | alcuni | molti | si \s dice
      | critici | tegenstanders | sommige \s mensen | критики | многие \s (?: считают | думают | говорят )
      | говорят ) \b
    | 有人[说說认認] | 据传 | 據傳 | 传言 | 傳言 | という(?:噂|うわさ) | 噂では | 一部では | 소문
    | มีคน(?:กล่าว|พูด|อ้าง) | يقال | يزعم | कहा \s जाता \s है | कुछ \s लोग
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# The same behind what is claimed, or in its midst.
_ACCORDING = regex.compile(
    r"""
    \b (?: according \s to \s (?: most | many | some | several | other | older | early | popular | legend
          | tradition | rumou?rs? )
      | as \s (?: many | most | some ) \s (?: people \s )? (?: believe | think | claim | say )
      | (?: laut | nach ) \s (?: den \s )? (?: meisten | vielen | einigen | manchen | älteren | mehreren
          | landläufiger | verbreiteter | der \s legende )
      | (?: selon | d['’]après ) \s (?: la \s (?: plupart | légende | tradition ) | de \s nombreux
          | certaine?s | plusieurs | beaucoup )
      | según \s (?: la \s (?: mayoría | leyenda | tradición ) | much[oa]s | algun[oa]s | vari[oa]s )
      | segundo \s (?: a \s (?: maioria | lenda | tradição ) | muit[oa]s | algun?s | algumas | vári[oa]s )
      | secondo \s (?: la \s (?: maggior | leggenda | tradizione ) | molt[ie] | alcun[ie] | vari[e]? )
      | volgens \s (?: de \s (?: meeste | legende | overlevering ) | veel | sommige | velen )
      | по \s (?: мнению | версии ) \s (?: многих | некоторых | большинства ) ) \b
    | 据多数 | 据一些 | 一般认为 | 一般に | 通説
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_CLAIMS = regex.compile(
    r"""
    \b (?: claim(?:s|ed|ing)? | alleg(?:e|es|ed|edly) | purport(?:s|ed|edly)? | suppos(?:e|es|edly)
      | argue[sd]? | suggest(?:s|ed)? | assert(?:s|ed)? | maintain(?:s|ed)? | report(?:s|ed)? | say(?:s|ing)?
      | said | believe[sd]? | insist(?:s|ed)? | promise[sd]? | announce[sd]? | accuse[sd]?
      | behaupte(?:t|n|te|ten) | sagt(?:e|en)? | meint(?:e|en)? | angeblich | laut | versprach
      | berichte(?:t|te|ten) | prétend(?:ent|ait)? | affirm(?:e|ent|ait|a|an|ó|aron) | selon
      | soutien(?:t|nent) | aurait | según | sosten(?:er|ía)? | dic(?:e|en) | dij(?:o|eron) | segundo
      | alega(?:m|ram|ron)? | afirm(?:a|am|ou) | secondo | sosti?en(?:e|gono) | dichiar(?:a|ano|ò)
      | beweert | volgens | zegt | утвержда\p{L}+ | якобы | заяв\p{L}+ ) \b
    | زعم | ادعى | दावा | 主張 | 言った | 述べ | 声称 | 宣称 | 据称 | 聲稱 | 주장 | อ้างว่า | กล่าวว่า
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


def claims(sentence: str) -> bool:
    """Whether a sentence tells what somebody says.

    >>> claims("Smith et al. [12] claim that it works."), claims("It works.")
    (True, False)
    """
    return _CLAIMS.search(sentence) is not None


def connect_claims(outline: Outline, contents: Sequence[str], said: Sequence[int]) -> None:
    """Let a myth need the next sentences, and hearsay those that follow in its paragraph."""
    for place, n in enumerate(said):
        if _MYTH.match(contents[n]):
            for other in said[place + 1 : place + 1 + _REPLIES]:
                outline.bind(n, other)
        elif _HEARSAY.match(contents[n]) or _ACCORDING.search(contents[n]):
            for other in same_paragraph(outline, said[place : place + 1 + _REPLIES]):
                outline.bind(n, other)
