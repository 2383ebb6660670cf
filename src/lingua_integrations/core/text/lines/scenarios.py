"""Scenarios of Gherkin, as Cucumber runs them: a step means something only in its scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex

from lingua_integrations.core.text.outline import Outline, lines
from lingua_integrations.core.text.spans import Span

_HEAD = regex.compile(
    r"""
    \s* (?: (?P<feature> Feature | Funktionalität | Fonctionnalité | Característica | Funcionalidade
            | Funzionalità | Functionaliteit | Функция | 機能 | 功能 )
      | (?P<rule> Rule | Regel | Règle | Regla | Regra | Regola | Правило )
      | (?P<background> Background | Grundlage | Hintergrund | Contexte | Antecedentes | Contexto | Contesto
            | Achtergrond | Предыстория | 背景 )
      | (?P<examples> Examples | Scenarios | Beispiele | Exemples | Ejemplos | Exemplos | Esempi | Voorbeelden
            | Примеры | サンプル | 例子 )
      | (?P<scenario> (?: Scenario | Szenario | Scénario | Escenario | Cenário | Сценарий | シナリオ | 场景 )
            (?: [ ]Outline | [ ]Template | grundriss )? | Example | Beispiel | Plan[ ]du[ ]scénario
            | Esquema[ ]d[eo][ ]\w+ | Schema[ ]dello[ ]scenario ) ) [ ]? [:：]
    """,
    regex.VERBOSE,
)
_STEP = regex.compile(
    r"\s*(?:Given|When|Then|And|But|\*|Angenommen|Wenn|Dann|Und|Aber|Étant donnée?s?|Soit|Quand|Alors|Et|Mais"
    r"|Dad[oa]s?|Cuando|Entonces|Y|Pero|Quando|Então|E|Mas|Dat[oa]|Allora|Ma|Gegeven|Als|Dan|En|Maar|Допустим"
    r"|Когда|Тогда|И|Но)\s"
)
_ABOVE = regex.compile(r"\s*[@#]")  # tags and comments, which belong to what stands below them
_QUOTES = regex.compile(r"\s*(?:\"{3}|`{3})")
_WHOLE = 1_000  # characters up to which a scenario is kept or dropped whole
_STEPS = 12  # steps of a longer one that come with each other


class _Part(NamedTuple):
    """What stands under a head, with the tags above that: the lines of a text, and the sort of the head."""

    sort: str
    lines: Sequence[Span]
    head: int  # how many of the lines end with the head

    @property
    def span(self) -> Span:
        return Span(self.lines[0].start, self.lines[-1].end)


def is_scenarios(found: Sequence[str]) -> bool:
    """Whether lines are scenarios in Gherkin.

    >>> is_scenarios(["Feature: Cash", "  Scenario: Card", "    Given a card", "    Then it pays"])
    True
    """
    told = [line for line in found if not _ABOVE.match(line)]
    first = _HEAD.match(told[0]) if told else None
    if not first or not (first["feature"] or first["scenario"]):
        return False
    steps = sum(map(bool, map(_STEP.match, told)))
    return steps > 1 and any(head["scenario"] for head in map(_HEAD.match, told) if head)


def read_scenarios(outline: Outline, span: Span, needs: tuple[int, ...]) -> None:
    """A scenario needs its feature, its rule and their backgrounds; its examples need it."""
    feature: tuple[int, ...] = ()
    rule: tuple[int, ...] = ()
    backgrounds: dict[str, tuple[int, ...]] = {}
    last: tuple[int, ...] = ()  # the scenario
    for part in _parts(outline.text, lines(outline.text, *span)):
        above = (*needs, *feature, *rule)
        if part.sort in ("feature", "rule", ""):
            known = needs if part.sort == "feature" else (*needs, *feature)
            at = outline.add(part.lines[0].start, part.lines[part.head].end, known, carrier=bool(part.sort))
            if part.head + 1 < len(part.lines):
                outline.read("text", Span(part.lines[part.head + 1].start, part.span.end), (*known, at))
            feature, rule = ((at,), ()) if part.sort == "feature" else (feature, (at,) if part.sort else rule)
            backgrounds.pop("rule", None)
        elif part.sort == "background":
            backgrounds["rule" if rule else "feature"] = (outline.add(*part.span, above),)
        elif part.sort == "scenario":
            known = (*above, *(one for some in backgrounds.values() for one in some))
            last = (_add_scenario(outline, part, known),)
        else:
            _add_examples(outline, part, (*above, *last))


def _parts(text: str, found: Sequence[Span]) -> Iterator[_Part]:
    """Heads with what stands under them; what stands above the first one has the sort ""."""
    begins: list[tuple[int, int, str]] = []
    waiting: int | None = None  # where tags or comments begin
    quoted = False
    for number, line in enumerate(found):
        quoted ^= _QUOTES.match(text, *line) is not None
        head = None if quoted else _HEAD.match(text, *line)
        if head:
            begins.append((number if waiting is None else waiting, number, str(head.lastgroup)))
        above = not quoted and _ABOVE.match(text, *line) is not None
        waiting = (number if waiting is None else waiting) if above else None
    if not begins or begins[0][0]:
        begins.insert(0, (0, 0, ""))
    ends = [*(one[0] for one in begins[1:]), len(found)]
    for (first, head, sort), after in zip(begins, ends, strict=True):
        yield _Part(sort, found[first:after], head - first)


def _add_scenario(outline: Outline, part: _Part, needs: tuple[int, ...]) -> int:
    """A scenario is one piece; of a long one a step needs those before it. Returns the last piece."""
    if part.span.end - part.span.start <= _WHOLE:
        return outline.add(*part.span, needs, heads=True)
    head = outline.add(part.lines[0].start, part.lines[part.head].end, needs, carrier=True)
    text, steps = outline.text, part.lines[part.head + 1 :]
    begins = [n for n, line in enumerate(steps) if not n or _STEP.match(text, *line)]
    for count, (first, after) in enumerate(zip(begins, [*begins[1:], len(steps)], strict=True)):
        before = (outline.last,) if count % _STEPS else ()
        outline.add(steps[first].start, steps[after - 1].end, (*needs, head, *before))
    return outline.last


def _add_examples(outline: Outline, part: _Part, needs: tuple[int, ...]) -> None:
    """Rows of examples, which need the names of their columns and the scenario that they are for."""
    first = min(part.head + 1, len(part.lines) - 1)
    head = outline.add(part.lines[0].start, part.lines[first].end, needs, carrier=True)
    for line in part.lines[first + 1 :]:
        outline.add(*line, (*needs, head), record="row")
