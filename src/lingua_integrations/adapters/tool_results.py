"""Compresses what a tool said, as one text: JSON stays JSON, records stay whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import PrivateAttr

from lingua_integrations.adapters.compressing import LEAST, Adapter, short, warn
from lingua_integrations.adapters.options import HowResults, OnError
from lingua_integrations.adapters.originals import reference
from lingua_integrations.adapters.record_fields import Records, only_fields
from lingua_integrations.core.usage import uncounted
from lingua_integrations.errors import BudgetTooSmall

if TYPE_CHECKING:
    from lingua_integrations.adapters.originals import Originals
    from lingua_integrations.core.compressor import PromptCompressor
    from lingua_integrations.core.request import Context
    from lingua_integrations.core.results import CompressionResult

COMPACT = "JSON without white space: nothing is left out"
ROWS = "JSON with its keys once, as columns and rows: nothing is left out"
NOT_WORTH_IT = "passed on unchanged: it would cost more than it saves"
EXACT = frozenset([
    "read_file", "read", "view", "cat", "edit", "edit_file", "multi_edit", "write_file", "str_replace",
    "str_replace_editor", "apply_patch", "notebook_edit", "write_todos",
])  # fmt: skip
"""Tools whose results an agent quotes: an edit finds its place by lines that must be there word for word."""

Pays = Callable[[int, int], bool]
"""Whether it pays to hand on the second number of tokens instead of the first."""


class ResultAdapter(HowResults, Adapter):
    """An adapter that compresses what tools said."""

    _warned: set[str] = PrivateAttr(default_factory=set)
    """Those of `keep_fields` of which it was said that no record has them."""

    def shorten_result(
        self,
        text: str | Context,
        question: str | None = "",
        *,
        raw: Any = None,
        originals: Originals | None = None,
        pays: Pays | None = None,
    ) -> CompressionResult | None:
        """Compress what a tool said, as one text; otherwise like `shorten`.

        JSON stays JSON, and so becomes what Python shows of a dictionary or a list: without white space if
        that is enough, or with its keys once, which can be turned back (`from_rows`); else whole records.

        Args:
            text: what it said; with ``keep`` of a `Context`, what of it must stay where it is no data.
            question: what it is read for.
            raw: the data that the text stands for, where they are at hand.
            originals: keeps the text if something is left out, and the shorter one ends with its reference.
            pays: says of the tokens before and after whether the shorter text is worth it; the text goes on
                as it came where it is not.
        """
        from lingua_integrations.core.request import Context

        given = Context(text) if isinstance(text, str) else text
        if not given.text.strip():
            return None
        with uncounted():  # one call for the user, in however many steps
            result = self.attempt(
                partial(self._shorten_result, given, question or None, raw, originals, pays)
            )
        if result is not None:
            self.tell(result)
        return result

    def _shorten_result(
        self, given: Context, question: str | None, raw: Any, originals: Originals | None, pays: Pays | None
    ) -> CompressionResult:
        from lingua_integrations.core.text.kinds import kind_of

        compressor, text = self.compressor_for(), given.text
        count = compressor.counter.count
        before = count(text)
        if before < self.min_tokens:
            return compressor.unchanged([text], short(self.min_tokens))
        budget = compressor.config.budget_of(before, self.rate, self.target_tokens)
        said = self._said(given, raw, long=before > budget)
        name = originals.name_of(text) if originals is not None else None
        says = originals.says if originals is not None else ""
        ends = (name or said.lost) and (said.fewer or before > budget)
        kind = said.context.kind or (kind_of(text) if ends else None)
        ended = partial(reference, name=name, lost=said.lost, says=says, kind=kind)
        spare = count(ended("[1]" if said.context.kind == "json" else "")) + 1 if ends else 0
        result = said.whole(compressor, budget, spare) or self.or_least(
            partial(self._cut, compressor, said, question, max(1, budget - spare)),
            partial(compressor.unchanged, [text]),
        )
        lossy = result.texts != [text] and (said.fewer or result.texts != [said.context.text])
        if lossy:
            result = _ended(result, ended, count, budget)
        if pays is not None and result.texts != [text] and not pays(before, result.tokens_after):
            return compressor.unchanged([text], NOT_WORTH_IT)
        if lossy and originals is not None:
            originals.keep(text)
        return replace(result, tokens_before=before)

    def _said(self, given: Context, raw: Any, *, long: bool) -> _Said:
        """What is compressed: JSON if it is ``long``, and of records only the fields to keep."""
        from lingua_integrations.core.request import Context
        from lingua_integrations.core.text.data.json_forms import as_json, minified, opened

        records = self._records(given.text, raw)
        if records is not None and records.fewer:
            fields = ", ".join(field for field in self.keep_fields or () if field not in records.missing)
            lost = "" if self.gap_marker is None else f"only {fields} of each record"
            context = Context(records.text, kind=records.kind)
            return _Said(context, records.text, f"of each record only {fields}", fewer=True, lost=lost)
        data = as_json(given.text, raw) if long else None
        if data is None:
            return _Said(replace(given, kind=given.kind or self.kind))
        return _Said(Context(opened(data), kind="json"), minified(data))

    def _records(self, text: str, raw: Any) -> Records | None:
        """The text with only the fields to keep; warns of those that no record has, of each of them once."""
        if self.keep_fields is None:
            return None
        found = only_fields(text, self.keep_fields, raw=raw, kind=self.kind)
        unknown = set(found.missing if found is not None else ()) - self._warned
        if unknown:
            self._warned |= unknown
            warn(f"keep_fields: no record has {', '.join(sorted(unknown))}.")
        return found

    def _cut(
        self, compressor: PromptCompressor, said: _Said, question: str | None, room: int, least: int | None
    ) -> CompressionResult:
        """Whole records, rows or sentences of it."""
        from lingua_integrations.adapters.held_text import compressed, held_text

        room = least or room
        ways = [partial(compressor.compress, [said.context], question=question, target_tokens=room)]
        held = held_text(said.context.text) if said.context.kind == "json" else None
        if held is not None:  # its other members go only where they would take too much
            first = 0 if held.fills(compressor.counter.count, room) else 1
            ways.insert(first, partial(compressed, compressor, held, question, room))
        result = _first_that_fits(ways)
        return replace(result, note=LEAST if least else said.note or result.note, budget=room)


class AgentAdapter(ResultAdapter):
    """An adapter for agents: a failure is a warning, since a turn has cost too much to be lost.

    Every text is compressed alone, so that nothing of a conversation goes missing.
    """

    on_error: OnError = "passthrough"


@dataclass(frozen=True)
class _Said:
    """What a tool said, as it is compressed."""

    context: Context
    all: str | None = None  # of it, in fewer tokens; None: there is no such form
    note: str | None = None  # what the result says of it, instead of what is said of its form
    fewer: bool = False  # whether something is left out of `all`, too
    lost: str = ""  # what the shorter text says of that

    def whole(self, compressor: PromptCompressor, budget: int, spare: int) -> CompressionResult | None:
        """All of it, in a form that fits the budget, if one does."""
        room = budget - (spare if self.fewer else 0)
        for form, note in self._forms():
            if compressor.counter.count(form) <= room:
                return replace(compressor.unchanged([form], self.note or note), budget=budget)
        return None

    def _forms(self) -> Iterator[tuple[str, str]]:
        from lingua_integrations.core.text.data.json_forms import in_rows

        if self.all is not None:
            yield self.all, COMPACT
            rows = in_rows(self.all) if self.context.kind == "json" else None
            if rows is not None:
                yield rows, ROWS


def _first_that_fits(ways: Sequence[Callable[[], CompressionResult]]) -> CompressionResult:
    """What the first way gives for which the budget has room; where none has any, the least is told."""
    way, *others = ways
    try:
        return way()
    except BudgetTooSmall as error:
        if not others:
            raise
        failure = error
    try:
        return _first_that_fits(others)
    except BudgetTooSmall as error:
        raise min(failure, error, key=lambda one: one.smallest) from None


def _ended(
    result: CompressionResult, end: Callable[[str], str], count: Callable[[str], int], budget: int
) -> CompressionResult:
    """A result of one text, which ends with the reference of its original; the budget is that of both."""
    (context,) = result.contexts
    text = end(context.text)
    tokens = count(text)
    contexts = (replace(context, text=text, tokens_after=tokens),)
    return replace(result, contexts=contexts, tokens_after=tokens, budget=max(budget, tokens))
