"""Numbered clauses that limit one another: "subject to clause 4.3", "Paragraph 1 does not apply to ..."."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import regex

_NUMBER = regex.compile(
    r"""
    [\s>*_]*+ (?: \( (?P<local> \d{1,3}\p{L}? | \p{Ll} ) \) \s
      | (?P<n> \d+ (?: \.\d+ )+ ) \.? \s | (?P<n> \d{1,3} ) \. \s
      | (?: article | section | clause | rule | artikel | art\. | artículo | artigo | articolo | cláusula
        | статья | §+ )
        \s* (?P<n> \d+ (?: \.\d+ )* ) [.:)]? \s
      | 第 (?P<n> [\d一二三四五六七八九十]+ ) [条條] ) \s* \S
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_HEAD = regex.compile(
    r"(?:(?:article|section|clause|rule|paragraph|artikel|art\.|artículo|artigo|articolo|cláusula|статья|madde|§+)"
    r"\s*(?P<n>\d+(?:\.\d+)*)"
    r"|(?:agenda item|item|top|tagesordnungspunkt|point|punto|ponto|punt|punkt|пункт)\s(?P<n>\d{1,2})"
    r"|第(?P<n>[\d一二三四五六七八九十]+)[条條]|(?P<n>\d{1,3}))(?=$|[.:)](?:\s|$)|\s[–—(-]|\s\p{Lu})",
    regex.I,
)
"""How a heading begins that has the number of a clause, or of an item of the agenda."""
_NAMED = regex.compile(
    r"""
    (?: \b (?: clause | section | (?:sub-?)?paragraph | subsection | article | rule
      | absatz | abs\. | ziffer | nummer
      | artikel | alinéa | paragraphe | apartado | cláusula | artículo | artigo | parágrafo | articolo | comma
      | lid | пункт\p{L}* | част\p{L}+ ) s? \s* | 第 )
    \(? ( \d+ (?: \.\d+ )* \b | (?<= \( ) \p{Ll} (?= \) ) | [一二三四五六七八九十]+ )
    | \b (?: see | of | under | in | siehe | voir | véase | vedi | zie | ver
    | см\. ) \s ( \d+\.\d+ (?: \.\d+ )* ) \b
      (?! \s* [%€$£] )
    | § \s? ( \d+ )
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_MORE = regex.compile(  # "clauses 8.3, 8.4 and 9"
    r"(?:,|\s(?:and|or|und|oder|et|ou|y|o|e|en|of|и|или|ve|i)\s|[、和及與与或])\s*(?P<n>\d+(?:\.\d+)*)\b(?!\s*[%€$£])",
    regex.I,
)
_SPEAKS_OF = regex.compile(  # behind the number: the sentence tells what the named clause does, or is
    r"[\])]?\s(?:is|are|was|were|shall|will|may|must|has|have|does|do|applies|apply|ist|sind|wird|werden|gilt|gelten|entfällt"
    r"|est|sont|s['’]applique\p{L}*|es|son|se|será\p{L}*|é|são|será|è|sono|si|wordt|worden|zijn|geldt|не|применяется)\b",
    regex.I,
)
_AGENDA = regex.compile(
    r"\b(?:agenda items?|items?|top|tagesordnungspunkt|point|punto|ponto|(?:agenda)?punt|punkt|пункт\p{L}*)"
    r"\s(?P<n>\d{1,2})\b(?!\.\d)",
    regex.I,
)
_NUMBERS = regex.compile(r"[\d一二三四五六七八九十]|\(\p{Ll}\)")  # what names a clause has one of them
# What makes the named clause untrue in some cases, so that it must not stand without the exception.
_TAKES_BACK = regex.compile(
    r"""
    \b (?: do(?:es)? \s not \s apply | shall \s not \s apply | notwithstanding | by \s way \s of \s derogation
      | (?:is|are) \s (?:hereby \s )? (?: suspended | void | deleted | repealed | revoked ) | cease[sd]? \s to
      | but \s not | excluding | of \s no \s effect | außer \s kraft | entf(?:ä|a)ll(?:t|en) | jedoch \s nicht
      | est \s (?: suspendue? | abrogée? ) | réputée? \s non \s écrite? | sin \s efecto | se \s suspende
      | (?:gilt|gelten) \s nicht | finde[nt]t? \s keine \s anwendung | abweichend \s von
      | ne \s s['’]applique(?:nt)? \s pas | par \s dérogation | no \s se \s aplican? | não \s se \s aplicam?
      | non \s si \s applica(?:no)? | in \s deroga | geldt \s niet | не \s применя\p{L}+ ) \b
    | 不适用 | 適用しない
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
# What is untrue itself without the named clause.
_IS_LIMITED = regex.compile(
    r"""
    \b (?: see | siehe | voir | véase | subject \s to | except | unless | save \s (?:as|for) | vorbehaltlich
      | soweit | sofern | außer
      | sous \s réserve | sauf | salvo | sin \s perjuicio | con \s sujeción | ressalvado | sem \s prejuízo
      | fatto \s salvo | tenzij | behoudens | за \s исключением | если ) \b
    | 除外
    """,
    regex.VERBOSE | regex.IGNORECASE,
)


_EXCEPTS = regex.compile(
    r"""
    \b (?: except\w* | unless | only | provided | however | exclud\w* | consent | exempt\w*
      | (?:do|does|shall|will) \s not \s apply | ausgenommen | außer | nur | jedoch | sofern | zustimmung
      | ausnahm\p{L}+ | gilt \s nicht | sauf | toutefois | seulement | excepté\p{L}* | salvo | excepto | solo
      | sólo | exceto | apenas | consentimiento | consentimento | tranne | consenso | behalve | tenzij
      | alleen | кроме | только | согласи\p{L}+ ) \b
    | ただし | 除 | 同意 | 仅
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
_AFTER = 2  # sentences behind one that comes back to an item of the agenda
_SHORT = 300  # characters up to which an exception comes with its clause


class Limit(NamedTuple):
    """A clause needs another one."""

    clause: int
    other: int


def is_clause(content: str) -> bool:
    """Whether a paragraph begins with the number of a clause.

    >>> is_clause("7.2 The tenant pays."), is_clause("The tenant pays.")
    (True, False)
    """
    return _NUMBER.match(content) is not None


def excepts(content: str) -> bool:
    """Whether a sentence of a clause may be an exception to it, or a condition, and short.

    >>> excepts("Dogs are exempt."), excepts("The tenant pays in May.")
    (True, False)
    """
    return len(content) <= _SHORT and _EXCEPTS.search(content) is not None


@dataclass
class Clauses:
    """The numbered clauses of a text by number, and those that wait for a later one."""

    known: dict[str, int] = field(default_factory=dict)
    local: dict[str, int] = field(default_factory=dict)  # in parentheses: each section begins anew with (1)
    heads: dict[str, int] = field(default_factory=dict)  # lines with nothing but the number of a clause
    waiting: dict[str, list[tuple[int, bool]]] = field(default_factory=dict)  # and whether they take back

    again: tuple[range, int] = (range(0), -1)  # pieces that come back to an item of the agenda, and its head
    last_head: int = -1

    def enter(self, at: int, content: str) -> Iterator[Limit]:
        """A line that numbers what stands below it is the piece of a number: all of that has its limits."""
        self.last_head = at
        number = _HEAD.match(content.strip(" \t*_#"))
        if number:
            self.heads[number["n"]] = at
            for one, both in self.waiting.pop(number["n"], ()):
                yield from [Limit(at, one)] if both else ()

    def limits(self, at: int, content: str) -> Iterator[Limit]:
        """What the piece of a number, which says this, needs of the clauses before it; and they of it.

        >>> clauses = Clauses()
        >>> list(clauses.limits(3, "(1) A dog may be kept."))
        []
        >>> list(clauses.limits(4, "(2) Paragraph 1 does not apply."))
        [Limit(clause=4, other=3), Limit(clause=3, other=4)]
        """
        number = _NUMBER.match(content)
        if number and number["n"] not in self.heads:
            own = self.local if number["local"] else self.known
            own[number["local"] or number["n"]] = at
            for one, both in self.waiting.pop(number["local"] or number["n"], ()):
                yield Limit(one, at)
                if both:
                    yield Limit(at, one)
        names = _named(content)
        takes_back = bool(names) and _TAKES_BACK.search(content) is not None
        takes_back |= len(content) <= _SHORT and any(_SPEAKS_OF.match(content, one.end) for one in names)
        if not takes_back and not (names and _IS_LIMITED.search(content)):
            yield from self._returned(at, content)
            return
        for named, _ in names:
            other = self.local.get(named, self.known.get(named))
            head = self.heads.get(named) if other is None else None
            if head is not None and head + 1 < at:
                yield Limit(at, head + 1)
                yield from [Limit(head, at)] if takes_back else ()
            elif other is None:
                self.waiting.setdefault(named, []).append((at, takes_back))
            elif other != at:
                yield Limit(at, other)
                if takes_back:
                    yield Limit(other, at)

    def _returned(self, at: int, content: str) -> Iterator[Limit]:
        """Items of the agenda to which minutes come back: what they then say holds for them."""
        if len(content) > _SHORT:
            return
        named = [self.heads[one] for one in _AGENDA.findall(content) if one in self.heads]
        if named and named[0] + 1 < at:
            self.again = range(at, at + 1 + _AFTER), named[0]
        if at in self.again[0] and (bool(named) or self.last_head < self.again[0].start):
            yield Limit(self.again[1], at)


class _Name(NamedTuple):
    """The number of a clause, and where in a sentence it ends."""

    number: str
    end: int


def _named(content: str) -> list[_Name]:
    """The clauses that a sentence names.

    >>> [name.number for name in _named("The periods in clauses 8.3 and 8.4 are doubled.")]
    ['8.3', '8.4']
    """
    found: list[_Name] = []
    for match in _NAMED.finditer(content) if _NUMBERS.search(content) else ():
        found.append(_Name("".join(one or "" for one in match.groups()), match.end()))
        while more := _MORE.match(content, found[-1].end):
            found.append(_Name(more["n"], more.end()))
    return found
