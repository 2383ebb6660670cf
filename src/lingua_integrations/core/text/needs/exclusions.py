"""Sentences that say for whom, where or when the one before does not hold, or that it is over.

"You can return all items. Sale items are excluded.", "All members may vote. Members whose fees are overdue
lose this right.", "The patient takes Ramipril and ASS. ASS was stopped on 3 May."
"""

from __future__ import annotations

import regex

from lingua_integrations.core.text.needs.discourse import bounds

# At a time, at a place or for a group there is none, or it is closed.
_NONE_THERE = regex.compile(
    r"""
    [\s>*_"“(]* (?:
      (?: in | on | at | near | between | from | during | after | before | for | among | with | above | below
        | over | under | outside | inside | within | because \s of | due \s to | owing \s to )
      \s [^.;:,!?]{1,50} ,? \s
      (?: (?<=,\s) (?: no | none | neither | nobody | nothing ) \b
        | (?: it | this | they | there ) \s
          (?: is | are | was | were | will \s be | has | had | stays | remains? ) \s
          (?: no \b | not \b | never \b | closed | shut | suspended | cancell?ed | unavailable | out \s of )
        | (?: it | this | they | you | he | she | we ) \s
          (?: may | must | can | could | should | shall | will | would | do | does )
          (?: n['’]t | \s? not ) \b )
    | (?: in | am | an | auf | bei | zwischen | von | vom | ab | während | nach | vor | für | über | unter
        | wegen ) \s [^.;:,!?]{1,50} \s
      (?: ist | sind | bleibt | bleiben | war | waren | gibt | fällt | fallen )
      \s (?: er | sie | es | dies\p{L}* ) \b [^;:!?]{0,50}
      \b (?: geschlossen | gesperrt | nicht | kein\p{L}* | aus | außer \s betrieb ) \b
    | (?: en | entre | à | pendant | pour | après | le | durante | para | en \s raison )
      \s [^.;:!?]{1,50} , \s (?: (?: il | elle | ils | elles ) \s (?: est | sont | reste | restent ) \s ferm
        | (?: permanece | estará | está | fica | resta | è ) \s (?: cerrad | fechad | chius ) )
    )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# Whom or what it is not for.
_EXCLUDES = regex.compile(
    r"""
    \b (?: (?: is | are | was | were | be | remain ) \s (?: \p{L}+ly \s )?
        (?: excluded | exempt(?:ed)? | excepted | ineligible
          | not \s (?: eligible | included | covered | affected ) )
      | do(?:es)? \s not \s (?: count | qualify | apply )
      | (?: ist | sind | bleib(?:t|en) | wird | werden ) \s (?: [^.;:,!?]{0,40} \s )?
        (?: ausgenommen | ausgeschlossen | befreit )
      | (?: est | sont | reste(?:nt)? ) \s (?: exclue?s? | exceptée?s? | exemptée?s? | dispensée?s? )
      | (?: está | están | queda | quedan | son | fica | ficam | estão | são ) \s
        (?: exclu[ií]d[oa]s? | exent[oa]s? | exceptuad[oa]s? | isent[oa]s? )
      | (?: è | sono | restano ) \s (?: esclus[oaie] | esent[ei] | esonerat[oaie] )
      | (?: is | zijn ) \s (?: [^.;:,!?]{0,40} \s )? (?: uitgesloten | uitgezonderd | vrijgesteld )
      | не \s (?: распространяется | относится | входит | входят ) | исключа(?:ется|ются) ) \b
    | 不包括 | 除外 | 対象外 | 含まれません | 제외됩니다 | 제외된다 | ไม่รวม
    | この限りで(?:は)?(?:な[いく]|ありません) | 不在此限 | 그러하지 \s 아니하
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# Words that point to what was just said, wherever they stand: "this right", "of it".
_POINTS = regex.compile(
    r"""
    (?<!\p{L}) (?: (?i: this | these | those | such ) \s
        (?! page | paper | study | section | chapter | article | document | guide | book | report | file
          | agreement | contract | policy | website | site | version | year | week | month | time | is | are
          | was | were | as )
        \p{Ll}+
      | (?: of | from | in | for | to | by | with ) \s (?: it | them )
      | (?i: dies(?: e[nmrs]? ) ) \s \p{L}+ | davon | dafür | daran | hiervon | dazu
      | (?i: ce | cet | cette | ces ) \s \p{Ll}+ | n['’]en | d['’]entre
      | (?i: est[ea]s? | est[oa]s | es[ea] | d?est[ea]s? | d?ess[ea]s? | quest[oaie] | deze ) \s
        (?! (?: no | não | non | se | si | es | é | è | fue | foi | era | ha | is | was ) \b ) \p{Ll}+
      | de \s ell[oa]s? | del[ea]s? | daarvan )
    (?! \p{L} )
    """,
    regex.VERBOSE,
)
# Verbs that take away, beside the words that deny.
_TAKES_AWAY = regex.compile(
    r"(?<!\p{L})(?:lose[sd]?|forfeit\p{L}*|lapse[sd]?|expire[sd]?|reserved|limited|restricted|verlier\p{L}+|verfäll\p{L}+"
    r"|vorbehalten|beschränkt|perd\p{L}+|réservée?s?|limitée?s?|pierd\p{L}+|reservad[oa]s?|limitad[oa]s?"
    r"|riservat[oaie]|limitat[oaie]|voorbehouden|beperkt)(?!\p{L})",
    regex.I,
)
# What is over for what both sentences name.
_ENDED = regex.compile(
    r"""
    (?<!\p{L}) (?:
      (?: was | were | is | are | has \s been | have \s been | got ) \s (?: \p{L}+ly \s | since \s )?
        (?: discontinued | stopped | withdrawn | removed | replaced | cancell?ed | suspended | dropped
          | terminated | paused | deleted | retired | revoked | disabled | abolished | demolished | closed
          | sold )
      | (?: wurde | wurden | ist | sind ) \s (?: [^.;:!?] | (?<=\d) \. ){0,60}
        (?: abgesetzt | gestrichen | eingestellt | ersetzt | entfernt | gekündigt | ausgesetzt | beendet
          | gelöscht | abgeschafft | verkauft | geschlossen )
      | (?: a \s été | ont \s été | est | sont ) \s
        (?: arrêté | supprimé | remplacé | suspendu | retiré | annulé | aboli | vendu ) e?s?
      | (?: fue | fueron | ha \s sido | han \s sido | está | están | foi | foram ) \s
        (?: suspend | retirad | eliminad | sustitu | cancelad | anulad | removid | substitu | vendid ) \p{L}*
      | (?: è | sono ) \s stat[oaie] \s
        (?: sospes | ritirat | eliminat | sostituit | annullat | vendut ) \p{L}* )
    (?!\p{L})
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# What has been put in place of that which "it" means.
_CHANGED = regex.compile(
    r"""
    [\s>*_"“(]* (?:
      (?: it | they | this | these | that | he | she ) \s
        (?: was | were | is | are | got | has \s been | have \s been | will \s be ) \s
        (?: \p{L}+ly \s | since \s | later \s )?
        (?: changed | moved | renamed | replaced | postponed | rescheduled | relocated | reset | revised
          | corrected | amended | raised | lowered | doubled | halved )
      | (?: er | sie | es | dies\p{L}* ) \s (?: wurde | wurden | ist | sind | wird | werden ) \s
        (?: [^.;:!?] | (?<=\d) \. ){0,60}
        (?: geändert | verlegt | verschoben | umbenannt | ersetzt | korrigiert | angepasst
          | erhöht | gesenkt )
      | (?: ils? | elles? | cela ) \s (?: a | ont | sera | seront ) \s (?: depuis \s )? (?: été \s )?
        (?: chang | modifi | déplac | report | remplac | corrig | renomm | augment | baiss ) é
      | (?: se | fue | fueron | ha \s sido | han \s sido ) \s
        (?: cambi | modific | traslad | aplaz | reemplaz | sustitu | corrig | correg ) \p{L}+
      | (?: foi | foram ) \s (?: alterad | mudad | trocad | adiad
        | substituíd | corrigid | transferid ) \p{L}+
      | (?: è | sono ) \s stat[oaie] \s (?: cambiat | modificat | spostat | rinviat
        | sostituit | corrett ) \p{L}
      | (?: hij | zij | ze | het | die | dit | deze ) \s (?: is | zijn | werd | werden | wordt ) \s
        [^.;:!?]{0,60} (?: gewijzigd | veranderd | verplaatst | verzet | vervangen | verhoogd | verlaagd )
      | (?: został[aoy]? | zostały | zmieniono ) \s
      | (?: он | она | оно | они | его | её | ее | их ) \s (?: [^.;:!?]{0,40} \s )?
        (?: измен | перенес | перенёс | замен | исправ | переимен ) \p{L}+
    )
    | [^。]{0,20} (?: 変更され | 変わりました | 改められ | 已更改 | 已变更 | 已變更 | 已改为 | 已改為 )
    | [^.]{0,20} (?: 변경되었 | 바뀌었 | 변경됐 )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# Words that let nothing else be: what they stand before is all of what the last sentence speaks of.
_ONLY = regex.compile(
    r"(?<!\p{L})(?:only|nur|lediglich|seulement|uniquement|sólo|solo|solamente|únicamente|somente|apenas|só|soltanto"
    r"|alleen|slechts|tylko|jedynie|только|лишь|yalnızca|sadece)\s(?P<what>(?:\S++\s?){1,3})",
    regex.I,
)
_STEM = regex.compile(r"\p{L}{4,}")
_NAME = regex.compile(r"\p{Lu}[\p{L}\d-]{2,}")
_SHORT = 160  # characters of a sentence that excludes something


def excludes(sentence: str) -> bool:
    """Whether a short sentence says whom or what it is not for, or takes away what it points to.

    >>> excludes("Sale items are excluded."), excludes("Members in arrears lose this right.")
    (True, True)
    >>> excludes("Sale items are red.")
    False
    """
    if len(sentence) > _SHORT:
        return False
    if _EXCLUDES.search(sentence) or _NONE_THERE.match(sentence):
        return True
    if _POINTS.search(sentence) is None:
        return False
    return _TAKES_AWAY.search(sentence) is not None or bounds(sentence)


def is_over(sentence: str, before: str) -> bool:
    """Whether a sentence says that something is over which the one before names.

    >>> is_over("It was changed on Friday.", "The code is 4711.")
    True
    >>> is_over("Aspirin was stopped.", "She takes Aspirin."), is_over("It was sold.", "She has a car.")
    (True, False)
    """
    if _CHANGED.match(sentence):
        return True
    # A first word has a capital, whatever it is.
    named = set(_NAME.findall(before.lstrip().partition(" ")[2]))
    return _ENDED.search(sentence) is not None and not named.isdisjoint(_NAME.findall(sentence))


def allows_only(sentence: str, before: str) -> bool:
    """Whether a sentence says that only some hold of what the one before speaks of.

    >>> allows_only("Inside, only guide dogs are allowed.", "Dogs are welcome.")
    True
    >>> allows_only("Only tea is served.", "Dogs are welcome.")
    False
    """
    found = _ONLY.search(sentence) if len(sentence) <= _SHORT else None
    if found is None:
        return False
    stems = {word[:4].casefold() for word in _STEM.findall(found["what"])}
    return not stems.isdisjoint(word[:4].casefold() for word in _STEM.findall(before))
